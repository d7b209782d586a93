//! Random edits of random texts, in the middle of their runs, against fresh starts.

use super::*;
use crate::base::Rng;
use alloc::format;

/// Lines that may stand in a text beside those that every text has.
const LINES: [&str; 26] = [
    "at {t} crash n{n}",
    "at {t} restart n{n}",
    "at {t} pause n{n}",
    "at {t} resume n{n}",
    "at {t} cut n{n}",
    "at {t} heal",
    "at {t} slow n{n} 4x",
    "at {t} say \"at {t}\"",
    "at {t} c9: put \"user:{n}\" {n}",
    "every 400ms from {t} until {t} say \"tick {n}\"",
    "every 900ms from {t} say \"tock {n}\"",
    "every 700ms from {t} until {t} c8: get \"user:{n}\"",
    "when n{n} crashed say \"down {n}\"",
    "when crashed again say \"one is down\"\nafter {d} restart n{n}",
    "when n{n} crashed\tsay \"first\"\nafter {d} say \"second\"\nafter {d} say \"third\"",
    "when restarted again say \"one is up\"\nafter {d} say \"still up\"",
    "when paused again say \"one stands\"\nafter {d} resume n{n}",
    "when n{n} restarted c7: put \"user:{n}\" 7",
    "at {t} say \"before\"\nafter {d} say \"behind\"",
    "disk n{n} sync 2ms",
    "skew n{n} 20ms",
    "# nothing",
    "summary  Another one",
    "nemesis  crash pause, every 200ms..900ms, lasting 100ms..700ms, from {t}, until 4s",
    "nemesis  cut lose, every 300ms..1s, lasting 100ms..700ms, until 3s",
    "expect   failed < {n}",
];

fn line(rng: &mut Rng) -> String {
    // Most lines have a time: an edit of one keeps what came before it.
    let at = match rng.below(4) {
        0 => rng.below(LINES.len() as u64),
        _ => rng.below(19),
    };
    let mut text = String::from(LINES[at as usize]).replace('\t', " ");
    while let Some((before, rest)) = text.split_once('{') {
        let filled = match rest.as_bytes().first() {
            Some(b't') => format!("{}ms", rng.between(1, 48) * 100 + rng.below(2) * 37),
            Some(b'd') => format!("{}ms", rng.between(1, 30) * 100),
            _ => format!("{}", rng.between(1, 3)),
        };
        text = format!("{before}{filled}{}", &rest[2..]);
    }
    text
}

/// A text: the lines of its world, those that may be edited, and its expectations.
fn text(rng: &mut Rng) -> Vec<String> {
    let world = match rng.below(3) {
        0 => "raft 3 nodes",
        1 => "ring 4 nodes, 8 vnodes, 2 copies",
        _ => "ring 3 nodes, 8 vnodes, 3 copies",
    };
    let head = format!(
        "title Edits\nseed {}\nend 5s\n{world}\nload 40 keys \"user:{{n}}\", values 20B\n\
         traffic c: 500/s, 70% get 30% put, 3 clients\nat 4.9s say \"late\"",
        rng.below(1_000)
    );
    let mut lines: Vec<String> = head.lines().map(String::from).collect();
    let usual = ["when crashed again say \"down\"", "after 900ms restart n2", "at 2s crash n2"];
    lines.extend(usual.map(String::from));
    for _ in 0..rng.between(3, 10) {
        lines.push(line(rng));
    }
    lines.push(String::from("expect always lost = 0"));
    lines.push(String::from("expect available"));
    lines
}

fn edited(rng: &mut Rng, lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    // The world stays: another world is another run, and nothing is kept of it.
    let place = |rng: &mut Rng, len: usize| 6 + rng.below(len as u64 - 6) as usize;
    for _ in 0..rng.between(1, 2) {
        let at = place(rng, lines.len());
        match rng.below(4) {
            0 => lines.insert(at, line(rng)),
            1 if lines.len() > 7 => drop(lines.remove(at)),
            2 => lines[at] = line(rng),
            _ => {
                let other = place(rng, lines.len());
                lines.swap(at, other);
            }
        }
    }
    lines
}

fn whole(text: &str) -> Session {
    let mut session = Session::open(text);
    while !session.compute(2_000) {}
    session
}

fn assert_same(edited: &Session, fresh: &Session, text: &str) {
    assert_eq!(edited.now(), fresh.now(), "{text}");
    for (one, other) in
        [(&edited.view, &fresh.view), (edited.timeline.front(), fresh.timeline.front())]
    {
        assert_eq!(one.world.hash(), other.world.hash(), "{text}");
        assert_eq!(one.pending(), other.pending(), "{text}");
    }
    assert_eq!(edited.verdicts(), fresh.verdicts(), "{text}");
    assert_eq!(edited.lanes(), fresh.lanes(), "{text}");
}

#[test]
fn an_edit_anywhere_gives_the_run_that_a_fresh_start_gives() {
    let mut rng = Rng::derive(11, 14);
    // Edits that kept something of the run before, with triggers under way, and with ones that fired.
    let (mut kept, mut waiting, mut fired) = (0, 0, 0);
    for _ in 0..150 {
        let mut lines = text(&mut rng);
        let mut session = Session::open(&lines.join("\n"));
        for _ in 0..2 {
            session.seek(Time(rng.below(5_000_000)));
            if rng.chance(500_000) {
                while !session.compute(2_000) {}
            }
            let next = edited(&mut rng, &lines);
            let (old, new) = (lines.join("\n"), next.join("\n"));
            let (scenario, _) = scenario::parse(&new);
            let script =
                Script::new(scenario, session.script.files.clone(), key_cache::KeyCache::default());
            if let Some(Time(moment @ 1..)) = session.script.agrees_until(&script) {
                let run = session.timeline.checkpoint_at(Time(moment - 1));
                let (pending, set_off) = run.pending();
                kept += u32::from(run.now() > Time::ZERO);
                waiting += u32::from(!pending.is_empty());
                fired += u32::from(!set_off.is_empty());
            }
            session.edit(&new);
            let mut fresh = Session::open(&new);
            fresh.seek(session.now());
            let both = format!("before:\n{old}\n\nafter:\n{new}\n");
            assert_eq!(session.view.world.hash(), fresh.view.world.hash(), "{both}");
            assert_eq!(session.view.pending(), fresh.view.pending(), "{both}");
            while !session.compute(2_000) {}
            while !fresh.compute(2_000) {}
            assert_same(&session, &fresh, &both);
            lines = next;
        }
    }
    assert!(kept > 60 && waiting > 20 && fired > 40, "{kept} {waiting} {fired}");
}

#[test]
fn a_line_removed_above_a_trigger_leaves_it_with_its_own_statement() {
    let text = |late: &str| {
        format!(
            "seed 5\nend 6s\nring 3 nodes, 16 vnodes, 2 copies\nload 600 keys \"user:{{n}}\"
traffic c: 1000/s, 4 clients\nat 1s join n4\n{late}when n4 joined say \"A\"
after 4s say \"A, later\"\nwhen n3 crashed say \"B\"\nat 5s crash n3\nexpect lost = 0\n"
        )
    };
    let (before, after) = (text("at 4.5s say \"late\"\n"), text(""));
    let mut session = whole(&before);
    session.edit(&after);
    while !session.compute(1_000) {}
    let fresh = whole(&after);
    assert_eq!(session.lanes().captions, fresh.lanes().captions);
    let said: Vec<String> = fresh.lanes().captions.into_iter().map(|mark| mark.text).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(session.hash(), fresh.hash());
}
