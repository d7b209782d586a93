//! `cargo lab merge`: the lines of several sweeps become one summary, and nothing is counted twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use super::seed::Range;
use crate::place;

/// What many seeds showed of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    title: String,
    digest: String,
    range: Range,
    /// What each seed showed, as its JSON line.
    seeds: BTreeMap<u64, Value>,
}

/// What many seeds showed of one expectation.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    held: u64,
    undecided: u64,
    all: u64,
}

/// So many letters of a line that is none are shown.
const LINE_SHOWN: usize = 60;

impl Summary {
    /// Joins the lines of all parts; refuses mixed scenarios and doubled seeds.
    pub fn join<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut joined: Option<Self> = None;
        for line in lines.into_iter().filter(|line| !line.trim().is_empty()) {
            let one = Self::read(line)?;
            match &mut joined {
                None => joined = Some(one),
                Some(all) => all.take(one)?,
            }
        }
        joined.ok_or_else(|| "there is no line to join".to_owned())
    }

    fn read(line: &str) -> Result<Self, String> {
        let wrong = || {
            let start: String = line.chars().take(LINE_SHOWN).collect();
            format!("this is no line of `cargo lab sweep --json`: {start}")
        };
        let value: Value = serde_json::from_str(line).map_err(|_| wrong())?;
        let number = |value: &Value| value.as_u64().ok_or_else(wrong);
        let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let range = Range { start: number(&value["range"][0])?, end: number(&value["range"][1])? };
        let (title, digest) = (word("title"), word("text"));
        let seeds = BTreeMap::from([(number(&value["seed"])?, value)]);
        Ok(Self { title, digest, range, seeds })
    }

    fn take(&mut self, one: Self) -> Result<(), String> {
        if one.digest != self.digest {
            return Err(format!("these are two scenarios: {} and {}", self.title, one.title));
        }
        self.range.start = self.range.start.min(one.range.start);
        self.range.end = self.range.end.max(one.range.end);
        for (seed, value) in one.seeds {
            if self.seeds.insert(seed, value).is_some() {
                return Err(format!("seed {seed} is there twice"));
            }
        }
        Ok(())
    }

    /// Seeds of the range that no line tells of.
    #[must_use]
    pub fn missing(&self) -> Vec<u64> {
        let range = self.range.start..self.range.end;
        range.filter(|seed| !self.seeds.contains_key(seed)).collect()
    }

    /// Seeds with which some expectation did not hold.
    #[must_use]
    pub fn failing(&self) -> Vec<u64> {
        let failing = self.seeds.iter().filter(|(_, value)| value["holds"] != true);
        failing.map(|(seed, _)| *seed).collect()
    }

    /// Seeds whose run was cut before its end.
    #[must_use]
    pub fn truncated(&self) -> Vec<u64> {
        let truncated = self.seeds.iter().filter(|(_, value)| value["truncated"].is_string());
        truncated.map(|(seed, _)| *seed).collect()
    }

    /// The summary as lines for a terminal, with what is missing.
    #[must_use]
    pub fn shown(&self) -> String {
        let (mut text, missing) = (self.counts(), self.missing());
        if !missing.is_empty() {
            let _ = writeln!(text, "  missing seeds: {}", list(&missing));
        }
        text
    }

    /// The counts as lines for a terminal.
    #[must_use]
    pub fn counts(&self) -> String {
        let mut text = format!("{}: {} seeds", self.title, self.seeds.len());
        let failing = self.failing();
        let _ = writeln!(
            text,
            ", {} held, {} did not",
            self.seeds.len() - failing.len(),
            failing.len()
        );
        let truncated = self.truncated();
        if !truncated.is_empty() {
            let (count, list) = (truncated.len(), list(&truncated));
            let _ = writeln!(text, "  {count} were cut before their end: {list}");
        }
        for (expectation, Count { held, undecided, all }) in self.expectations() {
            let open = match undecided {
                0 => String::new(),
                some => format!(" ({some} not decided)"),
            };
            let _ = writeln!(text, "  {held:>8} of {all}  {expectation}{open}");
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
        text
    }

    fn expectations(&self) -> BTreeMap<String, Count> {
        let mut found: BTreeMap<String, Count> = BTreeMap::new();
        for verdict in self.seeds.values().flat_map(|value| value["verdicts"].as_array()).flatten()
        {
            let text = verdict["text"].as_str().unwrap_or_default().to_owned();
            let entry = found.entry(text).or_default();
            entry.held += u64::from(verdict["holds"] == true);
            entry.undecided += u64::from(verdict["holds"].is_null());
            entry.all += 1;
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

/// The first few numbers of a list, and how many more there are.
fn list(numbers: &[u64]) -> String {
    let first: Vec<String> = numbers.iter().take(20).map(u64::to_string).collect();
    let more = numbers.len() - first.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    first.join(" ") + &rest
}

/// Joins files of JSON lines and prints the summary; `Ok(false)` if a seed failed or is missing.
pub fn merge(files: &[PathBuf]) -> Result<bool, String> {
    let mut texts = Vec::new();
    for file in files {
        let text = place::read(file)?;
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.try_for_each(|(index, line)| {
            let place = format!("{}:{}", file.display(), index + 1);
            Summary::read(line).map(drop).map_err(|error| format!("{place}: {error}"))
        })?;
        texts.push(text);
    }
    let summary = Summary::join(texts.iter().flat_map(|text| text.lines()))?;
    print!("{}", summary.shown());
    Ok(summary.failing().is_empty() && summary.missing().is_empty())
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
    fn a_run_that_was_cut_is_told_and_held_nothing() {
        let cut = line(3, true).replace(r#""holds":true"#, r#""holds":null"#);
        let cut = cut.replacen('{', r#"{"truncated":"The run was cut.","#, 1);
        let lines = [line(1, true), cut];
        let summary = Summary::join(lines.iter().map(String::as_str)).unwrap();
        assert_eq!((summary.failing(), summary.truncated()), (vec![3], vec![3]));
        let shown = summary.shown();
        assert!(shown.contains("1 were cut before their end: 3"), "{shown}");
        assert!(shown.contains("1 of 2  expect lost = 0 (1 not decided)"), "{shown}");
    }

    #[test]
    fn a_doubled_seed_and_a_second_scenario_are_refused() {
        let twice = [line(1, true), line(1, true)];
        assert!(Summary::join(twice.iter().map(String::as_str)).is_err());
        let other = line(2, true).replace("a1", "b2");
        assert!(Summary::join([line(1, true).as_str(), other.as_str()]).is_err());
        assert!(Summary::join(["{}"]).is_err() && Summary::join([]).is_err());
        let told = Summary::join(["title  Four shards"]).unwrap_err();
        assert!(told.contains("sweep --json`: title  Four shards"), "{told}");
    }
}
