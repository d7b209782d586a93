//! The highlighted print under the text field, with what is wrong told at the end of its line.

use crate::pulse::{Fact, Var, effect};
use crate::widgets::piece::{CollectPieces, For, Piece, view};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::rc::Rc;

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Run {
    text: String,
    class: String,
}

/// A line as it is printed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    pieces: Vec<Run>,
    /// What is wrong with it, and whether it runs all the same.
    said: Option<(String, bool)>,
}

/// Cuts a text into lines of pieces. Stretches that do not fit the text are left out.
fn lines(text: &str, stretches: &[Stretch], problems: &[Problem]) -> Vec<Rc<Line>> {
    let mut wrong: BTreeMap<usize, Vec<&Problem>> = BTreeMap::new();
    for problem in problems {
        wrong.entry(problem.line).or_default().push(problem);
    }
    let mut result = Vec::new();
    let (mut start, mut at) = (0, 0);
    for (index, line) in text.split('\n').enumerate() {
        let end = start + line.len();
        let wrong = wrong.get(&(index + 1)).map_or(&[][..], |wrong| wrong);
        while stretches.get(at).is_some_and(|one| one.end <= start) {
            at += 1;
        }
        let here = stretches[at..].iter().take_while(|one| one.start < end);
        let here: Vec<&Stretch> = here.collect();
        let of_stretches = here.iter().flat_map(|one| [one.start, one.end]);
        let of_problems = wrong.iter().flat_map(|one| [one.start, one.end]);
        let mut edges = vec![start, end];
        for edge in of_stretches.chain(of_problems) {
            if (start..end).contains(&edge)
                && text.is_char_boundary(edge)
                && let Err(place) = edges.binary_search(&edge)
            {
                edges.insert(place, edge);
            }
        }
        let pairs = edges.windows(2).map(|pair| (pair[0], pair[1]));
        let pieces = pairs.filter(|(start, end)| start < end).map(|(start, end)| {
            let stretch = here.iter().find(|one| one.start <= start && start < one.end);
            let mut class = stretch.map_or("", |one| one.class).to_owned();
            if wrong.iter().any(|one| one.start <= start && end <= one.end.max(one.start + 1)) {
                class.push_str(" wrong");
            }
            Run { text: text[start..end].to_owned(), class }
        });
        let said = wrong.first().map(|one| (one.message.clone(), one.mild));
        result.push(Rc::new(Line { pieces: pieces.collect(), said }));
        start = end + 1;
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
    let node = NodeRef::<leptos::html::Pre>::new();
    let printed = Fact::of(move || {
        let text = draft.get();
        let marks = stretches.run(text.clone());
        problems.with(|problems| lines(&text, &marks, problems))
    });
    // One line of thousands is the present one: it is marked where it stands.
    effect(move || {
        printed.with(|_| ());
        let Some(print) = node.get() else { return };
        let place = current.get().and_then(|line| u32::try_from(line.checked_sub(1)?).ok());
        let here = place.and_then(|place| print.children().item(place));
        if let Ok(Some(before)) = print.query_selector(".current") {
            let _ = before.class_list().remove_1("current");
        }
        if let Some(here) = here {
            let _ = here.class_list().add_1("current");
        }
    });
    view! {
        <pre class="editor-print" aria-hidden="true" node_ref=node>
            <For each=move || printed.get() key=|line| line.clone() let:line>
                {printed_line(&line)}
            </For>
        </pre>
    }
}

fn printed_line(line: &Line) -> Piece {
    let class = match &line.said {
        Some((_, true)) => "editor-line mild",
        Some((_, false)) => "editor-line bad",
        None => "editor-line",
    };
    let pieces = line.pieces.iter().cloned();
    let pieces = pieces.map(|piece| view! { <span class=piece.class>{piece.text}</span> });
    let pieces = pieces.collect_view();
    let said = line.said.clone();
    let said = said.map(|(words, _)| view! { <span class="editor-said">{words}</span> });
    view! { <div class=class>{pieces}{said}</div> }
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
        assert_eq!(result[0].pieces[0], Run { text: "at".to_owned(), class: "when".to_owned() });
        assert_eq!(result[1].pieces[0].class, "verb");
    }

    #[test]
    fn a_problem_is_marked_and_said_in_its_line() {
        let message = "no such word".to_owned();
        let problem = Problem { line: 2, start: 6, end: 10, message, fix: None, mild: false };
        let result = lines("at 1s\n\u{63}rsh n1\n", &[], &[problem]);
        assert_eq!(result.len(), 3);
        assert_eq!(
            result[1].pieces[0],
            Run { text: "crsh".to_owned(), class: " wrong".to_owned() }
        );
        assert_eq!(result[1].pieces[1].class, "");
        assert!(
            result[1].said.is_some() && result[0].said.is_none() && result[2].pieces.is_empty()
        );
    }

    #[test]
    fn a_stretch_beyond_the_text_is_harmless() {
        assert_eq!(lines("é", &[stretch(1, 99, "verb")], &[]).len(), 1);
        assert_eq!(lines("", &[], &[]).len(), 1);
    }
}
