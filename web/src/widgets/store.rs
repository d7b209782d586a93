//! Small wishes remembered by the browser: widths, theme, folded panels; never anything of a run.

use leptos::prelude::window;

/// What was remembered under `name`, if the browser lets us ask.
#[must_use]
pub fn recall(name: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(&format!("shardlab.{name}")).ok().flatten()
}

/// Remembers `value` under `name`, if the browser lets us.
pub fn remember(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden store only means that the wish is forgotten.
        let _ = storage.set_item(&format!("shardlab.{name}"), value);
    }
}

/// Forgets what was remembered under `name`.
pub fn forget(name: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(&format!("shardlab.{name}"));
    }
}
