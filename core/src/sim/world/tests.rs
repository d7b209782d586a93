//! The rules of the world, each shown on the smallest machine that talks.

use super::*;
use crate::sim::network::{Cut, Side};
use crate::sim::ping::{Ping, PingConfig};
use alloc::vec;

fn pair(every: Span) -> (World<Ping>, Vec<Event<Ping>>) {
    let mut world = World::new(7, LinkProfile::default());
    let mut out = Vec::new();
    for name in 0..2 {
        let config = PingConfig { neighbour: NodeId(1 - name), every };
        world.add(u64::from(name), config, DiskProfile::default());
    }
    world.start(NodeId(0), &mut out);
    world.start(NodeId(1), &mut out);
    (world, out)
}

fn run(world: &mut World<Ping>, until: Time, out: &mut Vec<Event<Ping>>) {
    while world.due().is_some_and(|due| due <= until) {
        world.step(out);
    }
    world.wait(until);
}

#[test]
fn the_same_seed_gives_the_same_run_and_a_copy_goes_on_alike() {
    let (mut world, mut out) = pair(Span::ZERO);
    run(&mut world, Time(50_000), &mut out);
    let mut copy = world.clone();
    run(&mut world, Time(90_000), &mut out);
    run(&mut copy, Time(90_000), &mut Vec::new());
    assert_eq!(world.hash(), copy.hash());
    let (mut again, mut out) = pair(Span::ZERO);
    run(&mut again, Time(90_000), &mut out);
    assert_eq!(world.hash(), again.hash());
    assert!(world.seq() > 100);
}

#[test]
fn a_new_node_does_not_change_what_the_others_draw() {
    let dues = |more: bool| {
        let (mut world, mut out) = pair(Span::millis(10));
        if more {
            let config = PingConfig { neighbour: NodeId(2), every: Span::millis(3) };
            let third = world.add(99, config, DiskProfile::default());
            world.start(third, &mut out);
        }
        run(&mut world, Time(200_000), &mut out);
        let of_old = |event: &&Event<Ping>| event.node.0 < 2;
        out.iter().filter(of_old).map(|event| (event.at, event.node)).collect::<Vec<_>>()
    };
    assert_eq!(dues(false), dues(true));
}

#[test]
fn what_follows_a_save_waits_until_the_write_has_landed() {
    let (mut world, mut out) = pair(Span::millis(500));
    world.request(NodeId(0), 42, &mut out);
    assert!(!out.iter().any(|event| matches!(event.kind, Kind::Replied { .. })));
    assert_eq!(world.durable(NodeId(0)), Some(&0));
    run(&mut world, Time(100_000), &mut out);
    let landed = out.iter().find(|event| matches!(event.kind, Kind::Landed { .. }));
    let replied = out.iter().find(|event| matches!(event.kind, Kind::Replied { .. }));
    assert_eq!(landed.map(|event| event.seq), replied.map(|event| event.cause));
    assert_eq!(world.durable(NodeId(0)), Some(&42));
}

#[test]
fn what_follows_a_fence_waits_for_the_writes_of_earlier_turns() {
    let (mut world, mut out) = pair(Span::millis(500));
    let replies = |out: &[Event<Ping>]| -> Vec<u32> {
        let reply = |event: &Event<Ping>| match event.kind {
            Kind::Replied { reply, .. } => Some(reply),
            _ => None,
        };
        out.iter().filter_map(reply).collect()
    };
    world.request(NodeId(0), 42, &mut out);
    world.request(NodeId(0), 0, &mut out);
    assert_eq!(replies(&out), []);
    run(&mut world, Time(100_000), &mut out);
    // It was asked before anything had landed, and answered behind the write.
    assert_eq!(replies(&out), [42, 0]);
    // Where nothing is under way, a fence holds nothing up.
    world.request(NodeId(0), 0, &mut out);
    assert_eq!(replies(&out), [42, 0, 1]);
}

#[test]
fn a_crash_before_the_landing_loses_what_waits_at_a_fence() {
    let (mut world, mut out) = pair(Span::millis(500));
    world.request(NodeId(0), 42, &mut out);
    world.request(NodeId(0), 0, &mut out);
    world.crash(NodeId(0), &mut out);
    run(&mut world, Time(100_000), &mut out);
    assert!(!out.iter().any(|event| matches!(event.kind, Kind::Replied { .. })));
}

#[test]
fn a_crash_before_the_landing_loses_the_write_and_the_answer() {
    let (mut world, mut out) = pair(Span::millis(500));
    world.request(NodeId(0), 42, &mut out);
    world.crash(NodeId(0), &mut out);
    run(&mut world, Time(100_000), &mut out);
    assert!(!out.iter().any(|event| matches!(event.kind, Kind::Replied { .. })));
    assert_eq!(world.durable(NodeId(0)), Some(&0));
}

#[test]
fn a_loosened_disk_tears_the_write_under_way() {
    let (mut world, mut out) = pair(Span::millis(500));
    world.loosen(NodeId(0), &mut out);
    world.request(NodeId(0), 0x0001_0002, &mut out);
    world.crash(NodeId(0), &mut out);
    assert_eq!(world.durable(NodeId(0)), Some(&2));
}

#[test]
fn a_lying_disk_answers_early_and_a_crash_finds_it_out() {
    let (mut world, mut out) = pair(Span::millis(500));
    let lie = Some(Span::seconds(1));
    world.set_disk(NodeId(0), DiskProfile { lie, ..DiskProfile::default() }, &mut out);
    world.request(NodeId(0), 42, &mut out);
    run(&mut world, Time(100_000), &mut out);
    assert!(out.iter().any(|event| matches!(event.kind, Kind::Replied { .. })));
    let mut patient = world.clone();
    world.crash(NodeId(0), &mut out);
    assert_eq!(world.durable(NodeId(0)), Some(&0));
    assert!(
        out.iter().any(|event| matches!(event.kind, Kind::Fault(Fault::Unsynced { writes: 1 })))
    );
    run(&mut patient, Time(2_000_000), &mut Vec::new());
    assert_eq!(patient.durable(NodeId(0)), Some(&42));
}

#[test]
fn a_paused_node_hears_everything_when_it_goes_on() {
    let (mut world, mut out) = pair(Span::millis(10));
    world.pause(NodeId(1), &mut out);
    run(&mut world, Time(100_000), &mut out);
    let heard = |out: &[Event<Ping>]| {
        let at_two = |event: &&Event<Ping>| event.node == NodeId(1);
        out.iter()
            .filter(at_two)
            .filter(|event| matches!(event.kind, Kind::Delivered { .. }))
            .count()
    };
    assert_eq!(heard(&out), 0);
    world.resume(NodeId(1), &mut out);
    run(&mut world, Time(100_000), &mut out);
    assert!(heard(&out) >= 9, "{}", heard(&out));
}

#[test]
fn a_message_to_nobody_and_one_through_a_cut_are_lost_with_a_reason() {
    let (mut world, mut out) = pair(Span::millis(10));
    world.crash(NodeId(1), &mut out);
    run(&mut world, Time(50_000), &mut out);
    world.start(NodeId(1), &mut out);
    let side = Side::These(vec![NodeId(0)]);
    world.cut(Cut { right: Side::AllBut(vec![NodeId(0)]), left: side, one_way: false }, &mut out);
    run(&mut world, Time(90_000), &mut out);
    for wanted in [Loss::Down, Loss::Cut] {
        assert!(out.iter().any(|event| matches!(event.kind, Kind::Lost { why } if why == wanted)));
    }
}

#[test]
fn a_flight_can_be_dropped_delayed_and_doubled() {
    let arrivals = |meddling: Option<Meddling>| {
        let (mut world, mut out) = pair(Span::seconds(9));
        if let Some(meddling) = meddling {
            assert!(world.meddle(NodeId(0), NodeId(1), 0, meddling, &mut out));
            assert!(!world.meddle(NodeId(0), NodeId(1), 7, meddling, &mut out));
        }
        run(&mut world, Time(1_000_000), &mut out);
        let at_two = |event: &&Event<Ping>| {
            event.node == NodeId(1) && matches!(event.kind, Kind::Delivered { .. })
        };
        out.iter().filter(at_two).map(|event| event.at.0).collect::<Vec<_>>()
    };
    assert_eq!(arrivals(None).len(), 2);
    assert_eq!(arrivals(Some(Meddling::Drop)).len(), 1);
    assert_eq!(arrivals(Some(Meddling::Double)).len(), 3);
    let late = arrivals(Some(Meddling::Delay(Span::millis(500))));
    assert!(late.iter().any(|&at| at > 500_000), "{late:?}");
}

fn worker(message: Span) -> (World<Ping>, Vec<Event<Ping>>) {
    let (mut world, out) = pair(Span::ZERO);
    let change = WorkChange { message: Some(message), ..WorkChange::default() };
    world.preset_work(NodeId(1), change);
    (world, out)
}

fn deliveries(out: &[Event<Ping>]) -> Vec<Time> {
    let at_one = out.iter().filter(|event| event.node == NodeId(1));
    at_one.filter(|e| matches!(e.kind, Kind::Delivered { .. })).map(|event| event.at).collect()
}

#[test]
fn a_node_with_a_cost_takes_one_message_after_the_other() {
    let (mut world, mut out) = worker(Span::millis(10));
    run(&mut world, Time(1_000_000), &mut out);
    let times = deliveries(&out);
    assert!((90..=100).contains(&times.len()), "{}", times.len());
    assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) >= Span::millis(10)));
    let load = world.load(NodeId(1)).unwrap_or_default();
    assert!(load.worked > Span::millis(950) && load.worked <= Span::seconds(1), "{load:?}");
    assert!(load.queue_most >= 2, "{load:?}");
    assert_eq!(world.load(NodeId(0)), None);
}

#[test]
fn work_without_a_cost_changes_nothing() {
    let (mut free, mut out) = pair(Span::ZERO);
    run(&mut free, Time(50_000), &mut out);
    let (mut costless, mut out) = worker(Span::ZERO);
    run(&mut costless, Time(50_000), &mut out);
    assert_eq!(free.hash(), costless.hash());
}

#[test]
fn a_slow_node_works_longer_on_each_message_until_it_is_no_longer_slow() {
    let (mut world, mut out) = worker(Span::millis(2));
    let pace = |slow| WorkChange { slow: Some(slow), ..WorkChange::default() };
    world.set_work(NodeId(1), pace(1_000), &mut out);
    run(&mut world, Time(1_000_000), &mut out);
    let times = deliveries(&out);
    assert!((40..=50).contains(&times.len()), "{}", times.len());
    assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) >= Span::millis(20)));
    out.clear();
    world.set_work(NodeId(1), pace(100), &mut out);
    run(&mut world, Time(1_500_000), &mut out);
    assert!(deliveries(&out).len() > 150, "{}", deliveries(&out).len());
}

#[test]
fn a_crash_loses_the_line_and_a_new_start_begins_with_an_empty_one() {
    let (mut world, mut out) = worker(Span::millis(10));
    run(&mut world, Time(105_000), &mut out);
    let waiting = world.load(NodeId(1)).unwrap_or_default().queue;
    assert!(waiting > 0);
    out.clear();
    world.crash(NodeId(1), &mut out);
    let lost = out.iter().filter(|e| matches!(e.kind, Kind::Lost { why: Loss::Down })).count();
    assert_eq!(lost as u32, waiting);
    let load = world.load(NodeId(1)).unwrap_or_default();
    assert_eq!(load.queue, 0);
    run(&mut world, Time(500_000), &mut out);
    let idle = world.load(NodeId(1)).unwrap_or_default();
    assert_eq!(idle.worked, load.worked, "who is off does not work");
    world.start(NodeId(1), &mut out);
    out.clear();
    run(&mut world, Time(1_000_000), &mut out);
    assert!(deliveries(&out).len() > 30);
}

#[test]
fn a_node_that_stands_still_does_not_work_and_goes_on_with_what_was_left() {
    let (mut world, mut out) = worker(Span::millis(10));
    run(&mut world, Time(105_000), &mut out);
    let before = world.load(NodeId(1)).unwrap_or_default();
    let last = deliveries(&out).last().copied().unwrap_or_default();
    world.pause(NodeId(1), &mut out);
    out.clear();
    run(&mut world, Time(400_000), &mut out);
    assert_eq!(world.load(NodeId(1)).unwrap_or_default().worked, before.worked);
    assert_eq!(deliveries(&out), []);
    world.resume(NodeId(1), &mut out);
    run(&mut world, Time(500_000), &mut out);
    let next = deliveries(&out).first().copied().unwrap_or_default();
    // It was in the middle of a message: the time until then does not count twice.
    let left = Span::millis(10).0 - Time(105_000).since(last).0;
    assert_eq!(next, Time(400_000) + Span(left));
}
