//! The judge: its time on histories of others, and on generated ones of fifty clients.
//!
//! Porcupine is the published checker in Go; its figures are processor seconds on one thread, loading
//! left out, as measured once on a machine like this one. Ours are the same: the time of this thread,
//! for cutting a history into keys and searching each, the best of several rounds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::time::{ClockId, clock_gettime};
use shardlab::base::Rng;
use shardlab::check::reader::Format;
use shardlab::check::{Budget, History, Input, Judgement, Object, Output, Record, Verdict};

use crate::measure::say;

/// Rounds, of which the fastest counts.
const ROUNDS: u32 = 9;
/// Operations and clients of a generated history.
const OPERATIONS: u32 = 2_000;
const CLIENTS: u64 = 50;
/// What a generated history may take. Porcupine needs 0.24 s at least for one of this size with ten keys.
const GENERATED_MAX: f64 = 0.12;
/// What one may take in which all fifty clients compare and set one key: no published figure is near.
const HARD_MAX: f64 = 5.0;

pub(crate) fn check() -> bool {
    println!("check: is a history linearizable? Processor time of one thread, loading left out");
    println!("  Porcupine: not here, so its published figures stand beside ours");
    let mut held = others();
    for (name, shape) in SHAPES {
        let mut most = 0.0_f64;
        for seed in 0..5 {
            let (right, wrong) = generated(shape, seed);
            for (history, expected) in [(right, Verdict::Linearizable), (wrong, Verdict::Not)] {
                let (seconds, verdict) = time(&history, Object::Store);
                held &= verdict == expected;
                most = most.max(seconds);
            }
        }
        let what = format!("  {OPERATIONS} operations of {CLIENTS} clients, {name}");
        let bound = if shape.keys == 1 && shape.cas > 0 { HARD_MAX } else { GENERATED_MAX };
        let wanted = format!("{bound} s at most, the slowest of 5 right and 5 wrong ones");
        held &= say(&what, &shown(most), &wanted, most <= bound);
    }
    held
}

/// Histories of others that lie beside the repository.
fn others() -> bool {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/outside/histories");
    if !folder.is_dir() {
        println!("  skipped: the histories of others are not here (c10-ok, the logs of etcd)");
        return true;
    }
    let read = |format: Format, file: &Path| {
        let bytes = std::fs::read(file).expect("a file that is there");
        Arc::new(format.read(&bytes).expect("a history"))
    };
    let (seconds, _) =
        time(&read(Format::PorcupineKv, &folder.join("kv/c10-ok.txt")), Object::Store);
    let wanted = format!("half of Porcupine's 0.80 ms; it is {:.2} of it", seconds / 0.80e-3);
    let mut held = say("  c10-ok", &shown(seconds), &wanted, seconds <= 0.40e-3);
    let mut logs: Vec<PathBuf> = std::fs::read_dir(folder.join("etcd"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    logs.sort();
    let spent = |log: &PathBuf| time(&read(Format::Etcd, log), Object::CasRegister).0;
    let seconds: f64 = logs.iter().map(spent).sum();
    // Its 102 logs took 0.95 s of checks; half of them are taken for half of that.
    let wanted = format!("half of Porcupine's 0.47 s; it is {:.4} of it", seconds / 0.475);
    held &=
        say(&format!("  {} logs of etcd", logs.len()), &shown(seconds), &wanted, seconds <= 0.23);
    held
}

/// The processor time of a verdict, the best of several rounds, and the verdict.
fn time(history: &Arc<History>, object: Object) -> (f64, Verdict) {
    let mut best = f64::INFINITY;
    let mut verdict = Verdict::Unknown;
    for _ in 0..ROUNDS {
        let began = now();
        let mut judgement =
            Judgement::new(history.clone(), object, Budget::default()).expect("its operations");
        verdict = judgement.decide();
        best = best.min(now() - began);
        if best > 1.0 {
            break;
        }
    }
    (best, verdict)
}

fn now() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn shown(seconds: f64) -> String {
    match seconds {
        0.0..1e-3 => format!("{:.0} µs", seconds * 1e6),
        1e-3..1.0 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// What a generated history is made of.
#[derive(Clone, Copy)]
struct Shape {
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

const SHAPES: [(&str, Shape); 8] = [
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
fn generated(shape: Shape, seed: u64) -> (Arc<History>, Arc<History>) {
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
