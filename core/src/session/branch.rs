//! What-ifs: a text kept beside this one, and where the two runs part.

use super::{Difference, Session};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// So many what-ifs are kept.
const BRANCHES_MAX: usize = 12;

impl Session {
    /// What-ifs that are kept: a name and a text each.
    #[must_use]
    pub fn branches(&self) -> Vec<(String, String)> {
        self.branches.clone()
    }

    /// Keeps the text as it is now, so that what follows is a what-if beside it.
    pub fn fork(&mut self) {
        let name = format!("{} at {}", self.title(), self.now());
        if self.branches.len() == BRANCHES_MAX {
            self.branches.remove(0);
        }
        self.branches.push((name, self.text.clone()));
        self.revision += 1;
    }

    /// Goes over to a what-if that was kept, and keeps this text in its place.
    pub fn switch(&mut self, branch: u32) {
        let Some((name, text)) = self.branches.get(branch as usize).cloned() else { return };
        self.branches[branch as usize] = (name, self.text.clone());
        self.edit(&text);
        self.revision += 1;
    }

    /// Where this run and a what-if part: the first event that differs, as far as both are known.
    #[must_use]
    pub fn difference(&self, branch: u32) -> Option<Difference> {
        let (_, text) = self.branches.get(branch as usize)?;
        let mut other = self.beside(text);
        other.timeline.extend_to(&other.script, self.front(), u64::MAX);
        let mut here = self.timeline.trace().since(0);
        let mut there = other.timeline.trace().since(0);
        loop {
            let (one, two) = (here.next(), there.next());
            let seq = one.or(two)?.seq;
            if one.map(crate::sim::Event::digest) != two.map(crate::sim::Event::digest) {
                return Some(Difference { seq, here: self.event(seq), there: other.event(seq) });
            }
        }
    }
}
