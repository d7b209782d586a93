//! Statements about what must come of the run: `expect staleness(a) p99 < 200ms`.

use super::command::{Claim, Comparison, Expectation, Expected, MetricName, Mood, Scenario};
use super::word::{LAWS, METRIC_ALIASES, METRICS, TIMES, further};
use crate::text::quantity::{Quantity, Unit};
use crate::text::reader::{Read, Reader, Refused, range};
use crate::text::token::Token;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Reads what must come of the run.
pub(super) fn expectation(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    let span = reader.whole();
    reader.take();
    let start = reader.place();
    let negated = reader.accept("not");
    let mut mood = Mood::AtEnd;
    if reader.accept("always") {
        mood = Mood::Always;
    } else if reader.accept("sometimes") {
        mood = Mood::Sometimes;
    } else if reader.accept("eventually") {
        mood = Mood::Eventually(None);
    }
    let Some(first) = reader.take() else {
        return reader.refuse(String::from("Expect what? Such as: expect lost = 0"));
    };
    let (word, of) = split_name(first.raw);
    let law = LAWS.iter().any(|(law, _)| *law == word);
    let compared = reader.peek().is_some_and(|token| token.raw != "within");
    let claim = if law && !compared {
        Claim::Law(String::from(word), of)
    } else {
        let metric = metric(reader, first)?;
        let word = metric.word.as_str();
        let Some(sign) = reader.take() else {
            return reader.refuse(format!("How should {word} be? Such as: {word} = 0"));
        };
        // Signs of other languages are two marks here.
        let double = reader
            .peek()
            .filter(|next| next.start == sign.end() && matches!(next.raw, "=" | "<" | ">" | "!"));
        let written = double.map_or_else(
            || String::from(sign.raw),
            |next| {
                reader.take();
                format!("{}{}", sign.raw, next.raw)
            },
        );
        let comparison = match &*written {
            "=" => Comparison::Equal,
            "!=" => Comparison::Differs,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            ">" => Comparison::More,
            ">=" => Comparison::AtLeast,
            "in" => Comparison::Within,
            other => {
                let meant = match other {
                    "==" | "is" => "=",
                    "<>" | "=!" => "!=",
                    "=<" => "<=",
                    "=>" => ">=",
                    _ if other.starts_with(char::is_alphabetic)
                        && further(word).next().is_some() =>
                    {
                        let words: Vec<_> = further(word).collect();
                        return reader.unknown("measure", Token { raw: other, ..sign }, &words);
                    }
                    _ => return reader.refuse(format!("{other} is not one of: = != < <= > >= in")),
                };
                let message = format!("Here this is written {meant}, such as: {word} {meant} 0");
                let span = (sign.start, reader.span().1);
                reader.complain(span, message, Some(meant));
                return Err(Refused);
            }
        };
        let expected = expected(reader, &metric.word, comparison)?;
        Claim::Measure { metric, comparison, expected }
    };
    if reader.accept("within") {
        let span = reader.time("how soon")?;
        match mood {
            Mood::Eventually(_) => mood = Mood::Eventually(Some(span)),
            _ => return reader.refuse(String::from("Only \"eventually\" can be within a time.")),
        }
    }
    let tokens = &reader.line().tokens[start..];
    let mut text = String::new();
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token.raw);
    }
    scenario.expectations.push(Expectation { span, text, negated, mood, claim });
    Ok(())
}

fn expected(reader: &mut Reader<'_, '_>, of: &str, comparison: Comparison) -> Read<Expected> {
    if comparison == Comparison::Within {
        let word = reader.word("a range, such as 18%..22%")?;
        return match range(word) {
            Some((low, high)) => {
                fits(reader, of, low)?;
                fits(reader, of, high)?;
                Ok(Expected::Range(low.millionths, high.millionths))
            }
            None => reader.refuse(format!("{word} is not a range, such as 18%..22%.")),
        };
    }
    let digits = reader.ahead().starts_with(|c: char| c.is_ascii_digit() || c == '-');
    if digits {
        let number = reader.quantity("a number")?;
        fits(reader, of, number)?;
        return Ok(Expected::Number(number.millionths));
    }
    match reader.take() {
        Some(token) => Ok(Expected::Metric(metric(reader, token)?)),
        None => reader.refuse(String::from("Compared to what? Such as: lost = 0")),
    }
}

/// A time is compared with a time, and nothing else is; zero needs no unit.
fn fits(reader: &mut Reader<'_, '_>, of: &str, number: Quantity) -> Read<()> {
    let (is, has) = (TIMES.contains(&of), number.unit == Unit::Time);
    if is == has || number.millionths == 0 {
        return Ok(());
    }
    reader.refuse(match is {
        true => format!("{of} is a time, such as 200ms."),
        false => format!("{of} is not a time."),
    })
}

/// The name of a measure, whose words may also be written apart: `staleness(a) p99`.
fn metric(reader: &mut Reader<'_, '_>, token: Token<'_>) -> Read<MetricName> {
    let (word, mut of) = split_name(token.raw);
    let mut words = String::from(word);
    while let Some(next) = reader.peek() {
        let (word, named) = split_name(next.raw);
        let word = if word == "p99.9" { "p999" } else { word };
        let longer = format!("{words}-{word}");
        if !known(&longer) && further(&longer).next().is_none() {
            break;
        }
        reader.take();
        words = longer;
        of = named.or(of);
    }
    if known(&words) {
        let aliases = METRIC_ALIASES.iter().find(|(alias, _)| *alias == words);
        let word = aliases.map_or(words, |(_, word)| String::from(*word));
        return Ok(MetricName { word, of });
    }
    if LAWS.iter().any(|(law, _)| *law == words) {
        return reader.refuse(format!(
            "{words} is a law, not a measure: it holds or does not. Such as: expect {words}"
        ));
    }
    let bare = Token { raw: word, ..token };
    let known: Vec<_> = METRICS.iter().chain(LAWS).copied().collect();
    reader.unknown("measure", bare, &known)
}

fn known(word: &str) -> bool {
    METRICS.iter().chain(METRIC_ALIASES).any(|(known, _)| *known == word)
}

/// `moved(b)` is the word `moved` of `b`.
fn split_name(raw: &str) -> (&str, Option<String>) {
    match raw.strip_suffix(')').and_then(|raw| raw.split_once('(')) {
        Some((word, of)) => (word, Some(String::from(of))),
        None => (raw, None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{complete, parse, print};
    use super::*;

    fn read(claim: &str) -> (Option<Claim>, Vec<String>) {
        let text = format!("raft a: 3 nodes\nexpect {claim}\n");
        let (scenario, problems) = parse(&text);
        let claim = scenario.expectations.first().map(|one| one.claim.clone());
        let again = parse(&print(&scenario)).0;
        assert_eq!(again.expectations.first().map(|one| one.claim.clone()), claim, "{text}");
        (claim, problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn the_words_of_a_measure_may_be_written_apart() {
        for (apart, joined) in [
            ("staleness p99 < 200ms", "staleness-p99 < 200ms"),
            ("staleness(a) p99.9 < 200ms", "staleness-p999(a) < 200ms"),
            ("staleness max(a) = 0", "staleness-max(a) = 0"),
            ("messages per read in 2..6", "messages-per-read in 2..6"),
            ("messages(a) per read < 6", "messages-per-read(a) < 6"),
            ("read p50(a) < latency p99(a)", "read-p50(a) < p99(a)"),
            ("messages < sent bytes", "messages < sent-bytes"),
        ] {
            let (one, problems) = read(apart);
            assert_eq!(problems, [] as [String; 0], "{apart}");
            assert!(one.is_some() && one == read(joined).0, "{apart}");
        }
    }

    #[test]
    fn a_measure_that_is_not_there_is_told_with_what_there_is() {
        for (claim, message) in [
            ("staleness p98 < 2ms", "There is no measure \"p98\". Did you mean \"p99\"?"),
            (
                "staleness worst < 2ms",
                "There is no measure \"worst\". Some that there are: p50, p99, p999, max.",
            ),
            (
                "stored = 3",
                "stored is a law, not a measure: it holds or does not. Such as: expect stored",
            ),
            ("read < 2ms", "There is no measure \"read\"."),
            ("staleness p99", "How should staleness-p99 be? Such as: staleness-p99 = 0"),
            ("staleness p99 < 200", "staleness-p99 is a time, such as 200ms."),
            ("staleness in 0..20", "staleness is a time, such as 200ms."),
            ("messages per read < 6ms", "messages-per-read is not a time."),
        ] {
            let (one, problems) = read(claim);
            assert!(one.is_none() && problems.len() == 1, "{claim}: {problems:?}");
            assert!(problems[0].starts_with(message), "{claim}: {problems:?}");
        }
    }

    #[test]
    fn the_words_of_a_measure_are_offered_one_by_one() {
        let offered = |text: &str| -> Vec<String> {
            let text = format!("raft a: 3 nodes\n{text}");
            complete(&text, text.len() as u32).into_iter().map(|one| one.word).collect()
        };
        assert_eq!(offered("expect staleness "), ["p50", "p99", "p999", "max"]);
        assert_eq!(offered("expect staleness(a) m"), ["max"]);
        assert_eq!(offered("expect messages "), ["per-read"]);
        assert!(offered("expect mess").contains(&String::from("messages-per-read")));
    }
}
