//! Test vectors and histories of other people, put to the core: a question in, an answer out.
//!
//! A question is a JSON object with `header` (what the file says of all its vectors) and `vector`. The
//! kind of a vector is told by its fields, not by the name of its file. The answer is `ok 3` for three
//! fields that agree, `differs` with the first field that does not, or `unknown` with the reason.
//! The same crate runs natively and, compiled to wasm, in a browser.

mod hash;
mod history;
mod ids;
mod place;
mod vector;

pub use history::kinds;
use serde_json::Value;
use vector::Vector;

/// Something that the core says of a vector: the field's name and the value.
pub(crate) type Said = Vec<(String, Value)>;

/// Answers a question.
#[must_use]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen::prelude::wasm_bindgen)]
pub fn answer(question: &str) -> String {
    match serde_json::from_str::<Value>(question) {
        Ok(question) => answer_to(&question["header"], &question["vector"]),
        Err(problem) => format!("unknown: this is no question: {problem}"),
    }
}

/// Judges a history of a kind, with a budget, and answers with a JSON object.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn judge(kind: &str, bytes: &[u8], budget: u64) -> String {
    let began = std::time::Instant::now();
    let clock = || began.elapsed().as_micros() as u64;
    history::judge(kind, bytes, budget, &clock).to_string()
}

/// Judges a history of a kind, with a budget, and answers with a JSON object. There is no clock.
#[cfg(target_arch = "wasm32")]
#[must_use]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn judge(kind: &str, bytes: &[u8], budget: u64) -> String {
    history::judge(kind, bytes, budget, &|| 0).to_string()
}

fn answer_to(header: &Value, vector: &Value) -> String {
    let said = match said(header, &Vector(vector)) {
        Ok(said) => said,
        Err(problem) => return format!("unknown: {problem}"),
    };
    let mut agreed = 0;
    for (field, ours) in said {
        let Some(theirs) = vector.get(&field).or_else(|| header.get(&field)) else { continue };
        if plain(theirs) != plain(&ours) {
            return format!("differs in {field}: they say {theirs}, we say {ours}");
        }
        agreed += 1;
    }
    if agreed == 0 {
        "unknown: it holds nothing to check".to_owned()
    } else {
        format!("ok {agreed}")
    }
}

/// Numbers and their texts are the same; so are small and capital letters of hexadecimal digits.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_ascii_lowercase(),
        other => other.to_string().replace('"', ""),
    }
}

/// What the core says of a vector.
fn said(header: &Value, vector: &Vector<'_>) -> Result<Said, String> {
    if vector.0.is_null() {
        return hash::header(header);
    }
    let has = |field: &str| vector.0.get(field).is_some();
    match () {
        () if has("kind") => ids::said(vector),
        () if has("root") => hash::merkle(vector),
        () if has("servers") => place::ketama(vector),
        () if has("offset_skip") => place::maglev(vector),
        () if has("buckets") => place::jump(vector),
        () if has("slot") => place::redis(vector),
        () if has("algo") => hash::xxhash(vector),
        () if has("sip24") || has("sip13") => hash::siphash(vector),
        () if has("h1") || has("h2") => hash::murmur3(vector),
        () if has("fnv1a32") || has("fnv1a64") => hash::fnv(vector),
        () if has("md5") || has("mod_2_32") => hash::md5_ring(vector),
        () if has("token") => hash::token(header, vector),
        () => Err("no kind of vector has these fields".to_owned()),
    }
}
