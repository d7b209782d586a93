//! Where keys come from: a pattern, the text itself, or a file that is kept beside it.

use crate::client::pattern::Pattern;
use crate::placement::keys::{Filling, KeySet};
use crate::placement::site::Site;
use crate::scenario::{LoadSource, LoadSpec, Scenario};
use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Files by name, as they were given.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// More keys of one file than this are not read.
pub const FILE_KEYS_MAX: usize = 2_000_000;

/// The keys that a load brings, as bytes.
pub fn keys<'l>(load: &'l LoadSpec, files: &'l Files) -> impl Iterator<Item = Cow<'l, [u8]>> {
    let (mut pattern, mut these, mut lines) = (None, [].iter(), None);
    match &load.source {
        LoadSource::Pattern(text) => pattern = Some((text, 0..u64::from(load.count))),
        LoadSource::These(keys) => these = keys.iter(),
        LoadSource::File { name, column } => {
            lines = files.get(name).map(|bytes| column_of(bytes, column));
        }
    }
    let made = pattern.into_iter().flat_map(|(text, numbers)| {
        let pattern = Pattern::new(text, load.count);
        numbers.map(move |number| Cow::Owned(pattern.text(number).into_bytes()))
    });
    let read = lines.into_iter().flatten().take(FILE_KEYS_MAX).map(Cow::Borrowed);
    made.chain(these.map(|key| Cow::Borrowed(key.as_bytes()))).chain(read)
}

/// A column of a table, by its number from one or by its name in the first line; cells stand between
/// commas, semicolons or tabs, whichever the first line has.
#[derive(Clone, Copy, Debug)]
struct Column {
    mark: u8,
    at: usize,
    /// Where the next line begins.
    next: usize,
}

impl Column {
    fn new(bytes: &[u8], column: &str) -> Self {
        let start = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut this = Self { mark: b',', at: 0, next: start };
        let first = this.line(bytes).unwrap_or(&[]);
        let count = |mark: u8| first.iter().filter(|byte| **byte == mark).count();
        this.mark = [b',', b';', b'\t'].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',');
        match column.parse::<usize>() {
            Ok(number) => (this.at, this.next) = (number.saturating_sub(1), start),
            Err(_) => {
                let named = cells(first, this.mark).position(|cell| cell == column.as_bytes());
                this.at = named.unwrap_or(usize::MAX);
            }
        }
        this
    }

    fn line<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let rest = bytes.get(self.next..).filter(|rest| !rest.is_empty())?;
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.next += end + 1;
        match &rest[..end] {
            [line @ .., b'\r'] => Some(line),
            line => Some(line),
        }
    }

    /// The next cell that is not empty.
    fn cell<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        loop {
            let line = self.line(bytes)?;
            if let Some(cell) = cells(line, self.mark).nth(self.at).filter(|cell| !cell.is_empty())
            {
                return Some(cell);
            }
        }
    }
}

/// The cells of one column of a table, by its number from one or by its name in the first line.
pub fn column_of<'b>(bytes: &'b [u8], column: &str) -> impl Iterator<Item = &'b [u8]> + use<'b> {
    let mut column = Column::new(bytes, column);
    core::iter::from_fn(move || column.cell(bytes))
}

/// The cells of a line; one in quotation marks may hold the mark.
fn cells(line: &[u8], mark: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    core::iter::from_fn(move || {
        let line = rest?;
        if let [b'"', quoted @ ..] = line
            && let Some(end) = quoted.iter().position(|byte| *byte == b'"')
        {
            let after = &quoted[end + 1..];
            rest = after.iter().position(|byte| *byte == mark).map(|at| &after[at + 1..]);
            return Some(&quoted[..end]);
        }
        match line.iter().position(|byte| *byte == mark) {
            Some(at) => {
                rest = Some(&line[at + 1..]);
                Some(line[..at].trim_ascii())
            }
            None => {
                rest = None;
                Some(line.trim_ascii())
            }
        }
    })
}

/// A place among the keys of several loads, to go on from.
#[derive(Clone, Debug, Default)]
pub struct Cursor {
    /// The load that is read, how many of its keys were, and what reads it.
    load: usize,
    taken: usize,
    reader: Option<Reader>,
    text: Vec<u8>,
}

impl Cursor {
    /// The next key: the place of its load, its number among that load's keys, and its bytes.
    pub fn next<'c>(
        &'c mut self,
        loads: &[&'c LoadSpec],
        files: &Files,
    ) -> Option<(usize, usize, &'c [u8])> {
        loop {
            let load = *loads.get(self.load)?;
            let reader = self.reader.get_or_insert_with(|| Reader::of(load, files));
            let found = match (reader, &load.source) {
                (Reader::Pattern(pattern), _) if self.taken < load.count as usize => {
                    self.text.clear();
                    pattern.write(self.taken as u64, &mut self.text);
                    true
                }
                (Reader::These, LoadSource::These(keys)) => self.taken < keys.len(),
                (Reader::File(bytes, column), _) if self.taken < FILE_KEYS_MAX => {
                    self.text.clear();
                    column.cell(bytes).map(|cell| self.text.extend_from_slice(cell)).is_some()
                }
                _ => false,
            };
            if found {
                break;
            }
            self.skip_load();
        }
        let (load, number) = (self.load, self.taken);
        self.taken += 1;
        let key = match &loads[load].source {
            LoadSource::These(keys) => keys[number].as_bytes(),
            LoadSource::Pattern(_) | LoadSource::File { .. } => &self.text[..],
        };
        Some((load, number, key))
    }

    /// Goes over to the next load.
    pub fn skip_load(&mut self) {
        (self.load, self.taken, self.reader) = (self.load + 1, 0, None);
    }
}

/// The keys of a survey while they are gathered, some at a time.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    set: Filling,
    cursor: Cursor,
}

#[derive(Clone, Debug)]
enum Reader {
    Pattern(Pattern),
    These,
    File(Arc<[u8]>, Column),
}

impl Gathering {
    /// How many keys there are so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.set.len()
    }

    /// Gathers at most so many further keys; the whole set once there are no more.
    pub fn more(&mut self, loads: &[&LoadSpec], files: &Files, most: usize) -> Option<KeySet> {
        for _ in 0..most {
            let Some((.., key)) = self.cursor.next(loads, files) else {
                return Some(core::mem::take(&mut self.set).finish());
            };
            if !self.set.push(key) {
                self.cursor.skip_load();
            }
        }
        None
    }
}

impl Reader {
    fn of(load: &LoadSpec, files: &Files) -> Self {
        match &load.source {
            LoadSource::Pattern(text) => Self::Pattern(Pattern::new(text, load.count)),
            LoadSource::These(_) => Self::These,
            LoadSource::File { name, column } => match files.get(name) {
                Some(bytes) => Self::File(bytes.clone(), Column::new(bytes, column)),
                None => Self::These,
            },
        }
    }
}

/// The loads that bring a cluster its keys.
#[must_use]
pub fn loads_of<'s>(scenario: &'s Scenario, cluster: &str) -> Vec<&'s LoadSpec> {
    let fits = |load: &&LoadSpec| load.cluster.as_ref().is_none_or(|name| name == cluster);
    scenario.loads.iter().filter(fits).collect()
}

/// All keys of a cluster.
#[must_use]
pub fn key_set(scenario: &Scenario, cluster: &str, files: &Files) -> KeySet {
    let mut gathering = Gathering::default();
    let loads = loads_of(scenario, cluster);
    loop {
        if let Some(set) = gathering.more(&loads, files, usize::MAX) {
            return set;
        }
    }
}

/// Where a node of that name stands.
#[must_use]
pub fn site(scenario: &Scenario, short: &str, full: &str) -> Site {
    let mut site = Site::default();
    for (number, spec) in (1..).zip(&scenario.sites) {
        if spec.nodes.iter().any(|name| name == short || name == full) {
            *(if spec.region { &mut site.region } else { &mut site.rack }) = number;
        }
    }
    site
}

/// Files that a scenario needs and that are not there.
#[must_use]
pub fn missing(scenario: &Scenario, files: &Files) -> Vec<String> {
    let mut names = Vec::new();
    for load in &scenario.loads {
        if let LoadSource::File { name, .. } = &load.source
            && !files.contains_key(name)
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str, column: &str) -> Vec<String> {
        let cells = column_of(text.as_bytes(), column);
        cells.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }

    #[test]
    fn a_column_is_read_by_number_or_by_name() {
        let text =
            "\u{feff}id;user id;city\r\n1;ann;Oslo\r\n2;\"bob; the 2nd\";Rome\r\n\r\n3;;Bonn";
        assert_eq!(column(text, "user id"), ["ann", "bob; the 2nd"]);
        assert_eq!(column(text, "1"), ["id", "1", "2", "3"]);
        assert_eq!(column(text, "9"), [""; 0]);
        assert_eq!(column(text, "nothing"), [""; 0]);
        assert_eq!(column("a\nb\n", "1"), ["a", "b"]);
        assert_eq!(column("", "1"), [""; 0]);
        assert_eq!(column_of(b"\xff\xfe,\x00\n\xff", "1").count(), 2);
    }
}
