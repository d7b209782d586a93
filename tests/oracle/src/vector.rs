//! One vector: its fields, read as the kinds of vectors need them.

use serde_json::Value;

/// The fields of a vector.
pub(crate) struct Vector<'v>(pub(crate) &'v Value);

impl Vector<'_> {
    /// A text.
    pub(crate) fn text(&self, field: &str) -> Result<&str, String> {
        self.0[field].as_str().ok_or_else(|| format!("{field} should be a text"))
    }

    /// A whole number, written as one or as a text.
    pub(crate) fn number(&self, field: &str) -> Result<u64, String> {
        number(&self.0[field]).ok_or_else(|| format!("{field} should be a whole number"))
    }

    /// A list.
    pub(crate) fn list(&self, field: &str) -> Result<&Vec<Value>, String> {
        self.0[field].as_array().ok_or_else(|| format!("{field} should be a list"))
    }

    /// The bytes of a field in hexadecimal digits.
    pub(crate) fn bytes(&self, field: &str) -> Result<Vec<u8>, String> {
        bytes(self.text(field)?).ok_or_else(|| format!("{field} should be hexadecimal digits"))
    }

    /// The bytes that are hashed, however the vector names them.
    pub(crate) fn input(&self) -> Result<Vec<u8>, String> {
        for field in ["input_hex", "key_hex", "bytes_hex"] {
            // SipHash has a key beside its input.
            if self.0.get(field).is_some() {
                return self.bytes(field);
            }
        }
        let field = if self.0.get("input").is_some() { "input" } else { "key" };
        Ok(self.text(field)?.as_bytes().to_vec())
    }
}

/// A whole number, written as one or as a text.
pub(crate) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// The bytes of some hexadecimal digits.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
