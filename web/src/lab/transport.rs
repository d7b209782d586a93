//! The transport: play, steps, speed, and running until something happens.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::layout::unit;
use crate::player::{Player, pace};
use crate::pulse::{Fact, Var};
use crate::tenant;
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say, whether};
use crate::widgets::icon::Icon;
use crate::widgets::piece::{CollectPieces, Piece, view};

/// The row of buttons under the stage.
#[component]
pub fn Transport(
    /// The run.
    player: Player,
) -> Piece {
    let end = player.watch_slowly(|session| session.end().0);
    let label = Fact::of(move || if player.playing.get() { "Pause" } else { "Play" }.to_owned());
    let icon = Fact::of(move || if player.playing.get() { "pause" } else { "play" }.to_owned());
    view! {
        <div class="transport" role="toolbar" aria-label="Transport" data-role="transport">
            <div class="transport-group">
                <Button label="To the start" icon="to-start" bare=true class="plain" key="Home" role_name="to-start"
                    on_press=move |()| { player.pause(); player.seek(0); } />
                <Button label="Step back" icon="step-back" bare=true class="plain" key="," role_name="step-back"
                    on_press=move |()| player.step_back() />
                <Button label=label icon=icon bare=true class="main" key="Space" role_name="play"
                    on_press=move |()| player.toggle() />
                <Button label="Step one event" icon="step" bare=true class="plain" key="." role_name="step-event"
                    on_press=move |()| player.step_event() />
                <Button label="Step one message" icon="message" bare=true class="plain" key="M" role_name="step-message"
                    on_press=move |()| player.step_message() />
            </div>
            <p class="transport-clock" data-role="clock" data-at=say(move || player.clock.get().to_string())>
                <span class="mono">{live(move || unit::clock(player.clock.get()))}</span>
                <span class="quiet wide-only">{live(move || format!(" of {}", unit::time(end.get() as f64)))}</span>
            </p>
            <Speed player=player />
            <Until player=player />
        </div>
    }
}

/// The speed, as a slider over the steps of a thousandth to a thousandfold.
#[component]
fn Speed(player: Player) -> Piece {
    let most = (pace::SPEEDS.len() - 1).to_string();
    view! {
        <label class="speed" title="Speed ([ slower, ] faster)">
            <span class="hidden-words">"Speed"</span>
            <input
                type="range"
                min="0"
                max=most
                step="1"
                data-role="speed"
                aria-valuetext=say(move || pace::words(player.speed.get()))
                prop:value=move || player.speed.get().to_string()
                on:input=move |event| {
                    if let Ok(place) = event_target_value(&event).parse() {
                        player.speed.set(place);
                    }
                }
                on:keydown=|event| event.stop_propagation()
            />
            <output>{live(move || pace::words(player.speed.get()))}</output>
        </label>
    }
}

/// What one may wait for where no tenant says more.
const ANYWHERE: [&str; 2] = ["crash", "lost"];

/// Runs until an event whose line holds the words.
#[component]
pub fn Until(
    /// The run.
    player: Player,
    /// Whether it stands by the log, where there is no room for it in the transport.
    #[prop(optional)]
    narrow: bool,
) -> Piece {
    let words = Var::new(String::new());
    let proposed = player.watch_text(|session| {
        let mut all: Vec<&'static str> = Vec::new();
        for word in tenant::of(session).flat_map(|bench| bench.until).chain(&ANYWHERE) {
            if !all.contains(word) {
                all.push(word);
            }
        }
        all
    });
    let some =
        move || proposed.with(|all| all.iter().take(3).copied().collect::<Vec<_>>().join(", "));
    let (id, list) =
        if narrow { ("until-log", "until-log-words") } else { ("until", "until-words") };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        player.run_until(&words.get_untracked());
    };
    view! {
        <form class="until" class:until-log=narrow on:submit=submit>
            <label class="hidden-words" for=id>"Run until an event that says"</label>
            <input
                id=id
                class="field"
                type="text"
                list=list
                placeholder=say(move || format!("Run until … {}", some()))
                autocomplete="off"
                data-role=id
                prop:value=move || words.get()
                on:input=move |event| words.set(event_target_value(&event))
                on:keydown=|event| event.stop_propagation()
            />
            <datalist id=list>
                {live(move || proposed.get().into_iter().map(|word| view! { <option value=word></option> }).collect_view())}
            </datalist>
            <button type="submit" class="button small" disabled=whether(move || words.with(|words| words.trim().is_empty()))>
                <Icon name="next" />
                <span>{live(move || if player.until.get().is_some() { "Running" } else { "Run" })}</span>
            </button>
        </form>
    }
}
