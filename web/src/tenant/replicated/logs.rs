//! The logs of a group, one row a node: cells by their place, term by hue and number.

use leptos::ev::{Event, KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::authority;
use super::cell::{Row, row};
use super::node::hue;
use crate::layout::group::{parts, window};
use crate::layout::point::{Frame, short};
use crate::player::fact::Power;
use crate::player::fact::tenant::replicated::fact::ReplicaFact;
use crate::player::{Chosen, Player};
use crate::pulse::{Fact, Var};
use crate::views::word::short_name;
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say, whether};
use crate::widgets::piece::{CollectPieces, For, Piece, view};

/// More columns than this are not shown; of longer logs one sees the end.
const COLUMNS_MAX: u64 = 32;

/// So many columns are shown behind the end of the leader's log.
const TAIL_MAX: u64 = 12;
/// A group that is narrower keeps its title free: nodes are added where there is more room, or in the text.
const ROOM_TO_ADD: f64 = 150.0;

/// What the logs of a group have in common.
#[derive(Clone, Debug, Default, PartialEq)]
struct Span {
    first: u64,
    last: u64,
    longest: u64,
}

/// The logs of one group.
#[component]
pub fn Logs(
    /// The run.
    player: Player,
    /// The place of the cluster.
    cluster: usize,
    /// The box of the whole group.
    #[prop(into)]
    frame: Fact<Frame>,
) -> Piece {
    let mine = move |fact: &&ReplicaFact| fact.cluster as usize == cluster;
    let ids = Fact::of(move || {
        player
            .replicas
            .with(|all| all.iter().filter(mine).map(|fact| fact.id.0).collect::<Vec<_>>())
    });
    let span = Fact::of(move || {
        player.replicas.with(|all| {
            let ends = || all.iter().filter(mine);
            // What is in every snapshot is one block; a column of it is enough.
            let least = ends().map(|fact| fact.snapshot).min().unwrap_or(0);
            let longest = ends().map(|fact| fact.last).max().unwrap_or(0);
            // A long tail that nobody else has may not push what all have out of sight.
            let agreed = authority(all, cluster).map_or(longest, |fact| fact.last);
            let (first, last) = window(least, longest.min(agreed + TAIL_MAX), COLUMNS_MAX);
            Span { first, last, longest }
        })
    });
    let under = Var::new(None::<(u32, u64)>);
    let words = Fact::of(move || {
        let (id, index) = under.get()?;
        player.replicas.with(|all| {
            let fact = all.iter().find(|fact| fact.id.0 == id)?;
            let row = row(fact, authority(all, cluster), index);
            let cell = row.cells.into_iter().find(|cell| cell.index == index)?;
            Some(format!("{}: {}", fact.name, cell.words))
        })
    });
    let enter = move |event: Event| {
        if let Some(place) = place_of(&event) {
            under.set(Some(place));
        }
    };
    let choose = move |event: &Event| {
        let Some((id, index)) = place_of(event) else { return };
        event.stop_propagation();
        let name = player.replicas.with_untracked(|all| {
            all.iter().find(|fact| fact.id.0 == id).map(|fact| fact.name.clone())
        });
        if let Some(name) = name {
            player.choose(Chosen::Entry(name, index), false);
        }
    };
    let key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") {
            event.prevent_default();
            choose(&event);
        } else {
            walk(&event);
        }
    };
    // Of all cells one can be reached by Tab; arrows lead on.
    let home = Fact::of(move || {
        under.get().or_else(|| ids.with(|ids| ids.first().map(|id| (*id, span.get().last))))
    });
    let place = move || parts(frame.get(), ids.with(Vec::len)).1;
    // A few columns have room for what their entries say.
    let column = Fact::of(move || {
        let span = span.get();
        let columns = (span.last + 1 - span.first) as f64;
        ((place().width - 80.0) / columns - 2.0).clamp(24.0, 88.0) as u32
    });
    let wide = Fact::of(move || column.get() >= 64);
    let bounds = move || {
        let span = span.get();
        match span.first {
            1 if span.longest == span.last => String::new(),
            first => format!("Entries {first} to {} of {}.", span.last, span.longest),
        }
    };
    let above = move || parts(frame.get(), ids.with(Vec::len)).0;
    let add = move |()| {
        let name = next_name(player, cluster);
        player.act(&format!("join {name}"));
    };
    view! {
        <div
            class="group-tools"
            class:narrow=whether(move || above().width < 480.0)
            style:display=say(move || if above().width < ROOM_TO_ADD { "none" } else { "block" })
            style:left=say(move || format!("{}px", short(above().x + if above().width < 480.0 { 4.0 } else { 12.0 })))
            style:top=say(move || format!("{}px", short(above().y + 8.0)))
        >
            <Button label="Add a node" icon="plus" class="small" role_name="group-add" on_press=add />
        </div>
        <div
            class="logs"
            data-role="logs"
            style:display=say(move || if place().height < 1.0 { "none" } else { "flex" })
            style:left=say(move || format!("{}px", short(place().x)))
            style:top=say(move || format!("{}px", short(place().y)))
            style:width=say(move || format!("{}px", short(place().width)))
            style:height=say(move || format!("{}px", short(place().height)))
        >
            <div class="logs-scroll">
                <div
                    class="logs-grid"
                    role="grid"
                    aria-label="Logs"
                    style=("--columns", say(move || { let span = span.get(); (span.last + 1 - span.first).to_string() }))
                    style=("--column", say(move || format!("{}px", column.get())))
                    on:mouseover=move |event: MouseEvent| enter(event.into())
                    on:focusin=move |event| enter(event.into())
                    on:click=move |event: MouseEvent| choose(&event)
                    on:keydown=key
                >
                    <div class="log-row head" role="row">
                        <span role="columnheader" class="log-name">"Log"</span>
                        {live(move || {
                            let span = span.get();
                            (span.first..=span.last).map(|index| view! { <span role="columnheader">{index.to_string()}</span> }).collect_view()
                        })}
                    </div>
                    <For each=move || ids.get() key=|id| *id let:id>
                        <LogRow player=player cluster=cluster id=id span=span home=home wide=wide />
                    </For>
                </div>
            </div>
            <p class="logs-told" data-role="cell-told">
                {live(move || words.get().map_or_else(key_words, |words| view! { <span>{words}</span> }))}
                <span class="quiet">{live(bounds)}</span>
            </p>
        </div>
    }
}

/// The next free name in a cluster: `n6` after `n5`, with the cluster's own where there are several.
fn next_name(player: Player, cluster: usize) -> String {
    player.replicas.with_untracked(|all| {
        let mine = all.iter().filter(|fact| fact.cluster as usize == cluster);
        let most = mine.clone().filter_map(|fact| {
            short_name(&fact.name).strip_prefix('n').and_then(|number| number.parse::<u32>().ok())
        });
        let name = format!("n{}", most.max().unwrap_or(0) + 1);
        match mine.clone().find_map(|fact| fact.name.split_once('.')) {
            Some((of, _)) => format!("{of}.{name}"),
            None => name,
        }
    })
}

/// What the cells mean, while none is looked at.
fn key_words() -> Piece {
    const KEY: [(&str, &str); 5] = [
        ("cell committed applied", "applied"),
        ("cell committed", "committed"),
        ("cell", "not yet"),
        ("cell differs", "not the leader's"),
        ("log-known", "the leader knows it is there"),
    ];
    let entry = |(class, words): (&'static str, &'static str)| {
        view! { <span class="log-key"><i class=class></i>{words}</span> }
    };
    KEY.into_iter().map(entry).collect_view()
}

/// The log of one node.
#[component]
fn LogRow(
    player: Player,
    cluster: usize,
    id: u32,
    span: Fact<Span>,
    home: Fact<Option<(u32, u64)>>,
    wide: Fact<bool>,
) -> Piece {
    let first = Fact::of(move || span.get().first);
    let log = Fact::of(move || {
        player.replicas.with(|all| {
            let fact = all.iter().find(|fact| fact.id.0 == id)?;
            let leader = all.iter().filter(|one| one.cluster as usize == cluster);
            let leader = leader.filter(|one| one.role == "leader").max_by_key(|one| one.term);
            let mut row = row(fact, leader, first.get());
            row.cells.retain(|cell| cell.index <= span.get().last);
            Some(row)
        })
    });
    let chosen = Fact::of(move || {
        let name = log.with(|log| log.as_ref().map(|log| log.name.clone()).unwrap_or_default());
        player.chosen.with(|chosen| {
            chosen.iter().find_map(|one| match one {
                Chosen::Entry(of, index) if *of == name => Some(*index),
                _ => None,
            })
        })
    });
    let name = move || {
        log.with(|log| log.as_ref().map(|log| short_name(&log.name).to_owned()).unwrap_or_default())
    };
    let term = Fact::of(move || {
        player
            .replicas
            .with(|all| all.iter().find(|fact| fact.id.0 == id).map_or(0, |fact| fact.term))
    });
    let term = move || format!("t{}", term.get());
    let down = player.see(move |scene| {
        scene.nodes.iter().any(|node| node.id.0 == id && node.power == Power::Down)
    });
    let cells = move || {
        let Some(log) = log.get() else { return Piece::Nothing };
        let first = first.get();
        let column = |index: u64| (index + 2).saturating_sub(first).max(2);
        let mut pieces = Vec::new();
        if log.snapshot >= first {
            let words = format!("snapshot up to {}", log.snapshot);
            let style = format!("grid-column:2/{}", column(log.snapshot) + 1);
            pieces.push(view! { <span role="gridcell" class="log-snapshot" style=style title=words.clone()>{words}</span> });
        }
        for cell in &log.cells {
            let tab = if home.get() == Some((id, cell.index)) { "0" } else { "-1" };
            let class = match chosen.get() == Some(cell.index) {
                true => format!("{} chosen", cell.class),
                false => cell.class.clone(),
            };
            pieces.push(view! {
                <span
                    role="gridcell"
                    class=class
                    tabindex=tab
                    style=format!("grid-column:{};--hue:{}", column(cell.index), hue(cell.term))
                    data-node=id
                    data-index=cell.index
                    title=cell.words.clone()
                    aria-label=cell.words.clone()
                >
                    <b>{cell.term.to_string()}</b>
                    {wide.get().then(|| view! { <small>{cell.text.clone()}</small> })}
                </span>
            });
        }
        pieces.extend(known(&log, first));
        Piece::Many(pieces)
    };
    view! {
        <div class="log-row" role="row" data-log=say(name)>
            <span role="rowheader" class="log-name" class:fault=whether(move || down.get())>{live(name)}<small>{live(term)}</small></span>
            {live(cells)}
        </div>
    }
}

/// What the leader knows of a log: a line as far as it is surely there, and a tip at what comes next.
fn known(log: &Row, first: u64) -> Option<Piece> {
    let (matched, next) = log.known?;
    let column = |index: u64| (index + 2).saturating_sub(first).max(2);
    let line = (matched >= first).then(|| {
        let style = format!("grid-column:2/{}", column(matched) + 1);
        view! { <i class="log-known" style=style aria-hidden="true"></i> }
    });
    let tip = (next >= first && next > matched + 1).then(|| {
        let style = format!("grid-column:{}", column(next));
        view! { <i class="log-next" style=style aria-hidden="true"></i> }
    });
    Some(line.into_iter().chain(tip).collect_view())
}

/// The cell that an event is about: its node's number and its place.
fn place_of(event: &Event) -> Option<(u32, u64)> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let index = element.get_attribute("data-index")?.parse().ok()?;
    Some((element.get_attribute("data-node")?.parse().ok()?, index))
}

/// Arrows lead from cell to cell.
fn walk(event: &KeyboardEvent) {
    let Some((_, index)) = place_of(event) else { return };
    let here = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(row) = here.and_then(|cell| cell.parent_element()) else { return };
    let (row, index) = match event.key().as_str() {
        "ArrowLeft" => (Some(row), index - 1),
        "ArrowRight" => (Some(row), index + 1),
        "ArrowUp" => (row.previous_element_sibling(), index),
        "ArrowDown" => (row.next_element_sibling(), index),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    let cell = row.and_then(|row| row.query_selector(&format!("[data-index='{index}']")).ok()?);
    if let Some(cell) = cell.and_then(|cell| cell.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = cell.focus();
    }
}
