//! A file of vectors: JSON with `vectors`, a list of objects, beside what holds for all of them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Asked;
use crate::place;

/// A file of vectors, read.
#[derive(Debug, Clone)]
pub struct File {
    path: PathBuf,
    header: Value,
    vectors: Vec<Value>,
}

/// What became of a file's vectors.
#[derive(Debug, Clone, Default)]
pub struct Count {
    /// How many vectors there are.
    pub vectors: usize,
    /// How many fields agreed.
    pub fields: u64,
    /// The entries that are not as we say, each with the reason.
    pub failures: Vec<String>,
}

/// Header fields that are themselves to be checked.
const CHECKED: [&str; 2] = ["smhasher_verification", "crc16_check"];

impl File {
    /// Reads a file; refuses what is none.
    pub fn read(path: &Path) -> Result<Self, String> {
        Self::of(path, &place::read(path)?)
    }

    /// The file of that name with this content.
    pub fn of(path: &Path, content: &str) -> Result<Self, String> {
        let name = path.display();
        let mut header: Value =
            serde_json::from_str(content).map_err(|it| format!("{name}: {it}"))?;
        let Some(Value::Array(vectors)) = header.get_mut("vectors").map(Value::take) else {
            return Err(format!("{name}: this is no file of vectors: it has no list \"vectors\""));
        };
        if vectors.is_empty() || !vectors.iter().all(Value::is_object) {
            return Err(format!("{name}: \"vectors\" should hold objects"));
        }
        Ok(Self { path: path.to_path_buf(), header, vectors })
    }

    /// Puts every vector to the core. A file of which no vector is understood is an error.
    pub fn check(&self, asked: &mut Asked) -> Result<Count, String> {
        let mut entries: Vec<&Value> = self.vectors.iter().collect();
        if CHECKED.iter().any(|field| self.header.get(field).is_some()) {
            entries.push(&Value::Null);
        }
        let questions: Vec<String> = entries
            .iter()
            .map(|vector| json!({ "header": self.header, "vector": vector }).to_string())
            .collect();
        let answers = asked.ask(&questions)?;
        let mut count = Count { vectors: self.vectors.len(), ..Count::default() };
        let mut unknown = 0;
        for (entry, answer) in entries.iter().zip(&answers) {
            match answer.strip_prefix("ok ").and_then(|fields| fields.parse::<u64>().ok()) {
                Some(fields) => count.fields += fields,
                None => {
                    unknown += usize::from(answer.starts_with("unknown"));
                    let entry = if entry.is_null() { &self.header } else { entry };
                    count.failures.push(format!("{answer}\n    {entry}"));
                }
            }
        }
        if unknown == entries.len() || answers.len() != entries.len() {
            let why = answers.first().map_or("no answer", String::as_str);
            return Err(format!(
                "{}: no vector of this file is understood: {why}",
                self.path.display()
            ));
        }
        Ok(count)
    }

    fn name(&self) -> String {
        self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }
}

impl Count {
    /// The count in a line.
    #[must_use]
    pub fn line(&self, file: &File) -> String {
        let said = if self.failures.is_empty() { "as we say" } else { "FAILED" };
        format!(
            "{:<36} {:>4} vectors, {:>4} fields  {said}",
            file.name(),
            self.vectors,
            self.fields
        )
    }

    /// The count as an object.
    #[must_use]
    pub fn json(&self, file: &File) -> Value {
        json!({
            "file": file.name(),
            "vectors": self.vectors,
            "fields": self.fields,
            "failed": self.failures.len(),
        })
    }
}
