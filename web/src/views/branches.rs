//! Branches: what-ifs that are kept, and the first event in which one differs from what is shown.

use leptos::prelude::*;

use super::event::EventLine;
use crate::player::Player;
use crate::widgets::button::Button;

/// The list of kept branches.
#[component]
pub fn Branches(
    /// The run.
    player: Player,
) -> impl IntoView {
    let list = player.watch_slowly(|session| session.branches());
    view! {
        <div class="branches" data-role="branches">
            <p class="quiet">"Keep this run as it is, change something, and see where the two part."</p>
            <Button label="Keep this run as a branch" icon="branch" class="small" key="B" role_name="fork"
                on_press=move |()| player.fork() />
            <ul>
                {move || {
                    list.get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, name)| view! { <Branch player=player index=index as u32 name=name /> })
                        .collect_view()
                }}
            </ul>
        </div>
    }
}

/// One branch.
#[component]
fn Branch(player: Player, index: u32, name: String) -> impl IntoView {
    let asked = RwSignal::new(false);
    let difference = Memo::new(move |_| {
        player.slow.track();
        player.text.track();
        asked.get().then(|| player.read(|session| session.difference(index))).flatten()
    });
    view! {
        <li class="branch" data-branch=index>
            <header class="panel-part-head">
                <h3>{name}</h3>
                <Button label="Open" class="small" on_press=move |()| player.switch(index) />
                <Button label="Compare" class="small" on_press=move |()| asked.update(|asked| *asked = !*asked) />
            </header>
            <Show when=move || asked.get()>
                <div class="branch-difference" data-role="difference">
                    {move || match difference.get() {
                        None => view! { <p>"Nothing differs so far."</p> }.into_any(),
                        Some(one) => {
                            view! {
                                <p>{format!("They part at event {}.", one.seq)}</p>
                                <div class="two-columns">
                                    <div>
                                        <h4>"Here"</h4>
                                        <ol class="events">{one.here.map(|event| view! { <EventLine player=player event=event /> })}</ol>
                                    </div>
                                    <div>
                                        <h4>"In the branch"</h4>
                                        <ol class="events">{one.there.map(|event| view! { <EventLine player=player event=event /> })}</ol>
                                    </div>
                                </div>
                            }
                                .into_any()
                        }
                    }}
                </div>
            </Show>
        </li>
    }
}
