//! Nemesis mixes: names for troubles that go together, and the line of a text that calls for them.

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

fn is_nemesis(line: &str) -> bool {
    line.split_whitespace().next() == Some("nemesis")
}

/// The calamities that a text calls for, if it has a nemesis.
#[must_use]
pub fn called(text: &str) -> Option<String> {
    let line = text.lines().find(|line| is_nemesis(line))?;
    let line = line.split(['#', ',']).next().unwrap_or_default();
    Some(line.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
}

/// The text with these calamities, or with none. How often they come stays as it is written; a new
/// nemesis leaves the last quarter of a run, which ends after `end_us`, to mend.
#[must_use]
pub fn with_mix(text: &str, words: Option<&str>, end_us: u64) -> String {
    let line = words.map(|words| {
        let found = text.lines().find(|line| is_nemesis(line));
        match found.and_then(|line| line.split_once(',')) {
            Some((_, when)) => format!("nemesis  {words},{when}"),
            None => fresh(words, end_us),
        }
    });
    let is_late = |line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        is_nemesis(line) || matches!(first, "at" | "when" | "every" | "end" | "expect")
    };
    let place = text.lines().position(is_nemesis).or_else(|| text.lines().position(is_late));
    let mut out = String::with_capacity(text.len() + 96);
    let mut put = |line: &str| {
        out.push_str(line);
        out.push('\n');
    };
    for (at, old) in text.lines().enumerate() {
        if let (true, Some(line)) = (Some(at) == place, &line) {
            put(line);
        }
        if !is_nemesis(old) {
            put(old);
        }
    }
    if let (None, Some(line)) = (place, &line) {
        put(line);
    }
    out
}

fn fresh(words: &str, end_us: u64) -> String {
    let from = (end_us / 8_000).clamp(1, 1_000);
    let until = (end_us / 4_000 * 3).max(from + 1);
    format!(
        "nemesis  {words}, every 300ms..1500ms, lasting 200ms..2s, from {from}ms, until {until}ms"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title a\nraft 3 nodes\nat 1s crash n1\nend 8s\n";

    #[test]
    fn a_mix_is_put_before_what_happens() {
        let mixed = with_mix(TEXT, Some("crash pause"), 8_000_000);
        let lines: Vec<&str> = mixed.lines().collect();
        let fresh = "nemesis  crash pause, every 300ms..1500ms, lasting 200ms..2s, from 1000ms, until 6000ms";
        assert_eq!(lines[2], fresh);
        assert_eq!(called(&mixed).as_deref(), Some("crash pause"));
        assert_eq!(with_mix(&mixed, None, 8_000_000), TEXT);
    }

    #[test]
    fn another_mix_keeps_its_times_and_stands_alone() {
        let two = "raft 3 nodes\nnemesis crash, every 1s, until 4s\nnemesis cut\nend 8s\n";
        let mixed = with_mix(two, Some("skew"), 8_000_000);
        assert_eq!(mixed, "raft 3 nodes\nnemesis  skew, every 1s, until 4s\nend 8s\n");
    }

    #[test]
    fn a_short_run_has_a_short_nemesis() {
        let mixed = with_mix("ring 2 nodes", Some("cut"), 400_000);
        assert!(mixed.ends_with("from 50ms, until 300ms\n"), "{mixed}");
    }
}
