//! A form for a client of a replicated store: one operation, written into the text at this moment.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;

use crate::player::fact::tenant::replicated;
use crate::player::fact::{EventFact, Session};
use crate::player::{Chosen, Player};
use crate::pulse::{Fact, Var};
use crate::views::event::EventList;
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, Show, view};

/// What a client can do.
const VERBS: [&str; 5] = ["put", "get", "cas", "append", "delete"];

/// So many lines of what was asked and heard are shown.
const LINES_MAX: usize = 6;

/// The form.
#[component]
pub fn Ask(
    /// The run.
    player: Player,
) -> Piece {
    let clients = player.watch(clients);
    let picked = Var::new(String::new());
    // A client that is chosen on the stage is the one that asks.
    let client = Fact::of(move || {
        let clients = clients.get();
        let chosen = player.chosen.with(|chosen| {
            chosen.iter().find_map(|one| match one {
                Chosen::Node(name) if clients.contains(name) => Some(name.clone()),
                _ => None,
            })
        });
        let picked = Some(picked.get()).filter(|name| clients.contains(name));
        chosen.or(picked).or_else(|| clients.first().cloned()).unwrap_or_default()
    });
    let verb = Var::new("put".to_owned());
    let key = Var::new("x".to_owned());
    let value = Var::new("1".to_owned());
    let expected = Var::new("null".to_owned());
    let reading = Var::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let fields = [&key, &expected, &value].map(|field| quoted(&field.get_untracked()));
        let [key, expected, value] = fields;
        let what = match verb.get_untracked().as_str() {
            "cas" => format!("cas {key} {expected} {value}"),
            verb @ ("put" | "append") => format!("{verb} {key} {value}"),
            verb => format!("{verb} {key}"),
        };
        let by = Some(reading.get_untracked()).filter(|by| !by.is_empty());
        let by = by.filter(|_| verb.with_untracked(|verb| verb == "get"));
        let by = by.map_or_else(String::new, |by| format!(" by {by}"));
        player.act(&format!("{}: {what}{by}", client.get_untracked()));
    };
    let answers = Fact::of(move || {
        player.beat.track();
        let client = client.get();
        player.read(|session| answers(session, &client))
    });
    let waits = Fact::of(move || {
        player.beat.track();
        let client = client.get();
        !player.playing.get()
            && player.read(|session| {
                let all = replicated::fact::all_clients(session.sites());
                all.iter().any(|one| one.open > 0 && session.name(one.id) == client)
            })
    });
    let is = move |verbs: &[&str]| verb.with(|verb| verbs.contains(&verb.as_str()));
    view! {
        <form class="ask" data-role="ask" on:submit=submit>
            {choice("Client", "ask-client", move || clients.get(), Fact::of(move || client.get()), picked)}
            {choice("Does", "ask-verb", || VERBS.map(str::to_owned).to_vec(), Fact::from(verb), verb)}
            {field("Key", "ask-key", key)}
            <Show when=move || is(&["cas"])>{field("If it holds", "ask-expected", expected)}</Show>
            <Show when=move || is(&["put", "cas", "append"])>{field("Value", "ask-value", value)}</Show>
            <Show when=move || is(&["get"])>{choice("By", "ask-reading", readings, Fact::from(reading), reading)}</Show>
            <button type="submit" class="button small main" data-role="ask-send">"Ask"</button>
        </form>
        <Show when=move || !answers.with(Vec::is_empty)>
            <div class="ask-answers" data-role="ask-answers">
                <h3>{live(move || format!("What {} asked and heard", client.get()))}</h3>
                <EventList player=player events=answers />
            </div>
        </Show>
        <Show when=move || waits.get()>
            <p class="quiet" data-role="ask-waits">"Play on: an answer takes its time."</p>
        </Show>
    }
}

/// What a client asked and heard up to the moment, the newest first.
fn answers(session: &Session, client: &str) -> Vec<EventFact> {
    let all = replicated::fact::all_clients(session.sites());
    let id = all.iter().map(|one| one.id).find(|id| session.name(*id) == client);
    id.map_or_else(Vec::new, |id| session.asked(id, LINES_MAX))
}

/// The clients that there are, or the one that the first statement would bring.
fn clients(session: &Session) -> Vec<String> {
    let all = replicated::fact::all_clients(session.sites());
    let mut names: Vec<String> = all.iter().map(|one| session.name(one.id)).collect();
    names.truncate(20);
    if names.is_empty() {
        let several = session.scenario().clusters.len() > 1;
        let first = session.of::<replicated::Process>().into_iter().next();
        let cluster = first.and_then(|at| session.scenario().clusters.get(at));
        let prefix = cluster.filter(|_| several).map(|spec| format!("{}.", spec.name));
        names.push(format!("{}c1", prefix.unwrap_or_default()));
    }
    names
}

fn readings() -> Vec<String> {
    let words = replicated::words::READINGS.iter().map(|(word, _)| match *word {
        "within" => "within 500ms".to_owned(),
        word => word.to_owned(),
    });
    std::iter::once(String::new()).chain(words).collect()
}

/// A word as the language takes it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "._:/-".contains(letter);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("\"{}\"", word.replace('"', "'")),
    }
}

fn field(label: &'static str, hook: &'static str, value: Var<String>) -> Piece {
    view! {
        <label>
            {label}
            <input class="field" type="text" data-role=hook spellcheck="false" autocomplete="off"
                prop:value=say(move || value.get())
                on:input=move |event: Event| value.set(event_target_value(&event))
                on:keydown=|event| event.stop_propagation() />
        </label>
    }
}

fn choice(
    label: &'static str,
    hook: &'static str,
    words: impl Fn() -> Vec<String> + 'static,
    now: Fact<String>,
    into: Var<String>,
) -> Piece {
    view! {
        <label>
            {label}
            <select class="field" data-role=hook on:change=move |event| into.set(event_target_value(&event)) on:keydown=|event| event.stop_propagation()>
                {live(move || {
                    words()
                        .into_iter()
                        .map(|word| {
                            let chosen = now.with(|now| *now == word);
                            let shown = if word.is_empty() { "as the store does".to_owned() } else { word.clone() };
                            view! { <option value=word selected=chosen>{shown}</option> }
                        })
                        .collect_view()
                })}
            </select>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_the_language_takes_them() {
        assert_eq!(quoted("user:7"), "user:7");
        assert_eq!(quoted("two words"), "\"two words\"");
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn a_store_without_clients_gets_its_first() {
        assert_eq!(clients(&Session::open("raft 3 nodes\n")), ["c1"]);
        let two = Session::open("raft a: 3 nodes\nraft b: 3 nodes\n");
        assert_eq!(clients(&two), ["a.c1"]);
    }
}
