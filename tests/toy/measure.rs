//! How often the token was handed on.

use super::Note;
use crate::base::number::Number;
use crate::base::{NodeId, Time};
use crate::metric::Common;
use crate::tenant::Measure;

/// The numbers of one toy.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// How often the token was handed on.
    pub passes: u64,
    last: Option<u32>,
}

impl Measure for Measures {
    type Note = Note;

    fn fold(&mut self, _: NodeId, _: Time, seq: u32, note: &Note, _: &mut Common) {
        match note {
            Note::Passed(_) => (self.passes, self.last) = (self.passes + 1, Some(seq)),
            Note::Took(_) => {}
        }
    }

    fn evidence(&self, word: &str, _: &Common) -> Option<u32> {
        self.last.filter(|_| word == "passes")
    }

    fn number<'m>(
        word: &str,
        each: &(impl Iterator<Item = &'m Self> + Clone),
        _: Time,
    ) -> Option<Number> {
        (word == "passes").then(|| Number::count(each.clone().map(|one| one.passes).sum()))
    }
}
