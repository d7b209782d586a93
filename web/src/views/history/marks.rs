//! The marks of a history: bars by client, places in the order, faults on the same axis.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Look;
use crate::layout::history::{BAR, Bar, Place, Story, cut, lay};
use crate::layout::point::short;
use crate::layout::timeline::ticks;
use crate::pulse::Fact;
use crate::widgets::follow::{live, say};
use crate::widgets::measure::size_of;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// Room for names on the left, and for the axis above.
const NAMES: f64 = 72.0;
const AXIS: f64 = 28.0;
/// A bar gets at least so much of the width, up to so much in all.
const ROOM: f64 = 26.0;
const WIDTH_MAX: f64 = 5_000.0;
/// So few bars fit on every screen.
const FEW: usize = 8;

/// The picture.
pub(super) fn bars(look: Look, story: Story) -> Piece {
    let node = NodeRef::<leptos::html::Div>::new();
    let size = size_of(node);
    let bars = story.bars;
    let wide = (bars.len() as f64 * ROOM).min(WIDTH_MAX);
    let laid = bars.clone();
    let picture = Fact::of(move || {
        // What proves a violation is few, and is seen whole; a long history is scrolled.
        let least = if laid.len() <= FEW { 200.0 } else { 420.0 };
        let width = (size.get().0 - NAMES - 12.0).max(wide).max(least);
        lay(&laid, width, AXIS)
    });
    let of_file = look.of_file();
    view! {
        <div class="history-bars" node_ref=node>
            <svg
                width=say(move || short(NAMES + picture.with(|it| it.scale.width) + 8.0))
                height=say(move || short(picture.with(|it| it.height)))
                role="group"
                aria-label="Operations by client over time"
            >
                {live(move || picture.with(|picture| picture.rows.iter().map(|row| view! {
                    <line class="history-line" x1="0" x2="100%" y1=short(row.top) y2=short(row.top)></line>
                    <text class="spacetime-name" x=short(NAMES - 10.0) y=short(row.y + 4.0) text-anchor="end">{row.client.clone()}</text>
                }).collect_view()))}
                {live(move || if of_file {
                    view! { <text class="spacetime-time" x=short(NAMES) y="14">"in the order of calls and returns →"</text> }
                } else {
                    picture.with(|picture| ticks(picture.scale, 110.0).into_iter().map(|tick| {
                        let x = short(NAMES + tick.x);
                        view! {
                            <line class="spacetime-tick" x1=x.clone() x2=x.clone() y1="20" y2="100%"></line>
                            <text class="spacetime-time" x=x y="14" text-anchor="middle">{tick.label}</text>
                        }
                    }).collect_view())
                })}
                {live(move || if of_file { Piece::Nothing } else { faults(look, &picture) })}
                {live(move || picture.with(|picture| {
                    let pairs = || picture.places.iter().zip(&bars);
                    let marks = pairs().map(|(place, bar)| mark(look, place, bar));
                    marks.chain(pairs().filter_map(|(place, bar)| number(place, bar))).collect_view()
                }))}
            </svg>
        </div>
    }
}

/// The faults of the run that lie within the picture.
fn faults(look: Look, picture: &Fact<crate::layout::history::Picture>) -> Piece {
    look.player.lanes.with(|lanes| {
        picture.with(|picture| {
            let inside = lanes.faults.iter().filter(|fault| picture.scale.holds(fault.at.0));
            inside
                .map(|fault| {
                    let x = short(NAMES + picture.scale.x(fault.at.0));
                    view! {
                        <g class="history-fault">
                            <title>{fault.text.clone()}</title>
                            <line x1=x.clone() x2=x.clone() y1="24" y2="100%"></line>
                            <path d="M0 18L6 28H-6Z" transform=format!("translate({x},0)")></path>
                        </g>
                    }
                })
                .collect_view()
        })
    })
}

/// One operation: a bar and its words above it.
fn mark(look: Look, place: &Place, bar: &Bar) -> Piece {
    let (x, y, width) = (NAMES + place.x, place.y, place.width);
    let mut class = String::from("operation");
    for (is, name) in [
        (bar.culprit, " culprit"),
        (bar.proves, " proves"),
        (bar.to.is_none(), " open"),
        (bar.told.split(" and ").all(|access| access.starts_with("get")), " reads"),
    ] {
        if is {
            class += name;
        }
    }
    let sign = if bar.culprit { "✗ " } else { "" };
    let words = cut(&format!("{sign}{}", bar.told), place.letters);
    let sentence = match (bar.culprit, bar.number, bar.to) {
        (true, ..) => format!("{}: {}, fits no order", bar.client, bar.told),
        (_, Some(number), _) => format!("{}: {}, {number} in the order", bar.client, bar.told),
        (_, None, None) => format!("{}: {}, never returned", bar.client, bar.told),
        _ => format!("{}: {}", bar.client, bar.told),
    };
    // What stays open has no end: its edge is left out.
    let (end, low) = (x + width, y + BAR);
    let path = match bar.to {
        Some(_) => {
            format!("M{} {}H{}V{}H{}Z", short(x), short(y), short(end), short(low), short(x))
        }
        None => format!("M{} {}H{}V{}H{}", short(end), short(y), short(x), short(low), short(end)),
    };
    let (one, two) = (bar.clone(), bar.clone());
    view! {
        <g class=class tabindex="0" role="button" aria-label=sentence.clone() data-role="operation"
            on:focus=move |_| look.bar.set(Some(one.clone()))
            on:click=move |_| look.bar.set(Some(two.clone()))
            on:keydown=walk
        >
            <title>{sentence.clone()}</title>
            <rect class="operation-reach" x=short(x) y=short(y - 14.0) width=short(width.max(24.0)) height="34"></rect>
            <path class="operation-bar" d=path></path>
            <text class="operation-words" x=short(if place.ends { end } else { x }) y=short(y - 5.0)
                text-anchor=place.ends.then_some("end")>{words}</text>
            {bar.culprit.then(|| view! {
                <path class="operation-cross" d="M-5 -5L5 5M5 -5L-5 5" transform=format!("translate({},{})", short(x + width / 2.0), short(y + BAR / 2.0))></path>
            })}
        </g>
    }
}

/// The place of an operation in the order, on its bar. Its words say it too, so it is drawn apart.
fn number(place: &Place, bar: &Bar) -> Option<Piece> {
    let (point, number) = place.point.zip(bar.number)?;
    let middle = format!("translate({},{})", short(NAMES + point), short(place.y + BAR / 2.0));
    Some(view! {
        <g class="operation-number" aria-hidden="true" transform=middle>
            <circle r="9"></circle>
            <text y="3.5" text-anchor="middle">{number.to_string()}</text>
        </g>
    })
}

/// The arrows walk from one operation to the next.
fn walk(event: KeyboardEvent) {
    let Some(here) = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok())
    else {
        return;
    };
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => here.next_element_sibling(),
        "ArrowLeft" | "ArrowUp" => here.previous_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(next) =
        next.filter(|it| it.get_attribute("data-role").as_deref() == Some("operation"))
    {
        let _ = next.unchecked_into::<web_sys::SvgElement>().focus();
    }
}
