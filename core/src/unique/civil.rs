//! A moment as a date and a time of day, without any library.

use alloc::format;
use alloc::string::String;

/// The moment so many milliseconds after the start of 1970, as `2022-06-28T16:07:40.105Z`.
#[must_use]
pub fn text(millis: u64) -> String {
    let (year, month, day) = date(millis / 86_400_000);
    let second = millis / 1_000 % 86_400;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        second / 3_600,
        second / 60 % 60,
        second % 60,
        millis % 1_000
    )
}

/// Year, month and day so many days after the start of 1970 (Hinnant's way: the year begins in March,
/// so that the leap day is its last).
#[must_use]
pub fn date(days: u64) -> (u64, u64, u64) {
    // Eras of 400 years have 146,097 days; day 719,468 of the year 0 is the start of 1970.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let first = (153 * month + 2) / 5;
    let (month, wrap) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + wrap, month, day - first + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_have_their_dates() {
        for (millis, said) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_656_432_460_105, "2022-06-28T16:07:40.105Z"),
            (1_645_557_742_000, "2022-02-22T19:22:22.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
            ((1 << 48) - 1, "10889-08-02T05:31:50.655Z"),
        ] {
            assert_eq!(text(millis), said);
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut before = date(0);
        for day in 1..200_000 {
            let today = date(day);
            let next = (before.0, before.1, before.2 + 1) == today;
            let month = (before.0, before.1 + 1, 1) == today && before.2 >= 28;
            let year = (before.0 + 1, 1, 1) == today && (before.1, before.2) == (12, 31);
            assert!(next || month || year, "{before:?} {today:?}");
            before = today;
        }
        assert!(text(u64::MAX).starts_with("584556019-"));
    }
}
