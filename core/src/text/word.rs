//! Words with their meanings, and the one that was probably meant.

/// A word and its meaning in a line.
pub type Entry = (&'static str, &'static str);

/// How many there are in several lists.
#[must_use]
pub const fn count<T>(lists: &[&[T]]) -> usize {
    let (mut at, mut count) = (0, 0);
    while at < lists.len() {
        count += lists[at].len();
        at += 1;
    }
    count
}

/// Several lists as one. There must be `N` in all; `empty` fills the places before they are taken.
#[must_use]
pub const fn join<T: Copy, const N: usize>(lists: &[&[T]], empty: T) -> [T; N] {
    let mut all = [empty; N];
    let (mut list, mut at) = (0, 0);
    while list < lists.len() {
        let mut place = 0;
        while place < lists[list].len() {
            all[at] = lists[list][place];
            at += 1;
            place += 1;
        }
        list += 1;
    }
    all
}

/// Several constant lists as one constant list of a type that has an empty value.
macro_rules! joined {
    ($T:ty, $empty:expr; $($list:expr),+ $(,)?) => {{
        const LISTS: &[&[$T]] = &[$($list),+];
        const COUNT: usize = $crate::text::word::count(LISTS);
        const ALL: [$T; COUNT] = $crate::text::word::join(LISTS, $empty);
        &ALL
    }};
}

pub(crate) use joined;

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
