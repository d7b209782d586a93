//! What a client wants of a store, key by key.

use super::Verb;
use crate::store::{Key, Value};

/// What a client wants of one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Op {
    /// What to do.
    pub verb: Verb,
    /// To which key.
    pub key: Key,
    /// What to write or append.
    pub value: Option<Value>,
    /// What must stand there; gone for "nothing".
    pub expected: Option<Value>,
}

impl Op {
    /// A read.
    #[must_use]
    pub fn get(key: Key) -> Self {
        Self { verb: Verb::Get, key, value: None, expected: None }
    }

    /// A write; of "gone", a delete.
    #[must_use]
    pub fn put(key: Key, value: Value) -> Self {
        let verb = if value == Value::Gone { Verb::Delete } else { Verb::Put };
        Self { verb, key, value: Some(value), expected: None }
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let values = self.value.iter().chain(&self.expected);
        8 + self.key.text().len() as u64 + values.map(Value::bytes).sum::<u64>()
    }
}
