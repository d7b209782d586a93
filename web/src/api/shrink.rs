//! A failing text made short, for a worker: one text tried a step, so that it can be told and stopped.

use shardlab::session::shrink;
use wasm_bindgen::prelude::*;

/// A text on its way to the shortest that fails.
#[wasm_bindgen(skip_typescript)]
pub struct Shrink(shrink::Shrink);

#[wasm_bindgen]
impl Shrink {
    /// Begins with a text in which that expectation fails.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(text: &str, expectation: &str) -> Self {
        Self(shrink::Shrink::new(text, expectation))
    }

    /// Tries one text; true once nothing is left to try.
    pub fn step(&mut self) -> bool {
        self.0.step()
    }

    /// How many texts were tried.
    #[must_use]
    pub fn tried(&self) -> u32 {
        self.0.tried()
    }

    /// How many statements are left that could go.
    #[must_use]
    pub fn left(&self) -> u32 {
        u32::try_from(self.0.left()).unwrap_or(u32::MAX)
    }

    /// The shortest text that fails, as far as it is known.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.text()
    }
}
