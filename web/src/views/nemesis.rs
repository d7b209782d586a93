//! The chooser of troubles: a mix is an edit of the text, so it can be read, undone and shared.

use leptos::prelude::*;

use crate::layout::mix::{MIXES, words};
use crate::player::Player;
use crate::player::fact::{Edit, Session};
use crate::pulse::Fact;
use crate::widgets::follow::{live, say, whether};
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The choice that is none of the mixes.
const OWN: &str = "own";

/// What a text gives to a nemesis.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Prey {
    /// Whether there are machines that can be harmed.
    machines: bool,
    /// Whether some of them agree on a log.
    grouped: bool,
}

fn prey(session: &Session) -> Prey {
    let stores = || session.scenario().stores();
    Prey {
        machines: stores().any(|spec| spec.kind.has_machines()),
        grouped: stores().any(|spec| spec.kind.votes()),
    }
}

/// The chooser.
#[component]
pub fn Nemesis(
    /// The run whose text gets it.
    player: Player,
) -> Piece {
    let prey = player.watch_text(prey);
    // Which mix the text calls for: its place, none, or one of the author's own.
    let called = player.watch_text(Session::nemesis);
    let now = Fact::of(move || {
        let grouped = prey.get().grouped;
        match called.get() {
            None => String::new(),
            Some(called) => {
                let known = MIXES.iter().position(|mix| words(mix, grouped) == called);
                known.map_or_else(|| OWN.to_owned(), |at| at.to_string())
            }
        }
    });
    let choose = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        let mix = value.parse::<usize>().ok().and_then(|at| MIXES.get(at));
        if value == OWN {
            return;
        }
        let words = mix.map(|mix| words(mix, prey.get_untracked().grouped));
        player.rewrite(&Edit::Nemesis(words.as_deref()));
    };
    let means = move || {
        if !prey.get().machines {
            return "Nothing runs here that could be troubled: this text has no machines."
                .to_owned();
        }
        let now = now.get();
        match now.parse::<usize>().ok().and_then(|at| MIXES.get(at)) {
            Some(mix) => mix.means.to_owned(),
            None if now == OWN => "The nemesis of the text is a mix of its own.".to_owned(),
            None => "A mix becomes a line of the text. The seed draws when and whom it hits; undo takes it back.".to_owned(),
        }
    };
    view! {
        <div class="nemesis">
            <label class="sweep-count">
                "Trouble"
                <select
                    class="field"
                    data-role="nemesis"
                    disabled=whether(move || !prey.get().machines)
                    aria-describedby="nemesis-means"
                    on:change=choose
                    on:keydown=|event| event.stop_propagation()
                >
                    {live(move || {
                        let (now, grouped) = (now.get(), prey.get().grouped);
                        let option = |value: String, name: &'static str, refused: bool| {
                            let chosen = value == now;
                            view! { <option value=value selected=chosen disabled=refused>{name}</option> }
                        };
                        let mixes = MIXES.iter().enumerate();
                        let mixes = mixes.map(|(at, mix)| option(at.to_string(), mix.name, mix.grouped && !grouped));
                        let mixes: Vec<Piece> = mixes.collect();
                        let own = (now == OWN).then(|| option(OWN.to_owned(), "As written", false));
                        let none = option(String::new(), "Only what is written", false);
                        std::iter::once(none).chain(mixes).chain(own).collect_view()
                    })}
                </select>
            </label>
            <p class="quiet" id="nemesis-means" data-role="nemesis-means">{say(means)}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mix_is_understood() {
        let text = "raft 3 nodes\nat 1s crash n1\nend 8s\n";
        for mix in &MIXES {
            let mut session = Session::open(text);
            session.rewrite(&Edit::Nemesis(Some(&words(mix, true))));
            assert!(session.text().contains(mix.words), "{}", session.text());
            // A remark that a word does nothing in this text is no error.
            let understood = session.diagnostics().iter().all(|problem| problem.mild);
            assert!(understood, "{}", session.text());
            assert!(prey(&session) == Prey { machines: true, grouped: true });
        }
    }

    #[test]
    fn paper_cannot_be_troubled() {
        let session = Session::open("place a: ring, 4 nodes, 10 vnodes\nend 1s\n");
        assert!(!prey(&session).machines);
    }
}
