//! The key that is looked for, on every picture: its place, its owner, and who has copies.

use leptos::ev::PointerEvent;

use super::plan::{Picture, Plan};
use super::{Desk, picture, words};
use crate::layout::point::{Frame, Point, short};
use crate::layout::survey as sheet;
use crate::player::Player;
use crate::player::fact::tenant::paper;
use crate::player::fact::tenant::paper::screen::SurveyFact;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// Keys among which the one under the pointer is looked for.
const NEAR_MAX: usize = 20_000;

/// Marks the key that is looked for.
pub(super) fn mark(player: Player, cluster: usize, fact: &SurveyFact, plan: &Plan) -> Piece {
    let key = player.key.get();
    if key.is_empty() {
        return Piece::Nothing;
    }
    let found = player.read(|session| session.where_is(&key));
    let Some(found) = found.into_iter().find(|one| one.cluster == Some(cluster)) else {
        return Piece::Nothing;
    };
    let frame_of = |name: &str| {
        let name = name.rsplit('.').next().unwrap_or(name);
        let index = fact.nodes.iter().position(|node| node.name == name)?;
        plan.marks.get(index).copied()
    };
    let owner = frame_of(&found.owner);
    let place = match &plan.picture {
        Picture::Ring(_) => Some(plan.rim(found.place, 0.0)),
        Picture::Map(frame, columns, step) => {
            let at = found.place as usize / step;
            let rows = fact.pieces.len().div_ceil(*step).div_ceil(*columns).max(1);
            Some(Point::new(
                frame.x + (at % columns) as f64 * frame.width / *columns as f64 + 3.0,
                frame.y + ((at / columns) as f64 + 0.5) * frame.height / rows as f64,
            ))
        }
        Picture::Ranges(bars) => bars.get(found.place as usize).map(|bar| bar.center()),
        Picture::Bars => None,
    };
    let round = matches!(plan.picture, Picture::Ring(_));
    let ring = |class: &'static str, frame: Frame| {
        let spare = 4.0;
        let corner = if round { frame.width } else { 3.0 };
        view! {
            <rect class=class x=short(frame.x - spare) y=short(frame.y - spare)
                width=short(frame.width + spare * 2.0) height=short(frame.height + spare * 2.0) rx=short(corner)></rect>
        }
    };
    let lines = plan.zoom <= 1.0;
    let center = plan.frame.center().x;
    let told = if found.owner.is_empty() {
        key
    } else if found.copies.is_empty() {
        format!("{key} → {}", found.owner)
    } else {
        format!("{key} → {}, then {}", found.owner, found.copies.join(", "))
    };
    view! {
        <g class="key-mark" data-role="key-mark" data-owner=found.owner.clone()>
            {lines.then(|| found.copies.iter().filter_map(|name| frame_of(name)).map(|frame| ring("key-copy", frame)).collect_view())}
            {owner.filter(|_| lines).map(|frame| ring("key-owner", frame))}
            {place.zip(owner).filter(|_| lines).map(|(from, frame)| {
                let to = if round { frame.center() } else { Point::new(frame.center().x, frame.y) };
                view! { <path class="key-way" d=format!("M{} {}L{} {}", short(from.x), short(from.y), short(to.x), short(to.y))></path> }
            })}
            {place.map(|at| view! { <path class="key-spot" d=format!("M{} {}l5 5l-5 5l-5 -5z", short(at.x), short(at.y - 5.0))></path> })}
            {plan.worded.then(|| words("key-words", center, plan.frame.y + 52.0, super::fit(told, plan.frame.width)))}
        </g>
    }
}

/// Looks for the key nearest to the pointer.
pub(super) fn point(desk: Desk, cluster: usize, center: Point, event: &PointerEvent) {
    let Some(at) = picture::pointer(event) else { return };
    let player = desk.player;
    let lens = desk.lens.get_untracked();
    let turn = sheet::turn_of(at, center);
    let position = (turn * 18_446_744_073_709_551_616.0) as u64;
    let most = (500.0 * lens.zoom) as usize;
    let dots =
        player.read(|session| paper::screen::dots(session.site(cluster), most.min(NEAR_MAX)));
    let near = sheet::nearest(dots.iter().map(|dot| dot.position), position);
    if let Some(dot) = near.and_then(|near| dots.get(near))
        && player.key.with_untracked(|key| *key != dot.key)
    {
        player.key.set(dot.key.clone());
    }
}
