//! How a message is drawn: by what it is for, not by which protocol it belongs to.

/// What a message is for. A protocol says it of each of its messages; a screen has a shape for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A client asks for something.
    Ask,
    /// An answer.
    Tell,
    /// Data on its way to another copy.
    Data,
    /// About the map or the members: who does what.
    Rule,
    /// A node stands for election.
    Stand,
    /// A vote.
    Yes,
    /// A refusal.
    No,
    /// A large piece of state, such as a snapshot.
    Block,
    /// A heartbeat.
    Pulse,
    /// Confirms that something was received.
    Ack,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 10] = [
        Self::Ask,
        Self::Tell,
        Self::Data,
        Self::Rule,
        Self::Stand,
        Self::Yes,
        Self::No,
        Self::Block,
        Self::Pulse,
        Self::Ack,
    ];

    /// Its name, in styles and in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Tell => "tell",
            Self::Data => "data",
            Self::Rule => "rule",
            Self::Stand => "stand",
            Self::Yes => "yes",
            Self::No => "no",
            Self::Block => "block",
            Self::Pulse => "pulse",
            Self::Ack => "ack",
        }
    }

    /// The form whose color it has, where only four are told apart.
    #[must_use]
    pub fn ink(self) -> Self {
        match self {
            Self::Data | Self::Block => Self::Data,
            Self::Tell | Self::Yes | Self::Ack => Self::Tell,
            Self::Rule | Self::Stand | Self::No | Self::Pulse => Self::Rule,
            Self::Ask => Self::Ask,
        }
    }
}
