//! What became of each expectation: its words, what was measured, and the events that prove it.

use leptos::prelude::*;

use crate::layout::unit;
use crate::player::fact::Verdict;
use crate::player::{Chosen, Player};
use crate::widgets::follow::live;
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// The state of a verdict: a class, a sign and a word.
#[must_use]
pub fn state(verdict: &Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict.holds {
        _ if verdict.is_untested() => ("waiting", "–", "not put to the test"),
        _ if verdict.is_undecided() => ("waiting", "…", "not decided"),
        Some(true) => ("good", "✓", "holds"),
        Some(false) | None => ("fault", "✗", "does not hold"),
    }
}

/// How many hold, in words.
#[must_use]
pub fn summary(verdicts: &[Verdict], truncated: bool) -> String {
    let held = verdicts.iter().filter(|verdict| verdict.holds == Some(true)).count();
    let open = verdicts.iter().any(|verdict| verdict.holds.is_none());
    let untested = verdicts.iter().filter(|verdict| verdict.is_untested()).count();
    match verdicts.len() {
        0 => String::new(),
        all if untested > 0 && !open => {
            format!("{held} of {all} hold, {untested} not put to the test")
        }
        all if open && truncated => format!("{held} of {all} hold, the run was cut"),
        all if open => format!("{held} of {all} hold so far"),
        all => format!("{held} of {all} hold"),
    }
}

/// That a text has mistakes, in words: what was not understood was not judged.
fn told(mistakes: usize) -> Option<String> {
    match mistakes {
        0 => None,
        1 => Some(
            "One place of the text was not understood, so the verdicts leave it out.".to_owned(),
        ),
        many => Some(format!(
            "{many} places of the text were not understood, so the verdicts leave them out."
        )),
    }
}

/// The list of verdicts.
#[component]
pub fn Verdicts(
    /// The run.
    player: Player,
) -> Piece {
    let verdicts = player.watch_slowly(|session| {
        let numbered = session.verdicts().into_iter().enumerate();
        let all = numbered.map(|(number, verdict)| (verdict, untried(&session.untried(number))));
        all.collect::<Vec<_>>()
    });
    let truncated =
        player.watch_slowly(|session| session.truncated().map(|truncated| truncated.words()));
    let mistakes = player.watch_text(|session| {
        session.diagnostics().iter().filter(|diagnostic| !diagnostic.mild).count()
    });
    let claim = player.watch_text(|session| session.scenario().claim());
    view! {
        {live(move || told(mistakes.get()).map(|words| view! {
            <p class="verdict-mistakes" data-role="verdict-mistakes">{words}</p>
        }))}
        {live(move || truncated.get().map(|words| view! {
            <p class="verdict-mistakes" data-role="run-truncated">{words}</p>
        }))}
        <ul class="verdicts" data-role="verdicts">
            {live(move || {
                verdicts
                    .get()
                    .into_iter()
                    .map(|(verdict, untried)| view! {
                        <VerdictRow player=player verdict=verdict untried=untried />
                    })
                    .collect_view()
            })}
        </ul>
        <Show when=move || verdicts.with(Vec::is_empty)>
            <p class="quiet">
                "This scenario expects nothing yet."
                {live(move || claim.get().map(|claim| view! { " Add a line such as "<code>{claim}</code>"." }))}
            </p>
        </Show>
    }
}

/// Which parts of a law nothing put to the test, in words.
fn untried(parts: &[(&str, &str)]) -> Option<String> {
    let parts: Vec<String> = parts.iter().map(|(law, why)| format!("{law} ({why})")).collect();
    (!parts.is_empty()).then(|| format!("Not put to the test: {}.", parts.join(", ")))
}

/// A figure of more letters has no room beside its words.
const BESIDE_MAX: usize = 14;

/// One verdict.
#[component]
fn VerdictRow(player: Player, verdict: Verdict, untried: Option<String>) -> Piece {
    let (class, sign, words) = state(&verdict);
    let held = verdict.holds == Some(true);
    let proof = verdict.evidence.first().copied();
    let at = verdict.at.map(|at| at.0);
    let go = move |_| {
        player.pause();
        if let Some(at) = at {
            player.seek(at);
        }
        if let Some(seq) = proof {
            player.chosen.set(vec![Chosen::Event(seq)]);
        }
    };
    // A short figure stands beside the words, a long one above them, and is not said twice.
    let long = verdict.measured.chars().count() > BESIDE_MAX;
    let repeated = format!("Measured {}", verdict.measured);
    let reason = match verdict.reason.strip_prefix(&repeated) {
        Some(rest) if long => rest.trim_start_matches(['.', ':', ' ']).to_owned(),
        _ => verdict.reason,
    };
    view! {
        <li class=format!("verdict {class}{}", if long { " long" } else { "" }) data-verdict=class>
            <span class="verdict-sign" aria-hidden="true">{sign}</span>
            <div class="verdict-words">
                <p class="verdict-text"><code>{verdict.text}</code><span class="hidden-words">{format!(" {words}")}</span></p>
                {long.then(|| view! { <p class="verdict-measured">{verdict.measured.clone()}</p> })}
                <p class="quiet">{reason}</p>
                {held.then_some(untried).flatten().map(|words| view! { <p class="quiet">{words}</p> })}
                {(at.is_some() || proof.is_some())
                    .then(|| {
                        view! {
                            <button type="button" class="link" on:click=go>
                                {match (at, proof) {
                                    (Some(at), Some(_)) => format!("Why? Decided at {}", unit::moment(at)),
                                    (Some(at), None) => format!("Decided at {}", unit::moment(at)),
                                    _ => "Why?".to_owned(),
                                }}
                            </button>
                        }
                    })}
            </div>
            {(!long).then(|| view! { <span class="verdict-measured">{verdict.measured.clone()}</span> })}
        </li>
    }
}
