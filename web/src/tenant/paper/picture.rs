//! The pictures: a ring of points, a map of pieces, bars of ranges, bars of nodes.

use leptos::ev::{MouseEvent, PointerEvent, WheelEvent};
use wasm_bindgen::JsCast;

use super::plan::{Picture, Plan, hue, index_of};
use super::{Desk, words};
use crate::layout::chord::Chord;
use crate::layout::point::{Frame, Point, angle, short};
use crate::layout::{ring, survey as sheet, unit};
use crate::player::fact::NodeId;
use crate::player::fact::tenant::paper;
use crate::player::fact::tenant::paper::screen::SurveyFact;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// Keys that are drawn as dots, at most; more are drawn as a density.
const DOTS_MAX: usize = 500;
/// Streams that are labelled with their count.
const LABELS_MAX: usize = 5;

/// The picture of a survey without its nodes.
pub(super) fn draw(desk: Desk, cluster: usize, fact: &SurveyFact, plan: &Plan) -> Piece {
    match &plan.picture {
        Picture::Ring(_) => on_ring(desk, cluster, fact, plan),
        Picture::Map(frame, columns, step) => map(fact, *frame, *columns, *step, plan),
        Picture::Ranges(bars) => ranges(fact, bars, plan),
        Picture::Bars => ground(plan.frame),
    }
}

/// What a node can be dropped on, and dragged out of.
fn ground(frame: Frame) -> Piece {
    view! {
        <rect class="survey-ground" data-role="survey-ground" x=short(frame.x + 8.0) y=short(frame.y + 4.0)
            width=short((frame.width - 16.0).max(0.0)) height=short((frame.height - 8.0).max(0.0))></rect>
    }
}

/// A path in the hue of a node.
fn of_node(class: &'static str, node: NodeId, path: String, title: String) -> Piece {
    view! {
        <path class=class d=path style=("--hue", hue(node))><title>{title}</title></path>
    }
}

fn on_ring(desk: Desk, cluster: usize, fact: &SurveyFact, plan: &Plan) -> Piece {
    let Picture::Ring(place) = &plan.picture else { return Piece::Nothing };
    let (center, radius) = plan.ring;
    let band = place.band;
    let points: Vec<(u64, usize)> = fact
        .points
        .iter()
        .filter_map(|(position, node)| Some((*position, index_of(fact, *node)?)))
        .collect();
    // One path a node; of very many nodes one path a hue.
    let slices = ring::slices(&points);
    let owners = if plan.marks.is_empty() { 8 } else { fact.nodes.len() };
    let mut arcs = vec![String::new(); owners];
    for slice in &slices {
        ring::sector(
            &mut arcs[slice.owner % owners],
            center,
            radius - band / 2.0,
            radius + band / 2.0,
            slice.start,
            slice.end,
        );
    }
    let dense = slices.len() > 300 && plan.zoom < 4.0;
    let crowd = fact.keys as usize > DOTS_MAX;
    let most = if crowd { (DOTS_MAX as f64 * plan.zoom) as usize } else { DOTS_MAX };
    let inside = radius - band / 2.0;
    let dots = if !desk.small && (!crowd || plan.zoom > 1.0) {
        desk.player.read(|session| paper::screen::dots(session.site(cluster), most.min(200_000)))
    } else {
        Vec::new()
    };
    // By hue, first those that stayed, then those that the last change moved.
    let mut marks = vec![String::new(); 16];
    for dot in &dots {
        let at = plan.rim(dot.position, band / 2.0 + 9.0);
        if plan.shows(at) {
            let moved = if dot.node == dot.was { 0 } else { 8 };
            marks[moved + dot.node.0 as usize % 8] +=
                &format!("M{} {}h0", short(at.x), short(at.y));
        }
    }
    let weights: Vec<f64> = fact.density.iter().map(|count| f64::from(*count)).collect();
    let fullest = weights.iter().copied().fold(0.0, f64::max);
    let positions: Vec<u64> = fact.points.iter().map(|point| point.0).collect();
    let clip = format!("lens-{cluster}");
    let clipped = format!("url(#{clip})");
    let frame = plan.frame;
    let closer = plan.zoom > 1.0;
    let (top, bottom) = if plan.worded { (42.0, 70.0) } else { (0.0, 0.0) };
    view! {
        {closer.then(|| view! {
            <clipPath id=clip><rect x=short(frame.x + 4.0) y=short(frame.y + top) width=short(frame.width - 8.0) height=short((frame.height - top - bottom).max(1.0))></rect></clipPath>
        })}
        <g clip-path=closer.then_some(clipped)
            on:pointermove=move |event: PointerEvent| if !desk.small {
                finger(desk, center, &event, true);
                super::key::point(desk, cluster, center, &event);
            }
            on:pointerdown=move |event: PointerEvent| finger(desk, center, &event, true)
            on:pointerup=move |event: PointerEvent| finger(desk, center, &event, false)
            on:pointercancel=move |event: PointerEvent| finger(desk, center, &event, false)
            on:pointerleave=move |event: PointerEvent| finger(desk, center, &event, false)
            on:wheel=move |event: WheelEvent| if !desk.small { wheel(desk, center, &event) }
        >
            // Through the lens the picture fills its box, and fingers may part anywhere in it.
            {closer.then(|| ground(frame))}
            <circle class="survey-ground" data-role="survey-ground" cx=short(center.x) cy=short(center.y)
                r=short(radius + band + place.node_radius)></circle>
            // Arcs too thin to be seen are at least there.
            {(slices.len() > 4_000).then(|| view! {
                <circle class="survey-thin" cx=short(center.x) cy=short(center.y) r=short(radius) stroke-width=short(band)></circle>
            })}
            {arcs
                .into_iter()
                .enumerate()
                .map(|(owner, path)| {
                    let node = fact.nodes.get(owner).filter(|_| !plan.marks.is_empty());
                    let title = node.map(|node| format!("{}: {} of the circle", node.name, unit::percent(f64::from(node.share) / 1e6)));
                    of_node(
                        if dense { "arc dense" } else { "arc" },
                        node.map_or(NodeId(owner as u32), |node| node.node),
                        path,
                        title.unwrap_or_default(),
                    )
                })
                .collect_view()}
            {(positions.len() <= 400 || plan.zoom > 3.0).then(|| view! {
                <path class="arc-ticks" d=ring::ticks(&positions, center, inside - 2.0, radius + band / 2.0 + 2.0)></path>
            })}
            {(crowd && !closer).then(|| view! {
                <path class="survey-density" d=ring::density(&weights, center, inside - 2.0, radius * 0.22, fullest)></path>
            })}
            {marks
                .into_iter()
                .enumerate()
                .filter(|(_, path)| !path.is_empty())
                .map(|(place, path)| {
                    let class = match (place > 7, radius < 80.0) {
                        (true, false) => "survey-dots moved",
                        (false, false) => "survey-dots",
                        (true, true) => "survey-dots moved fine",
                        (false, true) => "survey-dots fine",
                    };
                    of_node(class, NodeId(place as u32), path, String::new())
                })
                .collect_view()}
            {closer.then(|| names(fact, plan, radius + band / 2.0 + 14.0))}
        </g>
        {(!closer).then(|| streams(fact, plan, place.center))}
    }
}

/// Turns the lens closer or further over the place under the pointer.
fn wheel(desk: Desk, center: Point, event: &WheelEvent) {
    if let Some(at) = pointer(event) {
        event.prevent_default();
        let angle = sheet::turn_of(at, center) * std::f64::consts::TAU;
        let factor = if event.delta_y() < 0.0 { 1.25 } else { 0.8 };
        desk.lens.update(|lens| *lens = lens.closer(factor, angle));
    }
}

/// Follows the fingers on a ring; two of them that part turn the lens closer.
fn finger(desk: Desk, center: Point, event: &PointerEvent, down: bool) {
    let Some(at) = pointer(event).filter(|_| event.pointer_type() == "touch") else { return };
    let apart = |fingers: &[(i32, f64, f64)]| match fingers {
        [one, other] => Some(Point::new(one.1, one.2).distance(Point::new(other.1, other.2))),
        _ => None,
    };
    let mut fingers = desk.fingers.get_untracked();
    let before = apart(&fingers);
    let id = event.pointer_id();
    match fingers.iter().position(|finger| finger.0 == id) {
        Some(place) if down => fingers[place] = (id, at.x, at.y),
        Some(place) => drop(fingers.remove(place)),
        None if down && fingers.len() < 2 => fingers.push((id, at.x, at.y)),
        None => {}
    }
    if let (Some(before), Some(now), [one, other]) = (before, apart(&fingers), &fingers[..]) {
        let middle = Point::new((one.1 + other.1) / 2.0, (one.2 + other.2) / 2.0);
        let angle = sheet::turn_of(middle, center) * std::f64::consts::TAU;
        desk.lens.update(|lens| *lens = lens.closer(now / before.max(1.0), angle));
    }
    desk.fingers.set(fingers);
}

/// The names at the points that the lens shows, if they are few.
fn names(fact: &SurveyFact, plan: &Plan, radius: f64) -> Piece {
    let seen: Vec<_> = fact
        .points
        .iter()
        .map(|(position, node)| (plan.ring.0.polar(angle(*position), radius), *node))
        .filter(|(at, _)| plan.shows(*at))
        .take(61)
        .collect();
    if seen.len() > 60 {
        return Piece::Nothing;
    }
    seen.into_iter()
        .filter_map(|(at, node)| {
            let holding = fact.nodes.get(index_of(fact, node)?)?;
            Some(words("inner-name", at.x, at.y + 4.0, holding.name.clone()))
        })
        .collect_view()
}

/// What the last change moved, as a chord from node to node.
fn streams(fact: &SurveyFact, plan: &Plan, center: Point) -> Piece {
    let most = fact.pairs.iter().map(|pair| pair.2).max().unwrap_or(0).max(1);
    let spot = |name: &str| {
        let index = fact.nodes.iter().position(|node| node.name == name)?;
        plan.marks.get(index).map(|frame| frame.center())
    };
    let mut pairs: Vec<_> = fact.pairs.iter().collect();
    sheet::order(&mut pairs, |one, other| one.2 > other.2);
    pairs.truncate(60);
    let crowded = pairs.len() > LABELS_MAX * 3;
    pairs
        .into_iter()
        .enumerate()
        .filter_map(|(place, (from, to, count))| {
            // Who has left stands in the middle: that is where its keys come from.
            let (a, b) = (spot(from).unwrap_or(center), spot(to).unwrap_or(center));
            if a == b {
                return None;
            }
            let chord = Chord::between(a, 12.0, b, 14.0, 3.0);
            let width = 1.0 + 7.0 * f64::from(*count) / f64::from(most);
            let middle = chord.at(0.5);
            let title = format!("{} keys from {from} to {to}", unit::grouped(u64::from(*count)));
            Some(view! {
                <g class="survey-stream" data-role="survey-stream" data-count=*count>
                    <path class="stream-bed" d=chord.bow(center, 0.16) stroke-width=short(width)><title>{title}</title></path>
                    {(plan.worded && !crowded && place < LABELS_MAX && plan.ring.1 > 90.0)
                        .then(|| words("survey-count", middle.x, middle.y + 4.0, unit::count(f64::from(*count))))}
                </g>
            })
        })
        .collect_view()
}

fn map(fact: &SurveyFact, frame: Frame, columns: usize, step: usize, plan: &Plan) -> Piece {
    let owners: Vec<usize> = fact
        .pieces
        .iter()
        .step_by(step.max(1))
        .map(|node| index_of(fact, *node).unwrap_or(usize::MAX))
        .collect();
    let told = if step > 1 {
        format!("every {step}th of {} pieces, row by row", unit::grouped(fact.pieces.len() as u64))
    } else {
        format!("{} pieces, row by row", unit::grouped(fact.pieces.len() as u64))
    };
    let names: Vec<Piece> =
        if plan.worded { runs(fact, &owners, columns, frame) } else { Vec::new() };
    view! {
        {ground(plan.frame)}
        {fact
            .nodes
            .iter()
            .enumerate()
            .map(|(owner, node)| of_node("survey-cells", node.node, sheet::cells(&owners, owner, columns, frame), node.name.clone()))
            .collect_view()}
        {names}
        {plan.worded.then(|| words("survey-note", frame.center().x, frame.y + frame.height + 13.0, told))}
    }
}

/// Names in the map, in the middle of every run that is wide or high enough.
fn runs(fact: &SurveyFact, owners: &[usize], columns: usize, frame: Frame) -> Vec<Piece> {
    let columns = columns.max(1);
    let width = frame.width / columns as f64;
    let height = frame.height / owners.len().div_ceil(columns).max(1) as f64;
    let mut names = Vec::new();
    let mut at = 0;
    while at < owners.len() {
        let run = owners[at..].iter().take_while(|one| **one == owners[at]).count();
        let middle = at + run / 2;
        let (row, column) = (middle / columns, middle % columns);
        // Only what lies in the row of the middle has room for the name.
        let seen = (at + run).min((row + 1) * columns) - at.max(row * columns);
        let high = height * (run as f64 / columns as f64).max(1.0);
        if high >= 12.0
            && seen as f64 * width > 26.0
            && let Some(node) = fact.nodes.get(owners[at])
        {
            let x = frame.x + (column as f64 + 0.5) * width;
            let y = frame.y + (row as f64 + 0.5) * height + 4.0;
            names.push(words("survey-label", x, y, node.name.clone()));
        }
        at += run;
    }
    names
}

fn ranges(fact: &SurveyFact, bars: &[Frame], plan: &Plan) -> Piece {
    let one = |range: &crate::player::fact::tenant::paper::screen::RangeFact, bar: &Frame| {
        let owner = index_of(fact, range.node).and_then(|index| fact.nodes.get(index));
        let name = owner.map_or("", |node| &node.name);
        let (x, wide) = (bar.center().x, plan.worded && bar.width > 26.0);
        let start = if range.start.is_empty() { "–" } else { &range.start };
        let title =
            format!("from {start}: {} keys on {name}", unit::grouped(u64::from(range.keys)));
        let mut path = String::new();
        let _ = std::fmt::Write::write_fmt(
            &mut path,
            format_args!(
                "M{} {}h{}v{}h-{}z",
                short(bar.x),
                short(bar.y),
                short(bar.width),
                short(bar.height),
                short(bar.width)
            ),
        );
        let (count, room) = (start.chars().count(), (bar.width / 6.6) as usize);
        let tail: String =
            start.chars().skip(count.saturating_sub(room.saturating_sub(1))).collect();
        let short_start = if count > room { format!("…{tail}") } else { start.to_owned() };
        let foot = bar.y + bar.height + 12.0;
        view! {
            <g data-role="range" data-start=range.start.clone()>
                {of_node("survey-cells", range.node, path, title)}
                {wide.then(|| words("survey-note", x, foot, short_start))}
                {wide.then(|| words("survey-note strong", x, bar.y - 4.0, unit::count(f64::from(range.keys))))}
                {(wide && bar.height > 18.0).then(|| words("survey-label", x, bar.y + bar.height - 5.0, name.to_owned()))}
            </g>
        }
    };
    view! {
        {ground(plan.frame)}
        {fact.ranges.iter().zip(bars).map(|(range, bar)| one(range, bar)).collect_view()}
    }
}

/// The mark of a node: a disk at a ring, else a bar.
pub(super) fn node(fact: &SurveyFact, plan: &Plan, index: usize, frame: Frame) -> Piece {
    let holding = &fact.nodes[index];
    let keys = unit::count(f64::from(holding.keys));
    let at = frame.center();
    if let Picture::Ring(place) = &plan.picture {
        let spot = &place.nodes[index];
        let size = (place.node_radius * 0.62).clamp(7.0, 14.0);
        let share = unit::percent(f64::from(holding.share) / 1e6);
        let figures = plan.worded && place.roomy;
        return view! {
            <circle class="node-halo" cx=short(at.x) cy=short(at.y) r=short(place.node_radius + 6.0)></circle>
            <circle class="node-disk" cx=short(at.x) cy=short(at.y) r=short(place.node_radius)></circle>
            <text class="node-name" text-anchor="middle" x=short(at.x) y=short(at.y + size * 0.36) style:font-size=format!("{}px", short(size))>{holding.name.clone()}</text>
            {figures.then(|| view! {
                <text class="node-figure" text-anchor=spot.anchor x=short(spot.words.x) y=short(spot.words.y)>
                    <tspan>{format!("{keys} keys")}</tspan>
                    <tspan class="node-doing" x=short(spot.words.x) dy="1.25em">{share}</tspan>
                </text>
            })}
        };
    }
    let wide = plan.worded && frame.width > 15.0;
    view! {
        <rect class="node-halo" x=short(frame.x - 3.0) y=short(frame.y - 3.0) width=short(frame.width + 6.0) height=short(frame.height + 6.0) rx="3"></rect>
        <rect class="survey-bar" x=short(frame.x) y=short(frame.y) width=short(frame.width) height=short(frame.height)></rect>
        {wide.then(|| words("node-name survey-name", at.x, plan.floor + 13.0, holding.name.clone()))}
        {(wide && frame.width > 30.0).then(|| words("survey-note strong", at.x, frame.y - 4.0, keys))}
    }
}

/// Nodes that are too many for marks of their own.
pub(super) fn crowd(plan: &Plan) -> Piece {
    let mut path = String::new();
    for bar in &plan.marks {
        let (x, y, width, height) =
            (short(bar.x), short(bar.y), short(bar.width), short(bar.height));
        path += &format!("M{x} {y}h{width}v{height}h-{width}z");
    }
    view! { <path class="survey-crowd" d=path></path> }
}

/// The place of a pointer in the drawing.
pub(super) fn pointer(event: &MouseEvent) -> Option<Point> {
    let drawing =
        event.target()?.dyn_into::<web_sys::Element>().ok()?.closest(".stage-drawing").ok()??;
    let bounds = drawing.get_bounding_client_rect();
    Some(Point::new(
        f64::from(event.client_x()) - bounds.left(),
        f64::from(event.client_y()) - bounds.top(),
    ))
}
