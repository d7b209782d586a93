//! The id workbench: a pasted id is recognised and read bit by bit, as a ruler with named fields.

use leptos::ev::Event;
use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::tenant::ids;
use crate::player::fact::{IdPart, IdReading, decode_id, moment_of};
use crate::pulse::{Fact, Var};
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// Ids to begin with, one a kind.
const EXAMPLES: [(&str, &str); 5] = [
    ("UUIDv4", "9b2f0c1e-6d3a-4f57-8a41-2f6d1c0b7e93"),
    ("UUIDv7", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
    ("ULID", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ("Snowflake", "1541815603606036480"),
    ("Instagram", "1387263000000005002"),
];

/// The panel that reads ids.
#[component]
pub fn Ids(
    /// The run, whose last ids can be read too.
    player: Player,
) -> Piece {
    let text = Var::new(String::new());
    let found = Fact::of(move || text.with(|text| decode_id(text)));
    let empty = move || text.with(String::is_empty);
    let made = player.watch(|session| {
        let makers = session.views::<ids::Process>().filter_map(ids::fact::makers);
        let last = makers.filter_map(|maker| Some((maker.name, maker.last.into_iter().next()?.1)));
        last.collect::<Vec<_>>()
    });
    let offer = move |label: String, id: String| {
        view! { <Button label=label class="small" on_press=move |()| text.set(id.clone()) /> }
    };
    view! {
        <div class="where" data-role="id-bench">
            <label class="where-field">
                "An id: a whole number, a UUID or a ULID"
                <input class="field" type="text" data-role="id" spellcheck="false" autocomplete="off"
                    prop:value=say(move || text.get())
                    on:input=move |event: Event| text.set(event_target_value(&event)) />
            </label>
            <Show when=empty>
                <div class="button-row" role="group" aria-label="Ids to try">
                    {live(move || made.get().into_iter().map(|(name, id)| offer(format!("The last of {name}"), id)).collect_view())}
                    {EXAMPLES.into_iter().map(|(name, id)| offer(name.to_owned(), id.to_owned())).collect_view()}
                </div>
            </Show>
            {live(move || match found.get() {
                _ if empty() => Piece::Nothing,
                Ok(readings) => readings.iter().enumerate().map(|(at, one)| reading(one, at == 0)).collect_view(),
                Err(problem) => view! { <p class="state fault" role="alert">{problem.sentence()}</p> },
            })}
        </div>
    }
}

/// One thing that it may be; the first is shown whole, the others when they are opened.
fn reading(one: &IdReading, open: bool) -> Piece {
    let mut line = one.name.clone();
    if let Some(made) = one.made_at {
        line += &format!(", made {}", moment_of(made));
    }
    if let Some(by) = one.made_by {
        line += &format!(", by {by}");
    }
    if !one.likely {
        line += ", which is unlikely";
    }
    let (id, all) = (one.id, one.bits);
    view! {
        <details class="id-reading" data-role="id-reading" open=open>
            <summary>{line}</summary>
            <ol class="bits" aria-hidden="true">
                {one.parts.iter().enumerate().map(|(at, part)| view! {
                    <li class="bits-part" style=("flex-grow", part.bits.to_string()) style=("--hue", format!("var(--node-{})", at % 8 + 1))>
                        <span>{if part.bits * 5 > part.name.len() as u32 * 2 { part.name } else { "" }}</span>
                    </li>
                }).collect_view()}
            </ol>
            <dl class="rows bits-rows">
                {one.parts.iter().enumerate().map(|(at, part)| view! {
                    <div style=("--hue", format!("var(--node-{})", at % 8 + 1))>
                        <dt><i class="bits-key"></i>{part.name}<small>{span(part)}</small></dt>
                        <dd>{part.words.clone()}<code>{bits(part, id, all)}</code></dd>
                    </div>
                }).collect_view()}
            </dl>
        </details>
    }
}

/// Which bits they are, counted from the highest.
fn span(part: &IdPart) -> String {
    match part.bits {
        1 => format!(" bit {}", part.first),
        bits => format!(" bits {} to {}", part.first, part.first + bits - 1),
    }
}

/// The bits themselves, in groups of eight.
fn bits(part: &IdPart, id: u128, all: u32) -> String {
    let mut text = String::new();
    for at in part.first..part.first + part.bits {
        if at > part.first && (at - part.first).is_multiple_of(8) {
            text.push(' ');
        }
        let shift = all.saturating_sub(at + 1);
        text.push(if id.checked_shr(shift).unwrap_or(0) & 1 == 1 { '1' } else { '0' });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_shows_its_own_bits() {
        let part = IdPart { name: "x", first: 2, bits: 10, value: 0, words: String::new() };
        assert_eq!(bits(&part, 0b1101_0110_0101_1110, 16), "01011001 01");
        assert_eq!(span(&part), " bits 2 to 11");
    }

    #[test]
    fn every_example_is_recognised() {
        for (name, id) in EXAMPLES {
            let readings = decode_id(id).expect(name);
            assert!(
                readings.iter().any(|one| one.likely && one.name.to_lowercase().contains(&name.to_lowercase())),
                "{name}: {readings:?}"
            );
        }
    }
}
