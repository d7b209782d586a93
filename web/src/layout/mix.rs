//! Nemesis mixes: names for troubles that go together.

/// Troubles that go together.
#[derive(Debug)]
pub struct Mix {
    /// Its name on the page.
    pub name: &'static str,
    /// The calamities, as the text has them.
    pub words: &'static str,
    /// What it tries, in a sentence.
    pub means: &'static str,
    /// Whether only a replicated store knows such troubles.
    pub grouped: bool,
}

/// What one can choose from.
pub const MIXES: [Mix; 8] = [
    Mix {
        name: "Crashes",
        words: "crash pause",
        means: "Nodes fall and come back, or stand still for a while: is what was acknowledged still there?",
        grouped: false,
    },
    Mix {
        name: "Cuts",
        words: "cut one-way",
        means: "The network falls apart, both ways or one way only: do two sides ever disagree?",
        grouped: false,
    },
    Mix {
        name: "Slow and lossy wires",
        words: "slow lose duplicate reorder",
        means: "Messages come late, twice, in another order or never: is each applied once?",
        grouped: false,
    },
    Mix {
        name: "Disks",
        words: "wipe corrupt tear lie full crash",
        means: "Disks are emptied, damaged, torn, full and lie, never more than can be borne: is anything acknowledged lost?",
        grouped: false,
    },
    Mix {
        name: "Clocks",
        words: "skew jump pause",
        means: "Wall clocks are set and nodes stand still: does anything trust the time too much?",
        grouped: false,
    },
    Mix {
        name: "Members and transfers",
        words: "members transfer campaign snapshot join leave crash",
        means: "Members come and go, leaders hand over, logs give way to snapshots while nodes fall.",
        grouped: true,
    },
    Mix {
        name: "Everything",
        words: "crash pause cut one-way lose duplicate reorder slow skew",
        means: "All of it at once, drawn by the seed.",
        grouped: false,
    },
    Mix {
        name: "A mix by the seed",
        words: "mix",
        means: "Each seed draws some of all troubles that there are: the days differ most.",
        grouped: false,
    },
];

/// What replicated stores suffer besides when everything goes wrong.
const GROUPED: &str = " transfer members snapshot";

/// The calamities of a mix for a text.
#[must_use]
pub fn words(mix: &Mix, grouped: bool) -> String {
    let more = if mix.name == "Everything" && grouped { GROUPED } else { "" };
    format!("{}{more}", mix.words)
}
