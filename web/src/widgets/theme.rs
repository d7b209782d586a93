//! The switch between light, dark and what the system wishes.

use leptos::prelude::*;

use super::button::Button;
use super::store;
use crate::pulse::{Fact, Var};
use crate::widgets::piece::{Piece, view};

/// The theme a visitor chose, or the system's.
#[must_use]
pub fn chosen() -> String {
    store::recall("theme")
        .filter(|name| name == "dark" || name == "light")
        .unwrap_or_else(|| "system".to_owned())
}

fn apply(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = match theme {
            "dark" | "light" => {
                store::remember("theme", theme);
                root.set_attribute("data-theme", theme)
            }
            _ => {
                store::forget("theme");
                root.remove_attribute("data-theme")
            }
        };
    }
}

/// One button that goes around: system, light, dark.
#[component]
pub fn ThemeSwitch() -> Piece {
    let theme = Var::new(chosen());
    let icon = Fact::of(move || {
        match theme.get().as_str() {
            "light" => "sun",
            "dark" => "moon",
            _ => "system",
        }
        .to_owned()
    });
    let label = Fact::of(move || format!("Theme: {}", theme.get()));
    let turn = move |()| {
        let next = match theme.get_untracked().as_str() {
            "system" => "light",
            "light" => "dark",
            _ => "system",
        };
        apply(next);
        theme.set(next.to_owned());
    };
    view! { <Button label=label icon=icon bare=true class="plain" role_name="theme" on_press=turn /> }
}
