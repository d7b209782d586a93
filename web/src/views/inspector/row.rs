//! Rows of a word and a value, as the inspector shows facts.

use leptos::prelude::*;

/// A list of labels and values that follows its signal.
#[component]
pub fn Rows(
    /// The labels and values.
    #[prop(into)]
    rows: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    view! {
        <dl class="rows">
            <For each=move || rows.get() key=|row| row.clone() let:row>
                <div><dt>{row.0}</dt><dd>{row.1}</dd></div>
            </For>
        </dl>
    }
}
