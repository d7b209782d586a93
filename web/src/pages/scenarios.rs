//! The scenarios that come with the page, and how they are told apart.

include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));

/// What a card says about a scenario, taken from its own header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Its title.
    pub title: String,
    /// Its claim, in a line.
    pub summary: String,
    /// Its theme: the first tag.
    pub theme: String,
}

/// A scenario of the gallery: its name, its text, its header.
pub type Entry = (&'static str, &'static str, Header);

/// Reads the header lines of a text.
#[must_use]
pub fn header(text: &str) -> Header {
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name).filter(|rest| rest.starts_with([' ', '\t'])))
            .map(|rest| rest.trim().to_owned())
            .unwrap_or_default()
    };
    let theme = field("tags").split([',', ' ']).next().unwrap_or_default().to_owned();
    Header { title: field("title"), summary: field("summary"), theme }
}

/// The scenario that the start page runs.
pub const HERO: &str = include_str!("hero.lab");

/// The themes of the gallery in their order, each with the tags that belong to it.
const THEMES: [(&str, &[&str]); 16] = [
    ("Growing and shrinking", &["growth", "leave", "join"]),
    ("Which strategy", &["strategy"]),
    ("The circle", &["circle"]),
    ("Slots and shards", &["shards"]),
    ("Ranges and hot keys", &["range"]),
    ("Regions, months, tenants", &["partition"]),
    ("Racks and regions", &["site"]),
    ("Balance", &["balance"]),
    ("Unique ids", &["ids"]),
    ("Columns", &["columns"]),
    ("Crashes and repair", &["crash", "restart"]),
    ("Raft", &["raft"]),
    ("Ways to read", &["reads"]),
    ("Stores without a leader", &["quorum"]),
    (JUDGED, &["linearizable"]),
    ("Bugs to switch on", &["bug"]),
];

/// The theme of what a judge has to say.
pub const JUDGED: &str = "What clients saw";

/// The text of a scenario by its name; empty if there is none.
#[must_use]
pub fn named(name: &str) -> &'static str {
    SCENARIOS.iter().find(|(one, _)| *one == name).map_or("", |(_, text)| *text)
}

/// What one should see first of its theme, in this order; the others follow by name.
const FIRST: [&str; 13] = [
    "raft-election",
    "raft-leader-falls",
    "raft-split-vote",
    "raft-log-repair",
    "raft-stale-leader",
    "raft-snapshot",
    "raft-members",
    "raft-transfer",
    "raft-retry",
    "reads-log",
    "reads-index",
    "reads-lease",
    "raft-bug-figure-8",
];

/// The gallery by theme; what belongs to none comes last.
#[must_use]
pub fn themes() -> Vec<(&'static str, Vec<Entry>)> {
    let mut themes: Vec<(&'static str, Vec<Entry>)> = THEMES
        .iter()
        .map(|(title, _)| (*title, Vec::new()))
        .chain([("More", Vec::new())])
        .collect();
    for (name, text) in SCENARIOS {
        let header = header(text);
        let place = THEMES.iter().position(|(_, tags)| tags.contains(&header.theme.as_str()));
        themes[place.unwrap_or(THEMES.len())].1.push((name, text, header));
    }
    for (_, list) in &mut themes {
        let rank = |name: &str| FIRST.iter().position(|first| *first == name);
        list.sort_by_key(|(name, ..)| rank(name).unwrap_or(FIRST.len()));
    }
    themes.retain(|theme| !theme.1.is_empty());
    themes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_from_the_text() {
        let header = header(
            "title    Four become five\nsummary  Most keys stay.\ntags     ring, join\nend 5s\n",
        );
        assert_eq!(header.title, "Four become five");
        assert_eq!(header.summary, "Most keys stay.");
        assert_eq!(header.theme, "ring");
    }

    #[test]
    fn every_scenario_is_in_the_gallery_once() {
        let shown: usize = themes().iter().map(|theme| theme.1.len()).sum();
        assert_eq!(shown, SCENARIOS.len());
        for first in FIRST {
            assert!(!named(first).is_empty(), "{first} is not there");
        }
        assert!(!named("one-order").is_empty() && named("none").is_empty());
    }
}
