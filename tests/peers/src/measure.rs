//! How a figure is measured: several rounds, the fastest counts, because noise only ever slows.

use std::time::Instant;

/// How often everything is tried.
const ROUNDS: u32 = 7;

/// Things a second, over the fastest of several rounds; the work says how many things it did.
pub(crate) fn rate(mut work: impl FnMut() -> u64) -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let count = work();
        best = best.max(count as f64 / started.elapsed().as_secs_f64());
    }
    best
}

/// One line of a result: what, how much, and whether it is enough.
pub(crate) fn say(what: &str, figure: &str, wanted: &str, held: bool) -> bool {
    println!("{what:<44} {figure:>16}   {} {wanted}", if held { "holds:" } else { "MISSED:" });
    held
}
