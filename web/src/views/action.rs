//! The actions of a thing: each is a statement, added to the text at the present moment.

use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::tenant::replicated::fact::{Belongs, ReplicaFact};
use crate::player::fact::{NodeFact, Power, Role, Standing};
use crate::pulse::Fact;
use crate::widgets::button::Button;
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The word on the button.
    pub label: String,
    /// Its glyph.
    pub icon: &'static str,
    /// The statement it adds.
    pub statement: String,
}

/// An action by its words.
#[must_use]
pub fn action(label: &str, icon: &'static str, statement: String) -> Action {
    Action { label: label.to_owned(), icon, statement }
}

/// What can be done to a node in its state.
#[must_use]
pub fn of_node(node: &NodeFact) -> Vec<Action> {
    let name = &node.name;
    let mut list = Vec::new();
    match node.power {
        Power::Up => {
            list.push(action("Crash", "crash", format!("crash {name}")));
            list.push(action("Pause", "pause", format!("pause {name}")));
        }
        Power::Paused => {
            list.push(action("Resume", "play", format!("resume {name}")));
            list.push(action("Crash", "crash", format!("crash {name}")));
        }
        Power::Down => {
            list.push(action("Restart", "restart", format!("restart {name}")));
            list.push(action("Wipe its disk", "wipe", format!("wipe {name}")));
        }
    }
    if node.role == Role::Storage {
        if node.may_leave && node.power == Power::Up && node.standing == Standing::Serving {
            list.push(action("Leave", "leave", format!("leave {name}")));
        }
        list.push(action("Cut off", "cut", format!("cut {name}")));
        list.push(action("Slow down", "slow", format!("slow {name} 10x")));
    }
    list
}

/// What can be done to a replica beside what can be done to any node.
#[must_use]
pub fn of_replica(node: &NodeFact, all: &[ReplicaFact]) -> Vec<Action> {
    let name = &node.name;
    let Some(fact) = all.iter().find(|fact| fact.id == node.id) else { return Vec::new() };
    let mut list = Vec::new();
    if node.power == Power::Up {
        let led = all.iter().any(|one| one.cluster == fact.cluster && one.role == "leader");
        if fact.role != "leader" && fact.standing == Belongs::Voter {
            list.push(action("Stand for election", "next", format!("campaign {name}")));
            if led {
                let to = match name.split_once('.') {
                    Some((of, short)) => format!("{of}: transfer leader to {short}"),
                    None => format!("transfer leader to {name}"),
                };
                list.push(action("Let it lead", "redo", to));
            }
        }
        list.push(action("Snapshot", "export", format!("snapshot {name}")));
    }
    if fact.standing != Belongs::Outside {
        list.push(action("Remove", "leave", format!("leave {name}")));
    }
    list.push(action("Cut off", "cut", format!("cut {name}")));
    list.push(action("Slow down", "slow", format!("slow {name} 10x")));
    list.push(action("Clock +50 ms", "plus", format!("skew {name} 50ms")));
    list.push(action("Fast clock", "plus", format!("drift {name} 20%")));
    list
}

/// A row of actions.
#[component]
pub fn Actions(
    /// The run.
    player: Player,
    /// What can be done.
    #[prop(into)]
    actions: Fact<Vec<Action>>,
) -> Piece {
    view! {
        <div class="button-row actions" role="group" aria-label="Actions">
            {live(move || {
                actions
                    .get()
                    .into_iter()
                    .map(|action| {
                        view! {
                <Button
                    label=action.label
                    icon=action.icon
                    class="small"
                    role_name=action.statement.split(' ').next().unwrap_or("").to_owned()
                    on_press={
                        let statement = action.statement.clone();
                        move |()| player.act(&statement)
                    }
                />
                        }
                    })
                    .collect_view()
            })}
        </div>
    }
}
