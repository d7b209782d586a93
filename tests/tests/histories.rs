//! Histories get the verdict that is known of them, bad ones are refused with their place, and huge
//! ones do not hang.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use harness::check::Known;
use harness::{place, vector::Asked};
use serde_json::Value;

fn all_right(known: &[Known]) {
    let failures: Vec<String> = known
        .iter()
        .filter_map(|it| it.check(&mut Asked::Native).transpose())
        .map(Result::unwrap)
        .collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn our_own_histories_get_their_verdicts() {
    let known = Known::own();
    assert!(known.iter().filter(|it| it.linearizable).count() >= 5, "{known:?}");
    assert!(known.iter().filter(|it| !it.linearizable).count() >= 5, "{known:?}");
    all_right(&known);
}

#[test]
fn the_histories_of_others_get_their_verdicts() {
    match Known::outside() {
        Some(known) => all_right(&known),
        None => eprintln!("skipped: the histories of others are not here"),
    }
}

fn judged(kind: &str, text: &str, budget: u64) -> Value {
    serde_json::from_str(&oracle::judge(kind, text.as_bytes(), budget)).expect("an answer")
}

#[test]
fn a_violation_is_told_with_the_smallest_history_that_proves_it() {
    let file = place::root().join("tests/golden/histories/etcd.no.stale_read.log");
    let stale = place::read(&file).expect("our own");
    // Much that has nothing to do with it, before and in between.
    let noise = |value: u32| {
        format!(
            "INFO  jepsen.util - 9\t:invoke\t:write\t{value}\nINFO  jepsen.util - 9\t:ok\t:write\t{value}\n"
        )
    };
    let mut text: String = (10..60).map(noise).collect();
    for line in stale.lines() {
        text.push_str(line);
        text.push('\n');
    }
    let told = judged("etcd", &text, u64::MAX);
    assert_eq!(told["culprit"]["line"], 106);
    let smallest: Vec<&str> = told["smallest"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["told"].as_str())
        .collect();
    assert_eq!(smallest, ["put 1", "put 2", "get 1"]);
}

#[test]
fn what_is_spent_is_unknown() {
    let text = place::read(
        &place::root().join("tests/golden/histories/etcd.yes.lost_answer_took_effect_later.log"),
    );
    let text = text.expect("our own");
    assert_eq!(judged("etcd", &text, 1)["verdict"], "unknown");
    assert_eq!(judged("etcd", &text, u64::MAX)["verdict"], "linearizable");
}

#[test]
fn fifty_megabytes_are_read_and_judged() {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut at = 0;
    while text.len() < 50_000_000 {
        let (process, key, value) = (at % 40, at / 40 % 1_000, at);
        for kind in ["invoke", "ok"] {
            let _ = writeln!(
                text,
                "{{\"process\": {process}, \"type\": \"{kind}\", \"f\": \"put\", \"key\": \"k{key}\", \"value\": {value}}}"
            );
        }
        at += 1;
    }
    let began = Instant::now();
    assert_eq!(judged("jepsen", &text, u64::MAX)["verdict"], "linearizable");
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

/// The command itself: what it ends with, and what it says.
fn command(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    let output = command.arg("check").args(arguments).output().expect("the harness runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn own(name: &str) -> String {
    place::root().join("tests/golden/histories").join(name).display().to_string()
}

fn scratch(name: &str, content: &str) -> String {
    let file: PathBuf = place::scratch().join("histories").join(name);
    place::write(&file, content).expect("written");
    file.display().to_string()
}

#[test]
fn the_command_ends_as_it_says() {
    let yes = own("etcd.yes.lost_answer_took_effect_later.log");
    let no = own("etcd.no.stale_read.log");
    assert_eq!(command(&["etcd", &yes]).0, Some(0));
    let (code, said) = command(&["etcd", &yes, &no, "--why"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("line 6: get 1 fits no order") && said.contains("put 2"), "{said}");
    assert_eq!(command(&["etcd", &no, "--expect", "no"]).0, Some(0));
    assert_eq!(command(&["etcd", &yes, &no, "--expect", "no"]).0, Some(1));
    assert_eq!(command(&["etcd", &yes, "--budget", "1"]).0, Some(1), "unknown is no yes");
    assert_eq!(command(&["etcd", &no, "--budget", "1", "--expect", "no"]).0, Some(1), "and no no");
    let (code, said) = command(&["etcd", &yes, "--json"]);
    let line: Value = serde_json::from_str(&said).expect("a line of JSON");
    assert_eq!((code, &line["operations"]), (Some(0), &Value::from(5)));
}

#[test]
fn what_is_no_history_ends_with_two_and_its_place() {
    let torn = scratch(
        "torn.log",
        "INFO  jepsen.util - 3\t:invoke\t:read\tnil\nINFO  jepsen.util - 3\t:o",
    );
    let twice = scratch(
        "twice.edn",
        "{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
",
    );
    let cycle =
        scratch("cycle.json", r#"[{"process": 0, "type": "invoke", "value": [["append", 1, 1]]}]"#);
    for (kind, file, place) in [
        ("etcd", torn.as_str(), "torn.log:2"),
        ("knossos-cas", &twice, "twice.edn:3"),
        ("etcd", &scratch("empty.log", ""), "empty.log:1"),
        ("elle", &cycle, "cycles"),
        ("etcd", "/there/is/no/such.log", "such.log"),
    ] {
        let (code, said) = command(&[kind, file]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(place), "{said}");
    }
    assert_eq!(command(&["spoken", &torn]).0, Some(2));
}
