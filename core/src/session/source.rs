//! Where keys come from: a pattern, the text itself, or a file that is kept beside it.

use crate::cluster::workload::key_text;
use crate::placement::keys::KeySet;
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
        numbers.map(move |number| Cow::Owned(key_text(text, number).into_bytes()))
    });
    let read = lines.into_iter().flatten().take(FILE_KEYS_MAX).map(Cow::Borrowed);
    made.chain(these.map(|key| Cow::Borrowed(key.as_bytes()))).chain(read)
}

/// The cells of one column of a table, by its number from one or by its name in the first line;
/// cells stand between commas, semicolons or tabs, whichever the first line has.
pub fn column_of<'b>(bytes: &'b [u8], column: &str) -> impl Iterator<Item = &'b [u8]> + use<'b> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| match line {
        [line @ .., b'\r'] => line,
        line => line,
    });
    let first = lines.clone().next().unwrap_or(&[]);
    let count = |mark: u8| first.iter().filter(|byte| **byte == mark).count();
    let mark = [b',', b';', b'\t'].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',');
    let named = column.parse::<usize>().is_err();
    let at = if named {
        lines.next();
        cells(first, mark).position(|cell| cell == column.as_bytes()).unwrap_or(usize::MAX)
    } else {
        column.parse::<usize>().unwrap_or(1).saturating_sub(1)
    };
    lines.filter_map(move |line| cells(line, mark).nth(at)).filter(|cell| !cell.is_empty())
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

/// All keys of a survey.
#[must_use]
pub fn key_set(scenario: &Scenario, cluster: &str, files: &Files) -> KeySet {
    let mut set = KeySet::default();
    let fits = |load: &&LoadSpec| load.cluster.as_ref().is_none_or(|name| name == cluster);
    for load in scenario.loads.iter().filter(fits) {
        for key in keys(load, files) {
            if !set.push(&key) {
                break;
            }
        }
    }
    set.finish();
    set
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
