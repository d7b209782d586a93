//! The engine as a JavaScript package: a text goes in, a report comes out.
//!
//! The page exports the same functions, so that its worker and its tests use them too.

#[cfg(target_arch = "wasm32")]
pub mod bench;
pub mod report;
pub mod shrink;
pub mod table;
pub mod trial;

use js_sys::{RangeError, TypeError};
use serde::Serialize;
use shardlab::session::{Session, Time, with_seed};
use wasm_bindgen::prelude::*;

use report::{Event, Parsed, Report, SeedReport};

/// Events of one portion while a run is computed to its end.
const PORTION: u32 = 50_000;
/// Seeds of one call of `sweep`, at most.
const SEEDS_MAX: u32 = 100_000;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** One expectation and what became of it. `untested`: it is about a law that nothing in the run put to the test, so that it does not count as held and is no failure of the law either. */
export interface Verdict { text: string; holds: boolean | null; untested: boolean; measured: string; reason: string; at_us: number | null; }
/** One measured number: ready to be read, and in millionths of its base unit. */
export interface Metric { name: string; shown: string; value: number; meaning: string; }
/** Something wrong with a text, with its place in bytes and a word that may have been meant; a mild one is a hint that keeps nothing from running. */
export interface Diagnostic { line: number; start: number; end: number; message: string; suggestion: string | null; mild: boolean; }
/** What a text says, as far as it was understood. */
export interface Parsed { title: string; summary: string; printed: string; diagnostics: Diagnostic[]; link: string; }
/** What a run measured. `ok` if the text was understood, the run came to its end, and all that it expects holds; `truncated` says that it was cut before its end, and why. What it had not decided by then has `holds: null`. `hash` is that of its whole trace: the same text gives the same hash everywhere. `remarks` are on what happened: statements that changed nothing, orders that were refused or still wait. */
export interface Report { title: string; ok: boolean; truncated: string | null; end_us: number; events: number; hash: string; verdicts: Verdict[]; metrics: Metric[]; diagnostics: Diagnostic[]; remarks: Diagnostic[]; }
/** What became of one seed: what failed with its measure, the same expectations alone, how many were not decided, which laws nothing put to the test, and whether the run was cut. A text with mistakes does not hold: `diagnostics` says what was not understood. */
export interface SeedReport { seed: number; holds: boolean; failed: string[]; broken: string[]; undecided: number; untested: string[]; truncated: string | null; diagnostics: Diagnostic[]; hash: string; }
/** Runs a text to its end. */
export function run(text: string): Report;
/** Reads a text without running it. */
export function parse(text: string): Parsed;
/** Runs a text with each seed from `from` up to but not including `to`. */
export function sweep(text: string, from: number, to: number): SeedReport[];
"#;

/// A session that knows its whole run.
fn complete(text: &str) -> Session {
    let mut session = Session::open(text);
    while !session.compute(PORTION) {}
    session
}

fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(|error| JsValue::from_str(&error.to_string()))
}

/// The words of what should be a text. JavaScript may hand over anything, and the page must survive it.
fn words(text: &JsValue) -> Result<String, JsValue> {
    let refuse =
        || TypeError::new("A scenario is a text: a string, such as \"ring 4 nodes\".").into();
    text.as_string().ok_or_else(refuse)
}

/// Runs a text to its end and reports.
///
/// # Errors
/// When it is no text, or the report cannot be given to JavaScript.
#[wasm_bindgen(skip_typescript)]
pub fn run(text: &JsValue) -> Result<JsValue, JsValue> {
    to_js(&Report::of(&complete(&words(text)?)))
}

/// Reads a text and says what was understood.
///
/// # Errors
/// When it is no text, or the answer cannot be given to JavaScript.
#[wasm_bindgen(skip_typescript)]
pub fn parse(text: &JsValue) -> Result<JsValue, JsValue> {
    to_js(&Parsed::of(&Session::open(&words(text)?)))
}

/// Runs a text with many seeds.
///
/// # Errors
/// When it is no text or no range of seeds, or the reports cannot be given to JavaScript.
#[wasm_bindgen(skip_typescript)]
pub fn sweep(text: &JsValue, from: f64, to: f64) -> Result<JsValue, JsValue> {
    let text = words(text)?;
    let is_seed =
        |number: f64| number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    if !is_seed(from) || !is_seed(to) || to < from || to - from > f64::from(SEEDS_MAX) {
        let told =
            format!("Seeds are whole numbers from one up to another, at most {SEEDS_MAX} of them.");
        return Err(RangeError::new(&told).into());
    }
    let reports: Vec<SeedReport> = (from as u64..to as u64)
        .map(|seed| SeedReport::of(seed, &complete(&with_seed(&text, seed))))
        .collect();
    to_js(&reports)
}

/// The version of the engine.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The trace of a session as JSON: one object an event, in order.
#[must_use]
pub fn trace_json(session: &Session) -> String {
    let mut text = String::from("[\n");
    let mut from = 0;
    loop {
        let events = session.events(from, 4096);
        let Some(last) = events.last() else { break };
        let next = last.seq + 1;
        for event in &events {
            if text.len() > 2 {
                text.push_str(",\n");
            }
            text.push_str(&Event::of(event).json());
        }
        from = next;
    }
    text.push_str("\n]\n");
    text
}

/// Where a session stands, in microseconds: for tests that watch the page.
#[must_use]
pub fn now_us(session: &Session) -> u64 {
    let Time(now) = session.now();
    now
}
