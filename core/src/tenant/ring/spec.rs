//! How a cluster that keeps a map is set up, beside its strategy: `suspect after 400ms, rebuild never`.

use super::controller::ControllerConfig;
use super::map::ClusterMap;
use crate::base::Span;
use crate::text::reader::{Read, Reader};
use alloc::string::String;
use alloc::sync::Arc;

/// How its controller watches over the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// How often the controller asks who is there.
    pub beat: Span,
    /// How long a node may be silent.
    pub suspect: Span,
    /// How long a node may stay away before its copies are rebuilt; never if `None`.
    pub rebuild: Option<Span>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            beat: Span::millis(100),
            suspect: Span::millis(400),
            rebuild: Some(Span::seconds(3)),
        }
    }
}

impl Spec {
    /// Reads one option; false if what comes is none.
    pub fn option(&mut self, reader: &mut Reader<'_, '_>) -> Read<bool> {
        match reader.ahead() {
            "suspect" => {
                reader.take();
                reader.accept("after");
                self.suspect = reader.time("how long a node may be silent")?;
            }
            "rebuild" => {
                reader.take();
                self.rebuild = if reader.accept("never") {
                    None
                } else {
                    reader.accept("after");
                    Some(reader.time("how long a node may stay away")?)
                };
            }
            "beat" => {
                reader.take();
                self.beat = reader.time("how often the controller asks")?;
                if self.beat < Span::millis(1) {
                    return reader.refuse(String::from("No more often than every 1ms."));
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What the controller is told at first.
    #[must_use]
    pub fn build(&self, plan: Arc<ClusterMap>) -> ControllerConfig {
        let Self { beat, suspect, rebuild } = *self;
        ControllerConfig { plan, beat, suspect, rebuild }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::placement::Strategy;
    use alloc::vec::Vec;

    #[test]
    fn what_is_said_is_what_is_built_and_another_option_is_none_of_its_own() {
        let lines = crate::text::token::lines("suspect after 2s, rebuild never, beat 5ms, scans");
        let mut problems = Vec::new();
        let mut reader = Reader::new(&lines[0], &mut problems);
        let mut spec = Spec::default();
        while matches!(spec.option(&mut reader), Ok(true)) && reader.accept(",") {}
        assert_eq!(reader.ahead(), "scans");
        assert!(matches!(spec.option(&mut reader), Ok(false)));
        let built = spec.build(Arc::new(ClusterMap::empty(&Arc::new(Strategy::Modulo), 1)));
        assert_eq!((built.beat, built.suspect), (Span::millis(5), Span::seconds(2)));
        assert_eq!(built.rebuild, None);
        let lines = crate::text::token::lines("beat 0ms");
        let mut reader = Reader::new(&lines[0], &mut problems);
        assert!(spec.option(&mut reader).is_err());
    }
}
