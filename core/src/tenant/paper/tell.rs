//! What happens on paper, in words.

use super::finding::{Finding, Revision};
use super::message::{Message, Note, Request, Timer};
use crate::base::number::{Number, Reading};
use crate::base::told::{Lane, Mark, Told};
use crate::base::{NodeId, NodeTable};
use alloc::format;
use alloc::string::String;

/// What a message says.
#[must_use]
pub fn message(message: &Message, _: &NodeTable) -> String {
    match *message {}
}

/// What an alarm is for.
#[must_use]
pub fn timer(timer: Timer) -> &'static str {
    match timer {}
}

/// What somebody outside wants.
#[must_use]
pub fn request(request: &Request) -> String {
    match request {
        Request::Revise(_) => String::from("change the paper"),
    }
}

/// What a survey found, in words.
#[must_use]
pub fn finding_text(finding: &Finding) -> String {
    let share = |part: u64| {
        let millionths = (part * 1_000_000 / u64::from(finding.keys.max(1))) as i64;
        Number { millionths, unit: Reading::Share }.shown()
    };
    let moved = format!(
        "{} of {} keys move ({})",
        finding.moved,
        finding.keys,
        share(u64::from(finding.moved))
    );
    match &finding.revision {
        Revision::Start => format!("{} keys on {} nodes", finding.keys, finding.nodes.len()),
        Revision::Join(name, _) => format!("{name} comes: {moved}"),
        Revision::Leave(name) => format!("{name} goes: {moved}"),
        Revision::Weight(name, weight) => {
            format!("{name} weighs {}.{:02}: {moved}", weight / 100, weight % 100)
        }
        Revision::Split(at) => format!("split at {at}: {moved}"),
        Revision::Merge(at) => format!("merge at {at}: {moved}"),
        Revision::Give(key, name) => format!("{key} goes to {name}: {moved}"),
    }
}

/// Trace annotations of a survey.
#[must_use]
pub fn note(note: &Note, _: &NodeTable) -> Told {
    match note {
        Note::Surveyed(finding) => Told::new(Lane::Note, "surveyed", finding_text(finding)),
    }
}

/// The word of the language for it: there is none.
#[must_use]
pub fn happening(note: &Note, _: NodeId) -> Option<(&'static str, NodeId)> {
    match note {
        Note::Surveyed(_) => None,
    }
}

/// Whether it is a mark on the timeline. Of several surveys each has its own numbers; what happened is
/// the same.
#[must_use]
pub fn mark(note: &Note) -> Mark {
    match note {
        Note::Surveyed(finding) if finding.revision == Revision::Start => Mark::Quiet,
        Note::Surveyed(_) => Mark::Head,
    }
}
