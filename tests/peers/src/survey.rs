//! A million keys placed by every strategy on paper, with what one more node and one less would move.

use std::time::{Duration, Instant};

use shardlab::tenant::paper;
use shardlab::session::Session;

use crate::measure::say;

/// Events' worth of work of one step, as the page's worker takes it.
const STEP: u32 = 12_500;
/// Rounds, of which the fastest counts.
const ROUNDS: usize = 3;

/// Strategies as the page compares them, in the order of its table.
fn text() -> String {
    let mut text = String::new();
    for word in shardlab::tenant::paper::screen::STRATEGIES {
        let name = word.split(',').next().unwrap_or(word);
        text += &format!("place {name}: {word}, 10 nodes\n");
    }
    text + "load 1000000 keys \"{tenant}:{n}\"\n"
}

/// The time to write the keys down, and each strategy's time.
fn round(text: &str) -> (Duration, Vec<(String, Duration)>) {
    let began = Instant::now();
    let mut session = Session::open_in_steps(text);
    let mut keys = began.elapsed();
    let mut times = vec![Duration::ZERO; session.of::<paper::Process>().len()];
    let mut placed = 0;
    while session.is_underway() {
        let began = Instant::now();
        session.compute(STEP);
        let now = session.preparing().map_or(times.len(), |progress| progress.surveys);
        let time = if now > placed { &mut times[placed] } else { &mut keys };
        *time += began.elapsed();
        placed = now;
    }
    let rows = session.of::<paper::Process>().into_iter().zip(times).filter_map(|(at, time)| {
        let began = Instant::now();
        let row = paper::screen::row(session.site(at))?;
        Some((row.strategy.to_owned(), time + began.elapsed()))
    });
    (keys, rows.collect())
}

/// Prints each strategy's time, and the sum.
pub(crate) fn survey() -> bool {
    let text = text();
    let sum = |found: &(Duration, Vec<(String, Duration)>)| {
        found.0 + found.1.iter().map(|one| one.1).sum::<Duration>()
    };
    let Some(best) = (0..ROUNDS).map(|_| round(&text)).min_by_key(sum) else { return false };
    println!("survey: 1,000,000 keys on 10 nodes; placed, then with one more node, then with one less");
    println!("  {:<42} {:>13.1} ms", "keys written down, hashed and counted", best.0.as_secs_f64() * 1e3);
    for (strategy, time) in &best.1 {
        println!("  {strategy:<42} {:>13.1} ms", time.as_secs_f64() * 1e3);
    }
    let all = sum(&best);
    let figure = format!("{:.0} ms", all.as_secs_f64() * 1e3);
    say("  all of it, natively", &figure, "2 s at most", all <= Duration::from_secs(2))
}
