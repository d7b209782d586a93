//! Histories of clients that work on a store in one place: right ones, and ones with one planted lie.

use std::sync::Arc;

use shardlab::base::Rng;
use shardlab::check::{History, Input, Output, Record};

/// Operations and clients of a generated history.
pub(crate) const OPERATIONS: u32 = 2_000;
pub(crate) const CLIENTS: u64 = 50;

/// What a generated history is made of.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    keys: u64,
    /// Appends, puts and compare-and-sets in a hundred; the rest reads.
    appends: u64,
    puts: u64,
    cas: u64,
    /// How many values there are; without end if none.
    values: Option<u64>,
    /// Answers that get lost, in a hundred.
    lost: u64,
}

impl Shape {
    /// True if a history of this kind was published with Porcupine, and measured.
    pub(crate) fn is_published(self) -> bool {
        self.keys == 10 && self.puts + self.cas == 0
    }
}

pub(crate) const SHAPES: [(&str, Shape); 8] = [
    ("ten keys, append", Shape { keys: 10, appends: 50, puts: 0, cas: 0, values: None, lost: 0 }),
    ("one key, append", Shape { keys: 1, appends: 50, puts: 0, cas: 0, values: None, lost: 0 }),
    ("ten keys, all", Shape { keys: 10, appends: 20, puts: 15, cas: 15, values: None, lost: 2 }),
    ("ten keys, put", Shape { keys: 10, appends: 0, puts: 50, cas: 0, values: None, lost: 2 }),
    ("one key, put", Shape { keys: 1, appends: 0, puts: 50, cas: 0, values: None, lost: 0 }),
    ("one key, all", Shape { keys: 1, appends: 20, puts: 15, cas: 15, values: None, lost: 0 }),
    (
        "one key, cas of 5",
        Shape { keys: 1, appends: 0, puts: 30, cas: 30, values: Some(5), lost: 0 },
    ),
    (
        "ten keys, cas of 5",
        Shape { keys: 10, appends: 0, puts: 30, cas: 30, values: Some(5), lost: 0 },
    ),
];

/// A history that is linearizable, and the same with one read that found what had long been overwritten.
pub(crate) fn generated(shape: Shape, seed: u64) -> (Arc<History>, Arc<History>) {
    // A read whose answer is a stale one: near the end, so that all before it is in order.
    for planted in (0..OPERATIONS * 9 / 10).rev() {
        let (history, lied) = run(shape, seed, Some(planted));
        if lied {
            return (Arc::new(run(shape, seed, None).0), Arc::new(history));
        }
    }
    unreachable!("some read has something stale to find")
}

/// Clients that work on a store in one place; whether the planted lie was told.
fn run(shape: Shape, seed: u64, planted: Option<u32>) -> (History, bool) {
    let mut rng = Rng::derive(seed, 4);
    let mut record = Record::new(None);
    let keys: Vec<String> = (0..shape.keys).map(|key| format!("k{key}")).collect();
    let mut store: Vec<Vec<(String, u32)>> = vec![vec![(String::new(), 0)]; keys.len()];
    // Each client's open operation: key, what it does, when it began, and its answer once it took effect.
    type Open = (usize, u64, String, String, u32, Option<Result<String, ()>>);
    let mut open: Vec<Option<Open>> = vec![None; CLIENTS as usize];
    let mut names: Vec<String> = (0..CLIENTS).map(|client| format!("c{client}")).collect();
    let (mut asked, mut moment, mut lied) = (0, 0, false);
    let mut unsure = Vec::new();
    while asked < OPERATIONS || open.iter().any(Option::is_some) {
        moment += 1;
        let client = rng.below(CLIENTS) as usize;
        let Some((key, verb, one, two, began, answer)) = open[client].clone() else {
            if asked == OPERATIONS {
                continue;
            }
            let key = rng.below(shape.keys) as usize;
            let verb = rng.below(100);
            let mut value = || match shape.values {
                Some(values) => rng.below(values).to_string(),
                None => format!("{asked}."),
            };
            let (one, two) = (value(), value());
            let one = match shape.values {
                None if verb >= shape.appends + shape.puts => {
                    store[key].last().map_or(String::new(), |it| it.0.clone())
                }
                _ => one,
            };
            let word = |record: &mut Record, text: &str| match text {
                "" => shardlab::check::ABSENT,
                text => record.word(text),
            };
            let (first, second) = (word(&mut record, &one), word(&mut record, &two));
            let input = match verb {
                verb if verb < shape.appends => Input::Append(first),
                verb if verb < shape.appends + shape.puts => Input::Put(first),
                verb if verb < shape.appends + shape.puts + shape.cas => Input::Cas(first, second),
                _ => Input::Get,
            };
            let place = record.word(&keys[key]);
            record.call(&names[client], place, input, asked).expect("idle");
            open[client] = Some((key, verb, one, two, moment, None));
            asked += 1;
            continue;
        };
        let states = &mut store[key];
        let held = states.last().map_or(String::new(), |it| it.0.clone());
        let Some(answer) = answer else {
            let (next, answer) = match verb {
                verb if verb < shape.appends => (Some(format!("{held}{one}")), Ok(String::new())),
                verb if verb < shape.appends + shape.puts => (Some(one.clone()), Ok(String::new())),
                verb if verb < shape.appends + shape.puts + shape.cas => {
                    if held == one {
                        (Some(two.clone()), Ok(String::new()))
                    } else {
                        (None, Err(()))
                    }
                }
                _ => (None, Ok(held)),
            };
            states.extend(next.map(|next| (next, moment)));
            open[client] = Some((key, verb, one, two, began, Some(answer)));
            continue;
        };
        open[client] = None;
        let reads = verb >= shape.appends + shape.puts + shape.cas;
        if rng.below(100) < shape.lost {
            record.back(&names[client], Output::Unknown, asked).expect("open");
            names[client].push('\'');
            unsure.extend([one, two]);
            continue;
        }
        let output = match answer {
            Err(()) => Output::Differs,
            Ok(_) if !reads => Output::Done,
            Ok(found) => {
                let mut found = found;
                // What had long been overwritten when this read began, and may not come back.
                let old = states.iter().rposition(|(_, at)| at + 2_000 < began).unwrap_or(0);
                let stale = states[..old].iter().rev().find(|(text, _)| {
                    !unsure.contains(text) && states[old..].iter().all(|(other, _)| other != text)
                });
                if planted.is_some_and(|planted| !lied && asked >= planted)
                    && let Some((text, _)) = stale
                {
                    lied = true;
                    found.clone_from(text);
                }
                match found.as_str() {
                    "" => Output::Found(shardlab::check::ABSENT),
                    text => Output::Found(record.word(text)),
                }
            }
        };
        record.back(&names[client], output, asked).expect("open");
    }
    (record.history(), lied)
}
