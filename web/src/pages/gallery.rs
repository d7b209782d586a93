//! The start page: the hero, and the gallery by theme with a live miniature on each card.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::hero::Hero;
use super::scenarios::{self, Header};
use crate::lab::stage::Stage;
use crate::player::fact::Session;
use crate::player::{Player, StageMode, pace};
use crate::pulse::{Var, effect};
use crate::url::Address;
use crate::views::verdicts;
use crate::widgets::follow::{live, say};
use crate::widgets::icon::Wordmark;
use crate::widgets::measure::in_sight;
use crate::widgets::piece::{CollectPieces, Piece, view};
use crate::widgets::theme::ThemeSwitch;

/// The start page.
#[component]
pub fn Gallery() -> Piece {
    view! {
        <div class="gallery-page">
            <a class="skip" href="#gallery" on:click=|event| {
                event.prevent_default();
                if let Some(place) = document().get_element_by_id("gallery") { place.scroll_into_view(); }
            }>"Skip to the gallery"</a>
            <header class="header wide">
                <a class="wordmark" href="#"><Wordmark /></a>
                <div class="header-tools"><ThemeSwitch /></div>
            </header>
            <main>
                <Hero text=scenarios::HERO />
                <section class="gallery" id="gallery" aria-label="Gallery">
                    <nav class="themes" aria-label="Themes" data-role="themes">
                        {scenarios::themes()
                            .into_iter()
                            .enumerate()
                            .map(|(at, (theme, list))| view! {
                                <button type="button" class="button small" on:click=move |_| go(at)>
                                    {theme}<span class="quiet">{list.len().to_string()}</span>
                                </button>
                            })
                            .collect_view()}
                    </nav>
                    {scenarios::themes()
                        .into_iter()
                        .enumerate()
                        .map(|(at, (theme, list))| {
                            view! {
                                <section class="theme">
                                    <h2 id=format!("theme-{at}") tabindex="-1">{theme}</h2>
                                    <ul class="cards">
                                        {list
                                            .into_iter()
                                            .map(|(name, text, header)| view! { <Card name=name text=text header=header /> })
                                            .collect_view()}
                                    </ul>
                                    {(theme == scenarios::JUDGED).then(own)}
                                </section>
                            }
                        })
                        .collect_view()}
                </section>
            </main>
            <footer class="footer quiet">
                <p>"Everything runs in this page. A link carries the whole text of a run; nothing is sent to a server."</p>
            </footer>
        </div>
    }
}

/// The way to the judge for who brings a history.
fn own() -> Piece {
    let text = scenarios::named("one-order");
    let address = Address {
        link: crate::player::link_of(text),
        at: Some(0),
        sight: StageMode::History,
        ..Address::default()
    };
    view! {
        <p class="theme-more"><a class="button small" data-role="own-history" href=address.write()>"Judge a history of your own"</a></p>
    }
}

/// Goes to a theme. The part of the address behind `#` is a run's, so it cannot lead there.
fn go(theme: usize) {
    let head = document().get_element_by_id(&format!("theme-{theme}"));
    if let Some(head) = head.and_then(|head| head.dyn_into::<web_sys::HtmlElement>().ok()) {
        head.scroll_into_view();
        let _ = head.focus();
    }
}

/// One scenario: its miniature, its claim, and what this run measured.
#[component]
fn Card(name: &'static str, text: &'static str, header: Header) -> Piece {
    let node = NodeRef::<leptos::html::Div>::new();
    let seen = in_sight(node);
    let player = Var::new(None::<Player>);
    let owner = Owner::current();
    effect(move || {
        let now = seen.get();
        if now && player.get_untracked().is_none() {
            // The player belongs to the card, not to the effect that opened it.
            let opened = owner
                .clone()
                .map_or_else(|| Player::open(text), |owner| owner.with(|| Player::open(text)));
            opened.speed.set(pace::for_length(opened.read(|session| session.end().0), 14.0));
            player.set(Some(opened));
            opened.play();
        }
        if let Some(player) = player.get_untracked() {
            player.seen.set(now);
            if now {
                player.nudge();
            }
        }
    });
    let measured = move || {
        player.get().and_then(|player| {
            player.slow.track();
            let verdicts = player.read(Session::verdicts);
            let sum = verdicts::summary(&verdicts, player.read(Session::truncated).is_some());
            let first = verdicts.iter().find(|one| !one.measured.is_empty()).cloned();
            first.map(|one| {
                let (class, sign, _) = verdicts::state(&one);
                (class, sign, one.measured, one.text, sum)
            })
        })
    };
    let link = move || {
        player.get().map_or_else(
            || format!("#{}", crate::player::link_of(text)),
            |player| player.read(|session| format!("#{}", session.link())),
        )
    };
    view! {
        <li class="card" data-scenario=name>
            <a class="card-link" href=say(link)>
                <div class="card-stage" node_ref=node>
                    {live(move || {
                        player
                            .get()
                            .map(|player| view! { <Stage player=player small=true label=format!("{name}, running") /> })
                    })}
                </div>
                <div class="card-words">
                    <h3>{header.title}</h3>
                    <p>{header.summary}</p>
                    <p class="card-measured">
                        {live(move || {
                            measured()
                                .map(|(class, sign, value, text, sum)| {
                                    view! {
                                        <strong><span class=format!("card-sign {class}") aria-hidden="true">{sign}" "</span>{value}</strong>
                                        <code>{text}</code>
                                        <span class="quiet card-sum">{sum}</span>
                                    }
                                })
                        })}
                    </p>
                </div>
            </a>
        </li>
    }
}
