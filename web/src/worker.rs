//! Long work away from the page: a worker that loads the same engine and runs many seeds.

use crate::pulse::Var;
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// What became of one seed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct SeedReport {
    /// The seed.
    pub seed: u64,
    /// Whether every expectation held.
    pub holds: bool,
    /// The expectations that did not, with what was measured.
    #[serde(default)]
    pub failed: Vec<String>,
    /// The same expectations, as the text has them.
    #[serde(default)]
    pub broken: Vec<String>,
    /// How many expectations were not decided.
    #[serde(default)]
    pub undecided: u32,
    /// The expectations about laws that nothing put to the test.
    #[serde(default)]
    pub untested: Vec<String>,
    /// That the run was cut before its end, in words.
    #[serde(default)]
    pub truncated: Option<String>,
    /// What was not understood of the text.
    #[serde(default)]
    pub diagnostics: Vec<Mistake>,
}

/// Something that was not understood of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Mistake {
    /// What is wrong, in a sentence.
    pub message: String,
    /// True for a hint that keeps nothing from running.
    #[serde(default)]
    pub mild: bool,
}

/// What a worker says.
#[derive(Clone, Debug, Default, Deserialize)]
struct Said {
    #[serde(default)]
    ready: bool,
    #[serde(default)]
    seeds: Vec<SeedReport>,
    #[serde(default)]
    end: bool,
    error: Option<String>,
}

/// A sweep, as far as it has come.
#[derive(Clone, Copy)]
pub struct Sweep {
    /// Seeds that have been run.
    pub seeds: Var<Vec<SeedReport>>,
    /// The text that is run with each of them.
    pub text: Var<String>,
    /// Whether all of them have been run.
    pub ended: Var<bool>,
    /// How many there will be.
    pub total: Var<u64>,
    /// Whether it is running.
    pub running: Var<bool>,
    /// What went wrong, if something did.
    pub error: Var<Option<String>>,
    worker: StoredValue<Option<Worker>, LocalStorage>,
    job: StoredValue<u32>,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            seeds: Var::new(Vec::new()),
            text: Var::new(String::new()),
            ended: Var::new(false),
            total: Var::new(0),
            running: Var::new(false),
            error: Var::new(None),
            worker: StoredValue::new_local(None),
            job: StoredValue::new(0),
        }
    }
}

impl Sweep {
    /// Runs `text` with the seeds from `from` up to but not including `to`.
    pub fn start(self, text: String, from: u64, to: u64) {
        self.cancel();
        self.seeds.set(Vec::new());
        self.text.set(text.clone());
        self.ended.set(false);
        self.total.set(to.saturating_sub(from));
        self.error.set(None);
        let Some((worker, load)) = hire() else {
            self.error.set(Some(
                "This browser gives no worker, so many seeds cannot be run here.".to_owned(),
            ));
            return;
        };
        self.running.set(true);
        self.job.update_value(|job| *job += 1);
        let job = self.job.get_value();
        let asked = worker.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if self.job.try_get_value() != Some(job) {
                return;
            }
            let Ok(said) = serde_wasm_bindgen::from_value::<Said>(event.data()) else {
                self.error.set(Some(
                    "The worker answered in words that this page does not know.".to_owned(),
                ));
                return;
            };
            if said.ready {
                let _ = asked.post_message(&object(&[
                    ("job", job.into()),
                    ("text", JsValue::from_str(&text)),
                    ("from", JsValue::from_f64(from as f64)),
                    ("to", JsValue::from_f64(to as f64)),
                ]));
            }
            if !said.seeds.is_empty() {
                self.seeds.update(|seeds| seeds.extend(said.seeds));
            }
            if let Some(error) = said.error {
                self.error.set(Some(error));
                self.running.set(false);
            }
            if said.end {
                self.running.set(false);
                self.ended.set(true);
            }
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // The worker calls it for as long as it lives.
        heard.forget();
        let failed = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            self.error.set(Some("The worker could not be started.".to_owned()));
            self.running.set(false);
        });
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        failed.forget();
        let _ = worker.post_message(&load);
        self.worker.set_value(Some(worker));
    }

    /// Stops at once; what has been found stays.
    pub fn cancel(self) {
        self.running.set(false);
        self.job.update_value(|job| *job += 1);
        self.worker.update_value(|worker| {
            if let Some(worker) = worker.take() {
                worker.terminate();
            }
        });
    }
}

/// A worker, and the message that makes it load the very files that this page has loaded.
pub(crate) fn hire() -> Option<(Worker, JsValue)> {
    let engine = document().query_selector("link[rel=engine]").ok()??;
    let wasm = engine.get_attribute("href")?;
    let module = engine.get_attribute("data-module")?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("./worker.js", &options).ok()?;
    let load =
        object(&[("module", JsValue::from_str(&module)), ("wasm", JsValue::from_str(&wasm))]);
    Some((worker, object(&[("load", load)])))
}

pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}
