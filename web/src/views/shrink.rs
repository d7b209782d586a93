//! A failing seed made short: the worker tries texts, the page tells how far it is and shows the shortest.

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

use crate::export;
use crate::layout::unit;
use crate::player::link_of;
use crate::pulse::Var;
use crate::widgets::button::Button;
use crate::widgets::follow::live;
use crate::widgets::piece::{Piece, Show, view};
use crate::worker::{hire, object};

/// One text that is made short.
#[derive(Clone, Copy)]
pub(super) struct Shrinking {
    /// Which seed; nothing while none was asked for.
    seed: Var<Option<u64>>,
    /// How many texts were tried, and how many statements are left.
    progress: Var<(u32, u32)>,
    /// The expectation that fails.
    expectation: Var<String>,
    /// The shortest text, once it is known.
    text: Var<Option<String>>,
    /// Whether it goes on.
    running: Var<bool>,
    /// What the page has to say about it: an error, a stop, a copy.
    told: Var<&'static str>,
    error: Var<Option<String>>,
    worker: StoredValue<Option<Worker>, LocalStorage>,
}

impl Default for Shrinking {
    fn default() -> Self {
        Self {
            seed: Var::new(None),
            progress: Var::new((0, 0)),
            expectation: Var::new(String::new()),
            text: Var::new(None),
            running: Var::new(false),
            told: Var::new(""),
            error: Var::new(None),
            worker: StoredValue::new_local(None),
        }
    }
}

/// A field of what the worker says.
fn field(said: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(said, &JsValue::from_str(name)).unwrap_or_default()
}

impl Shrinking {
    /// Begins with the text of a seed in which that expectation fails.
    pub(super) fn start(self, seed: u64, text: String, expectation: String) {
        self.clear();
        let Some((worker, load)) = hire() else {
            return self.fail("This browser gives no worker, so nothing can be shrunk here.");
        };
        self.seed.set(Some(seed));
        self.expectation.set(expectation.clone());
        self.running.set(true);
        let asked = worker.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data();
            let word = |name| field(&said, name);
            if word("ready").is_truthy() {
                let order = object(&[
                    ("text", JsValue::from_str(&text)),
                    ("expectation", JsValue::from_str(&expectation)),
                ]);
                let _ = asked.post_message(&object(&[("shrink", order)]));
            }
            if let (Some(tried), Some(left)) = (word("tried").as_f64(), word("left").as_f64()) {
                self.progress.set((tried as u32, left as u32));
            }
            if let Some(text) = word("text").as_string() {
                self.stop();
                self.text.set(Some(text));
            }
            if let Some(error) = word("error").as_string() {
                self.fail(&error);
            }
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        // The worker calls it for as long as it lives.
        heard.forget();
        let failed = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            self.fail("The worker could not be started.");
        });
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        failed.forget();
        let _ = worker.post_message(&load);
        self.worker.set_value(Some(worker));
    }

    /// Stops, and forgets what was found.
    pub(super) fn clear(self) {
        self.stop();
        self.seed.set(None);
        self.progress.set((0, 0));
        self.text.set(None);
        self.told.set("");
        self.error.set(None);
    }

    /// Stops at once.
    pub(super) fn stop(self) {
        self.running.set(false);
        self.worker.try_update_value(|worker| {
            if let Some(worker) = worker.take() {
                worker.set_onmessage(None);
                worker.terminate();
            }
        });
    }

    fn fail(self, words: &str) {
        self.stop();
        self.error.set(Some(words.to_owned()));
    }

    fn words(self) -> String {
        let (tried, left) = self.progress.get();
        let tried_words =
            format!("{} texts tried, {left} statements left", unit::grouped(u64::from(tried)));
        if self.running.get() {
            format!("Shrinking: {tried_words}")
        } else if self.text.with(Option::is_none) {
            format!("Stopped: {tried_words}")
        } else if tried <= 1 {
            "This seed does not fail when its text runs alone, so there is nothing to shrink."
                .to_owned()
        } else {
            tried_words
        }
    }
}

/// How far it is, and what came of it.
pub(super) fn shrinking(shrink: Shrinking) -> Piece {
    let copy = move |()| {
        let text = shrink.text.get_untracked().unwrap_or_default();
        let done = export::copy(&text);
        shrink.told.set(if done { "Copied." } else { "This browser lets no page copy." });
    };
    view! {
        <Show when=move || shrink.seed.with(Option::is_some)>
            <section class="shrink" data-role="shrink" aria-label="The shortest text that fails">
                <h3>{live(move || format!("Seed {}, as short as it still fails", shrink.seed.get().unwrap_or_default()))}</h3>
                <p><code>{live(move || format!("expect {}", shrink.expectation.get()))}</code></p>
                <div class="button-row">
                    <p role="status" data-role="shrink-progress">{live(move || shrink.words())}</p>
                    <Show when=move || shrink.running.get()>
                        <Button label="Stop" class="small" role_name="shrink-stop" on_press=move |()| shrink.stop() />
                    </Show>
                </div>
                {live(move || shrink.text.get().map(|text| {
                    let link = format!("#{}", link_of(&text));
                    view! {
                        <pre class="shrunk" data-role="shrunk" tabindex="0" role="region" aria-label="Text">{text}</pre>
                        <div class="button-row">
                            <a class="button small" data-role="shrink-open" href=link>"Open in the lab"</a>
                            <Button label="Copy" class="small" role_name="shrink-copy" on_press=copy />
                            <span role="status">{live(move || shrink.told.get())}</span>
                        </div>
                    }
                }))}
            </section>
        </Show>
        {live(move || shrink.error.get().map(|words| view! { <p class="state fault" role="alert">{words}</p> }))}
    }
}
