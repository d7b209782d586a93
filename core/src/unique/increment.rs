//! Auto-increment: one more than the last one, known only to the table that counts.
//!
//! Two shards that count each for themselves give the same numbers.

use super::layout::{Field, Role};

/// 64 bits of count.
pub const FIELDS: &[Field] = &[Field::new("count", 64, Role::Sequence)];
