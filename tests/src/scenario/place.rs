//! `cargo lab place`: where keys would go by one strategy or by all, for scripts and for the curious.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use shardlab::session::Session;
use shardlab::session::source::{FILE_KEYS_MAX, Files, column_of};
use shardlab::tenant::paper;
use shardlab::tenant::paper::screen::{RowFact, STRATEGIES, SurveyFact};

use super::mark::Mark;

/// Keys that are looked up to take the time.
const LOOKUPS: usize = 200_000;

/// What to place, and what to change.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// How: `ring`, `"ring, 150 vnodes"`, `"slots, 1024 slots"` …, or `all`. May be given again.
    #[arg(long = "strategy", default_value = "all")]
    strategies: Vec<String>,
    /// On how many nodes: n1, n2 and so on.
    #[arg(long, default_value_t = 10)]
    nodes: u32,
    /// A file with keys, or `-` for what is piped in; without it, 100,000 made ones of a thousand
    /// tenants.
    #[arg(long)]
    keys: Option<PathBuf>,
    /// Which column of the file: its number from one, every line a key, or its name in the first line,
    /// which is then no key.
    #[arg(long, default_value = "1")]
    column: String,
    /// How many nodes join.
    #[arg(long, default_value_t = 0)]
    add: u32,
    /// Which node leaves. May be given again.
    #[arg(long)]
    remove: Vec<String>,
    /// What share of all keys a range query is about.
    #[arg(long, default_value = "1%")]
    scans: String,
    /// One JSON line a strategy.
    #[arg(long)]
    json: bool,
}

/// Places the keys; an error for bad input.
pub fn place(wish: &Place) -> Result<bool, String> {
    let mut files = Files::new();
    if let Some(path) = &wish.keys {
        let bytes = read(path)?;
        let count = column_of(&bytes, &wish.column).take(FILE_KEYS_MAX + 1).count();
        let name = path.display();
        if count == 0 {
            return Err(format!("{name} has no keys in column {}", wish.column));
        }
        if count > FILE_KEYS_MAX {
            eprintln!(
                "{name} has more than {FILE_KEYS_MAX} keys; the first {FILE_KEYS_MAX} are placed"
            );
        }
        files.insert("keys".into(), bytes.into());
    }
    if wish.column == "0" {
        return Err(String::from("columns are numbered from one"));
    }
    let files = Arc::new(files);
    let mut asked: Vec<String> = Vec::new();
    for strategy in &wish.strategies {
        match strategy.as_str() {
            "all" => asked.extend(STRATEGIES.map(String::from)),
            one => asked.push(one.to_owned()),
        }
    }
    let mut shown = Vec::new();
    // One after the other: a million keys and all strategies need not be held at once.
    for strategy in asked {
        shown.push(found(wish, &strategy, &files)?);
    }
    if wish.json {
        for found in &shown {
            println!("{}", found.json());
        }
    } else {
        print!("{}", table(&shown));
    }
    Ok(true)
}

fn read(path: &PathBuf) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| format!("what is piped in: {error}"))?;
    } else {
        bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(bytes)
}

/// What was found of one strategy.
struct Found {
    strategy: String,
    before: SurveyFact,
    after: SurveyFact,
    row: RowFact,
    nanos: f64,
}

fn text(wish: &Place, strategy: &str) -> String {
    let mut text = format!("place {strategy}, {} nodes, scans {}\n", wish.nodes, wish.scans);
    text.push_str(match wish.keys {
        Some(_) => "load file keys column \"COLUMN\"\n",
        None => "load 100000 keys \"{tenant}:{n}\"\n",
    });
    text = text.replace("COLUMN", &wish.column);
    for number in 1..=wish.add {
        let _ = writeln!(text, "at {number}ms join n{}", wish.nodes + number);
    }
    for (at, name) in (1..).zip(&wish.remove) {
        let _ = writeln!(text, "at {}ms leave {name}", wish.add + at);
    }
    text
}

fn found(wish: &Place, strategy: &str, files: &Arc<Files>) -> Result<Found, String> {
    let text = text(wish, strategy);
    let mut session = Session::open_with(&text, files.clone());
    let problems: String = session
        .diagnostics()
        .iter()
        .map(|it| {
            let span = (it.start as usize, it.end as usize);
            let suggestion = it.suggestion.as_deref();
            let (file, message) = ("as a text", it.message.as_str());
            Mark { file, text: &text, span, severity: "error", message, suggestion }.shown()
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let nothing = || format!("{strategy} is not placed on paper\n");
    let before = paper::screen::survey_of(session.site(0)).ok_or_else(nothing)?;
    while !session.compute(100_000) {}
    session.seek(session.end());
    let after = paper::screen::survey_of(session.site(0)).ok_or_else(nothing)?;
    let row = paper::screen::row(session.site(0)).ok_or_else(nothing)?;
    let nanos = (0..5)
        .map(|_| {
            let started = Instant::now();
            let (count, _) = std::hint::black_box(paper::screen::lookups(session.site(0), LOOKUPS));
            started.elapsed().as_nanos() as f64 / count.max(1) as f64
        })
        .fold(f64::MAX, f64::min);
    Ok(Found { strategy: strategy.to_owned(), before, after, row, nanos })
}

impl Found {
    fn moved(&self) -> f64 {
        self.after.moved_all as f64 / f64::from(self.after.keys.max(1))
    }

    fn json(&self) -> Value {
        let holdings = |fact: &SurveyFact| -> BTreeMap<String, Value> {
            let nodes = fact.nodes.iter().map(|node| {
                let share = f64::from(node.share) / 1e6;
                (node.name.clone(), json!({ "keys": node.keys, "arc": share }))
            });
            nodes.collect()
        };
        let cell =
            |at: usize| self.row.cells.get(at).map_or(0.0, |cell| cell.millionths as f64 / 1e6);
        json!({
            "strategy": self.strategy,
            "keys": self.after.keys,
            "before": holdings(&self.before),
            "after": holdings(&self.after),
            "moved": self.moved(),
            "expected": self.after.expected_all as f64 / 1e6,
            "balance": cell(0),
            "spread": cell(1),
            "moved_if_one_joins": cell(2),
            "moved_if_one_leaves": cell(3),
            "fan_out": cell(4),
            "memory_bytes": cell(5),
            "lookup_ns": self.nanos,
        })
    }
}

/// All of them, as a table.
fn table(found: &[Found]) -> String {
    let heads = [
        "strategy",
        "keys",
        "moved",
        "expected",
        "balance",
        "spread",
        "if one joins",
        "if one leaves",
        "fan-out",
        "memory",
        "lookup",
    ];
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut rows: Vec<Vec<String>> = vec![heads.map(String::from).to_vec()];
    for one in found {
        let expected = one.after.expected_all as f64 / 1e6;
        let mut row = vec![
            one.strategy.clone(),
            one.after.keys.to_string(),
            percent(one.moved()),
            // What somebody decides, theory expects nothing of.
            if expected > 0.0 { percent(expected) } else { String::from("–") },
        ];
        row.extend(one.row.cells.iter().map(shardlab::session::number::Number::shown));
        row.push(format!("{:.0} ns", one.nanos));
        rows.push(row);
    }
    let widths: Vec<usize> = (0..heads.len())
        .map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        let _ = writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    text
}
