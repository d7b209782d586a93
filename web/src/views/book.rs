//! The words of the language, to look up and to write with: each line of the book can be added to the text.

use leptos::ev::Event;
use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::{BookEntry, Chapter, book_on};
use crate::pulse::{Fact, Var};
use crate::widgets::follow::{live, say};
use crate::widgets::piece::{CollectPieces, Piece, view};

/// Writes a line behind the text of the run.
pub fn add_line(player: Player, line: &str) {
    let text = player.text.get_untracked();
    let before = text.trim_end();
    let gap = if before.is_empty() { "" } else { "\n" };
    player.edit(&format!("{before}{gap}{line}\n"));
}

/// All words, or those that somebody looks for.
#[component]
pub fn Book(
    /// The run, whose text the lines are added to.
    player: Player,
) -> Piece {
    let sought = Var::new(String::new());
    let said = Var::new(String::new());
    let found = Fact::of(move || sought.with(|sought| book_on(sought)));
    let add = move |line: &str| {
        add_line(player, line);
        said.set(format!("Added: {line}"));
        show_end();
    };
    let row = move |lesson: BookEntry| {
        let line = lesson.line.clone();
        view! {
            <div>
                <dt>{lesson.word}</dt>
                <dd>
                    <p>{lesson.meaning}</p>
                    <button type="button" class="book-line" title="Add this line to the script" on:click=move |_| add(&line)>
                        {lesson.line}
                    </button>
                </dd>
            </div>
        }
    };
    let chapter = move |chapter: Chapter| {
        view! {
            <section>
                <h3>{chapter.title}</h3>
                <dl>{chapter.entries.into_iter().map(row).collect_view()}</dl>
            </section>
        }
    };
    view! {
        <div class="book" data-role="book">
            <input class="field" type="search" data-role="book-find" aria-label="Find a word" placeholder="Find a word: crash, p99, lease …"
                spellcheck="false" autocomplete="off"
                prop:value=say(move || sought.get())
                on:input=move |event: Event| sought.set(event_target_value(&event)) />
            <p class="hidden-words" role="status">{live(move || said.get())}</p>
            {live(move || {
                let chapters = found.get();
                if chapters.is_empty() {
                    return view! { <p class="quiet">{format!("No word of the language speaks of “{}”.", sought.get().trim())}</p> };
                }
                chapters.into_iter().map(chapter).collect_view()
            })}
        </div>
    }
}

/// Brings the end of the script into sight, once it has the new line.
fn show_end() {
    request_animation_frame(|| {
        if let Ok(Some(sheet)) = document().query_selector(".editor-scroll") {
            sheet.set_scroll_top(sheet.scroll_height());
        }
    });
}
