//! The figures of several clusters side by side: what one asks first as a table with a line for each
//! cluster and a mark at the best and the worst, the rest as a list.

/// A figure of one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// How it reads; a dash if it is not there.
    pub shown: String,
    /// How it compares with its neighbours; nothing if it is neither best nor worst.
    pub mark: Option<Mark>,
}

/// How a figure compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// No cluster has a better one.
    Best,
    /// No cluster has a worse one.
    Worst,
}

/// A figure of several clusters: its word, what it means, and what each cluster has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its word.
    pub word: String,
    /// A shorter one for the head of a column.
    pub head: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What each cluster has.
    pub cells: Vec<Cell>,
}

/// What one asks first of clusters that are read, and of others, each with the head of its column: speed,
/// cost and truth stand together, so that they are seen without scrolling.
const READS: [(&str, &str); 7] = [
    ("throughput", "answers"),
    ("read-p50", "p50"),
    ("messages-per-read", "messages"),
    ("staleness-max", "stale"),
    ("wrong", "wrong"),
    ("read-p99", "p99"),
    ("read-p999", "p99.9"),
];
const OTHERS: [(&str, &str); 6] = [
    ("throughput", "answers"),
    ("p50", "p50"),
    ("p99", "p99"),
    ("p999", "p99.9"),
    ("messages", "messages"),
    ("wrong", "wrong"),
];

/// The word of a figure and the place of its cluster, if it is of one of these.
#[must_use]
pub fn of<'a>(name: &'a str, names: &[String]) -> Option<(&'a str, usize)> {
    let (word, of) = name.strip_suffix(')')?.split_once('(')?;
    Some((word, names.iter().position(|name| name == of)?))
}

/// What one asks first, and the rest, where a figure that is zero everywhere comes last. A metric is its
/// name, how it reads, its value and what it means; `reads` if the clusters are compared by their reads.
#[must_use]
pub fn side_by_side<'m>(
    metrics: impl Iterator<Item = (&'m str, &'m str, i64, &'static str)>,
    names: &[String],
    reads: bool,
) -> (Vec<Figure>, Vec<Figure>) {
    let first: &[(&str, &str)] = if reads { &READS } else { &OTHERS };
    let mut figures: Vec<(Figure, Vec<Option<i64>>)> = Vec::new();
    for (name, shown, value, means) in metrics {
        let Some((word, column)) = of(name, names) else { continue };
        let at = figures.iter().position(|(figure, _)| figure.word == word).unwrap_or_else(|| {
            let head = first.iter().find(|(first, _)| *first == word).map_or("", |(_, head)| head);
            let cells = vec![Cell { shown: "–".to_owned(), mark: None }; names.len()];
            figures.push((
                Figure { word: word.to_owned(), head, means, cells },
                vec![None; names.len()],
            ));
            figures.len() - 1
        });
        figures[at].0.cells[column].shown = shown.to_owned();
        figures[at].1[column] = Some(value);
    }
    let idle = |values: &[Option<i64>]| values.iter().flatten().all(|value| *value == 0);
    // Where nobody asks anything, that it was all answered at once is no news.
    let asked = |(figure, values): &(Figure, Vec<Option<i64>>)| {
        let place = first.iter().position(|(word, _)| *word == figure.word);
        place.filter(|_| reads || !idle(values))
    };
    let (mut heads, mut rest) = (Vec::new(), Vec::new());
    // By place and not by a sort: there are few, and a sort is much code.
    for place in 0..first.len() + 2 {
        let kept = core::mem::take(&mut figures);
        for one in kept {
            let asked = asked(&one);
            if asked.unwrap_or(first.len() + usize::from(idle(&one.1))) != place {
                figures.push(one);
            } else if asked.is_some() {
                heads.push(one);
            } else {
                rest.push(one);
            }
        }
    }
    for (figure, values) in &mut heads {
        compare(&mut figure.cells, values, figure.word == "throughput");
    }
    let figures = |list: Vec<(Figure, _)>| list.into_iter().map(|(figure, _)| figure).collect();
    (figures(heads), figures(rest))
}

/// Marks the best and the worst, unless all are alike.
fn compare(cells: &mut [Cell], values: &[Option<i64>], more_is_better: bool) {
    let known = || values.iter().flatten();
    let (Some(least), Some(most)) = (known().min(), known().max()) else { return };
    if least == most {
        return;
    }
    let (best, worst) = if more_is_better { (most, least) } else { (least, most) };
    for (cell, value) in cells.iter_mut().zip(values) {
        cell.mark = match value {
            Some(value) if value == best => Some(Mark::Best),
            Some(value) if value == worst => Some(Mark::Worst),
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["log", "lease", "local"];
    const METRICS: [(&str, &str, i64, &str); 12] = [
        ("failed(log)", "0", 0, ""),
        ("keys(log)", "4", 4, ""),
        ("read-p50(log)", "20 ms", 20, ""),
        ("read-p50(lease)", "8 ms", 8, ""),
        ("read-p50(local)", "8 ms", 8, ""),
        ("throughput(log)", "9 /s", 9, ""),
        ("throughput(lease)", "12 /s", 12, ""),
        ("throughput(local)", "11 /s", 11, ""),
        ("wrong(log)", "0", 0, ""),
        ("wrong(lease)", "0", 0, ""),
        ("wrong(local)", "0", 0, ""),
        ("read-after(orders)", "7", 7, ""),
    ];

    fn both(reads: bool) -> (Vec<Figure>, Vec<Figure>) {
        side_by_side(METRICS.into_iter(), &NAMES.map(String::from), reads)
    }

    #[test]
    fn what_one_asks_first_comes_first() {
        let (heads, rest) = both(true);
        let words = |figures: &[Figure]| -> Vec<String> {
            figures.iter().map(|figure| figure.word.clone()).collect()
        };
        assert_eq!(words(&heads), ["throughput", "read-p50", "wrong"]);
        assert_eq!(words(&rest), ["keys", "failed"]);
        assert_eq!(rest[0].cells[1].shown, "–");
        assert_eq!(words(&both(false).0), ["throughput"]);
    }

    #[test]
    fn the_best_and_the_worst_are_marked_unless_all_are_alike() {
        use Mark::{Best, Worst};
        let (heads, _) = both(true);
        let marks = |at: usize| -> Vec<Option<Mark>> {
            heads[at].cells.iter().map(|cell| cell.mark).collect()
        };
        assert_eq!(marks(0), [Some(Worst), Some(Best), None]);
        assert_eq!(marks(1), [Some(Worst), Some(Best), Some(Best)]);
        assert_eq!(marks(2), [None, None, None]);
    }
}
