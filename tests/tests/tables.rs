//! Tables on majorities and members hold: our own, and others' where they are at hand.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use harness::place;
use harness::table::{Table, check, files};

fn read(path: &Path) -> Table {
    let text = place::read(path).expect("it can be read");
    Table::of(&text).unwrap_or_else(|problem| panic!("{}:{problem}", path.display()))
}

#[test]
fn our_own_tables_hold() {
    let files = files(&[place::root().join("tests/golden/raft")]).expect("they are here");
    let entries: usize = files.iter().map(|path| read(path).len()).sum();
    assert!(entries >= 18, "{entries}");
    for path in files {
        assert_eq!(check(&read(&path)), [], "{}", path.display());
    }
}

#[test]
fn the_tables_of_others_hold_where_they_are() {
    let folder = place::root().join("../shared/outside/raft");
    if !folder.is_dir() {
        // Written past the capture of tests, so that it is heard.
        let folder = folder.display();
        let _ =
            writeln!(std::io::stderr(), "{folder} is not there: only our own tables are checked");
        return;
    }
    for path in files(&[folder]).expect("they are there") {
        assert_eq!(check(&read(&path)), [], "{}", path.display());
    }
}

#[test]
fn every_wrong_answer_is_found() {
    let own = |name: &str| {
        place::read(&place::root().join("tests/golden/raft").join(name)).expect("it is here")
    };
    let wrong = |text: &str, right: &str, wrong: &str| {
        assert!(text.contains(right), "{right}");
        let table = Table::of(&text.replacen(right, wrong, 1)).expect("a table");
        let failures = check(&table);
        assert_eq!(failures.len(), 1, "{wrong}: {failures:#?}");
        assert!(failures[0].line > 1 || text.starts_with(right));
    };
    let majorities = own("majorities.txt");
    wrong(&majorities, "VotePending", "VoteWon");
    wrong(&majorities, "VoteLost", "VotePending");
    wrong(&majorities, "∞", "0");
    wrong(&majorities, "\n7\n", "\n8\n");
    wrong(&majorities, "xxx>      9    (id=1)", "xx>      9    (id=1)");
    let members = own("members.txt");
    wrong(&members, "removed all voters", "voters=()");
    wrong(&members, "autoleave\n1:", "\n1:");
    wrong(&members, "learners=(1)", "learners=(2)");
    wrong(&members, "next=4", "next=5");
}

#[test]
fn a_torn_table_is_told_apart() {
    for text in
        ["", "# nothing\n", "committed cfg=(1\n----\n0\n", "vote", "vote cfg=(1) votes=(y)\n--"]
    {
        assert!(Table::of(text).is_err(), "{text}");
    }
    assert!(Table::of("vote\n----\n----\nVoteWon\n").is_err(), "an answer without an end");
    for text in [
        "vote cfg=(1,x) votes=(y,y)\n----\nVoteWon\n",
        "vote cfg=(1) votes=(maybe)\n----\nVoteWon\n",
        "vote cfg=(1,2) votes=(y)\n----\nVoteWon\n",
        "committed cfg=(1) idx=(-5)\n----\n0\n",
        "committed cfg=(1) idx=(18446744073709551616)\n----\n0\n",
        "simple\nv99999999999\n----\nvoters=(1)\n",
        "simple\nx1\n----\nvoters=(1)\n",
        "simple\né\n----\nvoters=(1)\n",
        "leave-joint\nv1\n----\n",
        "dance\n----\n",
    ] {
        let table = Table::of(text).expect("a table");
        assert_eq!(check(&table).len(), 1, "{text}");
    }
}
