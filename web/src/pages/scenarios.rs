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

/// The scenario the start page runs: the one named `hero`, or the first.
#[must_use]
pub fn hero() -> &'static str {
    SCENARIOS
        .iter()
        .find(|(name, _)| *name == "hero")
        .or_else(|| SCENARIOS.first())
        .map_or("", |(_, text)| text)
}

/// The gallery by theme, in the order in which themes first appear.
#[must_use]
pub fn themes() -> Vec<(String, Vec<Entry>)> {
    let mut themes: Vec<(String, Vec<_>)> = Vec::new();
    for (name, text) in SCENARIOS.iter().filter(|(name, _)| *name != "hero") {
        let header = header(text);
        let theme = if header.theme.is_empty() { "more".to_owned() } else { header.theme.clone() };
        match themes.iter_mut().find(|(known, _)| *known == theme) {
            Some((_, list)) => list.push((*name, *text, header)),
            None => themes.push((theme, vec![(*name, *text, header)])),
        }
    }
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
}
