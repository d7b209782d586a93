//! What makes no sense of a replicated store is told in its place, and nothing falls over.

use shardlab::session::Session;
use shardlab::tenant::replicated;

/// The first complaint about a text, which is played to its end all the same.
fn complaint(text: &str) -> String {
    let mut session = Session::open(text);
    while !session.compute(100_000) {}
    let first = session.diagnostics().into_iter().next();
    first.map(|problem| format!("{}: {}", problem.line, problem.message)).unwrap_or_default()
}

#[test]
fn every_nonsense_is_told() {
    let cases = [
        ("raft 0 nodes", "1: A replicated store has 1 to 25 nodes"),
        ("raft 101 nodes", "1: A replicated store has 1 to 25 nodes"),
        ("raft 3 nodes, lease 900ms", "1: It should not be set up so: the lease"),
        ("raft 3 nodes, election 0ms..0ms", "1: It cannot be set up so: the election"),
        ("raft 3 nodes, heartbeat 1s", "1: It cannot be set up so: the heartbeat"),
        ("raft 3 nodes, no check-quorum, reads lease", "1: It cannot be set up so: a lease needs"),
        ("raft 3 nodes\nat 1s members", "2: Something is missing here: the names of nodes"),
        ("raft 3 nodes\nat 1s members n9", "2: Nothing is called \"n9\""),
        ("raft 3 nodes\nat 1s leave n1\nat 2s leave n3 n2", "3: Nobody would be left to vote"),
        ("raft 3 nodes\nc1: get x by magic", "2: There is no way to read \"magic\""),
        ("ring 3 nodes\nc1: cas x 1 2", "2: Only a replicated store"),
        ("ring 3 nodes\nat 1s transfer leader to n2", "2: Only a replicated store"),
        ("raft 3 nodes\nnemesis love", "2: There is no calamity \"love\""),
        ("raft 3 nodes\nnemesis crash, from 9s, until 2s", "2: It begins at 9s and ends at 2s"),
    ];
    for (text, told) in cases {
        let found = complaint(text);
        assert!(found.starts_with(told), "{text:?}: {found:?}");
    }
}

#[test]
fn the_extremes_run() {
    for text in [
        "raft 1 nodes\nc1: put x 1\nat 5s c1: get x\nexpect linearizable\nexpect agreement",
        "raft 2 nodes\nat 1s crash n2\nat 2s c1: put x 1\nat 4s restart n2\nat 8s c1: get x\n\
         expect linearizable\nexpect agreement",
        "raft 25 nodes\nc1: put x 1\nat 5s c1: get x\nexpect linearizable\nexpect agreement",
        "raft 3 nodes\nat 1s leave n1 n2\nat 5s c1: put x 1\nexpect agreement",
        "raft 3 nodes\nat 1s members n1\nat 3s members n2\nat 5s members n3\nexpect agreement",
        "raft 3 nodes\nat 1s wipe n1\nat 2s restart n1\nat 3s corrupt n2\nat 4s restart n2",
    ] {
        assert_eq!(complaint(text), "", "{text}");
        let mut session = Session::open(text);
        while !session.compute(100_000) {}
        for verdict in session.verdicts() {
            assert_eq!(verdict.holds, Some(true), "{text}: {}", verdict.reason);
        }
    }
}

#[test]
fn the_last_member_stays() {
    let mut session =
        Session::open("raft 3 nodes\nat 1s leave n1 n2 n3\nat 5s c1: put x 1\nexpect agreement");
    while !session.compute(100_000) {}
    assert!(session.verdicts().iter().all(|verdict| verdict.holds == Some(true)));
    session.seek(session.end());
    let voters: Vec<usize> =
        replicated::fact::all(session.sites()).iter().map(|one| one.voters.len()).collect();
    assert!(voters.contains(&1) && !voters.contains(&0), "{voters:?}");
    assert!(replicated::fact::all(session.sites()).iter().any(|one| one.role == "leader"));
}
