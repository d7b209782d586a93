//! What the stage shows of a run, and how an address writes it.

/// A way to look at a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StageMode {
    /// The nodes where they stand.
    #[default]
    Nodes,
    /// The messages between them over time.
    Messages,
    /// What the clients saw.
    History,
}

impl StageMode {
    /// As an address writes it; nothing for what is shown anyway.
    #[must_use]
    pub fn write(self) -> Option<&'static str> {
        match self {
            Self::Nodes => None,
            Self::Messages => Some("messages"),
            Self::History => Some("history"),
        }
    }

    /// What [`Self::write`] wrote; the nodes for any other word.
    #[must_use]
    pub fn read(word: &str) -> Self {
        let all = [Self::Messages, Self::History];
        all.into_iter().find(|sight| sight.write() == Some(word)).unwrap_or_default()
    }

    /// This, or the nodes again if it is shown already.
    #[must_use]
    pub fn or_back(self, now: Self) -> Self {
        if self == now { Self::Nodes } else { self }
    }
}
