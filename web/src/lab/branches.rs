//! Branches: what-ifs that are kept, laid beside what is shown, and where the two part.

use leptos::prelude::*;

use super::stage::Stage;
use crate::player::Player;
use crate::player::fact::Session;
use crate::pulse::{Fact, Var, effect};
use crate::views::event::EventList;
use crate::widgets::button::Button;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// A branch that is laid beside the run.
#[derive(Clone, PartialEq)]
pub struct Beside {
    /// Its place in the list.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The list of kept branches.
#[component]
pub fn Branches(
    /// The run.
    player: Player,
    /// The branch that is laid beside it.
    beside: Var<Option<Beside>>,
) -> Piece {
    let list = player.watch_slowly(Session::branches);
    view! {
        <div class="branches" data-role="branches">
            <p class="quiet">"Keep this run as it is, change something, and see where the two part."</p>
            <Button label="Keep this run as a branch" icon="branch" class="small" key="B" role_name="fork"
                on_press=move |()| player.fork() />
            <ul>
                {live(move || {
                    list.get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, (name, text))| {
                            let branch = Beside { index: index as u32, name, text };
                            view! { <Branch player=player branch=branch beside=beside /> }
                        })
                        .collect_view()
                })}
            </ul>
        </div>
    }
}

/// One branch.
#[component]
fn Branch(player: Player, branch: Beside, beside: Var<Option<Beside>>) -> Piece {
    let index = branch.index;
    let name = branch.name.clone();
    let shown = Fact::of(move || {
        beside.with(|beside| beside.as_ref().is_some_and(|one| one.index == index))
    });
    let difference = Fact::of(move || {
        player.slow.track();
        player.text.track();
        shown.get().then(|| player.read(|session| session.difference(index))).flatten()
    });
    let compare = move |()| {
        beside.set(if shown.get_untracked() { None } else { Some(branch.clone()) });
    };
    let label =
        Fact::of(move || if shown.get() { "Put it away" } else { "Lay it beside" }.to_owned());
    view! {
        <li class="branch" data-branch=index>
            <header class="panel-part-head">
                <h3>{name}</h3>
                <Button label="Open" class="small" role_name="branch-open" on_press=move |()| { beside.set(None); player.switch(index); } />
                <Button label=label class="small" role_name="branch-compare" on_press=compare />
            </header>
            <Show when=move || shown.get()>
                <div class="branch-difference" data-role="difference">
                    {live(move || match difference.get() {
                        None => view! { <p>"Nothing differs so far."</p> },
                        Some(one) => {
                            view! {
                                <p>{format!("They part at event {}.", one.seq)}</p>
                                <h4>"Here"</h4>
                                <EventList player=player events=Fact::from(one.here.into_iter().collect::<Vec<_>>()) />
                                <h4>"In the branch"</h4>
                                <EventList player=player events=Fact::from(one.there.into_iter().collect::<Vec<_>>()) />
                            }

                        }
                    })}
                </div>
            </Show>
        </li>
    }
}

/// The stage of a branch, kept at the moment of the run it stands beside.
#[component]
pub fn BesideStage(
    /// The run.
    player: Player,
    /// The branch.
    branch: Beside,
) -> Piece {
    let other = Player::open(&branch.text);
    effect(move || other.follow(player.clock.get()));
    let label = format!("The branch {}", branch.name);
    view! {
        <div class="beside" data-role="beside">
            <p class="beside-name">{branch.name}</p>
            <Stage player=other label=label />
        </div>
    }
}
