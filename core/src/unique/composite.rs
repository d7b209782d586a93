//! Shard-prefixed composite ids, laid out as Pinterest published them: the shard stands in front, so
//! an id tells where its row lies, and each shard can count for itself.

use super::layout::{Field, Role};

/// Two free bits, 16 of shard, 10 of type, 36 of count.
pub const FIELDS: &[Field] = &[
    Field::new("reserved", 2, Role::Fixed(0)),
    Field::new("shard", 16, Role::Node),
    Field::new("type", 10, Role::Sort),
    Field::new("local id", 36, Role::Sequence),
];

#[cfg(test)]
mod tests {
    use super::super::layout::{pack, unpack};
    use super::*;

    #[test]
    fn the_published_example_comes_apart() {
        let parts = unpack(FIELDS, 241_294_492_511_762_325);
        assert_eq!((parts.node, parts.sort, parts.sequence), (3_429, 1, 7_075_733));
        assert_eq!(pack(FIELDS, parts), 241_294_492_511_762_325);
    }
}
