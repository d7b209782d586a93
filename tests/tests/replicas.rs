//! What a screen is told of replicated stores, held against real runs.

use shardlab::session::{Session, Time};
use shardlab::tenant::replicated::{self, fact::ReplicaFact, story};

fn replicas(session: &Session) -> Vec<ReplicaFact> {
    replicated::fact::all(session.sites())
}

fn whole(text: &str) -> Session {
    let mut session = Session::open(text);
    assert_eq!(session.diagnostics(), []);
    while !session.compute(1_000) {}
    session
}

const CRASH: &str = "\
seed 7
end 4s
raft 5 nodes
at 1s c1: put x 1
at 2s say \"the leader falls\"
at 2s crash n1 n2
at 3s restart n1 n2
when leader say \"somebody leads\"
";

#[test]
fn a_committed_entry_tells_how_it_came_to_be() {
    let mut session = whole(CRASH);
    session.seek(Time(1_900_000));
    let all = replicas(&session);
    let leader = all.iter().find(|fact| fact.role == "leader").expect("somebody leads");
    let cell = leader.cells.iter().find(|cell| cell.text == "put x 1").expect("the entry");
    let story = session.story(|past| story::entry(past, 0, cell.index, cell.term));
    let place = |words: &str| story.iter().position(|step| step.text.starts_with(words));
    let proposed = place("proposes it").expect("it was proposed");
    let committed = place("commits it").expect("it was committed");
    assert_eq!(proposed, 0);
    assert_eq!(story[proposed].node, leader.id);
    let heard = story[..committed].iter().filter(|step| step.text.starts_with("hears that"));
    // With the leader itself they are a majority of five, and not one more.
    assert_eq!(heard.count(), 2);
    let applied = story.iter().filter(|step| step.text == "applies it").count();
    assert_eq!(applied, 5);
    assert!(session.story(|past| story::entry(past, 0, cell.index, cell.term + 1)).is_empty());
}

#[test]
fn a_stale_read_names_the_write_that_it_missed() {
    let text = "seed 3\nend 3s\nraft 3 nodes\nat 500ms c1: put x 1\nat 1s cut n1 | n2 n3\n\
                at 1100ms c1: put x 2\nevery 20ms from 2s until 2300ms c2: get x by local\n\
                every 20ms from 2s until 2300ms c3: get x by local\n\
                every 20ms from 2s until 2300ms c4: get x by local\n";
    let session = whole(text);
    let answers = session.events(0, session.event_count());
    let answers = answers.iter().filter(|event| event.kind == "answered");
    let (mut stale, mut fresh) = (0, 0);
    for answer in answers {
        let story = session.story_of(answer.seq);
        match answer.text.as_str() {
            "x = 1" if answer.at > Time(2_000_000) => {
                stale += 1;
                assert!(story.iter().any(|step| step.text.contains("x = 2 is written")));
                assert!(story.last().is_some_and(|step| step.at >= answer.at));
            }
            _ => {
                fresh += 1;
                assert_eq!(story, []);
            }
        }
    }
    assert!(stale > 0 && fresh > 0, "{stale} stale, {fresh} fresh");
}

#[test]
fn terms_follow_each_other_and_end_with_their_leaders() {
    let mut session = whole(CRASH);
    let terms = session.lanes().terms;
    assert!(!terms.is_empty());
    for pair in terms.windows(2) {
        assert!(pair[0].term < pair[1].term && pair[0].from < pair[1].from, "{terms:?}");
    }
    let leader = terms[0].name.clone();
    session.seek(Time(1_500_000));
    session.act(&format!("crash {leader}"));
    while !session.compute(1_000) {}
    let after = session.lanes().terms;
    assert_eq!(after[0].until, Some(Time(1_500_000)));
    assert!(after.len() > 1 && after[1].name != leader, "{after:?}");
    session.undo();
    while !session.compute(1_000) {}
    assert_eq!(session.lanes().terms, terms);
}

#[test]
fn marks_tell_who_stands_who_leads_and_who_leads_no_more() {
    let session =
        whole("seed 4\nend 3s\nraft 3 nodes\nat 1s transfer leader to n3\nat 2s cut n3 | n1 n2\n");
    let lanes = session.lanes();
    let notes: Vec<&str> = lanes.notes.iter().map(|mark| mark.text.as_str()).collect();
    assert!(notes.iter().all(|text| text.starts_with('n')), "{notes:?}");
    assert!(notes.iter().any(|text| text.contains(" leads term 1")), "{notes:?}");
    assert!(notes.iter().any(|text| text.ends_with("hands leadership to n3")), "{notes:?}");
    assert!(notes.iter().any(|text| text.starts_with("n3 leads no more: follows")), "{notes:?}");
    // That the others follow is the usual, and no news.
    assert!(!notes.iter().any(|text| text.contains("follows in term 0")), "{notes:?}");
}

#[test]
fn what_a_client_asked_and_heard_is_told_up_to_the_moment() {
    let mut session = whole("seed 4\nend 3s\nraft 3 nodes\nat 1s c1: put x 1\nat 2s c1: get x\n");
    session.seek(Time(1_500_000));
    let client = replicated::fact::all_clients(session.sites())[0].id;
    assert_eq!(session.asked(client, 9).len(), 2, "a question and its answer");
    session.seek(Time(3_000_000));
    let all = session.asked(client, 9).into_iter().map(|event| event.text);
    let all: Vec<String> = all.collect();
    assert!(all.len() == 4 && all[0] == "x = 1" && all[3].contains("put x"), "{all:?}");
}

#[test]
fn numbers_go_on_when_nothing_happens() {
    let session = whole("seed 4\nend 3s\nraft 3 nodes\nat 1s c1: put x 1\n");
    for (name, last) in [("elections", 1.0), ("committed", 2.0), ("throughput", 0.0)] {
        let series = session.series(name).unwrap_or_default();
        let until = series.stretch.0 * series.values.len() as u64;
        assert!(until + series.stretch.0 > 3_000_000, "{name} ends at {until}");
        assert_eq!(series.values.last(), Some(&last), "{name}");
    }
}

#[test]
fn who_takes_over_has_the_rest_of_the_run_alone() {
    let mut session = whole(CRASH);
    session.seek(Time(2_000_000));
    let before = String::from(session.text());
    session.take_over();
    let text = session.text();
    assert!(text.contains("crash n1 n2") && text.contains("when leader"), "{text}");
    assert!(!text.contains("restart"), "{text}");
    assert_eq!(session.now(), Time(2_000_000));
    session.undo();
    assert_eq!(session.text(), before);
}

#[test]
fn the_editor_offers_what_a_store_understands() {
    let offered = |line: &str| -> Vec<String> {
        let text = format!("raft a: 3 nodes\n{line}");
        let words = Session::open("").complete(&text, text.len() as u32);
        words.into_iter().map(|one| one.word).collect()
    };
    assert!(offered("raft b: 3 nodes, ").contains(&"election".into()));
    assert!(offered("raft b: 3 nodes, reads ").contains(&"lease".into()));
    assert_eq!(offered("raft b: 3 nodes, no pre"), ["pre-vote"]);
    assert_eq!(offered("at 1s c1: get x by sess"), ["session"]);
    assert!(offered("bug vote").iter().all(|word| word.starts_with("vote")));
}

#[test]
fn the_numbers_of_a_log_have_a_course() {
    let session = whole(CRASH);
    let course = |name: &str| session.series(name).map(|series| series.values).unwrap_or_default();
    let committed = course("committed");
    assert!(committed.windows(2).all(|pair| pair[0] <= pair[1]));
    let metrics = session.final_metrics();
    let number = |name: &str| {
        let metric = metrics.iter().find(|one| one.name == name);
        metric.map_or(0.0, |one| one.value as f64 / 1e6)
    };
    assert_eq!(committed.last().copied(), Some(number("committed")));
    assert_eq!(course("elections").last().copied(), Some(number("elections")));
    assert_eq!(course("log").into_iter().fold(0.0, f64::max), number("log"));
}

#[test]
fn an_order_that_is_carried_out_is_not_carried_out_again() {
    let text = "end 4s\nraft 3 nodes\nat 500ms transfer leader to n1\nat 2s cut n1 | n2 n3\n";
    let (mut leaders, mut again) = (0, 0);
    for seed in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        let session = whole(&["seed ", seed, "\n", text].concat());
        let events = session.events(0, session.event_count());
        for event in events.iter().filter(|event| event.at > Time(2_000_000)) {
            leaders += u32::from(event.text.starts_with("leads"));
            again += u32::from(event.text.starts_with("hands leadership"));
        }
    }
    assert_eq!((leaders, again), (8, 0));
}

#[test]
fn a_replica_that_lost_its_disk_is_shown_shut_out_until_it_is_let_in_again() {
    let text = "seed 2\nend 6s\nnetwork latency 1ms\nraft 3 nodes\nat 100ms campaign n1\n\
                at 1s c1: put x 1\nat 2s wipe n3\nat 3s restart n3\n";
    let mut session = whole(text);
    let shut_out = |session: &mut Session, at: u64| {
        session.seek(Time(at));
        replicas(session).iter().filter(|fact| fact.shut_out).count()
    };
    assert_eq!(shut_out(&mut session, 1_900_000), 0);
    assert_eq!(shut_out(&mut session, 3_002_000), 1);
    assert_eq!(shut_out(&mut session, 5_900_000), 0);
    let told = session.events(0, session.event_count());
    assert!(told.iter().any(|event| event.kind == "disk-lost" && event.place == "n3"));
}
