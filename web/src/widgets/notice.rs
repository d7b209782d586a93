//! A line that says what went wrong or well, and what can be done; never a window in the way.

use leptos::prelude::*;

use super::icon::Icon;
use crate::pulse::Var;
use crate::widgets::follow::live;
use crate::widgets::piece::{Piece, view};

/// The tone of a notice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    #[default]
    Plain,
    /// Something went well.
    Good,
    /// Something is wrong.
    Fault,
}

/// What a notice says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// How it says it.
    pub tone: Tone,
    /// The words.
    pub words: String,
}

impl Notice {
    /// A notice of the given tone.
    #[must_use]
    pub fn new(tone: Tone, words: impl Into<String>) -> Self {
        Self { tone, words: words.into() }
    }
}

/// The place where the last notice stands until it is closed.
#[component]
pub fn NoticeBar(
    /// What it says, if anything.
    notice: Var<Option<Notice>>,
) -> Piece {
    view! {
        <div class="notice-place" role="status" data-role="notice">
            {live(move || {
                notice
                    .get()
                    .map(|said| {
                        let (class, mark) = match said.tone {
                            Tone::Plain => ("notice", "i"),
                            Tone::Good => ("notice good", "✓"),
                            Tone::Fault => ("notice fault", "!"),
                        };
                        view! {
                            <div class=class>
                                <span class="notice-mark" aria-hidden="true">{mark}</span>
                                <p>{said.words}</p>
                                <button
                                    type="button"
                                    class="button plain icon small"
                                    aria-label="Close this notice"
                                    on:click=move |_| notice.set(None)
                                >
                                    <Icon name="cross" />
                                </button>
                            </div>
                        }
                    })
            })}
        </div>
    }
}
