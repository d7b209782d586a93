//! How the toy is set up: `3 nodes, every 100ms`.

use crate::base::Span;
use crate::tenant::NODES_MAX;
use crate::text::reader::{Read, Reader};

/// A node keeps the token at least for so long, so that a run is not full of passes.
const SHORTEST: Span = Span::millis(1);

/// What the text says of it, beside how many nodes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// How long a node keeps the token.
    pub every: Span,
}

impl Spec {
    /// Reads one option, or how many nodes there are.
    pub fn option(&mut self, reader: &mut Reader<'_, '_>, nodes: &mut u32) -> Read<()> {
        if reader.accept("every") {
            self.every = reader.time("how long a node keeps the token")?;
            if self.every < SHORTEST {
                return reader.refuse("A node keeps the token for at least 1ms.".into());
            }
            return Ok(());
        }
        let count = reader.count("how many nodes there are", 2, NODES_MAX)? as u32;
        if !reader.accept("nodes") {
            return reader.refuse("Here should be: nodes, as in 3 nodes, or every 100ms.".into());
        }
        *nodes = count;
        Ok(())
    }
}
