//! What clients cannot begin, as too much of their work is open, is counted and told in every store.

use super::super::Session;
use alloc::format;
use alloc::string::String;

fn whole(text: &str) -> Session {
    let mut session = Session::open(text);
    assert_eq!(session.diagnostics(), [], "{text}");
    while !session.compute(10_000) {}
    session
}

fn figure(session: &Session, name: &str) -> Option<i64> {
    session.final_metrics().iter().find(|metric| metric.name == name).map(|metric| metric.value)
}

/// A store whose nodes are away for two seconds, and a client with so much work a second.
fn away(store: &str, rate: u32) -> String {
    format!(
        "seed 1\nend 6s\n{store}\ntraffic c: {rate}/s, 100% put, keys uniform of 9, 1 clients\n\
         at 1s crash n1 n2 n3\nat 3s restart n1 n2 n3\nexpect available\n"
    )
}

#[test]
fn what_clients_cannot_begin_lowers_the_share_that_is_answered() {
    for store in ["ring 3 nodes, 2 replicas", "raft 3 nodes", "quorum 3 nodes, 3 replicas"] {
        let (some, many) = (whole(&away(store, 10)), whole(&away(store, 900)));
        // Nothing is told where all could begin.
        assert_eq!(figure(&some, "not-begun"), None, "{store}");
        let told = many.events(0, u32::MAX);
        let told = told.iter().filter(|event| event.kind == "not-begun").count();
        let counted = figure(&many, "not-begun").unwrap_or(0) / 1_000_000;
        assert!(counted > 100 && counted == told as i64, "{store}: {counted}, {told} told");
        let whole = |name: &str| figure(&many, name).unwrap_or(0) / 1_000_000;
        let (ended, failed) = (whole("operations"), whole("failed"));
        let share = (ended - failed) * 1_000_000 / (ended + counted);
        let available = figure(&many, "available").unwrap_or(0);
        assert!((available - share).abs() <= 1, "{store}: {available} beside {share}");
        assert!(many.verdicts().iter().all(|verdict| verdict.holds == Some(false)), "{store}");
    }
}
