//! `cargo lab merge`: joins the lines of several sweeps into one summary and counts every seed once.
//!
//! A part that was killed and run again leaves some seeds twice, and perhaps half a line where it was
//! killed. A run is determined by its text and its seed, so the lines of a seed that came twice must be
//! equal: they count once, and if they differ, two versions of the engine have been at work.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::report::{OPEN, UNTESTED};
use super::seed::Range;
use crate::say;

/// What many seeds showed of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    title: String,
    digest: String,
    range: Range,
    /// What each seed showed, as its JSON line.
    seeds: BTreeMap<u64, Value>,
    /// How many lines told of a seed that another line had told of.
    repeated: u64,
}

/// A line of a file, as far as it can be read.
enum Line {
    /// The line of a seed, written as a whole.
    Whole(Summary),
    /// Half a line that a killed sweep left, and the whole one that its next start appended to it.
    Torn(Option<Summary>),
}

/// What many seeds showed of one expectation.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    held: u64,
    undecided: u64,
    untested: u64,
    all: u64,
}

/// So many letters of a line that is none are shown.
const LINE_SHOWN: usize = 60;
/// So many remarks are shown.
const REMARKS_SHOWN: usize = 20;
/// So many seeds of a list are shown.
const SEEDS_SHOWN: usize = 20;

impl Summary {
    /// Joins the lines of all parts; refuses mixed scenarios, and a seed that came to two ends.
    pub fn join<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let lines = lines.into_iter().filter(|line| !line.trim().is_empty());
        Self::sum(lines.map(|line| Self::read(line.as_bytes())))
    }

    fn sum(lines: impl IntoIterator<Item = Result<Self, String>>) -> Result<Self, String> {
        let mut joined: Option<Self> = None;
        for one in lines {
            match &mut joined {
                None => joined = Some(one?),
                Some(all) => all.take(one?)?,
            }
        }
        joined.ok_or_else(|| "there is no line to join".to_owned())
    }

    fn read(line: &[u8]) -> Result<Self, String> {
        let wrong = || {
            let start: String = String::from_utf8_lossy(line).chars().take(LINE_SHOWN).collect();
            format!("this is no line of `cargo lab sweep --json`: {start}")
        };
        let value: Value = serde_json::from_slice(line).map_err(|_| wrong())?;
        let number = |value: &Value| value.as_u64().ok_or_else(wrong);
        let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let range = Range { start: number(&value["range"][0])?, end: number(&value["range"][1])? };
        let (title, digest) = (word("title"), word("text"));
        let seeds = BTreeMap::from([(number(&value["seed"])?, value)]);
        Ok(Self { title, digest, range, seeds, repeated: 0 })
    }

    fn take(&mut self, one: Self) -> Result<(), String> {
        if one.digest != self.digest {
            return Err(match self.title == one.title {
                true => format!("these are two texts, though both are called {}", self.title),
                false => format!("these are two scenarios: {} and {}", self.title, one.title),
            });
        }
        self.range.start = self.range.start.min(one.range.start);
        self.range.end = self.range.end.max(one.range.end);
        for (seed, value) in one.seeds {
            match self.seeds.get(&seed) {
                None => drop(self.seeds.insert(seed, value)),
                Some(before) if same(before, &value) => self.repeated += 1,
                Some(before) => {
                    return Err(format!(
                        "seed {seed} is there twice and came to two ends, with the traces {} and {}: \
                         all parts should be run by the same version",
                        before["hash"], value["hash"]
                    ));
                }
            }
        }
        Ok(())
    }

    /// How many seeds of the range no line tells of.
    #[must_use]
    pub fn missing_count(&self) -> u64 {
        let inside = self.seeds.range(self.range.start..self.range.end).count();
        self.range.end - self.range.start - inside as u64
    }

    /// The first few of them.
    #[must_use]
    pub fn missing(&self) -> Vec<u64> {
        let range = self.range.start..self.range.end;
        range.filter(|seed| !self.seeds.contains_key(seed)).take(SEEDS_SHOWN).collect()
    }

    /// Seeds with which some expectation did not hold.
    #[must_use]
    pub fn failing(&self) -> Vec<u64> {
        self.seeds_where(|value| Fate::of(value) == Fate::Failed)
    }

    /// Seeds with which nothing failed, but something was not decided.
    #[must_use]
    pub fn undecided(&self) -> Vec<u64> {
        self.seeds_where(|value| Fate::of(value) == Fate::Undecided)
    }

    /// Seeds with which everything held but for laws that nothing put to the test.
    #[must_use]
    pub fn untested(&self) -> Vec<u64> {
        self.seeds_where(|value| Fate::of(value) == Fate::Untested)
    }

    fn seeds_where(&self, is: impl Fn(&Value) -> bool) -> Vec<u64> {
        self.seeds.iter().filter(|(_, value)| is(value)).map(|(seed, _)| *seed).collect()
    }

    /// Seeds whose run was cut before its end, whatever was decided by then.
    #[must_use]
    pub fn truncated(&self) -> Vec<u64> {
        self.seeds_where(is_cut)
    }

    /// True if everything held with every seed that there is a line of.
    #[must_use]
    pub fn held(&self) -> bool {
        self.seeds.values().all(|value| Fate::of(value) == Fate::Held)
    }

    /// The summary as lines for a terminal, with what is missing.
    #[must_use]
    pub fn shown(&self) -> String {
        let (mut text, missing) = (self.counts(), self.missing());
        if self.repeated > 0 {
            let _ = writeln!(text, "  {} lines were there again and count once", self.repeated);
        }
        if !missing.is_empty() {
            let more = self.missing_count() - missing.len() as u64;
            let _ = writeln!(text, "  missing seeds: {}", listed(&missing, more));
        }
        text
    }

    /// The summary as a JSON value. Of missing seeds only the first are listed; `missing_count` has all.
    #[must_use]
    pub fn json(&self) -> Value {
        let expectations = self.expectations();
        let expectation = |(text, count): (&String, &Count)| {
            let Count { held, undecided, untested, all } = *count;
            let failed = all - held - undecided - untested;
            json!({
                "text": text, "all": all, "held": held, "failed": failed, "undecided": undecided,
                "untested": untested,
            })
        };
        let metric = |(name, mut values): (String, Vec<(f64, String)>)| {
            values.sort_by(|one, two| one.0.total_cmp(&two.0));
            let at =
                |share: usize| values.get((values.len().max(1) - 1) * share / 100).map(|it| it.0);
            (name, json!({ "least": at(0), "median": at(50), "most": at(100) }))
        };
        let remark = |((line, message), seeds): ((u64, String), u64)| json!({ "line": line, "message": message, "seeds": seeds });
        json!({
            "title": self.title,
            "text": self.digest,
            "range": [self.range.start, self.range.end],
            "seeds": self.seeds.len(),
            "repeated": self.repeated,
            "held": self.seeds_where(|value| Fate::of(value) == Fate::Held).len(),
            "failing": self.failing(),
            "undecided": self.undecided(),
            "untested": self.untested(),
            "truncated": self.truncated(),
            "missing_count": self.missing_count(),
            "missing": self.missing(),
            "expectations": expectations.iter().map(expectation).collect::<Vec<_>>(),
            "remarks": self.remarks().into_iter().map(remark).collect::<Vec<_>>(),
            "metrics": self.metrics().into_iter().map(metric).collect::<serde_json::Map<_, _>>(),
        })
    }

    /// The counts as lines for a terminal.
    #[must_use]
    pub fn counts(&self) -> String {
        let mut text = format!("{}: {} seeds", self.title, self.seeds.len());
        let (failing, undecided, untested) = (self.failing(), self.undecided(), self.untested());
        let held = self.seeds.len() - failing.len() - undecided.len() - untested.len();
        let _ = write!(text, ", {held} held, {} did not", failing.len());
        for (seeds, word) in
            [(&undecided, "were not decided"), (&untested, "put some law to no test")]
        {
            if !seeds.is_empty() {
                let _ = write!(text, ", {} {word}", seeds.len());
            }
        }
        text.push('\n');
        let truncated = self.truncated();
        if !truncated.is_empty() {
            let (count, list) = (truncated.len(), list(&truncated));
            let _ = writeln!(text, "  {count} were cut before their end: {list}");
        }
        for (expectation, Count { held, undecided, untested, all }) in self.expectations() {
            let _ = write!(text, "  {held:>8} of {all}  {expectation}");
            for (count, word) in [(undecided, "not decided"), (untested, "not put to the test")] {
                if count > 0 {
                    let _ = write!(text, " ({count} {word})");
                }
            }
            text.push('\n');
        }
        let remarks = self.remarks();
        for ((line, message), seeds) in remarks.iter().take(REMARKS_SHOWN) {
            let _ = writeln!(
                text,
                "  remark on line {line} ({seeds} of {}): {message}",
                self.seeds.len()
            );
        }
        if let more @ 1.. = remarks.len().saturating_sub(REMARKS_SHOWN) {
            let _ = writeln!(text, "  and {more} more remarks; --json has them all");
        }
        let mut same = 0;
        for (name, mut values) in self.metrics() {
            values.sort_by(|one, two| one.0.total_cmp(&two.0));
            let at = |share: usize| &values[(values.len() - 1) * share / 100];
            if at(0).0 < at(100).0 {
                let (least, middle, most) = (&at(0).1, &at(50).1, &at(100).1);
                let _ = writeln!(text, "  {name}: least {least}, median {middle}, most {most}");
            } else {
                same += 1;
            }
        }
        let _ = writeln!(text, "  {same} figures were the same with every seed");
        if !failing.is_empty() {
            let _ = writeln!(text, "  failing seeds: {}", list(&failing));
        }
        if !undecided.is_empty() {
            let _ = writeln!(text, "  seeds that were not decided: {}", list(&undecided));
        }
        if !untested.is_empty() {
            let _ = writeln!(text, "  seeds that put some law to no test: {}", list(&untested));
        }
        text
    }

    fn expectations(&self) -> BTreeMap<String, Count> {
        let mut found: BTreeMap<String, Count> = BTreeMap::new();
        for verdict in self.seeds.values().flat_map(|value| value["verdicts"].as_array()).flatten()
        {
            let text = verdict["text"].as_str().unwrap_or_default().to_owned();
            let entry = found.entry(text).or_default();
            entry.held += u64::from(verdict["holds"] == true);
            entry.undecided += u64::from(is_open(verdict));
            entry.untested += u64::from(verdict["outcome"] == UNTESTED);
            entry.all += 1;
        }
        found
    }

    /// What was remarked, by line, and with how many seeds.
    fn remarks(&self) -> BTreeMap<(u64, String), u64> {
        let mut found = BTreeMap::new();
        for line in self.seeds.values() {
            for remark in line["remarks"].as_array().into_iter().flatten() {
                let message = remark["message"].as_str().unwrap_or_default().to_owned();
                let place = remark["line"].as_u64().unwrap_or_default();
                *found.entry((place, message)).or_default() += 1;
            }
        }
        found
    }

    /// The values of each figure, each with its words, as the page has them.
    fn metrics(&self) -> BTreeMap<String, Vec<(f64, String)>> {
        let mut found: BTreeMap<String, Vec<(f64, String)>> = BTreeMap::new();
        for line in self.seeds.values() {
            for (name, value) in line["metrics"].as_object().into_iter().flatten() {
                let shown = line["shown"][name].as_str().map(str::to_owned);
                let shown = shown.unwrap_or_else(|| value.to_string());
                let value = value.as_f64().map(|value| (value, shown));
                found.entry(name.clone()).or_default().extend(value);
            }
        }
        found
    }
}

/// What became of a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Everything held.
    Held,
    /// Something did not hold.
    Failed,
    /// Nothing failed, but something was not decided, as in a run that was cut.
    Undecided,
    /// Nothing is wrong but that some law was put to no test.
    Untested,
}

impl Fate {
    fn of(seed: &Value) -> Self {
        let verdicts = || seed["verdicts"].as_array().into_iter().flatten();
        let idle = |verdict: &Value| verdict["outcome"] == UNTESTED;
        let fails =
            |verdict: &Value| verdict["holds"] == false && !idle(verdict) && !is_open(verdict);
        match seed["holds"] == true {
            true => Self::Held,
            false if verdicts().any(fails) => Self::Failed,
            false if is_cut(seed) || verdicts().any(is_open) => Self::Undecided,
            false if verdicts().any(idle) => Self::Untested,
            // It does not hold, and nothing says why.
            false => Self::Failed,
        }
    }
}

/// Whether the run of a seed was cut before its end.
fn is_cut(seed: &Value) -> bool {
    seed["truncated"].is_string()
}

/// Whether an expectation was not decided.
fn is_open(verdict: &Value) -> bool {
    verdict["holds"].is_null() || verdict["outcome"] == OPEN
}

/// The first few numbers of a list, and how many more there are.
fn list(numbers: &[u64]) -> String {
    let first = &numbers[..numbers.len().min(SEEDS_SHOWN)];
    listed(first, (numbers.len() - first.len()) as u64)
}

/// Some numbers, and how many more there are.
fn listed(numbers: &[u64], more: u64) -> String {
    let first: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    first.join(" ") + &rest
}

/// Whether two lines of a seed tell the same; the sweeps may have been asked for other ranges.
fn same(one: &Value, other: &Value) -> bool {
    let without_range = |value: &Value| {
        let mut value = value.clone();
        value["range"] = Value::Null;
        value
    };
    without_range(one) == without_range(other)
}

impl Line {
    /// Reads a line; `last` if the file ends without ending it.
    fn read(bytes: &[u8], last: bool) -> Result<Self, String> {
        let wrong = match Summary::read(bytes) {
            Ok(one) => return Ok(Self::Whole(one)),
            Err(wrong) => wrong,
        };
        // Only what begins like a line of a sweep can be half of one.
        if !bytes.starts_with(b"{") {
            return Err(wrong);
        }
        let starts = bytes.windows(2).enumerate().skip(1).filter(|(_, two)| two == b"{\"");
        let next = starts.filter_map(|(at, _)| Summary::read(&bytes[at..]).ok()).next();
        if next.is_none() && !last { Err(wrong) } else { Ok(Self::Torn(next)) }
    }
}

/// The seeds of a file, and what was found torn in it, one sentence each.
fn read(name: &str, bytes: &[u8]) -> Result<(Vec<Summary>, Vec<String>), String> {
    let (mut found, mut torn) = (Vec::new(), Vec::new());
    let mut lines = bytes.split(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("{name}:{}", index + 1);
        match Line::read(line, lines.peek().is_none()).map_err(|it| format!("{place}: {it}"))? {
            Line::Whole(one) => found.push(one),
            Line::Torn(next) => {
                torn.push(format!(
                    "{place}: half a line, left by a sweep that was killed: passed over"
                ));
                found.extend(next);
            }
        }
    }
    Ok((found, torn))
}

/// Joins the seeds of files; an error names the file whose line does not go with those before it.
fn merged(files: Vec<(String, Vec<Summary>)>) -> Result<Summary, String> {
    let mut joined: Option<Summary> = None;
    let mut before = Vec::new();
    for (name, lines) in files {
        for one in lines {
            match &mut joined {
                None => joined = Some(one),
                Some(all) => all.take(one).map_err(|problem| match &before[..] {
                    [] => format!("{name}: {problem}"),
                    others => format!("{name} beside {}: {problem}", others.join(", ")),
                })?,
            }
        }
        before.push(name);
    }
    joined.ok_or_else(|| format!("there is no line to join in {}", before.join(", ")))
}

/// Joins files of JSON lines and prints the summary; `Ok(false)` if a seed failed or is missing.
pub fn merge(files: &[PathBuf], json: bool) -> Result<bool, String> {
    let mut found = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|error| format!("{name}: {error}"))?;
        let (some, torn) = read(&name, &bytes)?;
        torn.iter().for_each(|sentence| say::step(sentence));
        found.push((name, some));
    }
    let summary = merged(found)?;
    if json {
        println!("{}", summary.json());
    } else {
        print!("{}", summary.shown());
    }
    Ok(summary.held() && summary.missing().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seed: u64, holds: bool) -> String {
        serde_json::json!({
            "title": "t", "text": "a1", "range": [1, 5], "seed": seed, "holds": holds,
            "verdicts": [{ "text": "expect lost = 0", "holds": holds }], "metrics": { "lost": seed },
        })
        .to_string()
    }

    #[test]
    fn parts_join_into_one_summary_that_knows_what_is_missing() {
        let lines = [line(1, true), line(4, false), line(2, true)];
        let summary = Summary::join(lines.iter().map(String::as_str)).unwrap();
        assert_eq!((summary.failing(), summary.missing()), (vec![4], vec![3]));
        assert!(summary.shown().contains("2 of 3  expect lost = 0"), "{}", summary.shown());
        assert!(summary.shown().contains("lost: least 1, median 2, most 4"), "{}", summary.shown());
    }

    #[test]
    fn a_law_without_a_test_is_neither_held_nor_failed() {
        let idle = |seed, other: &str| {
            serde_json::json!({
                "title": "t", "text": "a1", "range": [1, 5], "seed": seed, "holds": false, "truncated": null,
                "verdicts": [
                    { "text": "expect lost = 0", "holds": other == "holds", "outcome": other },
                    { "text": "expect fresh", "holds": false, "outcome": "untested" },
                ],
            })
            .to_string()
        };
        let lines = [line(1, true), idle(2, "holds"), idle(3, "fails"), line(4, true)];
        let summary = Summary::join(lines.iter().map(String::as_str)).unwrap();
        assert_eq!((summary.failing(), summary.untested()), (vec![3], vec![2]));
        let shown = summary.shown();
        assert!(shown.contains("4 seeds, 2 held, 1 did not, 1 put some law to no test"), "{shown}");
        assert!(shown.contains("0 of 2  expect fresh (2 not put to the test)"), "{shown}");
        assert!(shown.contains("failing seeds: 3") && shown.contains("to no test: 2"), "{shown}");
        assert!(shown.contains("3 of 4  expect lost = 0\n"), "{shown}");
    }

    #[test]
    fn a_run_that_was_cut_is_told_and_held_nothing() {
        let cut = line(3, true).replace(r#""holds":true"#, r#""holds":null"#);
        let cut = cut.replacen('{', r#"{"truncated":"The run was cut.","#, 1);
        let lines = [line(1, true), cut];
        let summary = Summary::join(lines.iter().map(String::as_str)).unwrap();
        assert_eq!((summary.undecided(), summary.truncated()), (vec![3], vec![3]));
        assert!(summary.failing().is_empty() && !summary.held());
        let shown = summary.shown();
        assert!(shown.contains("2 seeds, 1 held, 0 did not, 1 were not decided\n"), "{shown}");
        assert!(shown.contains("1 were cut before their end: 3"), "{shown}");
        assert!(shown.contains("seeds that were not decided: 3"), "{shown}");
        assert!(shown.contains("1 of 2  expect lost = 0 (1 not decided)"), "{shown}");
    }

    #[test]
    fn a_summary_is_had_as_json_too() {
        let lines = [line(1, true), line(3, false)];
        let summary = Summary::join(lines.iter().map(String::as_str)).unwrap();
        let told = summary.json();
        assert_eq!((&told["seeds"], &told["held"]), (&json!(2), &json!(1)));
        assert_eq!((&told["failing"], &told["undecided"]), (&json!([3]), &json!([])));
        assert_eq!((&told["missing"], &told["missing_count"]), (&json!([2, 4]), &json!(2)));
        assert_eq!(told["expectations"][0]["failed"], 1);
        assert_eq!(told["metrics"]["lost"], json!({ "least": 1.0, "median": 1.0, "most": 3.0 }));
    }

    #[test]
    fn parts_of_two_texts_with_one_title_are_refused_as_such() {
        let other = line(2, true).replace("a1", "b2");
        let told = Summary::join([line(1, true).as_str(), &other]).unwrap_err();
        assert_eq!(told, "these are two texts, though both are called t");
    }

    #[test]
    fn what_failed_before_a_run_was_cut_has_failed() {
        let cut = line(3, false).replacen('{', r#"{"truncated":"The run was cut.","#, 1);
        let open = serde_json::json!({
            "title": "t", "text": "a1", "range": [1, 5], "seed": 2, "holds": false,
            "verdicts": [{ "text": "expect linearizable", "holds": false, "outcome": OPEN }],
        });
        let summary = Summary::join([cut.as_str(), &open.to_string()]).unwrap();
        assert_eq!((summary.failing(), summary.truncated()), (vec![3], vec![3]));
        // Nor has it failed that a judge had not looked far enough.
        assert_eq!(summary.undecided(), [2]);
    }

    /// The summary of some files, and what was torn in them.
    fn joined(files: &[&[u8]]) -> Result<(Summary, usize), String> {
        let (mut found, mut torn) = (Vec::new(), 0);
        for file in files {
            let (some, sentences) = read("part.jsonl", file)?;
            found.extend(some);
            torn += sentences.len();
        }
        Ok((Summary::sum(found.into_iter().map(Ok))?, torn))
    }

    fn file(lines: &[String]) -> Vec<u8> {
        lines.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect()
    }

    #[test]
    fn a_part_that_was_killed_between_two_lines_and_run_again_counts_once() {
        let whole = file(&[line(1, true), line(3, false)]);
        let other = file(&[line(2, true), line(4, true)]);
        let (once, _) = joined(&[&whole, &other]).unwrap();
        let killed = file(&[line(1, true)]);
        let (again, torn) = joined(&[&killed, &whole, &other]).unwrap();
        assert_eq!((again.counts(), torn), (once.counts(), 0));
        assert!(again.shown().contains("1 lines were there again and count once"));
        // Without the second start its seeds are missing.
        assert_eq!(joined(&[&killed, &other]).unwrap().0.missing(), [3]);
    }

    #[test]
    fn a_part_that_was_killed_within_a_line_and_run_again_counts_once() {
        let [first, third] =
            [line(1, true), line(3, false)].map(|line| line.replace("\"t\"", "\"é\""));
        let whole = file(&[first.clone(), third.clone()]);
        let (once, _) = joined(&[&whole]).unwrap();
        let full = [first.as_bytes(), b"\n", third.as_bytes()].concat();
        // Wherever it was killed, also within a letter.
        for end in first.len() + 2..full.len() {
            let killed = &full[..end];
            let (alone, torn) = joined(&[killed]).unwrap();
            assert_eq!((alone.missing(), torn), (vec![2, 3, 4], 1), "killed at {end}");
            // The second start writes a file of its own, or goes on in the same one.
            let appended = [killed, &whole].concat();
            for again in [joined(&[killed, &whole]).unwrap(), joined(&[&appended]).unwrap()] {
                assert_eq!((again.0.counts(), again.1), (once.counts(), 1), "killed at {end}");
            }
        }
        // What was killed just before the end of its line is a whole line.
        assert_eq!(joined(&[&full]).unwrap(), (once, 0));
    }

    #[test]
    fn parts_of_different_shares_overlap_and_every_seed_counts_once() {
        let halves = [file(&[line(1, true), line(3, true)]), file(&[line(2, true), line(4, true)])];
        let third = line(2, true).replace("[1,5]", "[2,9]");
        let (all, _) = joined(&[&halves[0], &halves[1], &file(&[third])]).unwrap();
        assert_eq!((all.seeds.len(), all.missing()), (4, vec![5, 6, 7, 8]));
    }

    #[test]
    fn a_line_that_is_broken_elsewhere_is_no_half_line() {
        let broken = [b"{\"seed\":\n".as_slice(), &file(&[line(1, true)])].concat();
        let told = joined(&[&broken]).unwrap_err();
        assert!(told.starts_with("part.jsonl:1: this is no line of"), "{told}");
        assert!(joined(&[b"title  Four shards"]).is_err());
    }

    #[test]
    fn a_file_that_does_not_go_with_the_others_is_named() {
        let of = |line: String| vec![Summary::read(line.as_bytes()).unwrap()];
        let other = line(2, true).replace("a1", "b2");
        let files = vec![
            ("one.jsonl".to_owned(), of(line(1, true))),
            ("two.jsonl".to_owned(), of(line(3, true))),
            ("six.jsonl".to_owned(), of(other)),
        ];
        let told = merged(files).unwrap_err();
        assert!(told.starts_with("six.jsonl beside one.jsonl, two.jsonl: these are two"), "{told}");
        let told = merged(vec![("one.jsonl".to_owned(), vec![])]).unwrap_err();
        assert_eq!(told, "there is no line to join in one.jsonl");
    }

    #[test]
    fn missing_seeds_of_a_long_range_are_counted_without_a_list() {
        let far = line(7, true).replace("[1,5]", "[1,9000000000000000000]");
        let (summary, _) = joined(&[far.as_bytes()]).unwrap();
        assert_eq!(summary.missing_count(), 8_999_999_999_999_999_998);
        assert!(summary.shown().contains("21 and 8999999999999999978 more"), "{}", summary.shown());
    }

    #[test]
    fn a_seed_that_came_to_two_ends_and_a_second_scenario_are_refused() {
        let twice = [line(1, true), line(1, false)];
        let told = Summary::join(twice.iter().map(String::as_str)).unwrap_err();
        assert!(told.contains("seed 1 is there twice and came to two ends"), "{told}");
        let other = line(2, true).replace("a1", "b2");
        assert!(Summary::join([line(1, true).as_str(), other.as_str()]).is_err());
        assert!(Summary::join(["{}"]).is_err() && Summary::join([]).is_err());
        let told = Summary::join(["title  Four shards"]).unwrap_err();
        assert!(told.contains("sweep --json`: title  Four shards"), "{told}");
    }
}
