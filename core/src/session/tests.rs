//! A session moves through time, and an edit of the past is as good as a new start.

use super::*;
use crate::base::Role;

mod overload;
mod reads;
mod stumbles;

const TEXT: &str = "\
title    A small ring
seed     5
end      6s
network  latency 1ms..3ms, bandwidth 300kB/s
ring     3 nodes, 16 vnodes, 2 replicas
load     600 keys \"user:{n}\", values 1kB
traffic  c: 60/s, 70% get 30% put, keys uniform, 4 clients
at 1s    join n4
at 2s    crash n2
at 3s    restart n2
when n4 joined  say \"n4 is in\"
expect   durable
expect   lost = 0
";

fn whole(text: &str) -> Session {
    let mut session = Session::open(text);
    while !session.compute(1_000) {}
    session
}

/// Everything that a screen shows of a moment, but for the revision.
fn look(session: &Session) -> (Snapshot, Vec<MetricFact>) {
    (session.snapshot(), session.metrics())
}

#[test]
fn a_moment_looks_the_same_however_one_gets_there() {
    let mut straight = Session::open(TEXT);
    straight.seek(Time(2_500_000));
    let mut about = whole(TEXT);
    for moment in [5_000_000, 100, 2_499_999, 6_000_000, 0, 2_500_000] {
        about.seek(Time(moment));
    }
    assert_eq!(look(&straight), look(&about));
    let mut slowly = Session::open(TEXT);
    for _ in 0..250 {
        slowly.advance(Span::millis(10));
    }
    assert_eq!(look(&straight), look(&slowly));
}

#[test]
fn an_edit_of_the_past_gives_the_run_that_a_new_start_gives() {
    for at in [1_500_000, 2_000_000, 4_000_000] {
        let mut session = whole(TEXT);
        session.seek(Time(at));
        session.act("crash n3");
        while !session.compute(1_000) {}
        assert_eq!(session.hash(), whole(session.text()).hash(), "at {at}");
        assert_eq!(session.verdicts(), whole(session.text()).verdicts());
        assert_eq!(session.lanes(), whole(session.text()).lanes());
        assert_eq!(session.now(), Time(at), "the moment looked at stays");
        session.undo();
        while !session.compute(1_000) {}
        assert_eq!(session.hash(), whole(TEXT).hash());
        session.redo();
        assert!(session.text().contains("crash n3"));
    }
}

#[test]
fn a_leader_that_does_not_let_the_last_voter_go_says_so_once() {
    let session = whole("raft 1 node\nend 5s\nat 2s leave n1\n");
    let notes = session.lanes().notes;
    let said: Vec<_> = notes.iter().filter(|mark| mark.text.contains("nobody would")).collect();
    assert_eq!(said.len(), 1, "{notes:?}");
    assert_eq!(said[0].text, "n1 does not do it: nobody would be left to vote");
}

#[test]
fn every_order_that_cannot_be_is_answered() {
    let text = "raft 3 nodes, 1 learner\nend 5s\nat 2s transfer leader to n4\nat 3s transfer leader to n4\n";
    let notes = whole(text).lanes().notes;
    let said = notes.iter().filter(|mark| mark.text.contains("that node has no vote"));
    assert_eq!(said.count(), 2, "{notes:?}");
}

#[test]
fn what_was_so_once_says_when() {
    let session = whole(&alloc::format!("{TEXT}expect sometimes joins = 0\n"));
    let verdict = session.verdicts().pop().expect("one more than the text has");
    assert_eq!((verdict.holds, &*verdict.measured), (Some(true), "1"));
    assert_eq!(verdict.reason, "It was so at 0s. By now 1: nodes that have joined.");
}

#[test]
fn a_mark_of_a_cut_says_who_is_cut_off() {
    let cuts = "at 4s cut n1\nat 4.1s cut n1 n2 | n3\nat 4.2s cut n1 -> n3\nat 4.3s heal\n";
    let marks = whole(&alloc::format!("{TEXT}{cuts}")).lanes().faults;
    let texts: Vec<&str> = marks.iter().rev().take(4).map(|mark| &*mark.text).collect();
    let wanted = ["cut off: n1", "cut apart: n1 n2 | n3", "cut: nothing from n1 to n3"];
    assert_eq!(texts[1..].iter().rev().copied().collect::<Vec<_>>(), wanted);
    assert_eq!(texts[0], "the network is whole again");
}

#[test]
fn a_verdict_names_events_that_there_are() {
    let claims = "expect joins = 1\nexpect always lost = 0\nexpect linearizable\n";
    let session = whole(&alloc::format!("{TEXT}{claims}"));
    for verdict in session.verdicts() {
        let shown: Vec<_> = verdict.evidence.iter().map(|seq| session.event(*seq)).collect();
        assert!(shown.iter().all(Option::is_some), "{}: {:?}", verdict.text, verdict.evidence);
        // What was nowhere to be seen is proven by no event; a change of the map is, by its end.
        let kinds: Vec<_> = shown.into_iter().flatten().map(|event| event.kind).collect();
        let expected: &[&str] = if verdict.text.contains("joins") { &["done"] } else { &[] };
        assert_eq!(kinds, expected, "{}", verdict.text);
    }
}

#[test]
fn an_act_stands_before_the_expectations_at_its_time() {
    let mut session = whole(TEXT);
    session.seek(Time(2_345_600));
    session.act("pause n1");
    let lines: Vec<&str> = session.text().lines().collect();
    let at = lines.iter().position(|line| *line == "at 2.3456s pause n1");
    assert_eq!(at.map(|at| lines[at + 1]), Some("expect   durable"), "{}", session.text());
    assert!(session.diagnostics().is_empty());
}

#[test]
fn a_step_back_takes_back_a_step() {
    let mut session = whole(TEXT);
    session.seek(Time(1_400_000));
    let mut looks = alloc::vec![look(&session)];
    for _ in 0..5 {
        session.step_event();
        looks.push(look(&session));
    }
    for wanted in looks.iter().rev().skip(1).take(4) {
        session.step_back();
        let (snapshot, _) = look(&session);
        assert_eq!(snapshot.nodes, wanted.0.nodes);
        assert_eq!(snapshot.flights.len(), wanted.0.flights.len());
    }
    let before = session.now();
    session.step_message();
    assert!(session.now() > before);
}

#[test]
fn every_event_has_a_chain_of_causes_that_goes_back_in_time() {
    let session = whole(TEXT);
    let mut longest = 0;
    for seq in (0..session.event_count()).step_by(17) {
        let chain = session.why(seq);
        longest = longest.max(chain.len());
        assert_eq!(chain.last().map(|fact| fact.seq), Some(seq));
        assert!(chain.windows(2).all(|pair| pair[0].at <= pair[1].at));
        assert!(chain[0].cause.is_none() || chain.len() > 100);
    }
    assert!(longest > 5);
}

#[test]
fn a_what_if_is_kept_and_its_first_difference_found() {
    let mut session = whole(TEXT);
    session.seek(Time(1_500_000));
    session.fork();
    assert_eq!(session.difference(0), None);
    session.act("crash n1");
    while !session.compute(1_000) {}
    let difference = session.difference(0).expect("the runs differ");
    assert_eq!(
        difference.here.map(|fact| (fact.kind, fact.at)),
        Some(("crashed", Time(1_500_000)))
    );
    session.switch(0);
    assert_eq!(session.text(), TEXT);
}

#[test]
fn another_seed_is_a_line_of_the_text() {
    let session = Session::open(TEXT);
    assert!(session.text_with_seed(99).contains("\nseed     99\n"));
    assert!(Session::open("ring 3 nodes").text_with_seed(4).starts_with("seed     4\n"));
}

#[test]
fn nothing_that_a_person_can_write_stops_a_session() {
    for text in [
        "",
        "crash n1",
        "expect lost = 0",
        "ring 1000 nodes, 1 vnodes, 8 replicas\nend 1ms",
        "ring 1 node\nat 1s leave n1\nat 2s join n1 n1 n1\nat 3s wipe n1\nat 3s restart n1",
        "modulo 2 nodes\ntraffic x: 100/s\nat 0s cut n1\nevery 1ms heal\nend 50ms",
        "when crashed again  restart n1\nwhen started again  crash n1\nring 2 nodes\nat 1s crash n1",
        "ring 2 nodes\nat 1s drop n1 -> n2 9\nat 1s delay n1 -> n2 5s\nc1: put x 1\nc1: get x",
        "ring a: 2 nodes\nring b: 2 nodes\nexpect moved(c) = 1\nexpect keys(n9) = 0\nat 1s a.n1",
        "load 10 keys\ntraffic c: 1/s",
        "ring a: 9 nodes, 8 replicas\nring b: 9 nodes, 8 replicas\nload 1000000 keys\nend 1ms",
        "ring 3 nodes\nclock n1 drift 50%\nskew n2 -900s\nat 1s skew n2 9000s\nend 3s",
    ] {
        let mut session = Session::open(text);
        for _ in 0..200 {
            if session.compute(5_000) {
                break;
            }
        }
        session.seek(Time(500_000));
        session.step_event();
        session.step_back();
        let _ = (session.snapshot(), session.lanes(), session.verdicts(), session.metrics());
        session.act("crash n1");
    }
}

#[test]
fn a_large_survey_is_made_ready_in_steps_and_is_the_same_then() {
    let text = "place a: jump, 4 nodes\nplace b: ring, 4 nodes\nload a: 60000 keys \"{n}\"\n\
        load b: 60000 keys \"u{n}\"\nat 1s join n5\nexpect moved(a) in 18%..22%\n";
    let mut whole = Session::open(text);
    while !whole.compute(1_000) {}
    let mut steps = Session::open_in_steps(text);
    steps.seek(Time(2_000_000));
    let mut seen = Vec::new();
    while steps.is_underway() {
        seen.extend(steps.preparing().map(|progress| progress.done));
        steps.compute(1_000);
    }
    assert!(seen.len() > 10 && seen.is_sorted());
    while !steps.compute(1_000) {}
    assert_eq!((steps.hash(), steps.now()), (whole.hash(), Time(2_000_000)));
    let number = |session: &Session, name: &str| {
        session.final_metrics().into_iter().find(|it| it.name == name).map(|it| it.value)
    };
    assert_eq!(number(&steps, "keys(b)"), Some(60_000_000_000));
    assert_eq!(number(&steps, "moved(a)"), number(&whole, "moved(a)"));
    // An edit takes over what it leaves as it was.
    steps.edit(&text.replace("at 1s join n5\n", "at 1s join n5\nat 2s join n6\n"));
    assert!(steps.preparing().is_none());
    while !steps.compute(1_000) {}
    assert_ne!(number(&steps, "moved(a)"), number(&whole, "moved(a)"));
}

#[test]
fn a_file_that_is_given_is_placed_however_large_it_is() {
    for (count, stepwise) in [(3, false), (3, true), (200_000, true)] {
        let text = "place a: jump, 4 nodes\nload file \"k\"\n";
        let mut session = if stepwise { Session::open_in_steps(text) } else { Session::open(text) };
        assert_eq!(session.missing_files(), ["k"]);
        session.give_file("k", "user\n".repeat(count).as_bytes());
        while !session.compute(5_000) {}
        assert!(session.missing_files().is_empty());
        let keys = session.final_metrics().into_iter().find(|it| it.name == "keys");
        assert_eq!(keys.map(|it| it.value), Some(count as i64 * 1_000_000));
    }
}

#[test]
fn what_a_cut_run_has_not_decided_stays_open() {
    let text = "seed 1\nend 10s\nring 3 nodes, 8 vnodes\nload 50 keys \"k:{n}\"
traffic c: 1000000/s, 50 clients\nexpect lost = 0\nexpect always unavailable-now = 0
expect eventually lost = 0\nexpect sometimes joins = 0\nexpect always joins > 0
expect linearizable\nexpect p99(b) > 0\n";
    let session = whole(text);
    let truncated = session.truncated().expect("a million events are not ten seconds of it");
    assert!(truncated.at < Time(1_000_000) && truncated.events >= 1_000_000, "{truncated:?}");
    assert_eq!(session.end(), truncated.at);
    // Bars over time keep their length, however soon the run was cut.
    assert_eq!(session.lanes().stretch, Span(10_000_000_u64.div_ceil(240)));
    let verdicts = session.verdicts();
    let holds: Vec<_> = verdicts.iter().map(|verdict| verdict.holds).collect();
    assert_eq!(holds, [None, None, None, Some(true), Some(false), None, None]);
    for verdict in verdicts.iter().filter(|verdict| verdict.holds.is_none()) {
        assert!(verdict.reason.contains("cut at"), "{verdict:?}");
        assert!(verdict.at.is_none() && verdict.measured.len() > 1 || verdict.measured == "0");
    }
    assert!(!session.holds());
    let session = whole("end 10s\nring 3 nodes\ntraffic c: 1000000/s, 50 clients\n");
    assert!(!session.holds(), "that nothing was expected of it does not make it whole");
}

#[test]
fn a_text_that_was_not_understood_does_not_hold() {
    assert!(whole(TEXT).holds());
    assert!(!whole(&alloc::format!("{TEXT}expct lost = 0\n")).holds());
}

#[test]
fn what_ails_a_machine_is_told_and_passes() {
    let text = "seed 3\nend 6s\nraft 3 nodes\nload 20 keys \"k:{n}\", values 1kB
traffic c: 50/s, 100% put, values 1kB\ndisk n2 size 30kB\ndisk n3 lie 40ms
at 1s node n3 slow 10x\nat 3s node n3 slow none\nat 3s disk n3 lie none\nat 4s disk n2 size none\nat 4s restart n2\n";
    let mut session = whole(text);
    let mut ails = |at| {
        session.seek(Time(at));
        let nodes = session.snapshot().nodes;
        nodes
            .into_iter()
            .filter(|node| !node.ails.is_empty())
            .map(|node| (node.name, node.ails))
            .collect::<Vec<_>>()
    };
    let told =
        |name: &str, ails: &[&str]| (name.into(), ails.iter().map(|ail| (*ail).into()).collect());
    assert_eq!(ails(100_000), [told("n3", &["disk lies"])]);
    assert_eq!(
        ails(2_900_000),
        [told("n2", &["disk full"]), told("n3", &["disk lies", "slow 10×"])]
    );
    assert_eq!(ails(5_000_000), []);
}

#[test]
fn what_is_proposed_to_expect_can_be_expected_of_what_runs() {
    for text in
        ["ring 3 nodes", "raft 3 nodes", "place a: jump, 4 nodes", "ids ulid, 2 nodes, 50/s each"]
    {
        let text = alloc::format!("end 1s\n{text}\nload 300 keys\ntraffic c: 50/s\n");
        let claim = Session::open(&text).scenario().claim().expect("something runs");
        let session = whole(&alloc::format!("{text}{claim}\n"));
        let verdicts = session.verdicts();
        assert_eq!(verdicts.len(), 1, "{claim}: {:?}", session.diagnostics());
        assert_eq!(verdicts[0].holds, Some(true), "{claim}: {verdicts:?}");
    }
    assert_eq!(Session::open("title nothing").scenario().claim(), None);
}

#[test]
fn a_law_says_nothing_of_those_that_do_not_have_it() {
    let kinds =
        ["ring 3 nodes", "raft 3 nodes", "place a: jump, 4 nodes", "ids ulid, 2 nodes, 50/s each"];
    for (law, has) in [
        ("unique", [false, false, false, true]),
        ("replicated", [true, true, false, false]),
        ("durable", [true, true, false, false]),
        ("available", [true, true, false, false]),
        ("fresh", [true, true, false, false]),
        ("agreement", [false, true, false, false]),
    ] {
        for (kind, has) in kinds.iter().zip(has) {
            let text = alloc::format!(
                "end 1s\n{kind}\ntraffic c: 50/s, keys uniform of 5\nexpect {law}\nexpect not {law}\n"
            );
            let session = whole(&text);
            let verdicts = session.verdicts();
            let holds: Vec<_> =
                verdicts.iter().map(|verdict| verdict.holds == Some(true)).collect();
            assert_eq!(holds, [has, false], "{text}{verdicts:?}");
            assert_eq!(verdicts[0].ground == Ground::Missing, !has, "{text}");
            let remarked = |problem: &&Diagnostic| problem.mild && problem.message.contains(law);
            let remarks = session.diagnostics();
            assert_eq!(
                remarks.iter().filter(remarked).count(),
                2 * usize::from(!has),
                "{remarks:?}"
            );
        }
    }
}

#[test]
fn what_nothing_here_counts_is_not_zero() {
    for (kind, foreign) in [
        ("ring 3 nodes", ["collisions", "elections", "fan-out"]),
        ("raft 3 nodes", ["splits", "joins", "heirs"]),
        ("place a: jump, 4 nodes", ["collisions", "elections", "p99"]),
        ("ids ulid, 2 nodes, 50/s each", ["lost", "failed", "elections"]),
    ] {
        for word in foreign {
            let session = whole(&alloc::format!("end 1s\n{kind}\nexpect {word} = 0\n"));
            let verdicts = session.verdicts();
            assert_eq!(verdicts[0].holds, Some(false), "{kind}: {verdicts:?}");
            assert_eq!(verdicts[0].ground, Ground::Missing, "{kind}: {verdicts:?}");
        }
    }
}

#[test]
fn copies_are_counted_on_disks_where_replicas_agree_on_a_log() {
    let text = "end 4s\nraft 3 nodes\ntraffic c: 50/s, 100% put\nat 1s crash n3\nat 2s wipe n2\nexpect replicated\n";
    assert_eq!(whole(text).verdicts()[0].holds, Some(false));
    assert_eq!(
        whole(&text.replace("at 1s crash n3\nat 2s wipe n2\n", "")).verdicts()[0].holds,
        Some(true)
    );
}

#[test]
fn a_rack_or_a_region_is_a_name_for_the_nodes_that_stand_there() {
    let text = "end 3s\nring 4 nodes\nregion eu: n1 n2\nrack far: n2 n3\nat 1s crash eu\nat 2s pause far\n";
    let session = whole(text);
    assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
    let events = session.events(0, session.event_count());
    let hit = |what: &str| -> Vec<String> {
        let hits = events.iter().filter(|event| event.text.starts_with(what));
        hits.map(|event| event.place.clone()).collect()
    };
    assert_eq!(hit("crashes"), ["n1", "n2"]);
    assert_eq!(hit("stands still"), ["n3"], "{:?}", hit("stands still"));
    // A node that is called so comes first, so that no text of before means another thing.
    let clash = whole("end 2s\nring 4 nodes\nregion n3: n1 n2\nat 1s crash n3\n");
    let events = clash.events(0, clash.event_count());
    let crashed: Vec<_> = events.iter().filter(|event| event.text.starts_with("crashes")).collect();
    assert_eq!(crashed.len(), 1);
    assert_eq!(crashed[0].place, "n3");
}

#[test]
fn what_cannot_come_or_go_is_remarked_and_offered_no_way_out() {
    for (text, remarked) in [
        ("quorum 3 nodes\nat 1s leave n2\n", true),
        ("quorum q: 3 nodes\nring r: 3 nodes\nat 1s leave r.n2\n", false),
        ("quorum q: 3 nodes\nring r: 3 nodes\nat 1s leave q.n2\n", true),
        ("quorum q: 3 nodes\nring r: 3 nodes\nat 1s leave n2\n", false),
        ("ids ulid, 2 nodes\nat 1s join n3\n", true),
        ("raft 3 nodes\nat 1s leave n2\n", false),
    ] {
        let session = whole(&alloc::format!("end 2s\n{text}"));
        let told =
            session.diagnostics().iter().any(|it| it.message.contains("neither come nor go"));
        assert_eq!(told, remarked, "{text}");
    }
    let may_leave = |text: &str| -> Vec<String> {
        let nodes = whole(text).snapshot().nodes;
        nodes.into_iter().filter(|node| node.may_leave).map(|node| node.name).collect()
    };
    assert_eq!(may_leave("end 1s\nring 2 nodes\n"), ["n1", "n2"]);
    assert!(may_leave("end 1s\nquorum 3 nodes\n").is_empty());
}

#[test]
fn the_ways_of_one_store_are_not_offered_to_another() {
    let offered = |text: &str| -> Vec<String> {
        let all = crate::scenario::complete(text, text.len() as u32);
        all.into_iter().map(|one| one.word).collect()
    };
    let has = |text: &str, word: &str| offered(text).iter().any(|offered| offered == word);
    assert!(has("raft 3 nodes, reads ", "index") && !has("raft 3 nodes, reads ", "QUORUM"));
    // An operation can be of either.
    let by = "raft a: 3 nodes\nquorum b: 3 nodes\nc1: get x by ";
    assert!(has(by, "index") && has(by, "QUORUM"));
}

#[test]
fn the_points_that_a_cluster_is_said_to_have_are_there() {
    for text in ["end 1s\nring 3 nodes, 20 vnodes\n", "end 1s\nquorum 5 nodes\n"] {
        let snapshot = whole(text).snapshot();
        let (cluster, nodes) = (&snapshot.clusters[0], &snapshot.nodes);
        let holders = nodes.iter().filter(|node| node.role == Role::Storage).count();
        assert_eq!(cluster.points.len(), holders * cluster.vnodes as usize, "{text}");
    }
}

#[test]
fn a_lie_that_nobody_has_found_out_has_lost_nothing() {
    let text = "network latency 1ms..2ms\nraft 5 nodes\ndisk lie 100ms\nat 1s c1: put x 1\nend 6s\n\
                expect durable\n";
    let held = |text: &str| whole(text).verdicts()[0].holds;
    assert_eq!(held(text), Some(true));
    // All fall before the disks have made good what they called safe: then it is lost, and stays so.
    let fall = "at 1030ms crash n1 n2 n3 n4 n5\nat 2s restart n1 n2 n3 n4 n5\nexpect durable";
    assert_eq!(held(&text.replace("expect durable", fall)), Some(false));
    // They fall after it: it is there.
    let later = fall.replace("1030ms", "1900ms");
    assert_eq!(held(&text.replace("expect durable", &later)), Some(true));
}

#[test]
fn a_region_stands_for_its_nodes_where_several_fit() {
    let places = "region us: n1 n2 n5\nregion eu: n3 n4\n";
    let members = |names: &str| {
        let text = alloc::format!("raft 4 nodes\n{places}end 4s\nat 2s members {names}\n");
        whole(&text).hash()
    };
    assert_eq!(members("us"), members("n1 n2"));
    assert_ne!(members("us"), members("n1 n2 n3 n4"));
    // The names of newcomers are those of the region, not the region's own.
    for (store, verb) in [("raft 4 nodes", "learner"), ("ring 4 nodes", "join")] {
        let joined = |name: &str| {
            let text = alloc::format!("{store}\n{places}end 4s\nat 2s {verb} {name}\n");
            whole(&text)
        };
        assert_eq!(joined("us").hash(), joined("n1 n2 n5").hash(), "{verb}");
        let mut session = joined("us");
        session.seek(Time(4_000_000));
        let names: Vec<String> = session.snapshot().nodes.into_iter().map(|n| n.name).collect();
        assert!(names.iter().any(|name| name == "n5") && names.iter().all(|name| name != "us"));
    }
    // On paper there are no nodes to be found: the names count there, too.
    let paper = |what: &str| {
        let text =
            alloc::format!("place modulo, 4 nodes\nload 500 keys\n{places}end 2s\nat 1s {what}\n");
        whole(&text).hash()
    };
    assert_eq!(paper("leave eu"), paper("leave n3 n4"));
    // A group of one is as good as its node.
    let led = |to: &str| {
        let text =
            alloc::format!("raft 3 nodes\ngroup boss: n2\nend 3s\nat 2s transfer leader to {to}\n");
        assert!(Session::open(&text).diagnostics().is_empty());
        whole(&text).hash()
    };
    assert_eq!(led("boss"), led("n2"));
}

#[test]
fn cuts_and_links_by_name_hold_for_who_enters_later() {
    // Of n1 -> n3, n4 -> n3 (which joins), c2 -> n3 (which comes with its first operation) and c1 -> n3:
    // whether it is cut, and how much slower it is, in hundredths.
    for (network, wanted) in [
        ("slow us 5x", [(false, 500), (false, 500), (false, 500), (false, 100)]),
        ("link us -> n3 slow 5x", [(false, 500), (false, 500), (false, 500), (false, 100)]),
        ("link n3 | us slow 5x", [(false, 500), (false, 500), (false, 500), (false, 100)]),
        ("at 0.5s slow g 5x", [(false, 100), (false, 500), (false, 500), (false, 100)]),
        ("at 0.5s slow n4 5x", [(false, 100), (false, 500), (false, 100), (false, 100)]),
        ("at 0.5s cut us", [(true, 100), (true, 100), (true, 100), (false, 100)]),
        ("at 0.5s cut us | n2 n3", [(true, 100), (true, 100), (true, 100), (false, 100)]),
        ("at 0.5s cut us -> n3", [(true, 100), (true, 100), (true, 100), (false, 100)]),
        ("at 0.5s cut n3 -> us", [(false, 100); 4]),
        ("at 0.5s cut us\nat 0.6s heal", [(false, 100); 4]),
    ] {
        let mut session = whole(&alloc::format!(
            "ring 3 nodes, 2 replicas\nload 50 keys\nregion us: n1 n4 c2\ngroup g: n4 c2\nend 4s\n\
             {network}\nat 1s join n4\nat 2s c1: put x 1\nat 2.5s c2: put y 2\n"
        ));
        assert!(session.diagnostics().is_empty(), "{network}: {:?}", session.diagnostics());
        session.seek(Time(4_000_000));
        let (nodes, net) = (&session.view.nodes, session.view.world.network());
        let id = |name: &str| nodes.find(0, name).expect(name);
        let found = ["n1", "n4", "c2", "c1"].map(|from| {
            let (from, to) = (id(from), id("n3"));
            (net.is_cut(from, to), net.profile(from, to).slow)
        });
        assert_eq!(found, wanted, "{network}");
    }
}

#[test]
fn a_node_that_enters_a_region_that_is_cut_off_stays_cut_off() {
    let session = whole(
        "ring 3 nodes, 2 replicas\nload 50 keys\nregion us: n4\nend 4s\nat 0.5s cut us\nat 1s join n4\n",
    );
    let joined = session.metrics().into_iter().find(|metric| metric.name == "joins");
    assert_eq!(joined.expect("a ring counts them").shown, "0");
}

#[test]
fn what_must_be_so_in_time_has_its_time_from_the_start_or_from_the_last_change() {
    for (text, claim, wanted) in [
        // Nothing changes before the third second; it has been so since the start.
        ("at 3s c1: get \"k:1\"\n", "eventually failed = 0 within 1s", true),
        ("at 3s c1: put y 1\n", "eventually operations = 1 within 1s", false),
        // A restart mends what the crash did; it is a change like a heal.
        (
            "at 1s crash n1 n2 n3\nat 4s restart n1 n2 n3\n",
            "eventually unavailable-now = 0 within 2s",
            true,
        ),
        (
            "at 1s crash n1 n2 n3\nat 4s say \"away\"\n",
            "eventually unavailable-now = 0 within 2s",
            false,
        ),
    ] {
        let text = alloc::format!(
            "ring 3 nodes\nload 10 keys \"k:{{n}}\"\nend 9s\n{text}expect {claim}\n"
        );
        let session = whole(&text);
        assert!(session.diagnostics().is_empty(), "{text}: {:?}", session.diagnostics());
        let verdict = session.verdicts().pop().expect("one is expected");
        assert_eq!(verdict.holds, Some(wanted), "{text}: {verdict:?}");
        if text.contains("operations") {
            let told = "It is so only since 3.00";
            assert!(verdict.reason.starts_with(told), "{}", verdict.reason);
            assert!(
                verdict.reason.contains("after the start, and not within 1s"),
                "{}",
                verdict.reason
            );
        }
    }
}

#[test]
fn a_law_that_nothing_put_to_the_test_is_neither_held_nor_broken() {
    const NEVER: &str = "end 3s\n";
    const LOADED: &str = "load 10 keys \"k:{n}\"\nend 3s\n";
    const READ: &str = "load 10 keys \"k:{n}\"\nend 3s\nat 1s c1: get \"k:1\"\n";
    const ELSEWHERE: &str = "end 3s\nat 1s c1: get nowhere\n";
    for (happens, law, tested) in [
        (NEVER, "available", false),
        (NEVER, "durable", false),
        (NEVER, "replicated", false),
        (NEVER, "fresh", false),
        (NEVER, "linearizable", false),
        (NEVER, "linearizable(a)", false),
        (LOADED, "available", true),
        (LOADED, "durable", true),
        (LOADED, "replicated", true),
        (LOADED, "fresh", false),
        (READ, "fresh", true),
        (READ, "linearizable(a)", true),
        (ELSEWHERE, "fresh", false),
        (ELSEWHERE, "durable", false),
        (ELSEWHERE, "available", true),
    ] {
        for not in ["", "not "] {
            let session =
                whole(&alloc::format!("ring a: 3 nodes, 2 replicas\n{happens}expect {not}{law}\n"));
            let verdict = session.verdicts().pop().expect("one is expected");
            assert_eq!(verdict.is_untested(), !tested, "{happens}{not}{law}: {verdict:?}");
            assert_eq!(verdict.holds, Some(tested && not.is_empty()), "{happens}{not}{law}");
            assert_eq!(session.lanes().verdicts.is_empty(), !tested, "{happens}{not}{law}");
            assert_eq!(session.holds(), tested && not.is_empty());
        }
    }
    // What was broken was put to the test, whatever did not happen elsewhere.
    let two = "ring a: 1 node\nring b: 1 node\nend 3s\nat 0.5s a.c1: put x 1\nat 1s wipe a.n1\n";
    let verdict = whole(&alloc::format!("{two}expect durable\n")).verdicts().pop();
    let verdict = verdict.expect("one is expected");
    assert_eq!((verdict.holds, verdict.is_untested()), (Some(false), false), "{verdict:?}");
}

#[test]
fn a_leave_of_a_node_that_is_off_waits_and_says_for_whom() {
    let text = "ring 3 nodes\nload 60 keys\nend 12s\nat 1s crash n2\nat 2s leave n2\nat 8s restart n2\n\
                expect leaves = 1\nexpect lost = 0\n";
    let mut session = whole(text);
    assert!(session.verdicts().iter().all(|verdict| verdict.holds == Some(true)));
    session.seek(Time(7_500_000));
    let nodes = session.snapshot().nodes;
    let controller = nodes.iter().find(|node| node.name == "controller").expect("it has one");
    let next = controller.state.iter().find(|(label, _)| label == "Next");
    assert_eq!(next.map(|(_, value)| &**value), Some("n2 leaves (waits for n2)"));
    // What it shares with others can be had from them.
    let copies =
        text.replace("ring 3 nodes", "ring 4 nodes, 2 replicas").replace("at 8s restart n2\n", "");
    let verdicts = whole(&copies).verdicts();
    assert!(verdicts.iter().all(|verdict| verdict.holds == Some(true)), "{verdicts:?}");
}

#[test]
fn stored_does_not_take_lying_disks_at_their_word() {
    let of = |lies: &str| {
        let text = alloc::format!(
            "raft 3 nodes\n{lies}end 4s\nat 1s c1: put x 1\nat 2s c1: put y 2\nexpect stored\n"
        );
        whole(&text).verdicts().pop().expect("one is expected")
    };
    assert_eq!(of("").holds, Some(true));
    let lying = of("disk lie 2s\n");
    assert!(lying.is_untested(), "{lying:?}");
    assert!(lying.reason.contains("disks could show which do not lie"), "{}", lying.reason);
}

#[test]
fn judge_and_measures_count_operations_alike() {
    for (text, count) in [
        (
            "raft 3 nodes\nend 4s\nat 1s c1: put x 1 and put y 2\nat 2s c1: get x and get y\nat 3s c1: get x\n",
            5,
        ),
        (
            "ring 3 nodes\nload 20 keys \"k:{n}\"\nend 4s\nat 1s c1: get \"k:1\"\nat 2s c2: put \"k:2\" v\n",
            2,
        ),
    ] {
        let session =
            whole(&alloc::format!("{text}expect operations = {count}\nexpect linearizable\n"));
        let measured: Vec<String> =
            session.verdicts().into_iter().map(|one| one.measured).collect();
        let judged = alloc::format!("{count} operations in order");
        assert_eq!(measured, [alloc::format!("{count}"), judged], "{text}");
    }
}

#[test]
fn disks_and_cards_have_lines_of_their_own() {
    let of = |node: &str, claims: &str| {
        let text = alloc::format!(
            "raft 3 nodes\n{node}traffic c: 200/s, 100% put, 20 clients\nend 3s\n{claims}"
        );
        let session = whole(&text);
        assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
        session.verdicts()
    };
    let claims = "expect disk queue > 3\nexpect disk-queue(n1) > 0\nexpect card queue > 3\n";
    let slow = of("disk sync 40ms, single\nnode n1 n2 n3 card 20kB/s\n", claims);
    assert!(slow.iter().all(|verdict| verdict.holds == Some(true)), "{slow:?}");
    let plain = of("", claims);
    assert_eq!(plain[2].holds, Some(false));
    assert!(plain[2].reason.contains("No network card here has a limit"), "{}", plain[2].reason);
}

#[test]
fn a_clock_that_is_set_at_the_start_holds_for_who_comes_later() {
    let text = "end 3s\nquorum 3 nodes, 3 replicas, lww\nclock c1 skew 10s\nat 1s c1: put x 1\n\
                at 2s c2: put x 2\nat 2500ms c2: get x\nexpect sees-last\n";
    let held = |text: &str| whole(text).verdicts()[0].holds;
    assert_eq!(held(text), Some(false));
    assert_eq!(held(&text.replace("clock c1 skew 10s\n", "")), Some(true));
    let error = |text: &str, name: &str| {
        let mut session = whole(text);
        session.seek(session.end());
        session.snapshot().nodes.iter().find(|node| node.name == name).map(|node| node.clock_error)
    };
    // A node that joins has the rate from then on.
    let ring = "end 3s\nring 3 nodes\nclock n4 drift 10%\nat 1s join n4\n";
    assert_eq!(error(ring, "n4"), Some(200_000));
    assert_eq!(error(ring, "n1"), Some(0));
}

#[test]
fn a_read_under_a_map_takes_two_messages_however_many_are_open() {
    let text = "seed 1\nend 1s\nnetwork latency 1ms\nring a: 1 nodes\n\
                traffic c: 20000/s, 100% get, keys uniform of 5, 4 clients\n";
    let session = whole(text);
    let all = session.final_metrics();
    let each = all.iter().find(|metric| metric.name == "messages-per-read").map(|it| it.value);
    assert!(each.is_some_and(|each| (1_990_000..2_020_000).contains(&each)), "{each:?}");
}
