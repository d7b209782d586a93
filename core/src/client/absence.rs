//! When a key may rightly be found absent.
//!
//! An answer that a key is absent carries no version, so it does not say which delete it has seen. It is
//! right if some delete can be the last write that the read has seen: one that is newer than what was
//! acknowledged (`metric/overwritten` knows these), one that is under way, and one whose client never learnt
//! what became of it. The last two are kept here.

use crate::store::{CowMap, Key, Keyed};

/// What is known of the deletes of a key.
#[derive(Clone, Debug)]
struct Deletes {
    key: Key,
    /// So many are under way.
    open: u32,
    /// Of one nobody will ever know whether it happened, or still will.
    unknown: bool,
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
        let new = || Deletes { key: key.clone(), open: 0, unknown: false };
        self.0.at(key.position(), key.text(), new).open += 1;
    }

    /// A delete has ended; `unknown` if nobody will know what became of it.
    pub fn end(&mut self, key: &Key, unknown: bool) {
        if let Some(deletes) = self.0.get_mut(key.position(), key.text()) {
            deletes.open = deletes.open.saturating_sub(1);
            deletes.unknown |= unknown;
        }
    }

    /// True if a delete that is not acknowledged may have taken the key away by now.
    #[must_use]
    pub fn is_possible(&self, key: &Key) -> bool {
        let deletes = self.0.get(key.position(), key.text());
        deletes.is_some_and(|it| it.open > 0 || it.unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_be_absent_beside_a_delete_and_after_one_that_nobody_knows_of() {
        let (mut absence, key) = (Absence::default(), Key::new("x"));
        assert!(!absence.is_possible(&key));
        absence.begin(&key);
        assert!(absence.is_possible(&key) && !absence.is_possible(&Key::new("y")));
        absence.end(&key, false);
        assert!(!absence.is_possible(&key));
        absence.begin(&key);
        absence.end(&key, true);
        assert!(absence.is_possible(&key), "it may still happen");
    }
}
