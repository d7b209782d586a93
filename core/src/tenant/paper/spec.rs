//! How a survey is set up, beside its strategy: `scans of 1%`.

use super::survey::SurveyConfig;
use crate::placement::Strategy;
use crate::placement::keys::KeySet;
use crate::placement::placing::Start;
use crate::text::reader::{Read, Reader};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What is asked of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// How much of all keys a range query is about, in millionths.
    pub scan: u32,
}

impl Default for Spec {
    fn default() -> Self {
        Self { scan: 10_000 }
    }
}

impl Spec {
    /// Reads one option; false if what comes is none.
    pub fn option(&mut self, reader: &mut Reader<'_, '_>) -> Read<bool> {
        if !reader.accept("scans") {
            return Ok(false);
        }
        reader.accept("of");
        self.scan = reader.share("how much of all keys a range query is about")?;
        Ok(true)
    }

    /// What the survey is told at first: nodes with their weights, keys, and where those are placed.
    #[must_use]
    pub fn build(
        &self,
        strategy: &Strategy,
        nodes: Vec<(Arc<str>, u32)>,
        keys: Arc<KeySet>,
        start: Arc<Start>,
    ) -> SurveyConfig {
        let strategy = Arc::new(strategy.clone());
        SurveyConfig { strategy, nodes, keys, start, scan: self.scan }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_are_all_that_it_has() {
        let lines = crate::text::token::lines("scans of 5%, suspect after 2s");
        let mut problems = Vec::new();
        let mut reader = Reader::new(&lines[0], &mut problems);
        let mut spec = Spec::default();
        assert!(matches!(spec.option(&mut reader), Ok(true)));
        assert!(reader.accept(","));
        assert!(matches!(spec.option(&mut reader), Ok(false)));
        assert_eq!(spec, Spec { scan: 50_000 });
        let keys = Arc::new(KeySet::default());
        let nodes = Vec::from([(Arc::from("n1"), 100)]);
        let start = Arc::new(Start::of(&Strategy::Modulo, &nodes, &keys));
        assert_eq!(spec.build(&Strategy::Modulo, nodes, keys, start).scan, 50_000);
    }
}
