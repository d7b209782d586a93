//! A history laid out: a bar an operation, lanes by client, a point in time for each place in the order.

use serde::{Deserialize, Serialize};

use super::timeline::Scale;

/// One operation, as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Whose it is.
    pub client: String,
    /// What it asked for and what it was told.
    pub told: String,
    /// The answer alone.
    pub answer: String,
    /// When it was called.
    pub from: u64,
    /// When it returned; nothing if it stays open.
    pub to: Option<u64>,
    /// What its call is known by.
    pub called: u32,
    /// What its end is known by.
    pub returned: u32,
    /// Its place in the order that was found.
    pub number: Option<u32>,
    /// What the key holds after it.
    pub state: String,
    /// It fits no order.
    pub culprit: bool,
    /// It is one of those that prove the violation.
    pub proves: bool,
}

/// A history, or the part of it that is looked at, with what the judge says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// `linearizable`, `not linearizable`, `unknown` or `not judged`.
    pub verdict: String,
    /// A sentence about it.
    pub reason: String,
    /// How many operations there are in all.
    pub operations: u32,
    /// How many keys there are.
    pub keys: u32,
    /// Keys to choose from, each with the number of its operations.
    pub busiest: Vec<(String, u32)>,
    /// The key that is looked at, or the keys that batches join.
    pub key: String,
    /// How many keys these are.
    pub joined: u32,
    /// How many operations it has.
    pub of_key: u32,
    /// How many operations prove the violation.
    pub smallest: u32,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// A bar in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Its left edge.
    pub x: f64,
    /// Its width.
    pub width: f64,
    /// Its upper edge.
    pub y: f64,
    /// So many letters fit before the next bar of its lane.
    pub letters: usize,
    /// Whether its words end with it, because the edge is too near for them to begin there.
    pub ends: bool,
    /// Where it takes effect, if it has a place in the order.
    pub point: Option<f64>,
}

/// A client's lanes: its name and the middle of the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The client.
    pub client: String,
    /// The middle of its first lane.
    pub y: f64,
    /// Its upper edge.
    pub top: f64,
}

/// The whole picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Time to pixels, from the left edge of the bars.
    pub scale: Scale,
    /// The clients, from top to bottom.
    pub rows: Vec<Row>,
    /// The bars, in the order in which they came.
    pub places: Vec<Place>,
    /// How high it all is.
    pub height: f64,
}

/// The height of a lane, of a bar in it, and where in the lane it begins: words stand above.
pub const LANE: f64 = 40.0;
/// The height of a bar.
pub const BAR: f64 = 16.0;
/// Room above a bar for its words.
const WORDS: f64 = 18.0;
/// A bar is at least so wide, so that it can be hit.
const WIDTH_MIN: f64 = 22.0;
/// The mean width of a letter.
const LETTER: f64 = 6.4;
/// The mean width of a bold one.
const BOLD: f64 = 7.2;

/// Lays bars out over a width; `top` is kept free for the axis.
#[must_use]
pub fn lay(bars: &[Bar], width: f64, top: f64) -> Picture {
    let start = bars.iter().map(|bar| bar.from).min().unwrap_or(0);
    let last = bars.iter().map(|bar| bar.to.unwrap_or(bar.from)).max().unwrap_or(start + 1);
    let margin = ((last - start) / 24).max(1);
    let scale = Scale::new(start.saturating_sub(margin), last + margin, width);
    let edges = |bar: &Bar| {
        // What begins at the very edge is still seen whole.
        let x = scale.x(bar.from).min(scale.width - WIDTH_MIN - 2.0).max(0.0);
        let end = bar.to.map_or(scale.width, |to| scale.x(to));
        (x, end.max(x + WIDTH_MIN))
    };
    let mut clients: Vec<&str> = bars.iter().map(|bar| bar.client.as_str()).collect();
    clients.sort_by_key(|name| natural(name));
    clients.dedup();
    let mut places = vec![
        Place { x: 0.0, width: 0.0, y: 0.0, letters: 0, ends: false, point: None };
        bars.len()
    ];
    let mut rows = Vec::new();
    let mut lanes = 0;
    for client in clients {
        // The end of what lies in each lane of this client; a lost call may lie under the next one.
        let mut ends: Vec<(f64, usize)> = Vec::new();
        let head = top + lanes as f64 * LANE;
        rows.push(Row { client: client.to_owned(), y: head + WORDS + BAR / 2.0, top: head });
        for (at, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.client == client) {
            let (x, end) = edges(bar);
            let free = ends.iter().position(|(before, _)| *before <= x);
            let lane = free.unwrap_or(ends.len());
            match free {
                Some(lane) => {
                    // What stood before it has its words cut where this one begins.
                    let before: &mut Place = &mut places[ends[lane].1];
                    before.letters = ((x - before.x) / LETTER) as usize;
                    ends[lane] = (end, at);
                }
                None => ends.push((end, at)),
            }
            let y = head + lane as f64 * LANE + WORDS;
            let right = ((scale.width - x) / LETTER) as usize;
            // Before it there is room back to what stands there.
            let before = places
                .iter()
                .zip(bars)
                .filter(|(place, one)| one.client == *client && place.y == y)
                .map(|(place, _)| place.x + place.width + place.letters.min(12) as f64 * LETTER)
                .fold(0.0, f64::max);
            let left = ((end - before).max(0.0) / BOLD) as usize;
            let wanted = bar.told.chars().count() + 2;
            let ends = right < wanted && left > right;
            let letters = if ends { left } else { right };
            places[at] = Place { x, width: end - x, y, letters, ends, point: None };
        }
        lanes += ends.len();
    }
    let mut ordered: Vec<usize> = (0..bars.len()).filter(|at| bars[*at].number.is_some()).collect();
    ordered.sort_by_key(|at| bars[*at].number);
    let mut moment = 0;
    for at in ordered {
        // Each takes effect as early as the order lets it, which is never after its return.
        moment = bars[at].from.max(moment).min(bars[at].to.unwrap_or(u64::MAX));
        let place = &mut places[at];
        place.point = Some(scale.x(moment).clamp(place.x + 9.0, place.x + place.width - 9.0));
    }
    Picture { scale, rows, places, height: top + lanes as f64 * LANE + 8.0 }
}

/// Names with numbers in the order of these.
fn natural(name: &str) -> (String, u64) {
    let letters = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    (letters.to_owned(), name[letters.len()..].parse().unwrap_or(0))
}

/// Words that fit, cut with a mark if they must be.
#[must_use]
pub fn cut(words: &str, letters: usize) -> String {
    let count = words.chars().count();
    match letters {
        _ if count <= letters => words.to_owned(),
        0..=2 => String::new(),
        _ => words.chars().take(letters - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(client: &str, from: u64, to: Option<u64>, number: Option<u32>) -> Bar {
        Bar { client: client.into(), from, to, number, told: "put 1".into(), ..Bar::default() }
    }

    #[test]
    fn clients_have_rows_and_what_overlaps_lies_in_lanes() {
        let bars = [
            bar("c10", 0, Some(100), Some(1)),
            bar("c2", 50, Some(150), Some(2)),
            bar("c2", 100, None, None),
            bar("c2", 160, Some(200), Some(3)),
        ];
        let picture = lay(&bars, 600.0, 30.0);
        let names: Vec<&str> = picture.rows.iter().map(|row| row.client.as_str()).collect();
        assert_eq!(names, ["c2", "c10"]);
        let [first, second, open, third] = picture.places[..] else { panic!("four places") };
        assert!((second.y - third.y).abs() < 0.1 && (open.y - second.y - LANE).abs() < 0.1);
        assert!(first.y > open.y && picture.height > first.y + BAR);
        assert!((open.x + open.width - 600.0).abs() < 0.1, "what stays open reaches the edge");
        // The words of the second end where the third begins, those of the third at the edge.
        assert_eq!(second.letters, ((third.x - second.x) / LETTER) as usize);
        assert_eq!(third.letters, ((600.0 - third.x) / LETTER) as usize);
    }

    #[test]
    fn points_lie_in_their_bars_and_keep_the_order() {
        let bars = [
            bar("a", 0, Some(1_000), Some(2)),
            bar("b", 400, Some(600), Some(1)),
            bar("c", 500, None, Some(3)),
        ];
        let picture = lay(&bars, 500.0, 0.0);
        let points: Vec<f64> = picture.places.iter().filter_map(|place| place.point).collect();
        for (place, point) in picture.places.iter().zip(&points) {
            assert!(place.x < *point && *point < place.x + place.width);
        }
        assert!(points[1] <= points[0] + 9.1 && points[0] <= points[2] + 9.1);
    }

    #[test]
    fn an_empty_history_and_one_moment_are_laid_out() {
        assert!(lay(&[], 300.0, 20.0).places.is_empty());
        let one = lay(&[bar("a", 7, Some(7), None)], 300.0, 20.0);
        assert!(one.places[0].width >= WIDTH_MIN);
    }

    #[test]
    fn words_are_cut_where_they_do_not_fit() {
        assert_eq!(cut("put 12345", 20), "put 12345");
        assert_eq!(cut("put 12345", 6), "put 1…");
        assert_eq!(cut("put 12345", 2), "");
    }
}
