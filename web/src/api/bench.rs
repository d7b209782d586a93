//! The engine under a stopwatch in a browser, and fallen on purpose: for the harness.

use shardlab::session::{Time, measure};
use std::arch::wasm32::memory_size;
use wasm_bindgen::prelude::*;

/// Bytes of a page of wasm memory.
const PAGE: usize = 65_536;

/// Lets so many nodes call each other until so many events have happened, and gives how many there
/// were: the kernel alone, for a stopwatch.
#[wasm_bindgen]
#[must_use]
pub fn bench_kernel(nodes: u32, events: u32) -> f64 {
    measure::ping(nodes, u64::from(events)).0 as f64
}

/// Computes a text until so many events are known, and gives how many there are: the whole engine, as
/// the page has it, for a stopwatch.
#[wasm_bindgen]
#[must_use]
pub fn bench_session(text: &str, events: u32) -> f64 {
    f64::from(measure::computed(text, events).event_count())
}

/// Computes a text until so many events are known, then goes to each of the moments, which are
/// shares of the known run. Gives the number of events, the bytes of all wasm memory, and how long
/// each step took in milliseconds.
#[wasm_bindgen]
#[must_use]
pub fn bench_seek(text: &str, events: u32, moments: &[f64]) -> Vec<f64> {
    let mut session = measure::computed(text, events);
    let mut result = vec![f64::from(session.event_count()), 0.0];
    let clock = web_sys::window().and_then(|window| window.performance());
    let now = || clock.as_ref().map_or(0.0, web_sys::Performance::now);
    let front = session.front().0 as f64;
    for share in moments {
        let began = now();
        session.seek(Time((front * share) as u64));
        result.push(now() - began);
    }
    result[1] = (memory_size(0) * PAGE) as f64;
    result
}

/// Falls over an error of its own, so that one can see what a visitor keeps then.
#[wasm_bindgen]
pub fn fall_on_purpose(words: &str) {
    panic!("{words}");
}
