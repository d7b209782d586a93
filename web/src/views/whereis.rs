//! Where a key goes: step by step, in every cluster of the run and by the rules of products.

use leptos::ev::Event;
use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::WhereFact;
use crate::pulse::Fact;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The panel that follows a key.
#[component]
pub fn WhereIs(
    /// The run.
    player: Player,
) -> Piece {
    let found = Fact::of(move || {
        player.text.track();
        player.beat.track();
        let key = player.key.get();
        if key.is_empty() { Vec::new() } else { player.read(|session| session.where_is(&key)) }
    });
    view! {
        <div class="where" data-role="where">
            <label class="where-field">
                "Key"
                <input class="field" type="text" data-role="where-key" placeholder="user:42" spellcheck="false" autocomplete="off"
                    prop:value=say(move || player.key.get())
                    on:input=move |event: Event| player.key.set(event_target_value(&event)) />
            </label>
            {live(move || found.get().into_iter().map(one).collect_view())}
        </div>
    }
}

fn one(fact: WhereFact) -> Piece {
    let ours = fact.cluster.is_some();
    let row = |label: String, value: String| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    view! {
        <section class="where-one" data-role="where-one" data-rule=fact.rule.clone() data-owner=fact.owner.clone()>
            <h3>{fact.rule}</h3>
            <dl class="rows">
                {fact.steps.into_iter().map(|(label, value)| row(label.to_owned(), value)).collect_view()}
                {(ours && !fact.owner.is_empty()).then(|| view! { <div><dt>"owner"</dt><dd><strong>{fact.owner}</strong></dd></div> })}
                {(!fact.copies.is_empty()).then(|| row("copies would go to".to_owned(), fact.copies.join(", ")))}
            </dl>
        </section>
    }
}
