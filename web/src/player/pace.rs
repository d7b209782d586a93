//! How fast time runs: from a thousandth to a thousandfold, and the pace a run suggests by itself.

/// The speeds one can choose, in run seconds a second.
pub const SPEEDS: [f64; 19] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0,
    200.0, 500.0, 1000.0,
];

/// The place of real time in [`SPEEDS`].
pub const NORMAL: usize = 9;

/// A speed in words: `1/50×`, `1×`, `200×`.
#[must_use]
pub fn words(place: usize) -> String {
    let speed = SPEEDS[place.min(SPEEDS.len() - 1)];
    if speed < 1.0 {
        format!("1/{}×", (1.0 / speed).round() as u32)
    } else {
        format!("{}×", speed as u32)
    }
}

/// The place of the speed that plays a run of `micros` in about `seconds`.
#[must_use]
pub fn for_length(micros: u64, seconds: f64) -> usize {
    let wanted = micros as f64 / 1e6 / seconds;
    SPEEDS
        .iter()
        .enumerate()
        .min_by(|one, other| apart(*one.1, wanted).total_cmp(&apart(*other.1, wanted)))
        .map_or(NORMAL, |(place, _)| place)
}

/// How many times the one is the other, whichever is greater.
fn apart(one: f64, other: f64) -> f64 {
    (one / other).max(other / one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_said_as_fractions_and_multiples() {
        assert_eq!(words(0), "1/1000×");
        assert_eq!(words(NORMAL), "1×");
        assert_eq!(words(99), "1000×");
    }

    #[test]
    fn a_long_run_plays_faster() {
        assert_eq!(SPEEDS[for_length(20_000_000, 20.0)], 1.0);
        assert_eq!(SPEEDS[for_length(2_000_000, 20.0)], 0.1);
    }
}
