//! The caption in force, and the captions as steps that can be walked: back, on, taken over, hidden.

use leptos::prelude::*;

use crate::player::{Player, fact::MarkFact};
use crate::pulse::{Fact, Var};
use crate::widgets::button::Button;
use crate::widgets::follow::{live, say, whether};
use crate::widgets::piece::{Piece, Show, view};

/// The caption under the stage.
#[component]
pub fn Caption(
    /// The run.
    player: Player,
    /// Whether the visitor wants no captions.
    #[prop(into, optional)]
    hidden: Fact<bool>,
) -> Piece {
    let said = player.see(|scene| scene.caption.as_ref().map(|caption| caption.text.clone()));
    view! {
        <Show when=move || said.get().is_some() && !hidden.get()>
            <p class="caption" data-role="caption">{live(move || said.get())}</p>
        </Show>
    }
}

/// The moments of the captions, as far as the run is known.
fn moments(marks: &[MarkFact]) -> Vec<u64> {
    let mut moments: Vec<u64> = marks.iter().map(|mark| mark.at.0).collect();
    moments.dedup();
    moments
}

/// To the next caption or to the one before; behind the last is the end, where one sees what came of
/// it. True if there was somewhere to go to.
pub fn step(player: Player, forward: bool) -> bool {
    let now = player.clock.get_untracked();
    let moments = player.lanes.with_untracked(|lanes| moments(&lanes.captions));
    let target = if forward {
        let end = player.read(|session| session.end().0);
        let told = !moments.is_empty();
        moments.into_iter().find(|at| *at > now).or((told && now < end).then_some(end))
    } else {
        moments.into_iter().rfind(|at| *at < now)
    };
    if let Some(at) = target {
        player.pause();
        player.seek(at);
    }
    target.is_some()
}

/// The steps of a narrated run: where one is, and the ways on.
#[component]
pub fn Steps(
    /// The run.
    player: Player,
    /// Whether the captions are hidden.
    hidden: Var<bool>,
    /// What happens once the visitor has taken over.
    #[prop(into)]
    on_taken: Callback<()>,
) -> Piece {
    let all = Fact::of(move || player.lanes.with(|lanes| moments(&lanes.captions)));
    let done = Fact::of(move || {
        let now = player.clock.get();
        all.with(|all| all.partition_point(|at| *at <= now))
    });
    let count = move || all.with(Vec::len);
    let ended = Fact::of(move || player.clock.get() >= player.read(|session| session.end().0));
    let place = move || match done.get() {
        0 if count() == 1 => "1 step".to_owned(),
        0 => format!("{} steps", count()),
        done if done == count() && ended.get() => "The end".to_owned(),
        done => format!("Step {done} of {}", count()),
    };
    let take = move |()| {
        player.pause();
        player.take_over();
        on_taken.run(());
    };
    let word =
        Fact::of(move || if hidden.get() { "Show the words" } else { "Hide the words" }.to_owned());
    let at_end = Fact::of(move || done.get() == count() && ended.get());
    let at_start = Fact::of(move || {
        player.clock.get() == 0
            || all.with(|all| all.first().is_none_or(|at| player.clock.get() <= *at))
    });
    view! {
        <Show when=move || all.with(|all| !all.is_empty())>
            <div class="steps" role="group" aria-label="Steps of the story" data-role="steps">
                <Button label="Previous step" icon="back" bare=true class="plain small" key="<" role_name="step-previous"
                    disabled=at_start on_press=move |()| { step(player, false); } />
                <span class="steps-place" data-role="steps-place" class:quiet=whether(move || hidden.get())>{say(place)}</span>
                <Button label="Next step" icon="next" bare=true class="plain small" key=">" role_name="step-next"
                    disabled=at_end on_press=move |()| { step(player, true); } />
                <Button label="Take over" icon="branch" class="plain small" role_name="take-over" on_press=take />
                <Button label=word class="plain small" role_name="hide-steps" on_press=move |()| hidden.update(|hidden| *hidden = !*hidden) />
            </div>
        </Show>
    }
}
