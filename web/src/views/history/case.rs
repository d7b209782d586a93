//! A history from a file or a paste, judged by the worker: how far it is, what came of it, where it is torn.

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, MessageEvent, Worker};

use crate::layout::history::Story;
use crate::layout::unit;
use crate::pulse::Var;
use crate::worker::{hire, object};

/// What goes wrong with a text: its line, what it says there, and why.
pub(super) type Wrong = (u32, String, String);

/// A history is read up to this size.
const BYTES_MAX: f64 = 64_000_000.0;
/// Of a torn line so many letters are shown.
const EXCERPT: usize = 160;

/// One history before the judge.
#[derive(Clone, Copy)]
pub(super) struct Case {
    /// Its name; empty while the run itself is looked at.
    pub(super) name: Var<String>,
    /// What came of it.
    pub(super) story: Var<Option<Story>>,
    /// Whether it is being judged.
    pub(super) running: Var<bool>,
    /// How many operations are decided, and how many there are.
    pub(super) progress: Var<(u32, u32)>,
    /// How long it took, in words.
    pub(super) took: Var<String>,
    /// Where the text is no history.
    pub(super) wrong: Var<Option<Wrong>>,
    worker: StoredValue<Option<Worker>, LocalStorage>,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            name: Var::new(String::new()),
            story: Var::new(None),
            running: Var::new(false),
            progress: Var::new((0, 0)),
            took: Var::new(String::new()),
            wrong: Var::new(None),
            worker: StoredValue::new_local(None),
        }
    }
}

/// A field of what the worker says.
fn field(said: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(said, &JsValue::from_str(name)).unwrap_or_default()
}

/// A list in what the worker says; empty if there is none. Numbers of the engine come in a list of their
/// own kind.
fn list(said: &JsValue, name: &str) -> js_sys::Array {
    match field(said, name) {
        value if value.is_object() => js_sys::Array::from(&value),
        _ => js_sys::Array::new(),
    }
}

impl Case {
    /// Stops at once, and forgets the file.
    pub(super) fn close(self) {
        self.cancel();
        self.name.set(String::new());
        self.story.set(None);
        self.wrong.set(None);
        self.took.set(String::new());
    }

    /// Stops at once.
    pub(super) fn cancel(self) {
        self.running.set(false);
        self.worker.try_update_value(|worker| {
            if let Some(worker) = worker.take() {
                worker.set_onmessage(None);
                worker.terminate();
            }
        });
    }

    fn refuse(self, line: u32, said: String, why: String) {
        self.cancel();
        self.wrong.set(Some((line, said, why)));
    }

    /// Reads a file, and judges it.
    pub(super) fn take(self, file: File) {
        self.close();
        self.name.set(file.name());
        if file.size() > BYTES_MAX {
            let size = unit::bytes(file.size());
            return self.refuse(0, String::new(), format!("{size} are more than this page takes"));
        }
        self.running.set(true);
        spawn_local(async move {
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => {
                    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
                    self.judge(file.name(), bytes);
                }
                Err(_) => self.refuse(0, String::new(), "this browser cannot read it".to_owned()),
            }
        });
    }

    /// Judges bytes, of whatever kind they look like.
    pub(super) fn judge(self, name: String, bytes: Vec<u8>) {
        self.close();
        self.name.set(name);
        let Some((worker, load)) = hire() else {
            let why = "this browser gives no worker, so nothing can be judged beside the page";
            return self.refuse(0, String::new(), why.to_owned());
        };
        self.running.set(true);
        self.progress.set((0, 0));
        let asked = worker.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data();
            if field(&said, "ready").is_truthy() {
                let trial = object(&[
                    ("kind", JsValue::from_str("")),
                    ("bytes", js_sys::Uint8Array::from(&bytes[..]).into()),
                ]);
                let _ = asked.post_message(&object(&[("trial", trial)]));
            }
            let pair = list(&said, "progress");
            if let (Some(done), Some(all)) = (pair.get(0).as_f64(), pair.get(1).as_f64()) {
                self.progress.set((done as u32, all as u32));
            }
            let wrong = list(&said, "wrong");
            if let (Some(line), Some(why)) = (wrong.get(0).as_f64(), wrong.get(1).as_string()) {
                let text = String::from_utf8_lossy(&bytes);
                let line = line as u32;
                let said = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
                self.refuse(line, said.chars().take(EXCERPT).collect(), why);
            }
            if let Some(took) = field(&said, "took").as_f64() {
                self.took.set(unit::time(took * 1000.0));
                self.running.set(false);
            }
            if let Ok(Some(story)) =
                serde_wasm_bindgen::from_value::<Option<Story>>(field(&said, "story"))
            {
                self.story.set(Some(story));
            }
            if let Some(error) = field(&said, "error").as_string() {
                self.refuse(0, String::new(), error);
            }
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // The worker calls it for as long as it lives.
        heard.forget();
        let _ = worker.post_message(&load);
        self.worker.set_value(Some(worker));
    }

    /// Asks for another key of the same history, or for all that proves nothing too.
    pub(super) fn look(self, key: Option<String>, smallest: bool) {
        let key = key.map_or(JsValue::UNDEFINED, |key| JsValue::from_str(&key));
        let look = object(&[("key", key), ("smallest", smallest.into())]);
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                let _ = worker.post_message(&object(&[("look", look)]));
            }
        });
    }
}
