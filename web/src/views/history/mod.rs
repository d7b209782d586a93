//! What the clients saw: a bar an operation on one time axis with the faults, the order that the judge
//! found, and what fits into no order; of the run, or of a history that somebody brought.

mod case;
mod marks;

use leptos::ev::{DragEvent, Event};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use crate::api::trial::story;
use crate::layout::history::{Bar, Story};
use crate::layout::unit;
use crate::player::fact::{BARS_MAX, Session};
use crate::player::{Chosen, Player};
use crate::pulse::{Fact, Var, effect};
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say, whether};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};
use case::Case;
use marks::bars;

/// What of a history is looked at.
#[derive(Clone, Copy)]
struct Look {
    player: Player,
    case: Case,
    /// Which cluster of the run.
    cluster: Var<usize>,
    /// Which key; that of the violation, or the busiest, if none.
    key: Var<Option<String>>,
    /// Only what proves the violation.
    smallest: Var<bool>,
    /// The bar that has the focus.
    bar: Var<Option<Bar>>,
}

impl Look {
    fn of_file(self) -> bool {
        self.case.name.with(|name| !name.is_empty())
    }

    /// Looks elsewhere.
    fn turn(self, key: Option<String>, smallest: bool) {
        self.bar.set(None);
        self.key.set(key.clone());
        self.smallest.set(smallest);
        if self.case.name.with_untracked(|name| !name.is_empty()) {
            self.case.look(key, smallest);
        }
    }

    fn back(self) {
        self.case.close();
        self.turn(None, true);
    }
}

/// The history view.
#[component]
pub fn HistoryView(
    /// The run.
    player: Player,
) -> Piece {
    player.quietly(Session::want_history);
    player.nudge();
    let look = Look {
        player,
        case: Case::default(),
        cluster: Var::new(0),
        key: Var::new(None),
        smallest: Var::new(true),
        bar: Var::new(None),
    };
    on_cleanup(move || look.case.cancel());
    let clusters = player.watch_slowly(|session| {
        let scenario = session.scenario();
        let named = |at: usize| {
            (at, scenario.clusters.get(at).map_or_else(String::new, |it| it.name.clone()))
        };
        session.histories().into_iter().map(named).collect::<Vec<_>>()
    });
    effect(move || {
        // A run whose first cluster nobody asked is looked at where somebody did.
        let first = clusters.with(|clusters| {
            let here = look.cluster.get_untracked();
            clusters
                .iter()
                .any(|(at, _)| *at == here)
                .then_some(here)
                .or(clusters.first().map(|it| it.0))
        });
        look.cluster.set(first.unwrap_or(0));
    });
    let shown = Fact::of(move || {
        if look.of_file() {
            return look.case.story.get();
        }
        player.slow.track();
        let (key, smallest) = (look.key.get(), look.smallest.get());
        let cluster = look.cluster.get();
        player.read(|session| session.history(cluster, key.as_deref(), smallest)).map(story)
    });
    let ended = player.watch_slowly(Session::is_judged);
    view! {
        <div class="history" data-role="history" tabindex="-1"
            on:dragover=move |event: DragEvent| event.prevent_default()
            on:drop=move |event: DragEvent| {
                event.prevent_default();
                let files = event.data_transfer().and_then(|data| data.files());
                if let Some(file) = files.and_then(|files| files.get(0)) {
                    look.case.take(file);
                }
            }
        >
            <Show when=move || look.of_file()>
                <div class="history-file" data-role="history-file">
                    <strong>{live(move || look.case.name.get())}</strong>
                    <Show when=move || look.case.running.get()>
                        <progress aria-label="Operations judged" max=say(move || look.case.progress.get().1.max(1).to_string())
                            prop:value=say(move || look.case.progress.get().0.to_string())></progress>
                        <Button label="Cancel" class="small" role_name="history-cancel" on_press=move |()| look.back() />
                    </Show>
                    <span class="quiet" data-role="history-took">{live(move || {
                        let took = look.case.took.get();
                        let judged = look.case.story.with(|story| story.as_ref().is_none_or(|story| story.verdict != "not judged"));
                        let done = if judged { "read and judged" } else { "read" };
                        if took.is_empty() { String::new() } else { format!("{done} beside the page in {took}") }
                    })}</span>
                    <Show when=move || !look.case.running.get()>
                        <Button label="Back to the run" class="small" role_name="history-back" on_press=move |()| look.back() />
                    </Show>
                </div>
            </Show>
            {live(move || look.case.wrong.get().map(wrong))}
            {live(move || shown.with(|shown| shown.as_ref().map(|story| told(look, story))))}
            <Show when=move || clusters.with(|all| all.len() > 1) && !look.of_file()>
                <div class="switch history-clusters" role="group" aria-label="Cluster">
                    {live(move || clusters.get().into_iter().map(|(at, name)| view! {
                        <button type="button" aria-pressed=say(move || (look.cluster.get() == at).to_string())
                            on:click=move |_| { look.cluster.set(at); look.turn(None, true); }>{name}</button>
                    }).collect_view())}
                </div>
            </Show>
            {live(move || shown.get().map(|story| bars(look, story)))}
            <Show when=move || shown.with(Option::is_none) && !look.of_file()>
                <p class="quiet history-empty" data-role="history-empty">{live(move || if ended.get() {
                    "No client has asked anything in this run. Write a line such as traffic, or c1: put \"x\" 1; or judge a history of your own."
                } else {
                    "The run is judged when it has been worked out to its end."
                })}</p>
            </Show>
            <div class="history-detail" aria-live="polite" data-role="history-detail">
                {live(move || {
                    let joined = shown.with(|story| story.as_ref().is_some_and(|story| story.joined > 1));
                    look.bar.get().map(|bar| detail(look, &bar, joined))
                })}
            </div>
            <Intake look=look />
        </div>
    }
}

/// Where a text is no history.
fn wrong((line, said, why): case::Wrong) -> Piece {
    view! {
        <div class="history-wrong" role="alert" data-role="history-wrong">
            <p class="state fault">{if line > 0 { format!("Line {line}: {why}.") } else { format!("This cannot be judged: {why}.") }}</p>
            {(!said.is_empty()).then(|| view! { <pre><b>{line.to_string()}</b><mark>{said}</mark></pre> })}
        </div>
    }
}

/// The verdict, and what may be looked at.
fn told(look: Look, story: &Story) -> Piece {
    let (class, sign) = match story.verdict.as_str() {
        "linearizable" => ("state good", "✓"),
        "not linearizable" => ("state fault", "✗"),
        _ => ("state waiting", "?"),
    };
    let drawn = story.bars.len() as u32;
    let few = look.smallest.get() && story.smallest > 0 && drawn == story.smallest;
    let many = match () {
        () if few => format!(
            "The {drawn} operations that prove it, of {} on {}",
            unit::grouped(story.of_key.into()),
            story.key
        ),
        () if drawn < story.of_key => format!(
            "{drawn} of the {} operations on {} are drawn; no more than {BARS_MAX} ever are",
            unit::grouped(story.of_key.into()),
            story.key
        ),
        () => format!("All {drawn} operations on {}", story.key),
    };
    let together = if story.joined > 1 { "Batches join these keys. " } else { "" };
    let key = story.key.clone();
    view! {
        <div class="history-head">
            <p><span class=class data-role="history-verdict">{format!("{sign} {}", story.verdict)}</span>
                " "<span data-role="history-reason">{story.reason.clone()}</span></p>
            <p class="quiet" data-role="history-drawn">{format!("{many}. {together}{}.", in_all(story))}</p>
            <div class="button-row">
                {(story.busiest.len() > 1).then(|| view! {
                    <label class="history-key">"Key "<select class="field" data-role="history-key"
                        on:change=move |event: Event| look.turn(Some(event_target_value(&event)), look.smallest.get_untracked())>
                        {story.busiest.iter().map(|(name, count)| view! {
                            <option value=name.clone() selected=*name == key>{format!("{name} ({count})")}</option>
                        }).collect_view()}
                    </select></label>
                })}
                {(story.smallest > 0).then(|| view! {
                    <Button label=if few { "Show all" } else { "Only what proves it" } class="small" role_name="history-all"
                        on_press=move |()| look.turn(look.key.get_untracked(), !few) />
                })}
            </div>
        </div>
    }
}

/// How much there is in all, if that is more than what is looked at.
fn in_all(story: &Story) -> String {
    match story.keys {
        keys if keys <= story.joined.max(1) => "There is no other key".to_owned(),
        keys => format!(
            "{} operations on {} keys in all",
            unit::grouped(story.operations.into()),
            unit::grouped(keys.into())
        ),
    }
}

/// One operation in words: what was asked and believed, when, and what the keys hold after it.
fn detail(look: Look, bar: &Bar, joined: bool) -> Piece {
    let file = look.of_file();
    let moment =
        |at: u64, known: u32| if file { format!("line {known}") } else { unit::time(at as f64) };
    let place = match bar.number {
        Some(number) if joined => format!("{number} in the order; then {}", bar.state),
        Some(number) => format!("{number} in the order; the key then holds {}", bar.state),
        None if bar.culprit => "fits no order".to_owned(),
        None => "not needed in the order".to_owned(),
    };
    let seq = bar.returned;
    view! {
        <h2>{format!("{}: {}", bar.client, bar.told)}</h2>
        <dl class="rows">
            <div><dt>"Called"</dt><dd>{moment(bar.from, bar.called)}</dd></div>
            <div><dt>"Returned"</dt><dd>{bar.to.map_or_else(|| "never: it may still happen".to_owned(), |to| moment(to, bar.returned))}</dd></div>
            <div><dt>"What the client believes"</dt><dd>{bar.answer.clone()}</dd></div>
            <div><dt>"Place"</dt><dd>{place}</dd></div>
        </dl>
        {(!file).then(|| view! {
            <Button label="Why?" class="small" role_name="history-why" on_press=move |()| look.player.choose(Chosen::Event(seq), false) />
        })}
    }
}

/// Where a history is brought in.
#[component]
fn Intake(look: Look) -> Piece {
    let pasted = NodeRef::<leptos::html::Textarea>::new();
    let judge = move |()| {
        let Some(field) = pasted.get_untracked() else { return };
        let words = field.unchecked_into::<HtmlTextAreaElement>().value();
        look.turn(None, true);
        look.case.judge("The pasted history".to_owned(), words.into_bytes());
    };
    view! {
        <details class="history-intake" data-role="history-intake">
            <summary>"Judge a history of your own"</summary>
            <p class="quiet">"A log of Jepsen, EDN of Porcupine or Knossos, JSON of Jepsen or Elle, whose transactions are drawn and not judged. It is read here and nowhere else."</p>
            <div class="button-row">
                <label class="button small">"Choose a file"<input class="hidden-words" type="file" data-role="history-input"
                    on:change=move |event: Event| {
                        let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) else { return };
                        if let Some(file) = input.files().and_then(|files| files.get(0)) {
                            look.turn(None, true);
                            look.case.take(file);
                        }
                        input.set_value("");
                    } /></label>
            </div>
            <label class="where-field">"Or paste it"
                <textarea class="field pasted" rows="4" spellcheck="false" data-role="history-pasted" node_ref=pasted
                    disabled=whether(move || look.case.running.get())></textarea>
            </label>
            <Button label="Judge it" class="small" role_name="history-judge" on_press=judge />
        </details>
    }
}
