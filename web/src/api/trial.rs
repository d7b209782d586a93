//! A history from a file before the judge, for a worker: bytes go in, a story comes out.

use js_sys::Array;
use shardlab::session::{self, BarFact, HistoryFact};
use wasm_bindgen::prelude::*;

use crate::layout::history::{Bar, Story};

/// A history that is being judged.
#[wasm_bindgen(skip_typescript)]
pub struct Trial(session::Trial);

#[wasm_bindgen]
impl Trial {
    /// Reads a history of a kind, or of the kind that it looks like if none is named.
    ///
    /// # Errors
    /// A pair of the line and what is wrong with it, if this is no history.
    #[wasm_bindgen(constructor)]
    pub fn new(kind: &str, bytes: &[u8]) -> Result<Self, JsValue> {
        let wrong = |(line, message): (u32, String)| Array::of2(&line.into(), &message.into());
        session::Trial::open(kind, bytes).map(Self).map_err(|it| wrong(it).into())
    }

    /// Goes on for so much work; true once it is done.
    pub fn advance(&mut self, work: f64) -> bool {
        self.0.advance(work as u64)
    }

    /// How many operations are decided, and how many there are.
    #[must_use]
    pub fn progress(&self) -> Vec<u32> {
        let (done, all) = self.0.progress();
        vec![done, all]
    }

    /// The story of a key, and only what proves a violation if `smallest`.
    ///
    /// # Errors
    /// When it cannot be given to JavaScript.
    pub fn story(&self, key: Option<String>, smallest: bool) -> Result<JsValue, JsValue> {
        super::to_js(&story(self.0.fact(key.as_deref(), smallest)))
    }
}

/// A fact as the words of a screen.
#[must_use]
pub fn story(fact: HistoryFact) -> Story {
    let bar = |bar: BarFact| Bar {
        client: bar.client,
        told: bar.told,
        answer: bar.answer,
        from: bar.from,
        to: bar.to,
        called: bar.called,
        returned: bar.returned,
        number: bar.number,
        state: bar.state,
        culprit: bar.culprit,
        proves: bar.proves,
    };
    Story {
        verdict: fact.verdict,
        reason: fact.reason,
        operations: fact.operations,
        keys: fact.keys,
        busiest: fact.busiest,
        key: fact.key,
        joined: fact.joined,
        of_key: fact.of_key,
        smallest: fact.smallest,
        bars: fact.bars.into_iter().map(bar).collect(),
    }
}
