//! When the value of a key was overwritten: which versions are acknowledged, and since when.

use super::ledger::Newest;
use crate::base::Time;
use crate::store::{CowMap, Item, Key, Keyed, Value, Version};
use alloc::vec::Vec;

/// An acknowledged version of a key.
#[derive(Clone, Copy, Debug)]
struct Mark {
    version: Version,
    /// Since when this version, or a newer one, is acknowledged.
    since: Time,
    /// When it was asked for, and when this very version was acknowledged.
    began: Time,
    acked: Time,
    gone: bool,
}

impl Mark {
    /// True if this write comes after another one: it began when that had been acknowledged, or, where
    /// the two overlap, the store holds it for the newer one. A wrong clock can make a version that is the
    /// newer one of an earlier write.
    fn follows(&self, other: &Self) -> bool {
        self.began > other.acked || (self.version > other.version && other.began <= self.acked)
    }
}

/// The acknowledged versions of one key that was written in the run, oldest first.
#[derive(Clone, Debug)]
struct Past {
    key: Key,
    marks: Vec<Mark>,
    /// When the acknowledged write began that began last.
    began: Time,
}

/// Of one key so many versions are remembered. A read that missed more of them than that is taken to
/// be as old as the oldest of these.
const MARKS_MAX: usize = 1_024;

impl Keyed for Past {
    fn position(&self) -> u64 {
        self.key.position()
    }
    fn key(&self) -> &str {
        self.key.text()
    }
}

/// The acknowledged versions of all keys that were written in the run.
#[derive(Clone, Debug, Default)]
pub struct Overwritten(CowMap<Past>);

impl Overwritten {
    /// A write that was asked for at a time is acknowledged; `before` is the newest version that was
    /// acknowledged until now.
    pub fn acknowledge(&mut self, item: &Item, before: Option<Newest>, began: Time, now: Time) {
        if self.0.get(item.key.position(), item.key.text()).is_none() {
            // What was acknowledged without a write has been there from the start.
            let mark = |newest: Newest| Mark {
                version: newest.version,
                since: Time::ZERO,
                began: Time::ZERO,
                acked: Time::ZERO,
                gone: newest.gone,
            };
            let marks = before.map(mark).into_iter().collect();
            self.0.put(Past { key: item.key.clone(), marks, began: Time::ZERO });
        }
        let Some(past) = self.0.get_mut(item.key.position(), item.key.text()) else { return };
        past.began = past.began.max(began);
        let place = past.marks.partition_point(|mark| mark.version < item.version);
        let next = past.marks.get(place);
        if next.is_some_and(|mark| mark.version == item.version) {
            return;
        }
        // A newer version whose writer heard of it earlier has overwritten the older ones since then.
        let since = next.map_or(now, |mark| mark.since);
        let gone = item.value == Value::Gone;
        let mark = Mark { version: item.version, since, began, acked: now, gone };
        past.marks.insert(place, mark);
        if past.marks.len() > MARKS_MAX {
            past.marks.remove(0);
        }
    }

    /// When the last of the writes of a key began that are acknowledged.
    #[must_use]
    pub fn began(&self, key: &Key) -> Time {
        self.0.get(key.position(), key.text()).map_or(Time::ZERO, |past| past.began)
    }

    /// What a read by `at` missed that found a version: nothing, if no write which was acknowledged by
    /// then comes after it; otherwise since when such a one is acknowledged. `last` is when the last of
    /// these writes began. A version that nobody acknowledged is only compared by the store's own order.
    #[must_use]
    pub fn missed(
        &self,
        key: &Key,
        found: Version,
        newest: Newest,
        (last, at): (Time, Time),
    ) -> Option<Time> {
        let by_version = found < newest.version;
        let Some(past) = self.0.get(key.position(), key.text()) else {
            return by_version.then_some(Time::ZERO);
        };
        let place = past.marks.partition_point(|mark| mark.version < found);
        let Some(own) = past.marks.get(place).filter(|mark| mark.version == found) else {
            return by_version.then(|| self.since(key, Some(found), newest.version));
        };
        if !by_version && own.acked >= last {
            return None;
        }
        let after = past.marks.iter().filter(|mark| mark.acked <= at && mark.follows(own));
        after.map(|mark| mark.acked).min()
    }

    /// True if an acknowledged delete explains that a read by `at` found nothing: no write that was
    /// acknowledged by then comes after it.
    #[must_use]
    pub fn explains_absence(&self, key: &Key, (last, at): (Time, Time)) -> bool {
        let Some(past) = self.0.get(key.position(), key.text()) else { return false };
        let mut deletes = past.marks.iter().rev().filter(|mark| mark.gone && mark.acked >= last);
        deletes.any(|delete| !past.marks.iter().any(|it| it.acked <= at && it.follows(delete)))
    }

    /// Since when a newer version than the one that was found is acknowledged, where `newest` is one
    /// that is; of a key that was found absent, the newest version before that which had no value
    /// counts as found.
    #[must_use]
    pub fn since(&self, key: &Key, found: Option<Version>, newest: Version) -> Time {
        let Some(past) = self.0.get(key.position(), key.text()) else { return Time::ZERO };
        let mut gone = past.marks.iter().rev().filter(|mark| mark.gone && mark.version < newest);
        let absent = || gone.next().map(|mark| mark.version);
        let found = found.or_else(absent).unwrap_or_default();
        let place = past.marks.partition_point(|mark| mark.version <= found);
        past.marks.get(place).map_or(Time::ZERO, |mark| mark.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn item(version: u64, value: Option<&str>) -> Item {
        let value = value.map_or(Value::Gone, |text| Value::Text(text.into()));
        Item { key: Key::new("x"), value, version: Version(version) }
    }

    #[test]
    fn a_value_is_old_since_the_first_newer_one_was_acknowledged() {
        let mut past = Overwritten::default();
        let loaded = Newest { version: Version(1), gone: false };
        past.acknowledge(&item(3, Some("a")), Some(loaded), Time(30), Time(30));
        past.acknowledge(&item(7, Some("c")), None, Time(60), Time(60));
        // The writer of version 5 heard of it after that of version 7.
        past.acknowledge(&item(5, Some("b")), None, Time(80), Time(80));
        let since = |found| past.since(&Key::new("x"), Some(Version(found)), Version(7));
        assert_eq!([since(1), since(3), since(5)], [Time(30), Time(60), Time(60)]);
        // A key that was loaded is found missing: it was there from the start.
        assert_eq!(past.since(&Key::new("x"), None, Version(7)), Time::ZERO);
        assert_eq!(past.since(&Key::new("y"), None, Version(1)), Time::ZERO);
    }

    #[test]
    fn an_absent_key_is_as_old_as_what_came_after_its_removal() {
        let mut past = Overwritten::default();
        past.acknowledge(&item(1, Some("a")), None, Time(10), Time(10));
        past.acknowledge(&item(2, None), None, Time(20), Time(20));
        past.acknowledge(&item(3, Some("b")), None, Time(30), Time(30));
        past.acknowledge(&item(4, None), None, Time(40), Time(40));
        let since = |newest| past.since(&Key::new("x"), None, Version(newest));
        assert_eq!((since(3), since(1)), (Time(30), Time(10)));
        let explained = |at| past.explains_absence(&Key::new("x"), (Time(at), Time(at)));
        assert_eq!([explained(25), explained(35), explained(45)], [true, true, false]);
    }

    #[test]
    fn the_past_of_a_key_is_bounded() {
        let mut past = Overwritten::default();
        for version in 1..=2 * MARKS_MAX as u64 {
            past.acknowledge(
                &item(version, Some(&format!("{version}"))),
                None,
                Time(version),
                Time(version),
            );
        }
        let since = past.since(&Key::new("x"), Some(Version(5)), Version(2 * MARKS_MAX as u64));
        assert_eq!(since, Time(MARKS_MAX as u64 + 1));
    }

    #[test]
    fn what_began_after_an_acknowledgement_comes_after_it_whatever_the_clock_says() {
        // A clock that runs ahead gave the first write the newer version.
        let mut past = Overwritten::default();
        past.acknowledge(&item(7, Some("a")), None, Time(10), Time(20));
        past.acknowledge(&item(3, Some("b")), None, Time(30), Time(40));
        let (key, newest) = (Key::new("x"), Newest { version: Version(7), gone: false });
        let missed =
            |found, last, at| past.missed(&key, Version(found), newest, (Time(last), Time(at)));
        assert_eq!(missed(7, 30, 50), Some(Time(40)), "it was asked for before b, and b was over");
        assert_eq!(missed(3, 30, 50), None, "b is the last one, whatever the store thinks");
        assert_eq!(missed(7, 10, 35), None, "b was still under way");
        // Of two that overlap, the store's own order tells.
        let mut past = Overwritten::default();
        past.acknowledge(&item(7, Some("a")), None, Time(10), Time(25));
        past.acknowledge(&item(3, Some("b")), None, Time(20), Time(40));
        let missed = |found| past.missed(&key, Version(found), newest, (Time(20), Time(50)));
        assert_eq!([missed(7), missed(3)], [None, Some(Time(25))]);
        // The same of deletes.
        let mut past = Overwritten::default();
        past.acknowledge(&item(7, None), None, Time(10), Time(20));
        past.acknowledge(&item(3, Some("b")), None, Time(30), Time(40));
        let explained = |last, at| past.explains_absence(&key, (Time(last), Time(at)));
        assert_eq!([explained(30, 50), explained(10, 35)], [false, true]);
    }
}
