//! The script: the text that is the run, in the editor, with everything the language knows about it.

use leptos::prelude::*;

use crate::player::Player;
use crate::player::fact::TEXT_MAX;
use crate::pulse::Fact;
use crate::widgets::editor::{Editor, Offer, Problem, Stretch};
use crate::widgets::piece::{Piece, view};

/// The editor on the text of the run.
#[component]
pub fn Script(
    /// The run.
    player: Player,
) -> Piece {
    let stretches = Callback::new(move |text: String| {
        player.read(|session| {
            session
                .highlight(&text)
                .into_iter()
                .map(|(start, end, class)| Stretch {
                    start: start as usize,
                    end: end as usize,
                    class,
                })
                .collect::<Vec<_>>()
        })
    });
    // What is to be remarked on the run is known once it has ended, and another run says another thing.
    let ended = player.watch_slowly(|session| session.is_complete().then(|| session.hash()));
    let problems = Fact::of(move || {
        player.text.track();
        ended.with(|_| ());
        player.read(|session| {
            let remarks = session.remarks();
            let known = session.diagnostics().into_iter();
            known
                .chain(remarks)
                .map(|one| Problem {
                    line: one.line as usize,
                    start: one.start as usize,
                    end: one.end as usize,
                    message: one.message,
                    fix: one.suggestion,
                    mild: one.mild,
                })
                .collect::<Vec<_>>()
        })
    });
    let offers = Callback::new(move |(text, at): (String, usize)| {
        player.read(|session| {
            session
                .complete(&text, at as u32)
                .into_iter()
                .map(|one| Offer {
                    word: one.word,
                    note: one.note,
                    start: one.start as usize,
                    end: one.end as usize,
                })
                .collect::<Vec<_>>()
        })
    });
    let current = player.watch(|session| session.line_at_now().map(|line| line as usize));
    view! {
        <Editor
            text=player.text
            stretches=stretches
            problems=problems
            offers=offers
            current=current
            most=TEXT_MAX
            on_edit=move |text: String| player.edit(&text)
            on_undo=move |back: bool| if back { player.undo() } else { player.redo() }
        />
    }
}
