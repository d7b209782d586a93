//! How often the token was handed on.

use super::Note;
use crate::base::number::Number;
use crate::base::{NodeId, Time};
use crate::metric::Common;

/// The numbers of one toy.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// How often the token was handed on.
    pub passes: u64,
    last: Option<u32>,
}

impl Measures {
    /// Reads a note of a node.
    pub fn fold(&mut self, _: NodeId, _: Time, seq: u32, note: &Note, _: &mut Common) {
        match note {
            Note::Passed(_) => (self.passes, self.last) = (self.passes + 1, Some(seq)),
            Note::Took(_) => {}
        }
    }

    /// The event that shows the number of that name best.
    #[must_use]
    pub fn evidence(&self, word: &str, _: &Common) -> Option<u32> {
        self.last.filter(|_| word == "passes")
    }
}

/// The number of that name of all these.
#[must_use]
pub fn number<'m>(
    word: &str,
    each: &(impl Iterator<Item = &'m Measures> + Clone),
    _: Time,
) -> Option<Number> {
    (word == "passes").then(|| Number::count(each.clone().map(|one| one.passes).sum()))
}
