//! Words with their meanings, and the one that was probably meant.

/// A word and its meaning in a line.
pub type Entry = (&'static str, &'static str);

/// The nearest word of a list, if it is near enough to be meant.
#[must_use]
pub fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let limit = 1 + word.chars().count() / 3;
    words
        .map(|known| (distance(word, known), known))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many letters must be added, dropped, changed or swapped; long words are cut.
fn distance(one: &str, two: &str) -> usize {
    const LONGEST: usize = 24;
    let mut a = ['\0'; LONGEST];
    let mut b = ['\0'; LONGEST];
    let take = |text: &str, into: &mut [char; LONGEST]| {
        let mut len = 0;
        for (place, letter) in into.iter_mut().zip(text.chars()) {
            *place = letter.to_ascii_lowercase();
            len += 1;
        }
        len
    };
    let (m, n) = (take(one, &mut a), take(two, &mut b));
    let mut rows = [[0; LONGEST + 1]; LONGEST + 1];
    for i in 0..=m {
        for j in 0..=n {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[m][n]
}
