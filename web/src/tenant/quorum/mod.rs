//! A store without a leader: who is responsible for a key and what each of them holds, hints, and hash trees.

pub mod lines;
pub mod trees;

use leptos::ev::Event;
use leptos::prelude::*;

use crate::player::fact::tenant::quorum;
use crate::player::fact::tenant::quorum::fact::{CopyFact, KeyCopies};
use crate::player::fact::{Form, Session};
use crate::player::{Chosen, Player};
use crate::pulse::Fact;
use crate::tenant::{Bench, Panel, ring};
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// What the quorum store brings to the page: it lies on a ring, too.
pub const BENCH: Bench = Bench {
    parties: Session::of::<quorum::Process>,
    stage: ring::stage,
    word: "Ring",
    legend: &LEGEND,
    courses: &ring::COURSES,
    until: &["coordinated", "crash", "siblings", "hint", "repair", "collected"],
    panels: &[Panel {
        name: "copies",
        title: "Copies of a key",
        open: true,
        view: |player, _| view! { <Copies player=player /> },
    }],
    places: true,
    ..Bench::PLAIN
};

/// What messages of a store without a leader carry.
const LEGEND: [(Form, &str); 5] = [
    (Form::Ask, "asks"),
    (Form::Tell, "answers"),
    (Form::Data, "a copy"),
    (Form::Rule, "hashes"),
    (Form::Block, "many copies"),
];

/// The copies of a key by the rule of the first quorum store: that of the panel "Where does my key go?", or
/// the one that is most worth looking at.
fn copies(player: Player) -> Fact<Option<KeyCopies>> {
    Fact::of(move || {
        player.text.track();
        player.beat.track();
        let key = player.key.get();
        player.read(|session| {
            let site = session.sites::<quorum::Process>().next()?;
            let key = Some(key).filter(|key| !key.is_empty());
            quorum::fact::copies(site, &key.or_else(|| quorum::fact::notable(site))?)
        })
    })
}

/// The panel of a key's copies.
#[component]
pub fn Copies(
    /// The run.
    player: Player,
) -> Piece {
    let found = copies(player);
    let key = Fact::of(move || {
        found.with(|found| found.as_ref().map(|found| found.key.clone()).unwrap_or_default())
    });
    view! {
        <div class="where" data-role="copies">
            <label class="where-field">
                "Key"
                <input class="field" type="text" data-role="copies-key" spellcheck="false" autocomplete="off"
                    placeholder=say(move || key.get())
                    prop:value=say(move || player.key.get())
                    on:input=move |event: Event| player.key.set(event_target_value(&event)) />
            </label>
            <Show
                when=move || found.with(Option::is_some)
                fallback=|| view! { <p class="quiet">"Nobody has written anything yet."</p> }
            >
                <p class="copies-said" data-role="copies-said">
                    {live(move || found.get().map(|found| view! { <code>{found.key}</code> ": " {found.said} }))}
                </p>
                <table class="metrics copies">
                    <thead><tr><th scope="col">"Preference"</th><th scope="col">"Node"</th><th scope="col">"Holds"</th></tr></thead>
                    <tbody>
                        {live(move || {
                            let rows = found.get().map_or_else(Vec::new, |found| found.copies);
                            rows.into_iter().map(|copy| row(player, copy)).collect_view()
                        })}
                    </tbody>
                </table>
            </Show>
            <trees::Trees player=player />
        </div>
    }
}

fn row(player: Player, copy: CopyFact) -> Piece {
    let place = copy.place.map_or_else(|| "stands in".to_owned(), |place| format!("home {place}"));
    let held = match (&copy.values[..], copy.place) {
        ([], Some(_)) => "nothing".to_owned(),
        ([], None) => String::new(),
        (values, _) => values.join(" | "),
    };
    let mut notes = Vec::new();
    if !copy.is_up {
        notes.push("off".to_owned());
    }
    if copy.place.is_some() && !copy.is_newest {
        notes.push("behind".to_owned());
    }
    notes.extend(copy.hints.iter().map(|(home, what)| format!("hint for {home}: {what}")));
    let state = if !copy.is_up {
        "fault"
    } else if copy.is_newest || copy.place.is_none() {
        "good"
    } else {
        "waiting"
    };
    let name = copy.name.clone();
    view! {
        <tr class=state data-role="copy" data-node=copy.name.clone()>
            <th scope="row">{place}</th>
            <td><button type="button" class="link" on:click=move |_| player.choose(Chosen::Node(name.clone()), false)>{copy.name.clone()}</button></td>
            <td>
                <code>{held}</code>
                {(!notes.is_empty()).then(|| view! { <span class="copy-notes">{notes.join(", ")}</span> })}
            </td>
        </tr>
    }
}
