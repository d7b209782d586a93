//! The map of seeds: the same text under many seeds, a cell each, failing ones as links.

use leptos::prelude::*;

use crate::api::seed::with_seed;
use crate::layout::unit;
use crate::player::Player;
use crate::pulse::Var;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{For, Piece, Show, view};
use crate::worker::Sweep;

/// The most seeds that one sweep runs in the page.
const SEEDS_MAX: u64 = 10_000;

/// The panel that runs and shows a sweep.
#[component]
pub fn SweepPanel(
    /// The run whose text is swept.
    player: Player,
) -> Piece {
    let sweep = Sweep::default();
    let count = Var::new(100_u64);
    on_cleanup(move || sweep.cancel());
    let start = move |_| {
        if sweep.running.get_untracked() {
            sweep.cancel();
        } else {
            sweep.start(player.text.get_untracked(), 1, count.get_untracked() + 1);
        }
    };
    let failing = move || sweep.seeds.with(|seeds| seeds.iter().filter(|seed| !seed.holds).count());
    let done = move || sweep.seeds.with(Vec::len);
    view! {
        <div class="sweep" data-role="sweep">
            <p class="quiet">"The same text under many seeds: luck is part of every distributed system."</p>
            <div class="button-row">
                <label class="sweep-count">
                    "Seeds"
                    <input
                        class="field"
                        type="number"
                        min="1"
                        max=SEEDS_MAX.to_string()
                        prop:value=move || count.get().to_string()
                        on:input=move |event| {
                            if let Ok(number) = event_target_value(&event).parse::<u64>() {
                                count.set(number.clamp(1, SEEDS_MAX));
                            }
                        }
                        on:keydown=|event| event.stop_propagation()
                    />
                </label>
                <button type="button" class="button small" data-role="sweep-start" on:click=start>
                    {live(move || if sweep.running.get() { "Cancel" } else { "Run them" })}
                </button>
            </div>
            <Show when=move || { sweep.total.get() > 0 }>
                <progress
                    aria-label="Seeds run"
                    max=say(move || sweep.total.get().to_string())
                    prop:value=move || done().to_string()
                ></progress>
                <p data-role="sweep-summary" role="status">
                    {live(move || {
                        format!(
                            "{} of {} seeds, {} where something does not hold",
                            unit::grouped(done() as u64),
                            unit::grouped(sweep.total.get()),
                            failing(),
                        )
                    })}
                </p>
            </Show>
            {live(move || sweep.error.get().map(|words| view! { <p class="state fault" role="alert">{words}</p> }))}
            <ul class="seeds" aria-label="Seeds">
                <For each=move || sweep.seeds.get() key=|seed| seed.seed let:seed>
                    {if seed.holds {
                        view! { <li class="seed good" title=format!("Seed {}: all holds", seed.seed)></li> }
                    } else {
                        let words = format!("Seed {}: {}", seed.seed, seed.failed.join("; "));
                        let number = seed.seed;
                        view! {
                            <li class="seed fault">
                                <a
                                    href=say(move || format!("#{}", crate::player::link_of(&with_seed(&player.text.get(), number))))
                                    title=words.clone()
                                    aria-label=words
                                ></a>
                            </li>
                        }

                    }}
                </For>
            </ul>
        </div>
    }
}
