//! What a hand has chosen on the stage, and how an address writes it.

use super::Player;

/// A thing that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// A node, by name.
    Node(String),
    /// The way from one node to another, by their names.
    Link(String, String),
    /// An entry in a node's log, by the node's name and the entry's place.
    Entry(String, u64),
    /// A message in flight, by the event that sent it.
    Flight(u32),
    /// An event of the trace.
    Event(u32),
}

impl Chosen {
    /// As an address writes it: `n3`, `n1~n2`, `n1@7` for an entry, `!12` for a flight, `.12` for an
    /// event.
    #[must_use]
    pub fn write(&self) -> String {
        match self {
            Self::Node(name) => name.clone(),
            Self::Link(from, to) => format!("{from}~{to}"),
            Self::Entry(name, index) => format!("{name}@{index}"),
            Self::Flight(seq) => format!("!{seq}"),
            Self::Event(seq) => format!(".{seq}"),
        }
    }

    /// What [`Self::write`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if let Some(seq) = text.strip_prefix('!') {
            return seq.parse().ok().map(Self::Flight);
        }
        if let Some(seq) = text.strip_prefix('.') {
            return seq.parse().ok().map(Self::Event);
        }
        if let Some((name, index)) = text.split_once('@') {
            return index.parse().ok().map(|index| Self::Entry(name.to_owned(), index));
        }
        if let Some((from, to)) = text.split_once('~') {
            return Some(Self::Link(from.to_owned(), to.to_owned()));
        }
        (!text.is_empty()).then(|| Self::Node(text.to_owned()))
    }
}

impl Player {
    /// Chooses one thing, or a second beside the first with `beside`; choosing a chosen thing again
    /// lets it go.
    pub fn choose(self, thing: Chosen, beside: bool) {
        self.chosen.update(|chosen| {
            if let Some(place) = chosen.iter().position(|one| *one == thing) {
                chosen.remove(place);
            } else if beside && !chosen.is_empty() {
                chosen.truncate(1);
                chosen.push(thing);
            } else {
                *chosen = vec![thing];
            }
        });
    }

    /// Lets everything go.
    pub fn let_go(self) {
        if !self.chosen.with_untracked(Vec::is_empty) {
            self.chosen.set(Vec::new());
        }
    }

    /// Whether a thing is chosen.
    #[must_use]
    pub fn is_chosen(self, thing: &Chosen) -> bool {
        self.chosen.with(|chosen| chosen.contains(thing))
    }
}

#[cfg(test)]
mod tests {
    use super::Chosen;

    #[test]
    fn an_address_gives_back_what_it_was_given() {
        for one in [
            Chosen::Node("a.n3".to_owned()),
            Chosen::Link("n1".to_owned(), "n2".to_owned()),
            Chosen::Entry("a.n1".to_owned(), 7),
            Chosen::Flight(7),
            Chosen::Event(12),
        ] {
            assert_eq!(Chosen::read(&one.write()), Some(one));
        }
        assert_eq!(Chosen::read(""), None);
        assert_eq!(Chosen::read("!x"), None);
    }
}
