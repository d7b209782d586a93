//! What was told of one history: the answer of the judge, as a line and as an object.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// The answer about a file.
#[derive(Debug, Clone)]
pub struct Told {
    /// Whether it is linearizable; nothing if that is not known.
    pub linearizable: Option<bool>,
    /// The whole answer, with the file's name.
    pub json: Value,
}

impl Told {
    /// Reads an answer; a text that is no history is an error.
    pub fn of(file: &str, answer: &str) -> Result<Self, String> {
        let mut json: Value =
            serde_json::from_str(answer).map_err(|error| format!("{file}: {error}"))?;
        if let Some(problem) = json["problem"].as_str() {
            return Err(match json["line"].as_u64() {
                Some(line) => format!("{file}:{line}: {problem}"),
                None => format!("{file}: {problem}"),
            });
        }
        let linearizable = match json["verdict"].as_str() {
            Some("linearizable") => Some(true),
            Some("not linearizable") => Some(false),
            _ => None,
        };
        json["file"] = json!(file);
        Ok(Self { linearizable, json })
    }

    /// The answer in a line, and below it the smallest violation if that is wanted.
    #[must_use]
    pub fn shown(&self, why: bool) -> String {
        let number = |field: &str| self.json[field].as_u64().unwrap_or_default();
        let file = self.json["file"].as_str().unwrap_or_default();
        let verdict = self.json["verdict"].as_str().unwrap_or_default();
        let took = std::time::Duration::from_micros(number("microseconds"));
        let mut text = format!(
            "{file:<44} {verdict:<17} {:>6} operations {:>10}",
            number("operations"),
            brief(took)
        );
        if let Some(line) = self.json["culprit"]["line"].as_u64() {
            let told = self.json["culprit"]["told"].as_str().unwrap_or_default();
            let _ = write!(text, "   line {line}: {told} fits no order");
        }
        text.push('\n');
        for operation in self.json["smallest"].as_array().into_iter().flatten().filter(|_| why) {
            let field = |name: &str| operation[name].as_str().unwrap_or_default();
            let lines = format!("{}..{}", operation["called"], operation["returned"]);
            let _ = writeln!(text, "    {lines:>14}  {:<8} {}", field("client"), field("told"));
        }
        text
    }
}

/// A short time in the unit that gives two to four digits.
fn brief(span: std::time::Duration) -> String {
    match span.as_micros() {
        micros @ 0..1_000 => format!("{micros} µs"),
        micros @ 1_000..1_000_000 => format!("{:.1} ms", micros as f64 / 1e3),
        micros => format!("{:.2} s", micros as f64 / 1e6),
    }
}
