//! When a key may rightly be found absent.
//!
//! An answer that a key is absent carries no version, so it does not say which delete it has seen. It is
//! right if some delete can be the last write that the read has seen: one that is under way, one whose
//! client never learnt what became of it, and one that is newer than what was acknowledged.

use crate::store::{CowMap, Key, Keyed, Version};

/// What is known of the deletes of a key.
#[derive(Clone, Debug)]
struct Deletes {
    key: Key,
    /// So many are under way.
    open: u32,
    /// Of one nobody will ever know whether it happened, or still will.
    unknown: bool,
    /// The newest that was acknowledged.
    newest: Version,
}

impl Keyed for Deletes {
    fn position(&self) -> u64 {
        self.key.position()
    }
    fn key(&self) -> &str {
        self.key.text()
    }
}

/// The deletes of all keys.
#[derive(Clone, Debug, Default)]
pub struct Absence(CowMap<Deletes>);

impl Absence {
    /// A client asks for a delete.
    pub fn begin(&mut self, key: &Key) {
        let new = || Deletes { key: key.clone(), open: 0, unknown: false, newest: Version(0) };
        self.0.at(key.position(), key.text(), new).open += 1;
    }

    /// A delete has ended without an effect, or as this version.
    pub fn end(&mut self, key: &Key, version: Option<Version>) {
        if let Some(deletes) = self.0.get_mut(key.position(), key.text()) {
            deletes.open = deletes.open.saturating_sub(1);
            deletes.newest = deletes.newest.max(version.unwrap_or_default());
        }
    }

    /// Nobody will know what became of a delete.
    pub fn lose(&mut self, key: &Key) {
        if let Some(deletes) = self.0.get_mut(key.position(), key.text()) {
            deletes.open = deletes.open.saturating_sub(1);
            deletes.unknown = true;
        }
    }

    /// True if the key may be absent after a version of it was acknowledged.
    #[must_use]
    pub fn may_follow(&self, key: &Key, version: Version) -> bool {
        let deletes = self.0.get(key.position(), key.text());
        deletes.is_some_and(|it| it.open > 0 || it.unknown || it.newest > version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_absent_beside_a_delete_and_behind_it_and_not_before_or_without_one() {
        let (mut absence, key) = (Absence::default(), Key::new("x"));
        let other = Key::new("y");
        assert!(!absence.may_follow(&key, Version(3)));
        absence.begin(&key);
        assert!(absence.may_follow(&key, Version(3)) && !absence.may_follow(&other, Version(3)));
        absence.end(&key, Some(Version(5)));
        assert!(absence.may_follow(&key, Version(3)) && !absence.may_follow(&key, Version(7)));
        absence.begin(&key);
        absence.end(&key, None);
        assert!(!absence.may_follow(&key, Version(7)), "it was refused");
        absence.begin(&key);
        absence.lose(&key);
        assert!(absence.may_follow(&key, Version(7)), "it may still happen");
    }
}
