//! Amounts as people read them: the unit that leaves two to four digits.

use super::point::fixed;

/// A number with at most three significant digits, and all digits below a thousand.
#[must_use]
pub fn digits(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    fixed(
        value,
        if size >= 100.0 {
            0
        } else if size >= 10.0 {
            1
        } else {
            2
        },
    )
}

/// A whole number with thin groups: `100,000`.
#[must_use]
pub fn grouped(value: u64) -> String {
    let plain = value.to_string();
    let mut text = String::with_capacity(plain.len() + plain.len() / 3);
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count: grouped while it is short, then in thousands and millions.
#[must_use]
pub fn count(value: f64) -> String {
    let size = value.abs();
    if size >= 1e9 {
        format!("{} G", digits(value / 1e9))
    } else if size >= 1e6 {
        format!("{} M", digits(value / 1e6))
    } else if size >= 1e4 {
        format!("{} k", digits(value / 1e3))
    } else if value == value.trunc() && value >= 0.0 {
        grouped(value as u64)
    } else {
        digits(value)
    }
}

/// A span of microseconds: `950 µs`, `1.25 ms`, `12.5 s`, `3 min 20 s`.
#[must_use]
pub fn time(micros: f64) -> String {
    let size = micros.abs();
    if size < 1e3 {
        format!("{} µs", digits(micros))
    } else if size < 1e6 {
        format!("{} ms", digits(micros / 1e3))
    } else if size < 120e6 {
        format!("{} s", digits(micros / 1e6))
    } else if size < 7_200e6 {
        let seconds = (micros / 1e6).round() as i64;
        if seconds % 60 == 0 {
            format!("{} min", seconds / 60)
        } else {
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    } else {
        format!("{} h", digits(micros / 3_600e6))
    }
}

/// A moment among others, to the millisecond, so that two that differ do not read alike: `1.502 s`.
#[must_use]
pub fn moment(micros: u64) -> String {
    match micros {
        0 => "0 s".to_owned(),
        1_000_000..100_000_000 => format!("{} s", fixed(micros as f64 / 1e6, 3)),
        _ => time(micros as f64),
    }
}

/// A moment on the run's clock, with as many decimals as fit a playhead: `2.041 350 s`.
#[must_use]
pub fn clock(micros: u64) -> String {
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    format!("{seconds}.{:03} {:03} s", rest / 1000, rest % 1000)
}

/// An amount of bytes: `512 B`, `18.4 kB`, `1.02 GB`.
#[must_use]
pub fn bytes(value: f64) -> String {
    for (limit, unit) in [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")] {
        if value.abs() >= limit {
            return format!("{} {unit}", digits(value / limit));
        }
    }
    format!("{} B", digits(value))
}

/// A share as per cent.
#[must_use]
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if value > 99.0 && value < 100.0 {
        format!("{} %", fixed((value * 100.0).floor() / 100.0, 2))
    } else {
        format!("{} %", digits(value))
    }
}

/// An amount in a unit given by its sign: `us`, `bytes`, `%`, `/s`, or nothing for a count.
#[must_use]
pub fn amount(value: f64, unit: &str) -> String {
    match unit {
        "us" | "µs" => time(value),
        "B" | "bytes" => bytes(value),
        "B/s" | "bytes/s" => format!("{}/s", bytes(value)),
        "%" => percent(value),
        "/s" => format!("{}/s", count(value)),
        "" => count(value),
        "ms" | "MB" => format!("{} {unit}", count(value)),
        many if value == 1.0 => format!("1 {}", single(many)),
        many => format!("{} {many}", count(value)),
    }
}

/// One of many: an entry of entries, a key of keys.
fn single(many: &str) -> String {
    match many.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => many.strip_suffix('s').unwrap_or(many).to_owned(),
    }
}

/// A statement's moment as the language writes it: `1.2s`, `340ms`, `15us`; exact, never rounded.
#[must_use]
pub fn written(micros: u64) -> String {
    if micros.is_multiple_of(1000) {
        let millis = micros / 1000;
        if millis >= 1000 && millis.is_multiple_of(10) {
            let text = format!("{}.{:03}", millis / 1000, millis % 1000);
            return format!("{}s", text.trim_end_matches('0').trim_end_matches('.'));
        }
        return format!("{millis}ms");
    }
    format!("{micros}us")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_two_to_four_digits() {
        assert_eq!(time(950.0), "950 µs");
        assert_eq!(time(1_250.0), "1.25 ms");
        assert_eq!(time(12_500_000.0), "12.5 s");
        assert_eq!(time(200_000_000.0), "3 min 20 s");
        assert_eq!(time(0.0), "0 µs");
    }

    #[test]
    fn moments_that_differ_by_a_millisecond_read_differently() {
        let wanted =
            [(0, "0 s"), (12_300, "12.3 ms"), (1_500_000, "1.5 s"), (1_502_400, "1.502 s")];
        for (micros, words) in wanted {
            assert_eq!(moment(micros), words);
        }
        assert_eq!((moment(12_000_000), moment(200_000_000)), ("12 s".into(), "3 min 20 s".into()));
    }

    #[test]
    fn counts_and_bytes() {
        assert_eq!(count(9_999.0), "9,999");
        assert_eq!(count(100_000.0), "100 k");
        assert_eq!(count(2_500_000.0), "2.5 M");
        assert_eq!(bytes(18_400.0), "18.4 kB");
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(percent(0.1987), "19.9 %");
        assert_eq!(percent(0.99996), "99.99 %");
        assert_eq!(amount(1.0, "keys"), "1 key");
        assert_eq!(amount(1.0, "entries"), "1 entry");
        assert_eq!(amount(0.0, "entries"), "0 entries");
        assert_eq!(amount(1.0, "ms"), "1 ms");
    }

    #[test]
    fn moments_are_written_exactly() {
        assert_eq!(written(1_200_000), "1.2s");
        assert_eq!(written(1_234_000), "1234ms");
        assert_eq!(written(15), "15us");
        assert_eq!(written(0), "0ms");
        assert_eq!(clock(2_041_350), "2.041 350 s");
    }
}
