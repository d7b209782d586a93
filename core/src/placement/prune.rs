//! Which partitions a question about columns can touch, and why the others cannot hold an answer.
//!
//! A question is conditions that must all hold; each names a column and the values it may have. For
//! every level the conditions on its column leave some of its partitions; a level that no condition
//! names leaves them all. By hash only equality helps: neighbours lie anywhere.

use super::layered::{Cut, Level};
use crate::base::hash::tagged;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What must hold of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is one of these.
    In(Arc<[Arc<str>]>),
    /// It is not below this.
    AtLeast(Arc<str>),
    /// It is below this.
    Below(Arc<str>),
    /// It is not one of these.
    NotIn(Arc<[Arc<str>]>),
}

tagged!(Test {
    0 In(a),
    1 AtLeast(a),
    2 Below(a),
    3 NotIn(a),
});

/// A test of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The column's name.
    pub column: Arc<str>,
    /// What must hold.
    pub test: Test,
}

/// What is left of one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The level's column.
    pub column: Arc<str>,
    /// How many partitions it has.
    pub of: u32,
    /// Which of them can hold an answer, and how they are called.
    pub kept: Vec<(u32, String)>,
    /// Why.
    pub reason: String,
}

/// A question's way through the levels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The levels, the outermost first.
    pub levels: Vec<Left>,
    /// Partitions that are read.
    pub touched: u32,
    /// Partitions that there are.
    pub of: u32,
}

/// Works out which partitions a question touches.
#[must_use]
pub fn prune(levels: &[Level], question: &[Condition]) -> Explanation {
    let levels: Vec<Left> = levels.iter().map(|level| left(level, question)).collect();
    let product =
        |f: &dyn Fn(&Left) -> u32| levels.iter().fold(1_u32, |n, l| n.saturating_mul(f(l)));
    let (touched, of) = (product(&|left| left.kept.len() as u32), product(&|left| left.of));
    Explanation { levels, touched, of }
}

fn left(level: &Level, question: &[Condition]) -> Left {
    let mut kept: Vec<u32> = (0..level.len()).collect();
    let mut reason = String::from("no condition on it");
    let tests = question.iter().filter(|condition| condition.column == level.column);
    for Condition { test, .. } in tests {
        let before = kept.len();
        kept.retain(|number| possible(level, *number, test));
        reason = match (&level.cut, kept.len() < before) {
            (_, true) => String::from("only these can hold an answer"),
            (Cut::Hash(_), false) => String::from("a hash tells nothing about neighbours"),
            (_, false) => String::from("the condition excludes none"),
        };
    }
    let kept = kept.into_iter().map(|number| (number, called(level, number))).collect();
    Left { column: level.column.clone(), of: level.len(), kept, reason }
}

/// True if a partition can hold a value that passes.
fn possible(level: &Level, number: u32, test: &Test) -> bool {
    match (&level.cut, test) {
        (_, Test::In(values)) => values.iter().any(|value| level.find(value.as_bytes()) == number),
        (Cut::Hash(_), _) => true,
        (Cut::Values(values), test) => match values.get(number as usize) {
            Some(value) => passes(value, test),
            None => true,
        },
        (Cut::From(starts), test) => {
            let from = number.checked_sub(1).and_then(|before| starts.get(before as usize));
            let to = starts.get(number as usize);
            match test {
                Test::AtLeast(least) => to.is_none_or(|to| to > least),
                Test::Below(limit) => from.is_none_or(|from| from < limit),
                Test::In(_) | Test::NotIn(_) => true,
            }
        }
    }
}

fn passes(value: &Arc<str>, test: &Test) -> bool {
    match test {
        Test::In(values) => values.contains(value),
        Test::NotIn(values) => !values.contains(value),
        Test::AtLeast(least) => value >= least,
        Test::Below(limit) => value < limit,
    }
}

/// How a partition of a level is called.
#[must_use]
pub fn called(level: &Level, number: u32) -> String {
    match &level.cut {
        Cut::Values(values) => values
            .get(number as usize)
            .map_or_else(|| String::from("others"), |v| String::from(&**v)),
        Cut::From(starts) => match number.checked_sub(1).and_then(|n| starts.get(n as usize)) {
            Some(start) => format!("from {start}"),
            None => starts.first().map_or_else(|| String::from("all"), |s| format!("before {s}")),
        },
        Cut::Hash(count) => format!("{} of {count}", number + 1),
    }
}

impl Explanation {
    /// The way as an indented tree, the form in which databases print it.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut text = format!("read {} of {} partitions\n", self.touched, self.of);
        for (depth, level) in self.levels.iter().enumerate() {
            const SHOWN: usize = 6;
            let names: Vec<&str> =
                level.kept.iter().take(SHOWN).map(|(_, name)| name.as_str()).collect();
            let more = if level.kept.len() > SHOWN { " …" } else { "" };
            let indent = "  ".repeat(depth);
            text.push_str(&format!(
                "{indent}└ {}: {} of {} ({}{more}), {}\n",
                level.column,
                level.kept.len(),
                level.of,
                names.join(", "),
                level.reason
            ));
        }
        text
    }
}

/// Reads conditions such as `region = eu and day >= 2026-03 and day < 2026-05`.
///
/// # Errors
///
/// Says in a sentence what was not understood.
pub fn question(text: &str) -> Result<Vec<Condition>, String> {
    let spaced = ["<=", ">=", "!=", "<", ">", "=", "(", ")", ","].iter().fold(
        String::from(text),
        |text, sign| match *sign {
            "<" | ">" | "=" => text,
            sign => text.replace(sign, &format!(" {sign} ")),
        },
    );
    // Single signs are set apart where they are not part of a double one.
    let mut words: Vec<String> = Vec::new();
    for word in spaced.split_whitespace() {
        if matches!(word, "<=" | ">=" | "!=") {
            words.push(word.into());
            continue;
        }
        let mut rest = word;
        while let Some(at) = rest.find(['<', '>', '=']) {
            if at > 0 {
                words.push(rest[..at].into());
            }
            words.push(rest[at..=at].into());
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            words.push(rest.into());
        }
    }
    let mut words = words.iter().map(|word| word.trim_matches(['"', '\''])).peekable();
    let mut conditions = Vec::new();
    let example = "such as: region = eu and month >= 2026-03";
    while let Some(column) = words.next() {
        let column: Arc<str> = column.into();
        let Some(sign) = words.next() else {
            return Err(format!("{column} stands alone; {example}"));
        };
        let negated = sign == "not";
        let sign = if negated { words.next().unwrap_or("") } else { sign };
        let mut value = |what: &str| {
            words.next().map(Arc::<str>::from).ok_or_else(|| format!("{what} what? {example}"))
        };
        let one = |value: Arc<str>| -> Arc<[Arc<str>]> { Arc::from([value]) };
        let test = match sign {
            "=" => Test::In(one(value("=")?)),
            "!=" => Test::NotIn(one(value("!=")?)),
            ">=" => Test::AtLeast(value(">=")?),
            "<" => Test::Below(value("<")?),
            // The next text in order is the same one with the least letter behind it.
            ">" => Test::AtLeast(format!("{}\0", value(">")?).into()),
            "<=" => Test::Below(format!("{}\0", value("<=")?).into()),
            "in" => {
                if words.next_if_eq(&"(").is_none() {
                    return Err(String::from("A list stands in brackets: region in (eu, us)"));
                }
                let mut values = Vec::new();
                loop {
                    match words.next() {
                        Some(")") => break,
                        Some(",") => {}
                        Some(value) => values.push(Arc::from(value)),
                        None => return Err(String::from("The list has no closing bracket.")),
                    }
                }
                if negated { Test::NotIn(values.into()) } else { Test::In(values.into()) }
            }
            other => return Err(format!("\"{other}\" is not one of: = != < <= > >= in")),
        };
        conditions.push(Condition { column, test });
        match words.next() {
            None => break,
            Some("and") => {}
            Some(other) => return Err(format!("Conditions are joined by and, not \"{other}\".")),
        }
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[&str]) -> Arc<[Arc<str>]> {
        values.iter().map(|value| Arc::from(*value)).collect()
    }

    fn levels() -> Vec<Level> {
        alloc::vec![
            Level {
                column: "region".into(),
                part: Some(0),
                cut: Cut::Values(texts(&["eu", "us", "ap"])),
            },
            Level {
                column: "year".into(),
                part: Some(1),
                cut: Cut::From(texts(&["2024", "2025", "2026"])),
            },
            Level { column: "user".into(), part: Some(2), cut: Cut::Hash(8) },
        ]
    }

    fn touched(text: &str) -> (u32, u32) {
        let found = prune(&levels(), &question(text).expect("it is a question"));
        (found.touched, found.of)
    }

    #[test]
    fn conditions_leave_what_can_hold_an_answer() {
        for (text, wanted) in [
            ("", 128),
            ("region = eu", 32),
            ("region = br", 32),
            ("region in (eu, us) and user = 17", 8),
            ("region=eu and year>=2025 and year<2026 and user=5", 1),
            ("year >= 2025", 64),
            ("year < 2024", 32),
            ("year > 2025-06 and year <= 2026", 64),
            ("user >= 5", 128),
            ("region != eu", 96),
            ("region not in (eu, us, ap)", 32),
            ("region in ()", 0),
            ("color = red", 128),
        ] {
            assert_eq!(touched(text), (wanted, 128), "{text}");
        }
        let tree = prune(&levels(), &question("region = eu").expect("a question")).shown();
        assert!(
            tree.starts_with("read 32 of 128 partitions\n└ region: 1 of 4 (eu), only"),
            "{tree}"
        );
    }

    #[test]
    fn what_is_no_question_is_told_so() {
        for text in
            ["region", "region =", "region in eu", "region in (eu", "a = b or c = d", "a ~ b"]
        {
            assert!(question(text).is_err(), "{text}");
        }
    }
}
