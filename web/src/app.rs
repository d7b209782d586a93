//! The application: reads the address, shows the page it asks for, and keeps the address true.

use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

use crate::pages::gallery::Gallery;
use crate::pages::lab::{self, Lab};
use crate::player::Player;
use crate::player::fact::Session;
use crate::pulse::Var;
use crate::url::{self, Address};
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::piece::{Piece, view};

/// How often the address follows a playing run, in milliseconds.
const FOLLOW_MS: u64 = 700;

/// What the window shows.
// There is one of them in the whole page, so its size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Clone)]
enum Page {
    Start,
    Lab { player: Player, told: Option<Notice>, embed: bool },
}

/// The application.
#[component]
pub fn App() -> Piece {
    let page = Var::new(Page::Start);
    let shown = StoredValue::new(String::new());
    let owner = StoredValue::new(None::<Owner>);
    let root = Owner::current();
    let visit = move |address: Address| {
        if address.link.is_empty() {
            shown.set_value(String::new());
            page.set(Page::Start);
            title("Shardlab: build, run, break and measure distributed data systems");
            return;
        }
        // A step back or forward within one run changes its text, moment and choice; it stays open.
        let (text, told) = unpack(&address.link);
        if let Page::Lab { player, embed, .. } = page.get_untracked()
            && embed == address.embed
            && told.is_none()
            && !shown.with_value(String::is_empty)
            && same_run(&player.text.get_untracked(), &text)
        {
            if player.text.get_untracked() != text {
                player.edit(&text);
            }
            player.pause();
            player.seek(address.at.unwrap_or(0));
            player.chosen.set(address.chosen);
            player.sight.set(address.sight);
            shown.set_value(address.link);
            return;
        }
        let mine = root.clone().map_or_else(Owner::new, |root| root.child());
        let player = mine.with(|| lab::open(&text, &address));
        let before = owner.with_value(Clone::clone);
        owner.set_value(Some(mine));
        shown.set_value(address.link.clone());
        page.set(Page::Lab { player, told, embed: address.embed });
        if let Some(before) = before {
            before.cleanup();
        }
        title(&titled(player));
        if !address.embed && address.at.is_none() {
            player.play();
        }
    };
    visit(url::present());
    let on_address = visit.clone();
    let stray = StoredValue::new(String::from("none"));
    let heard = window_event_listener(ev::hashchange, move |_| {
        // What the page writes itself does not come back here: only a visitor's step does.
        on_address(url::present());
    });
    on_cleanup(move || heard.remove());
    let follow = set_interval_with_handle(
        move || {
            if let Page::Lab { player, embed, .. } = page.get_untracked() {
                title(&titled(player));
                let address = lab::address_of(player, embed);
                let before = url::present();
                if before == address {
                    return;
                }
                // A visitor who has just gone back is not called forward again: the address is not
                // one that the page wrote, so the step is given time to be heard.
                let ours = before.link == address.link || before.link == shown.get_value();
                if !ours && stray.get_value() != before.link {
                    stray.set_value(before.link);
                    return;
                }
                if before.link == address.link || before.link.is_empty() {
                    url::replace(&address);
                } else {
                    url::push(&address);
                }
                shown.set_value(address.link);
            }
        },
        Duration::from_millis(FOLLOW_MS),
    );
    on_cleanup(move || {
        if let Ok(follow) = follow {
            follow.clear();
        }
    });
    view! {
        {move || match page.get() {
            Page::Start => view! { <Gallery /> },
            Page::Lab { player, told, embed } => view! { <Lab player=player told=told embed=embed /> },
        }}
    }
}

/// The text of a link, and what there is to say about a link that is not whole.
fn unpack(link: &str) -> (String, Option<Notice>) {
    match crate::player::text_of(link) {
        Ok(text) => (text, None),
        Err((saved, words)) => {
            let rest = if saved.trim().is_empty() {
                "Ask whoever sent it for the text, or begin with a scenario of the gallery."
            } else {
                "What could be read of it stands in the script."
            };
            (saved, Some(Notice::new(Tone::Fault, format!("{words} {rest}"))))
        }
    }
}

/// Whether two texts are stages of one piece of work: they share their first line.
fn same_run(one: &str, other: &str) -> bool {
    let first =
        |text: &str| text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").to_owned();
    first(one) == first(other)
}

fn titled(player: Player) -> String {
    format!("{} · Shardlab", player.read(Session::title))
}

fn title(words: &str) {
    if document().title() != words {
        document().set_title(words);
    }
}
