//! The script editor: a text field over its own highlighted print, with faults told in their place.
//!
//! It knows no language: its owner says which stretches of the text are what, what is wrong
//! with them, and which words could follow.

pub mod offer;
pub mod print;

use leptos::ev::{Event, InputEvent, KeyboardEvent};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

pub use offer::Offer;
pub use print::{Problem, Stretch};

use crate::pulse::{Fact, Var, effect};
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};
use offer::OfferList;
use print::Print;

/// How long the hand must rest before the run follows the text.
const REST: Duration = Duration::from_millis(140);

/// A text field with colors, problems and offers.
#[component]
pub fn Editor(
    /// The text as it stands outside.
    #[prop(into)]
    text: Fact<String>,
    /// What is what in a text.
    #[prop(into)]
    stretches: Callback<String, Vec<Stretch>>,
    /// What is wrong with the text that stands outside.
    #[prop(into)]
    problems: Fact<Vec<Problem>>,
    /// The words that could stand at a place of a text, given as a byte.
    #[prop(into)]
    offers: Callback<(String, usize), Vec<Offer>>,
    /// More bytes are not taken in at once: a browser would lay them all out first.
    most: usize,
    /// The line to mark as the present one.
    #[prop(into)]
    current: Fact<Option<usize>>,
    /// The text has changed under the hand.
    #[prop(into)]
    on_edit: Callback<String>,
    /// Undo (`true`) or redo (`false`) was asked for.
    #[prop(into)]
    on_undo: Callback<bool>,
) -> Piece {
    let draft = Var::new(text.get_untracked());
    let field = NodeRef::<leptos::html::Textarea>::new();
    let choice = Var::new((Vec::<Offer>::new(), 0_usize));
    let pending = StoredValue::new(0_u64);
    effect(move || {
        let outside = text.get();
        if outside != draft.get_untracked() {
            pending.update_value(|count| *count += 1);
            draft.set(outside);
            choice.set((Vec::new(), 0));
        }
    });
    let submit = move |now: String| {
        pending.update_value(|count| *count += 1);
        let mine = pending.get_value();
        draft.set(now.clone());
        set_timeout(
            move || {
                if pending.try_get_value() == Some(mine) {
                    on_edit.run(now);
                }
            },
            REST,
        );
    };
    let caret = move || {
        field.get_untracked().and_then(|area| area.selection_start().ok().flatten()).unwrap_or(0)
            as usize
    };
    let refused = Var::new(None::<String>);
    let before_input = move |event: InputEvent| {
        let bytes = event.data().map_or(0, |words| words.len());
        let too_many = bytes > most;
        if too_many {
            event.prevent_default();
        } else if refused.with_untracked(Option::is_none) {
            return;
        }
        refused.set(too_many.then(|| {
            let (bytes, most) = (bytes.div_ceil(1024), most / 1024);
            format!("{bytes} kB were not taken in: a text has at most {most} kB.")
        }));
    };
    let input = move |event: Event| {
        let now = event_target_value(&event);
        let at = byte_of(&now, caret());
        let typed = now[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        choice.set((if typed { offers.run((now.clone(), at)) } else { Vec::new() }, 0));
        submit(now);
    };
    let take = move |offer: Offer| {
        let before = draft.get_untracked();
        let (start, end) = (offer.start.min(before.len()), offer.end.min(before.len()));
        if !before.is_char_boundary(start) || !before.is_char_boundary(end) || start > end {
            return;
        }
        let now = format!("{}{}{}", &before[..start], offer.word, &before[end..]);
        let place =
            u32::try_from(now[..start + offer.word.len()].encode_utf16().count()).unwrap_or(0);
        choice.set((Vec::new(), 0));
        if let Some(area) = field.get_untracked() {
            area.set_value(&now);
            let _ = area.set_selection_range(place, place);
            let _ = area.focus();
        }
        submit(now);
    };
    let key = move |event: KeyboardEvent| {
        event.stop_propagation();
        let (list, at) = choice.get_untracked();
        let command = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "z" | "Z" if command => {
                event.prevent_default();
                on_undo.run(!event.shift_key());
            }
            "y" if command => {
                event.prevent_default();
                on_undo.run(false);
            }
            " " if command => {
                event.prevent_default();
                let now = draft.get_untracked();
                let place = byte_of(&now, caret());
                choice.set((offers.run((now, place)), 0));
            }
            "ArrowDown" if !list.is_empty() => {
                event.prevent_default();
                choice.update(|choice| choice.1 = (at + 1) % list.len());
            }
            "ArrowUp" if !list.is_empty() => {
                event.prevent_default();
                choice.update(|choice| choice.1 = (at + list.len() - 1) % list.len());
            }
            "Enter" | "Tab" if !list.is_empty() => {
                event.prevent_default();
                take(list[at].clone());
            }
            "Escape" if !list.is_empty() => choice.set((Vec::new(), 0)),
            "Escape" => {
                if let Some(area) =
                    event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    let _ = area.blur();
                }
            }
            "ArrowLeft" | "ArrowRight" | "Home" | "End" => choice.set((Vec::new(), 0)),
            _ => {}
        }
    };
    let place = Fact::of(move || {
        choice
            .with(|choice| choice.0.first().map(|offer| line_and_column(&draft.get(), offer.start)))
    });
    let jump = move |(start, end): (usize, usize)| {
        let Some(area) = field.get_untracked() else { return };
        let now = draft.get_untracked();
        let units = |byte: usize| {
            let byte =
                (0..=byte.min(now.len())).rev().find(|at| now.is_char_boundary(*at)).unwrap_or(0);
            u32::try_from(now[..byte].encode_utf16().count()).unwrap_or(0)
        };
        let _ = area.focus();
        let _ = area.set_selection_range(units(start), units(end));
    };
    view! {
        <div class="editor" data-role="editor">
            <div class="editor-scroll" tabindex="-1">
                <div class="editor-sheet">
                    <Print draft=draft stretches=stretches problems=problems current=current />
                    <textarea
                        class="editor-field"
                        node_ref=field
                        aria-label="Scenario text"
                        aria-describedby="editor-problems"
                        spellcheck="false"
                        autocomplete="off"
                        autocapitalize="off"
                        wrap="off"
                        prop:value=move || draft.get()
                        on:beforeinput=before_input
                        on:input=input
                        on:keydown=key
                        on:blur=move |_| {
                            set_timeout(move || { choice.set((Vec::new(), 0)); }, Duration::from_millis(180));
                        }
                    ></textarea>
                    <OfferList choice=choice place=place on_take=Callback::new(take) />
                </div>
            </div>
            <ul class="editor-problems" id="editor-problems" data-role="problems">
                {live(move || refused.get().map(|words| view! { <li class="editor-problem"><span role="alert">{words}</span></li> }))}
                {live(move || {
                    problems
                        .get()
                        .into_iter()
                        .map(|problem| {
                            let span = (problem.start, problem.end);
                            let fix = problem.fix.clone();
                            let fixed = move |word: String| {
                                take(Offer { word, note: String::new(), start: span.0, end: span.1 });
                            };
                            view! {
                                <li class="editor-problem" data-line=problem.line>
                                    <button type="button" class="editor-jump" on:click=move |_| jump(span)>
                                        {format!("Line {}", problem.line)}
                                    </button>
                                    <span>{problem.message}</span>
                                    {fix
                                        .map(|word| {
                                            let shown = word.clone();
                                            view! {
                                                <button
                                                    type="button"
                                                    class="button small"
                                                    data-role="did-you-mean"
                                                    on:click=move |_| fixed(word.clone())
                                                >
                                                    {format!("Write “{shown}”")}
                                                </button>
                                            }
                                        })}
                                </li>
                            }
                        })
                        .collect_view()
                })}
            </ul>
        </div>
    }
}

/// The byte of a place that the browser counts in units of UTF-16.
fn byte_of(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (byte, letter) in text.char_indices() {
        if seen >= units {
            return byte;
        }
        seen += letter.len_utf16();
    }
    text.len()
}

/// The line and the column of a byte, both from zero.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let byte = (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..byte];
    let line = before.matches('\n').count();
    (line, before.rsplit('\n').next().unwrap_or("").chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_translated() {
        assert_eq!(byte_of("aé𝄞b", 4), 7);
        assert_eq!(byte_of("ab", 99), 2);
        assert_eq!(line_and_column("one\ntwo", 6), (1, 2));
        assert_eq!(line_and_column("é", 1), (0, 0));
    }
}
