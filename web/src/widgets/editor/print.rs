//! The highlighted print under the text field, with what is wrong told at the end of its line.

use crate::pulse::{Fact, Var};
use crate::widgets::follow::{live, whether};
use crate::widgets::piece::{CollectPieces, Piece, view};
use leptos::prelude::*;

/// A stretch of the text and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What it is: the class it is printed with.
    pub class: &'static str,
}

/// Something wrong with a stretch of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from one.
    pub line: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What could stand there instead.
    pub fix: Option<String>,
    /// Whether the statement runs all the same.
    pub mild: bool,
}

/// A piece of a line that is printed in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    text: String,
    class: String,
}

/// Cuts a text into lines of pieces. Stretches that do not fit the text are left out.
fn lines(text: &str, stretches: &[Stretch], problems: &[Problem]) -> Vec<Vec<Run>> {
    // Most edges come in order, so each finds its place near the end.
    let mut edges: Vec<usize> = vec![0, text.len()];
    let breaks = text.match_indices('\n').flat_map(|(at, _)| [at, at + 1]);
    let of_stretches = stretches.iter().flat_map(|one| [one.start, one.end]);
    let of_problems = problems.iter().flat_map(|one| [one.start, one.end]);
    for edge in breaks.chain(of_stretches).chain(of_problems) {
        if edge <= text.len()
            && text.is_char_boundary(edge)
            && let Err(place) = edges.binary_search(&edge)
        {
            edges.insert(place, edge);
        }
    }
    let mut result = vec![Vec::new()];
    let mut at = 0;
    for pair in edges.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let part = &text[start..end];
        if part == "\n" {
            result.push(Vec::new());
            continue;
        }
        while stretches.get(at).is_some_and(|one| one.end <= start) {
            at += 1;
        }
        let mut class = stretches
            .get(at)
            .filter(|one| one.start <= start)
            .map_or("", |one| one.class)
            .to_owned();
        if problems.iter().any(|one| one.start <= start && end <= one.end.max(one.start + 1)) {
            class.push_str(" wrong");
        }
        if let Some(line) = result.last_mut() {
            line.push(Run { text: part.to_owned(), class });
        }
    }
    result
}

/// The print of a text.
#[component]
pub fn Print(
    /// The text.
    draft: Var<String>,
    /// What is what.
    stretches: Callback<String, Vec<Stretch>>,
    /// What is wrong.
    problems: Fact<Vec<Problem>>,
    /// The line of the present moment, from one.
    current: Fact<Option<usize>>,
) -> Piece {
    let printed = Fact::of(move || {
        let text = draft.get();
        let marks = stretches.run(text.clone());
        problems.with(|problems| lines(&text, &marks, problems))
    });
    view! {
        <pre class="editor-print" aria-hidden="true">
            {live(move || {
                let wrong = problems.get();
                printed
                    .get()
                    .into_iter()
                    .enumerate()
                    .map(|(index, pieces)| {
                        let said = wrong.iter().find(|one| one.line == index + 1);
                        let class = match said {
                            Some(one) if one.mild => "editor-line mild",
                            Some(_) => "editor-line bad",
                            None => "editor-line",
                        };
                        let said = said.map(|one| one.message.clone());
                        view! {
                            <div class=class class:current=whether(move || current.get() == Some(index + 1))>
                                {pieces
                                    .into_iter()
                                    .map(|piece| view! { <span class=piece.class>{piece.text}</span> })
                                    .collect_view()}
                                {said.map(|words| view! { <span class="editor-said">{words}</span> })}
                            </div>
                        }
                    })
                    .collect_view()
            })}
        </pre>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(start: usize, end: usize, class: &'static str) -> Stretch {
        Stretch { start, end, class }
    }

    #[test]
    fn lines_hold_their_pieces() {
        let result = lines("at 1s\ncrash", &[stretch(0, 2, "when"), stretch(6, 11, "verb")], &[]);
        assert_eq!(result.len(), 2);
        assert_eq!(result[0][0], Run { text: "at".to_owned(), class: "when".to_owned() });
        assert_eq!(result[1][0].class, "verb");
    }

    #[test]
    fn a_stretch_beyond_the_text_is_harmless() {
        assert_eq!(lines("é", &[stretch(1, 99, "verb")], &[]).len(), 1);
        assert_eq!(lines("", &[], &[]).len(), 1);
    }
}
