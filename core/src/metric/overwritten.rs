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
    gone: bool,
}

/// The acknowledged versions of one key that was written in the run, oldest first.
#[derive(Clone, Debug)]
struct Past {
    key: Key,
    marks: Vec<Mark>,
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
    /// A write is acknowledged; `before` is the newest version that was acknowledged until now.
    pub fn acknowledge(&mut self, item: &Item, before: Option<Newest>, now: Time) {
        if self.0.get(item.key.position(), item.key.text()).is_none() {
            // What was acknowledged without a write has been there from the start.
            let mark = |newest: Newest| Mark {
                version: newest.version,
                since: Time::ZERO,
                gone: newest.gone,
            };
            let marks = before.map(mark).into_iter().collect();
            self.0.put(Past { key: item.key.clone(), marks });
        }
        let Some(past) = self.0.get_mut(item.key.position(), item.key.text()) else { return };
        let place = past.marks.partition_point(|mark| mark.version < item.version);
        let next = past.marks.get(place);
        if next.is_some_and(|mark| mark.version == item.version) {
            return;
        }
        // A newer version whose writer heard of it earlier has overwritten the older ones since then.
        let since = next.map_or(now, |mark| mark.since);
        let gone = item.value == Value::Gone;
        past.marks.insert(place, Mark { version: item.version, since, gone });
        if past.marks.len() > MARKS_MAX {
            past.marks.remove(0);
        }
    }

    /// True if a delete that is newer than this version is acknowledged.
    #[must_use]
    pub fn is_gone_after(&self, key: &Key, version: Version) -> bool {
        let past = self.0.get(key.position(), key.text());
        past.is_some_and(|past| past.marks.iter().any(|mark| mark.gone && mark.version > version))
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
        past.acknowledge(&item(3, Some("a")), Some(loaded), Time(30));
        past.acknowledge(&item(7, Some("c")), None, Time(60));
        // The writer of version 5 heard of it after that of version 7.
        past.acknowledge(&item(5, Some("b")), None, Time(80));
        let since = |found| past.since(&Key::new("x"), Some(Version(found)), Version(7));
        assert_eq!([since(1), since(3), since(5)], [Time(30), Time(60), Time(60)]);
        // A key that was loaded is found missing: it was there from the start.
        assert_eq!(past.since(&Key::new("x"), None, Version(7)), Time::ZERO);
        assert_eq!(past.since(&Key::new("y"), None, Version(1)), Time::ZERO);
    }

    #[test]
    fn an_absent_key_is_as_old_as_what_came_after_its_removal() {
        let mut past = Overwritten::default();
        past.acknowledge(&item(1, Some("a")), None, Time(10));
        past.acknowledge(&item(2, None), None, Time(20));
        past.acknowledge(&item(3, Some("b")), None, Time(30));
        past.acknowledge(&item(4, None), None, Time(40));
        let since = |newest| past.since(&Key::new("x"), None, Version(newest));
        assert_eq!((since(3), since(1)), (Time(30), Time(10)));
        let gone = |version| past.is_gone_after(&Key::new("x"), Version(version));
        assert_eq!([gone(1), gone(3), gone(4)], [true, true, false]);
    }

    #[test]
    fn the_past_of_a_key_is_bounded() {
        let mut past = Overwritten::default();
        for version in 1..=2 * MARKS_MAX as u64 {
            past.acknowledge(&item(version, Some(&format!("{version}"))), None, Time(version));
        }
        let since = past.since(&Key::new("x"), Some(Version(5)), Version(2 * MARKS_MAX as u64));
        assert_eq!(since, Time(MARKS_MAX as u64 + 1));
    }
}
