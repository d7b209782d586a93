//! A button with a glyph, a word, and the key that does the same.

use leptos::prelude::*;

use super::icon::Icon;
use crate::pulse::Fact;
use crate::widgets::follow::{live, perhaps, say, whether};
use crate::widgets::piece::{Piece, view};

/// A button. Without a visible word it still says its label to those who cannot see the glyph.
#[component]
pub fn Button(
    /// What it does, as a verb.
    #[prop(into)]
    label: Fact<String>,
    /// The glyph before the word.
    #[prop(into, optional)]
    icon: Option<Fact<String>>,
    /// Whether only the glyph shows.
    #[prop(optional)]
    bare: bool,
    /// More classes: `main`, `plain`, `small`.
    #[prop(into, optional)]
    class: String,
    /// The key that does the same.
    #[prop(into, optional)]
    key: String,
    /// A name for tests and styles.
    #[prop(into, optional)]
    role_name: String,
    /// Whether it can be pressed.
    #[prop(into, optional)]
    disabled: Fact<bool>,
    /// Whether it is held down, for buttons that stay so.
    #[prop(into, optional)]
    pressed: Option<Fact<bool>>,
    /// What happens.
    #[prop(into)]
    on_press: Callback<()>,
) -> Piece {
    let hint = key.clone();
    let title =
        move || if hint.is_empty() { label.get() } else { format!("{} ({hint})", label.get()) };
    let class = format!("button {class}{}", if bare { " icon" } else { "" });
    view! {
        <button
            type="button"
            class=class
            title=say(title)
            data-role=role_name
            aria-label=perhaps(move || bare.then(|| label.get()))
            aria-keyshortcuts=(!key.is_empty()).then_some(key)
            aria-pressed=perhaps(move || pressed.map(|held| held.get().to_string()))
            disabled=whether(move || disabled.get())
            on:click=move |_| on_press.run(())
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {(!bare).then(|| view! { <span>{live(move || label.get())}</span> })}
        </button>
    }
}
