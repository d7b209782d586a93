//! How an id is put together from fields, and taken apart again.

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Always the same bits.
    Fixed(u64),
    /// Milliseconds since that moment, itself in milliseconds since 1970.
    Time(u64),
    /// Which node, machine or shard.
    Node,
    /// What sort of thing it names.
    Sort,
    /// A count.
    Sequence,
    /// Chance.
    Random,
}

/// Some bits of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// What the makers of this kind call it.
    pub name: &'static str,
    /// How many bits it has.
    pub bits: u32,
    /// What it says.
    pub role: Role,
}

impl Field {
    /// A field.
    #[must_use]
    pub const fn new(name: &'static str, bits: u32, role: Role) -> Self {
        Self { name, bits, role }
    }
}

/// What an id is made of. A role that has several fields is spread over them, highest bits first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Milliseconds since the layout's own moment zero.
    pub time: u64,
    /// Which node.
    pub node: u64,
    /// What sort of thing.
    pub sort: u64,
    /// The count.
    pub sequence: u64,
    /// Chance.
    pub random: u128,
}

/// The lowest bits of a number.
#[must_use]
pub const fn low(number: u128, bits: u32) -> u128 {
    if bits >= 128 { number } else { number & ((1 << bits) - 1) }
}

/// How many bits the fields of a role have together.
#[must_use]
pub fn width(fields: &[Field], fits: impl Fn(Role) -> bool) -> u32 {
    fields.iter().filter(|field| fits(field.role)).map(|field| field.bits).sum()
}

/// Puts an id together; what does not fit its fields is cut off.
#[must_use]
pub fn pack(fields: &[Field], mut parts: Parts) -> u128 {
    let (mut id, mut at) = (0, 0);
    for field in fields.iter().rev() {
        let next = |from: &mut u64| {
            let value = low(u128::from(*from), field.bits);
            *from = from.checked_shr(field.bits).unwrap_or(0);
            value
        };
        let value = match field.role {
            Role::Fixed(bits) => low(u128::from(bits), field.bits),
            Role::Time(_) => next(&mut parts.time),
            Role::Node => next(&mut parts.node),
            Role::Sort => next(&mut parts.sort),
            Role::Sequence => next(&mut parts.sequence),
            Role::Random => {
                let value = low(parts.random, field.bits);
                parts.random = parts.random.checked_shr(field.bits).unwrap_or(0);
                value
            }
        };
        id |= value << at;
        at += field.bits;
    }
    id
}

/// Takes an id apart, field by field, the highest first: each field with its value.
pub fn values(fields: &[Field], id: u128) -> impl Iterator<Item = (Field, u128)> {
    let mut left = fields.iter().map(|field| field.bits).sum::<u32>();
    fields.iter().map(move |field| {
        left -= field.bits;
        (*field, low(id >> left, field.bits))
    })
}

/// Takes an id apart into what it is made of.
#[must_use]
pub fn unpack(fields: &[Field], id: u128) -> Parts {
    let mut parts = Parts::default();
    for (field, value) in values(fields, id) {
        let into = |number: &mut u64| {
            *number = number.checked_shl(field.bits).unwrap_or(0) | value as u64;
        };
        match field.role {
            Role::Fixed(_) => {}
            Role::Time(_) => into(&mut parts.time),
            Role::Node => into(&mut parts.node),
            Role::Sort => into(&mut parts.sort),
            Role::Sequence => into(&mut parts.sequence),
            Role::Random => parts.random = parts.random << field.bits | value,
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_spread_over_its_fields_and_found_again() {
        let fields = [
            Field::new("time", 8, Role::Time(0)),
            Field::new("high", 4, Role::Random),
            Field::new("mark", 2, Role::Fixed(2)),
            Field::new("low", 6, Role::Random),
        ];
        let parts = Parts { time: 0x12, random: 0b10_1100_0111, ..Parts::default() };
        let id = pack(&fields, parts);
        assert_eq!(id, 0b0001_0010_1011_1000_0111);
        assert_eq!(unpack(&fields, id), parts);
        assert_eq!(width(&fields, |role| role == Role::Random), 10);
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let fields = [Field::new("count", 64, Role::Sequence)];
        let parts = Parts { sequence: u64::MAX, random: u128::MAX, ..Parts::default() };
        assert_eq!(unpack(&fields, pack(&fields, parts)).sequence, u64::MAX);
        let fields = [Field::new("random", 128, Role::Random)];
        assert_eq!(pack(&fields, parts), u128::MAX);
    }
}
