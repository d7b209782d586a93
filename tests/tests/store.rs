//! The replicated store as its clients see it: once, in order, in a majority, and after every mishap.

use shardlab::session::Session;

/// Plays a text to its end; every expectation must hold.
fn holds(text: &str) -> Session {
    let mut session = Session::open(text);
    assert!(session.diagnostics().is_empty(), "{:?}\n{text}", session.diagnostics());
    while !session.compute(1_000_000) {}
    for verdict in session.verdicts() {
        assert_eq!(verdict.holds, Some(true), "{}: {}\n{text}", verdict.text, verdict.reason);
    }
    session
}

/// A number at the end, in whole units.
fn number(session: &Session, name: &str) -> i64 {
    let metrics = session.final_metrics();
    let metric = metrics.iter().find(|metric| metric.name == name);
    metric.map_or_else(|| panic!("there is no {name}"), |metric| metric.value / 1_000_000)
}

const MIX: &str = "50% get 20% put 15% cas 15% append, keys uniform of 3";

#[test]
fn what_a_minority_takes_is_answered_only_after_the_cut_is_mended() {
    let session = holds(
        "seed 1\nnetwork latency 1ms..3ms\nraft 5 nodes, no check-quorum, timeout 4s, deadline 20s\n\
         at 1s transfer leader to n1\nat 1900ms c1: put x before\nat 2s cut n1 n2 | n3 n4 n5\n\
         at 2010ms c1: put x minority\nat 5s heal\nat 12s c2: get x\nend 30s\nexpect linearizable\n\
         expect agreement\nexpect failed = 0\nexpect truncated >= 1\n",
    );
    let answered = session
        .events(0, session.event_count())
        .into_iter()
        .filter(|event| event.place == "c1" && event.kind == "answered")
        .map(|event| event.at.0)
        .collect::<Vec<_>>();
    assert_eq!(answered.len(), 2);
    assert!(answered[0] < 2_000_000 && answered[1] > 5_000_000, "{answered:?}");
}

#[test]
fn a_restart_of_everybody_brings_every_command_back_once() {
    holds(
        "seed 2\nnetwork latency 1ms..3ms\nraft 3 nodes\nevery 20ms from 1s until 3s c1: append x a\n\
         at 4s crash n1 n2 n3\nat 5s restart n1 n2 n3\nat 7s c2: get x\n\
         at 8s crash n1 n2 n3\nat 9s restart n1 n2 n3\nat 11s c2: get x\nend 12s\n\
         expect linearizable\nexpect agreement\nexpect failed = 0\n",
    );
}

#[test]
fn a_retried_append_on_a_lossy_network_happens_once() {
    let mut repeated = 0;
    for seed in 0..10 {
        let session = holds(&format!(
            "seed {seed}\nnetwork latency 1ms..30ms, loss 15%, duplicate 10%, reorder 20%\n\
             raft 5 nodes, timeout 100ms, deadline 20s\n\
             traffic c: 60/s, 30% get 70% append, keys uniform of 1, 5 clients\n\
             at 15s quiet c\nend 40s\nexpect linearizable\nexpect agreement\n"
        ));
        repeated += number(&session, "repeated");
    }
    assert!(repeated > 0, "no command was ever sent twice");
}

#[test]
fn a_majority_goes_on_and_a_minority_does_not() {
    let session = holds(
        "seed 3\nnetwork latency 1ms..3ms\nraft 5 nodes, timeout 30s, deadline 60s\n\
         at 1s transfer leader to n1\nat 2s cut n1 n2 c1 | n3 n4 n5 c2\nat 2s c1: put x here\n\
         every 100ms from 3s until 4s c2: put x there\nat 6s heal\nat 20s c2: get x\nend 70s\n\
         expect linearizable\nexpect agreement\n",
    );
    let answers = |client: &str, from: u64, until: u64| {
        let events = session.events(0, session.event_count()).into_iter();
        events
            .filter(|event| event.place == client && event.kind == "answered")
            .filter(|event| (from..until).contains(&event.at.0))
            .count()
    };
    assert_eq!(answers("c1", 2_000_000, 6_000_000), 0, "a minority answered");
    assert!(answers("c2", 3_000_000, 6_000_000) >= 1, "a majority did not answer");
    assert_eq!(answers("c1", 6_000_000, 70_000_000), 1, "what waited was never answered");
}

#[test]
fn few_or_many_clients_on_every_kind_of_bad_day() {
    for clients in [1, 5] {
        for mishaps in 0..8 {
            let mut text = format!("seed {mishaps}\nraft 5 nodes");
            for (bit, words) in [(1, "crash"), (2, "cut one-way"), (4, "lose duplicate reorder")] {
                if mishaps & bit != 0 {
                    let every = "every 300ms..1s, lasting 200ms..1500ms, from 1s, until 8s";
                    text = format!("{text}\nnemesis {words}, {every}");
                }
            }
            for snapshots in ["no snapshots", "snapshot every 1kB"] {
                let text = text.replace("5 nodes", &format!("5 nodes, {snapshots}"));
                holds(&format!(
                    "{text}\nnetwork latency 1ms..3ms\ntraffic c: 80/s, {MIX}, {clients} clients\n\
                     end 12s\nexpect linearizable\nexpect agreement\nexpect idle < 1s\n"
                ));
            }
        }
    }
    // As many clients as there can be keys to quarrel about, and seven nodes.
    holds(&format!(
        "seed 9\nnetwork latency 1ms..3ms\nraft 7 nodes, snapshot every 1kB\n\
         traffic c: 300/s, {MIX}, 15 clients\nnemesis crash cut lose, until 8s\nend 12s\n\
         expect linearizable\nexpect agreement\n"
    ));
}

#[test]
fn one_client_after_the_other_does_not_wait_for_a_heartbeat() {
    let session = holds(
        "seed 4\nnetwork latency 1ms..3ms\nraft 3 nodes, heartbeat 100ms, election 300ms..600ms\n\
         at 2s traffic c: 1000/s, 100% put, keys uniform of 10, 1 clients\nend 12s\n\
         expect agreement\nexpect p99 < 33ms\nexpect failed = 0\n",
    );
    assert!(number(&session, "operations") > 1_000);
}

#[test]
fn a_log_and_its_snapshots_stay_small() {
    let session = holds(
        "seed 5\nnetwork latency 1ms..3ms\nraft 3 nodes, snapshot every 1kB\n\
         traffic c: 200/s, 100% put, keys uniform of 5, 5 clients\nend 20s\nexpect agreement\n\
         expect snapshots >= 100\nexpect always log <= 100\n",
    );
    assert!(number(&session, "committed") > 3_000);
    let sizes = session
        .events(0, session.event_count())
        .into_iter()
        .filter(|event| event.kind == "compacted")
        .filter_map(|event| event.text.split_whitespace().nth(3)?.parse::<u64>().ok())
        .collect::<Vec<_>>();
    assert!(sizes.len() >= 100 && sizes.iter().all(|bytes| *bytes <= 600), "{sizes:?}");
}
