//! Makes ids: what a machine must remember so as not to give one twice.

use super::kind::Kind;
use super::layout::{Parts, Role, low, pack, width};
use crate::base::Rng;
use crate::base::hash::tagged;

/// What a maker does when its clock shows less than it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Backwards {
    /// It makes no id until the clock has caught up, and says so each time.
    Refuse = 0,
    /// It waits until the clock has caught up.
    Wait = 1,
    /// It believes the clock, and makes ids that it has made before.
    Trust = 2,
}

impl Backwards {
    /// Every way, with its word in a scenario and what it means.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Refuse, "refuse", "no id while a clock shows less than it did"),
        (Self::Wait, "wait", "ids wait until a clock that went back has caught up"),
        (Self::Trust, "trust", "a clock that went back is believed"),
    ];
}

/// Why there is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The clock shows so many milliseconds less than it did.
    ClockBack(u64),
    /// The clock must first show so many milliseconds since 1970: all ids of this one are given.
    Wait(u64),
    /// The random part has counted to its end in this millisecond.
    Full,
    /// The clock shows a time that the kind cannot say.
    Time,
    /// The node has a number that the kind cannot say.
    Node,
}

tagged!(Refusal {
    0 ClockBack(a),
    1 Wait(a),
    2 Full,
    3 Time,
    4 Node,
});

/// One node's maker of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maker {
    kind: Kind,
    node: u64,
    backwards: Backwards,
    /// The time of the last id, since the kind's moment zero; nothing before the first.
    last: Option<u64>,
    /// Ids of the last millisecond, or of all time where a count goes on.
    count: u64,
    /// The count at which the millisecond began, for a sequence that goes round.
    first: u64,
    random: u128,
}

impl Maker {
    /// A maker that has made nothing.
    #[must_use]
    pub const fn new(kind: Kind, node: u64, backwards: Backwards) -> Self {
        Self { kind, node, backwards, last: None, count: 0, first: 0, random: 0 }
    }

    /// The same maker, behind so many ids where it counts them; a clock's last time is not kept.
    #[must_use]
    pub const fn behind(mut self, given: u64) -> Self {
        if matches!(self.kind, Kind::Increment | Kind::Composite) {
            self.count = given;
        }
        self
    }

    /// A maker whose last id was this one.
    #[must_use]
    pub fn after(kind: Kind, id: u128) -> Self {
        let parts = kind.parts(id);
        let mut maker = Self::new(kind, parts.node, Backwards::Refuse);
        maker.last = Some(parts.time);
        maker.count = parts.sequence;
        maker.first = if kind == Kind::Instagram { parts.sequence } else { 0 };
        maker.random = parts.random;
        maker
    }

    /// What it makes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Makes the next id at a time that its clock shows, in milliseconds since 1970.
    pub fn make(&mut self, now: u64, rng: &mut Rng) -> Result<u128, Refusal> {
        let fields = self.kind.fields();
        let nodes = self.kind.nodes();
        if nodes > 0 && self.node >= nodes {
            return Err(Refusal::Node);
        }
        let mut parts = Parts { node: self.node, ..Parts::default() };
        match self.kind {
            Kind::Increment | Kind::Composite => {
                let room = width(fields, |role| role == Role::Sequence);
                let next = self.count.checked_add(1).ok_or(Refusal::Full)?;
                if low(u128::from(next), room) != u128::from(next) {
                    return Err(Refusal::Full);
                }
                self.count = next;
                parts.sequence = next;
            }
            Kind::Uuid4 => parts.random = wide(rng),
            Kind::Uuid7 | Kind::Ulid => {
                let time = self.time(now)?;
                let room = width(fields, |role| role == Role::Random);
                // A clock that stands or goes back: the time stays, the rest counts up.
                parts.time = self.last.map_or(time, |last| last.max(time));
                parts.random = if self.last.is_none_or(|last| time > last) {
                    low(wide(rng), room)
                } else if self.random == low(u128::MAX, room) {
                    return Err(Refusal::Full);
                } else {
                    self.random + 1
                };
                self.random = parts.random;
                self.last = Some(parts.time);
            }
            Kind::Snowflake | Kind::Discord | Kind::Instagram => {
                parts.time = self.time(now)?;
                parts.sequence = self.turn(parts.time)?;
                self.last = Some(parts.time);
            }
        }
        Ok(pack(fields, parts))
    }

    /// The time since the kind's moment zero, if it fits.
    fn time(&self, now: u64) -> Result<u64, Refusal> {
        let room = width(self.kind.fields(), |role| matches!(role, Role::Time(_)));
        let time = now.checked_sub(self.kind.epoch().unwrap_or(0)).ok_or(Refusal::Time)?;
        if time >> room == 0 { Ok(time) } else { Err(Refusal::Time) }
    }

    /// The next place in the sequence of a millisecond.
    fn turn(&mut self, time: u64) -> Result<u64, Refusal> {
        let room = width(self.kind.fields(), |role| role == Role::Sequence);
        let epoch = self.kind.epoch().unwrap_or(0);
        // Instagram's sequence belongs to the database and goes on; Snowflake's begins anew.
        let goes_on = self.kind == Kind::Instagram;
        match self.last {
            Some(last) if time < last && self.backwards != Backwards::Trust => {
                return Err(match self.backwards {
                    Backwards::Refuse => Refusal::ClockBack(last - time),
                    Backwards::Wait | Backwards::Trust => Refusal::Wait(epoch + last),
                });
            }
            Some(last) if time == last => {
                let next = self.count.wrapping_add(1);
                if next.wrapping_sub(self.first) >> room != 0 {
                    return Err(Refusal::Wait(epoch + time + 1));
                }
                self.count = next;
            }
            Some(_) | None => {
                self.count = if goes_on { self.count.wrapping_add(1) } else { 0 };
                self.first = self.count;
            }
        }
        Ok(low(u128::from(self.count), room) as u64)
    }
}

fn wide(rng: &mut Rng) -> u128 {
    u128::from(rng.bits()) << 64 | u128::from(rng.bits())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const NOW: u64 = 1_700_000_000_000;

    fn rng() -> Rng {
        Rng::derive(1, 1)
    }

    #[test]
    fn a_machine_makes_4096_snowflakes_a_millisecond_and_then_waits() {
        let mut maker = Maker::new(Kind::Snowflake, 5, Backwards::Refuse);
        let mut rng = rng();
        let made: Vec<u128> = (0..4_096).map_while(|_| maker.make(NOW, &mut rng).ok()).collect();
        assert_eq!(made.len(), 4_096);
        assert!(made.windows(2).all(|pair| pair[1] == pair[0] + 1));
        assert_eq!(maker.make(NOW, &mut rng), Err(Refusal::Wait(NOW + 1)));
        let next = maker.make(NOW + 1, &mut rng).unwrap();
        assert_eq!(Kind::Snowflake.parts(next).sequence, 0);
        assert_eq!(Kind::Snowflake.made_by(next), Some(5));
        assert_eq!(Kind::Snowflake.made_at(next), Some(NOW + 1));
    }

    #[test]
    fn instagrams_sequence_goes_round_and_holds_1024_a_millisecond() {
        let mut maker = Maker::new(Kind::Instagram, 1_341, Backwards::Refuse);
        let mut rng = rng();
        maker.make(NOW - 1, &mut rng).unwrap();
        let mut made: Vec<u128> =
            (0..1_024).map_while(|_| maker.make(NOW, &mut rng).ok()).collect();
        assert_eq!(maker.make(NOW, &mut rng), Err(Refusal::Wait(NOW + 1)));
        made.sort_unstable();
        made.dedup();
        assert_eq!(made.len(), 1_024);
    }

    #[test]
    fn a_clock_that_goes_back_is_refused_waited_for_or_believed() {
        let make = |backwards| {
            let mut maker = Maker::new(Kind::Snowflake, 1, backwards);
            let mut rng = rng();
            let first = maker.make(NOW, &mut rng);
            maker.make(NOW + 7, &mut rng).unwrap();
            (first, maker.make(NOW, &mut rng))
        };
        assert_eq!(make(Backwards::Refuse).1, Err(Refusal::ClockBack(7)));
        assert_eq!(make(Backwards::Wait).1, Err(Refusal::Wait(NOW + 7)));
        let (first, again) = make(Backwards::Trust);
        assert_eq!(first, again, "the same id twice");
    }

    #[test]
    fn ids_of_one_maker_rise_though_its_clock_stands_or_goes_back() {
        for kind in [Kind::Uuid7, Kind::Ulid] {
            let mut maker = Maker::new(kind, 0, Backwards::Refuse);
            let mut rng = rng();
            let mut last = 0;
            for now in [NOW, NOW, NOW + 3, NOW - 900, NOW + 3, NOW + 4] {
                let id = maker.make(now, &mut rng).unwrap();
                assert!(id > last);
                last = id;
            }
            assert_eq!(kind.made_at(last), Some(NOW + 4));
        }
    }

    #[test]
    fn a_ulid_whose_random_part_is_full_is_refused() {
        let mut maker = Maker::new(Kind::Ulid, 0, Backwards::Refuse);
        maker.last = Some(NOW);
        maker.random = (1 << 80) - 2;
        let mut rng = rng();
        let last = maker.make(NOW, &mut rng).unwrap();
        assert_eq!(last as u16, u16::MAX);
        assert_eq!(maker.make(NOW, &mut rng), Err(Refusal::Full));
        assert!(maker.make(NOW + 1, &mut rng).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_refused_and_never_cut_off() {
        let mut rng = rng();
        let mut make =
            |kind, node, now| Maker::new(kind, node, Backwards::Trust).make(now, &mut rng);
        for kind in [Kind::Snowflake, Kind::Discord, Kind::Instagram, Kind::Ulid, Kind::Uuid7] {
            assert_eq!(make(kind, 0, u64::MAX), Err(Refusal::Time));
        }
        assert_eq!(make(Kind::Snowflake, 0, 0), Err(Refusal::Time));
        assert_eq!(make(Kind::Snowflake, 1_024, NOW), Err(Refusal::Node));
        assert_eq!(make(Kind::Composite, 65_536, NOW), Err(Refusal::Node));
        for kind in [Kind::Increment, Kind::Uuid4, Kind::Composite] {
            assert!(make(kind, 9, u64::MAX).is_ok());
        }
        let mut maker = Maker::new(Kind::Composite, 0, Backwards::Trust);
        maker.count = (1 << 36) - 1;
        assert_eq!(maker.make(0, &mut rng), Err(Refusal::Full));
        let mut maker = Maker::new(Kind::Increment, 0, Backwards::Trust);
        maker.count = u64::MAX;
        assert_eq!(maker.make(0, &mut rng), Err(Refusal::Full));
    }
}
