//! Short texts that ask for very much: whatever they are, a call of `compute` comes back after so much
//! work, counted and not timed, and the run is the one that is worked out at once.

use super::*;

/// Ways to ask for much in few lines.
const SHAPES: [&str; 9] = [
    // A score for every node and key, at the start and with every weight.
    "place a: rendezvous, 400 nodes\nload 30000 keys \"user:{n}\"\nat 1s weight n1 2\nat 2s weight n2 3\n",
    // A large table for few keys, filled anew again and again.
    "end 2s\nplace a: maglev, 300 nodes, 300007 slots\nload 10 keys \"user:{n}\"\nevery 10ms from 1s until 1200ms weight n1 2\n",
    // Weights with which hardly anybody gets a turn.
    "place a: maglev, 300 nodes, 100003 slots\nload 10 keys \"user:{n}\"\nat 1s weight n1 1000\n",
    // Nodes that are nearly full send keys on and on.
    "place a: bounded, 200 nodes, 20 vnodes, 1% over\nload 60000 keys \"user:{n}\"\nat 1s leave n3\nat 2s join n900\n",
    // Many points, each joined to those before.
    "place a: ring, 1000 nodes, 400 vnodes\nload 10 keys \"user:{n}\"\nat 1s leave n3\n",
    // Every probe of every key.
    "place a: multiprobe, 50 nodes, 1000 probes\nload 5000 keys \"user:{n}\"\nat 1s join n99\n",
    // Many copies on disks before anything happens.
    "end 1600ms\nring 8 nodes, 64 vnodes, 4 replicas\nload 60000 keys \"user:{n}\", values 10B\nat 1s crash n1\n",
    "end 1600ms\nrendezvous 60 nodes, 3 copies\nload 30000 keys \"user:{n}\"\nload these a b c\n",
    // A statement that names many surveys and many nodes.
    "place a: rendezvous, 200 nodes\nplace b: multiprobe, 200 nodes, 100 probes\nload 20000 keys \"user:{n}\"\nat 1s leave n1 n2 n3 n4\n",
];

/// Four hundred events, and a little more than one portion on the way to a moment, for front and view.
const MOST: u64 = 400 * 64 + 2 * 4_000_000 + 2 * 500_000;

fn spent(session: &Session) -> u64 {
    session.timeline.front().work() + session.preparing().map_or(0, |progress| progress.done)
}

#[test]
fn compute_comes_back_after_bounded_work_whatever_the_text() {
    for text in SHAPES {
        let mut steps = Session::open_in_steps(text);
        assert!(steps.diagnostics().is_empty(), "{text}{:?}", steps.diagnostics());
        assert!(steps.preparing().is_some(), "it is long: {text}");
        assert_eq!(spent(&steps), 0);
        // A screen draws what there is at any time.
        let _ = (steps.snapshot(), steps.lanes(), steps.verdicts(), steps.metrics());
        let _ = (steps.keys(0, 100), steps.density(0, 10), steps.where_is("x"));
        steps.step_event();
        steps.step_back();
        steps.seek(Time(1_500_000));
        let (mut calls, mut most) = (0, 0);
        loop {
            let (before, view) = (spent(&steps), steps.view.work());
            let done = steps.compute(400);
            most = most.max(spent(&steps).saturating_sub(before));
            // The view may jump to a checkpoint; what it walks itself is bounded too.
            let checkpoint = steps.timeline.checkpoint_at(steps.view.now()).work();
            assert!(steps.view.work().saturating_sub(view.max(checkpoint)) <= MOST, "{text}");
            calls += 1;
            assert!(calls < 1_000_000, "{text}");
            if done {
                break;
            }
        }
        assert!(most <= MOST, "{most} steps in one call: {text}");
        assert!(calls > 20, "{calls} calls: {text}");
        assert_eq!(steps.now(), Time(1_500_000));
        let mut whole = Session::open(text);
        while !whole.compute(1_000_000) {}
        assert_eq!(steps.hash(), whole.hash(), "{text}");
        whole.seek(Time(1_500_000));
        assert_eq!(steps.view.world.hash(), whole.view.world.hash(), "{text}");
        let rows = |session: &Session| -> Vec<_> {
            session.metrics().into_iter().map(|it| (it.name, it.value)).collect()
        };
        assert_eq!(rows(&steps), rows(&whole), "{text}");
    }
}

#[test]
fn a_text_that_is_edited_while_it_works_goes_on_with_the_new_one() {
    let mut session = Session::open_in_steps(SHAPES[0]);
    for _ in 0..30 {
        session.compute(400);
    }
    let (rendezvous, smaller) = (SHAPES[0], "place a: jump, 4 nodes\nload 10 keys \"user:{n}\"\n");
    session.edit(smaller);
    assert!(session.preparing().is_none());
    while !session.compute(400) {}
    assert_eq!(session.hash(), whole_hash(smaller));
    session.edit(rendezvous);
    while session.preparing().is_some() {
        session.compute(400);
    }
    // In the middle of a change: an edit of what comes behind it leaves it as it is.
    session.seek(Time(1_000_000));
    session.compute(400);
    session.edit(&rendezvous.replace("at 2s weight n2 3", "at 3s weight n4 3"));
    while !session.compute(400) {}
    assert_eq!(session.hash(), whole_hash(session.text()));
}

fn whole_hash(text: &str) -> u64 {
    let mut session = Session::open(text);
    while !session.compute(1_000_000) {}
    session.hash()
}
