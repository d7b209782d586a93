//! The ring: who owns which arc, where the nodes stand around it, and the paths that show it.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use super::point::{Point, angle, fixed, short};

/// A stretch of the ring that belongs to one owner, as angles; `end` may exceed a full turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    /// Where it begins.
    pub start: f64,
    /// Where it ends, clockwise.
    pub end: f64,
    /// The index of its owner.
    pub owner: usize,
}

/// The slices of a ring whose `points` are (position, owner), by position: a key belongs to the first point at
/// or after it, so each point owns the stretch that ends at it. Neighbors of one owner are joined.
#[must_use]
pub fn slices(points: &[(u64, usize)]) -> Vec<Slice> {
    let Some(&(last, _)) = points.last() else { return Vec::new() };
    if points.len() == 1 {
        return vec![Slice { start: 0.0, end: TAU, owner: points[0].1 }];
    }
    let mut result: Vec<Slice> = Vec::with_capacity(points.len());
    let mut previous = angle(last) - TAU;
    for &(position, owner) in points {
        let end = angle(position);
        match result.last_mut() {
            Some(slice) if slice.owner == owner => slice.end = end,
            _ => result.push(Slice { start: previous, end, owner }),
        }
        previous = end;
    }
    result
}

/// The slices of a table whose owners have these shares of it, one behind the other.
#[must_use]
pub fn shared_slices(shares: &[u32]) -> Vec<Slice> {
    let pieces: Vec<(usize, u32)> = shares.iter().copied().enumerate().collect();
    piece_slices(&pieces)
}

/// The slices of pieces in their order, of each its owner and how wide it is.
#[must_use]
pub fn piece_slices(pieces: &[(usize, u32)]) -> Vec<Slice> {
    let all: u64 = pieces.iter().map(|piece| u64::from(piece.1)).sum();
    let part = TAU / all.max(1) as f64;
    let mut end = 0.0;
    let owned = pieces.iter().filter(|piece| piece.1 > 0);
    owned
        .map(|(owner, width)| {
            let start = end;
            end += part * f64::from(*width);
            Slice { start, end, owner: *owner }
        })
        .collect()
}

/// The angle at a share of all that `owner` has, slice by slice.
#[must_use]
pub fn along(slices: &[Slice], owner: usize, share: f64) -> f64 {
    let own = || slices.iter().filter(|slice| slice.owner == owner);
    let mut left = share * own().map(|slice| slice.end - slice.start).sum::<f64>();
    for slice in own() {
        let width = slice.end - slice.start;
        if left <= width {
            // A little away from the borders, so that one sees whose it is.
            return slice.start + width * 0.03 + left * 0.94;
        }
        left -= width;
    }
    own().next_back().map_or(0.0, |slice| slice.end)
}

/// The share of the circle that `owner` has.
#[must_use]
pub fn share(slices: &[Slice], owner: usize) -> f64 {
    slices
        .iter()
        .filter(|slice| slice.owner == owner)
        .map(|slice| slice.end - slice.start)
        .sum::<f64>()
        / TAU
}

/// One path for everything that `owner` has, as a band between two radii.
#[must_use]
pub fn band(slices: &[Slice], owner: usize, center: Point, inner: f64, outer: f64) -> String {
    let mut path = String::new();
    for slice in slices.iter().filter(|slice| slice.owner == owner) {
        sector(&mut path, center, inner, outer, slice.start, slice.end);
    }
    path
}

/// Appends one sector of a band to a path. A sector thinner than a twentieth of a pixel is left out.
pub fn sector(path: &mut String, center: Point, inner: f64, outer: f64, start: f64, end: f64) {
    // A whole turn keeps a gap that is more than the two digits behind the point leave out.
    let end = end.min(start + TAU - 0.04 / outer.max(1.0));
    if (end - start) * outer < 0.05 {
        return;
    }
    let large = u8::from(end - start > TAU / 2.0);
    let (a, b) = (center.polar(start, outer), center.polar(end, outer));
    let (c, d) = (center.polar(end, inner), center.polar(start, inner));
    let (r, s) = (short(outer), short(inner));
    let _ = write!(
        path,
        "M{} {}A{r} {r} 0 {large} 1 {} {}",
        fixed(a.x, 2),
        fixed(a.y, 2),
        fixed(b.x, 2),
        fixed(b.y, 2)
    );
    let _ = write!(
        path,
        "L{} {}A{s} {s} 0 {large} 0 {} {}Z",
        fixed(c.x, 2),
        fixed(c.y, 2),
        fixed(d.x, 2),
        fixed(d.y, 2)
    );
}

/// Short strokes across the ring, one for each position.
#[must_use]
pub fn ticks(positions: &[u64], center: Point, inner: f64, outer: f64) -> String {
    let mut path = String::with_capacity(positions.len() * 28);
    for &position in positions {
        let turn = angle(position);
        let (a, b) = (center.polar(turn, inner), center.polar(turn, outer));
        let _ = write!(path, "M{} {}L{} {}", short(a.x), short(a.y), short(b.x), short(b.y));
    }
    path
}

/// A histogram around the circle: `weights` are bins clockwise from twelve o'clock, the fullest one
/// reaches `depth` pixels inwards from `radius`.
#[must_use]
pub fn density(weights: &[f64], center: Point, radius: f64, depth: f64, fullest: f64) -> String {
    let mut path = String::new();
    if weights.is_empty() || fullest <= 0.0 {
        return path;
    }
    let part = TAU / weights.len() as f64;
    for (index, &weight) in weights.iter().enumerate() {
        if weight <= 0.0 {
            continue;
        }
        let turn = part * (index as f64 + 0.5);
        let length = (depth * (weight / fullest).min(1.0)).max(1.0);
        let (a, b) = (center.polar(turn, radius), center.polar(turn, radius - length));
        let _ = write!(path, "M{} {}L{} {}", short(a.x), short(a.y), short(b.x), short(b.y));
    }
    path
}

/// Where `wanted` angles go so that neighbors stay `gap` apart: each moves as little as it can and
/// the order around the circle is kept. When there is no room for that, all stand evenly.
#[must_use]
pub fn spread(wanted: &[f64], gap: f64) -> Vec<f64> {
    let count = wanted.len();
    if count < 2 {
        return wanted.to_vec();
    }
    let gap = gap.min(TAU / count as f64 * 0.999);
    // Nodes are few: an insertion is all the sorting they need.
    let mut order: Vec<usize> = Vec::with_capacity(count);
    for index in 0..count {
        let place = order.iter().take_while(|&&other| wanted[other] <= wanted[index]).count();
        order.insert(place, index);
    }
    let mut angles: Vec<f64> = order.iter().map(|&index| wanted[index].rem_euclid(TAU)).collect();
    for _ in 0..200 {
        let mut moved = false;
        for left in 0..count {
            let right = (left + 1) % count;
            let turn = if right == 0 { TAU } else { 0.0 };
            let space = angles[right] + turn - angles[left];
            if space < gap - 1e-9 {
                let push = (gap - space) / 2.0;
                angles[left] -= push;
                angles[right] += push;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let mut result = vec![0.0; count];
    for (place, &index) in order.iter().enumerate() {
        result[index] = angles[place];
    }
    result
}

/// Angles of `count` nodes that stand evenly, the first a little right of twelve o'clock.
#[must_use]
pub fn evenly(count: usize) -> Vec<f64> {
    let part = TAU / count.max(1) as f64;
    (0..count).map(|index| part * (index as f64 + 0.5)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stand_in_their_order_and_keys_lie_in_those_of_their_owner() {
        let slices = piece_slices(&[(0, 1), (1, 2), (0, 1), (2, 0)]);
        let owners: Vec<usize> = slices.iter().map(|slice| slice.owner).collect();
        assert_eq!(owners, [0, 1, 0]);
        assert!((share(&slices, 0) - 0.5).abs() < 1e-9);
        let first = along(&slices, 0, 0.1);
        assert!(first > slices[0].start && first < slices[0].end);
        let last = along(&slices, 0, 0.9);
        assert!(last > slices[2].start && last < slices[2].end);
    }

    #[test]
    fn slices_cover_the_circle_once() {
        let points = [(1 << 62, 0), (1 << 63, 1), (3 << 62, 0), (u64::MAX, 2)];
        let slices = slices(&points);
        let sum: f64 = slices.iter().map(|slice| slice.end - slice.start).sum();
        assert!((sum - TAU).abs() < 1e-9);
        assert!((share(&slices, 0) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn one_point_owns_everything_and_none_owns_nothing() {
        assert!((share(&slices(&[(42, 0)]), 0) - 1.0).abs() < 1e-9);
        assert!(slices(&[]).is_empty());
        assert!((share(&shared_slices(&[7; 5]), 3) - 0.2).abs() < 1e-9);
    }

    #[test]
    fn neighbors_of_one_owner_are_one_slice() {
        assert_eq!(slices(&[(1 << 60, 0), (1 << 61, 0), (1 << 62, 1)]).len(), 2);
    }

    #[test]
    fn spread_keeps_the_order_and_the_gap() {
        let result = spread(&[0.1, 0.11, 0.12, 6.2], 0.4);
        let mut sorted = result.clone();
        sorted.sort_by(f64::total_cmp);
        for pair in sorted.windows(2) {
            assert!(pair[1] - pair[0] > 0.39, "{sorted:?}");
        }
        assert!(sorted[0] + TAU - sorted[3] > 0.39, "{sorted:?}");
        assert!(result[0] < result[1] && result[1] < result[2]);
    }

    #[test]
    fn spread_of_too_many_is_even() {
        let result = spread(&[0.0; 12], 1.0);
        assert_eq!(result.len(), 12);
    }

    #[test]
    fn paths_are_closed_bands() {
        let path = band(&shared_slices(&[1, 1]), 1, Point::new(0.0, 0.0), 80.0, 100.0);
        assert!(path.starts_with('M') && path.ends_with('Z'));
        assert!(!path.contains("NaN"));
        assert!(density(&[0.0, 2.0], Point::default(), 50.0, 10.0, 2.0).starts_with('M'));
        assert!(ticks(&[0, 5], Point::default(), 1.0, 2.0).len() > 8);
    }
}
