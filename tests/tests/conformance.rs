//! What others test of Raft is tested here: every id of the list names tests of ours that exist.

use std::collections::BTreeSet;

use harness::place;

/// The ids of what others test of a Raft, by chapter and count.
const CHAPTERS: [(&str, u32); 11] = [
    ("EL", 8),
    ("PV", 4),
    ("CQ", 3),
    ("FL", 1),
    ("LR", 12),
    ("FC", 4),
    ("SN", 6),
    ("MC", 7),
    ("TL", 1),
    ("RD", 5),
    ("KV", 6),
];

/// Words in the stead of tests where something does not apply; a reason follows.
const NOT: &str = "does not apply: ";

/// The rows of the table: id, and what is said of it.
fn rows() -> Vec<(String, String)> {
    let table = place::read(&place::root().join("tests/golden/table/raft.txt")).expect("the table");
    let row = |line: &str| {
        let (id, rest) = line.split_once(' ').expect("an id and more");
        (id.to_owned(), rest.trim().to_owned())
    };
    table.lines().skip(1).map(row).collect()
}

/// The names of all tests of the engine and of the suites.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in ["core/src", "tests/tests"] {
        for file in place::files(&place::root().join(folder)) {
            if file.extension().is_none_or(|kind| kind != "rs") {
                continue;
            }
            let source = place::read(&file).expect("a source");
            let mut lines = source.lines().map(str::trim);
            while let Some(line) = lines.next() {
                if line == "#[test]" {
                    let name = lines.next().and_then(|it| it.strip_prefix("fn "));
                    names.extend(name.and_then(|it| it.split_once('(')).map(|it| it.0.to_owned()));
                }
            }
        }
    }
    names
}

#[test]
fn every_id_names_tests_that_exist_or_why_it_does_not_apply() {
    let tests = tests();
    assert!(tests.len() > 200, "{}", tests.len());
    for (id, said) in rows() {
        match said.strip_prefix(NOT) {
            Some(reason) => assert!(reason.len() > 20, "{id}: {reason}"),
            None => {
                for name in said.split_whitespace() {
                    assert!(tests.contains(name), "{id}: there is no test {name}");
                }
            }
        }
    }
}

#[test]
fn no_id_is_missing_and_none_stands_twice() {
    let rows = rows();
    let known: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    let unique: BTreeSet<&str> = known.iter().copied().collect();
    assert_eq!(unique.len(), known.len(), "one stands twice");
    for (chapter, count) in CHAPTERS {
        for number in 1..=count {
            let id = format!("{chapter}{number}");
            assert!(unique.contains(id.as_str()), "{id} is missing");
        }
    }
    let not = rows.iter().filter(|(_, said)| said.starts_with(NOT)).count();
    assert!(not <= 2, "{not} do not apply");
}
