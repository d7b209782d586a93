//! The judge beside Porcupine, the published checker in Go: the same histories, in turns.
//!
//! A figure is the processor's time for cutting a history into keys and searching each; loading is left
//! out. Ours is that of this thread, the best of several rounds. Porcupine has one processor; its time is
//! that of its process, as its collector works beside it: the mean over as many checks as fill a round,
//! and the best of as many rounds. Where it cannot be had, the figures stand beside ours that were
//! measured of it once, on a machine like this one. Both must give the same verdict.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::time::{ClockId, clock_gettime};
use shardlab::check::reader::Format;
use shardlab::check::{Budget, History, Judgement, Object, Verdict};

use crate::generated::{CLIENTS, OPERATIONS, SHAPES, Shape, generated};
use crate::measure::say;
use crate::porcupine::{self, Porcupine};

/// Rounds, of which the fastest counts.
const ROUNDS: u32 = 9;
/// What we may take of Porcupine's time.
const SHARE_MAX: f64 = 0.5;
/// Porcupine is stopped once it took so many times what we did, and so many seconds. What it would have
/// taken is not known then; that it took this much is enough to know.
const LIMIT: (f64, f64) = (4.0, 0.5);
/// What Porcupine took of c10-ok, of half the logs of etcd, and at least of its own history of fifty
/// clients that append to ten keys, where it was measured.
const C10_OK: f64 = 0.80e-3;
const ETCD_LOGS: f64 = 0.475;
const TEN_KEYS: f64 = 0.24;
/// What we may take where no figure of Porcupine is known: timeout, and no comparison.
const ALONE_MAX: f64 = 1.0;

/// Histories that stand in one line.
struct Case {
    name: String,
    object: Object,
    /// Each with the verdict that it must have, if that is known beforehand.
    histories: Vec<(Arc<History>, Option<Verdict>)>,
    /// What Porcupine took of them where it was measured, and whether of all or of one.
    published: Option<(f64, Of)>,
}

/// What a figure is of.
#[derive(Clone, Copy)]
enum Of {
    All,
    One,
}

/// What the histories of a case took.
#[derive(Default)]
struct Cost {
    ours: f64,
    slowest: f64,
    theirs: f64,
    stopped: u32,
    wrong: u32,
}

pub(crate) fn check() -> bool {
    println!("check: is a history linearizable? Processor time of one thread, loading left out");
    let mut peer = match Porcupine::open() {
        Ok(peer) => Some(peer),
        Err(why) => {
            println!("  SKIPPED: Porcupine itself. It cannot be had here: {why}");
            if let Some(source) = porcupine::source() {
                println!("  It was wanted from {}, and is not compared with.", source.display());
            }
            println!("  What it took once stands beside ours, where that is known.");
            None
        }
    };
    let others = others();
    if others.is_empty() {
        println!("  skipped: the histories of others are not here (c10-ok, the logs of etcd)");
    }
    println!(
        "  generated ones are {OPERATIONS} operations of {CLIENTS} clients, 5 right and 5 wrong"
    );
    let generated = SHAPES.iter().map(|(name, shape)| Case::generated(name, *shape));
    others.into_iter().chain(generated).fold(true, |held, case| held & case.hold(peer.as_mut()))
}

impl Case {
    fn generated(name: &str, shape: Shape) -> Self {
        let both = |seed| {
            let (right, wrong) = generated(shape, seed);
            [(right, Some(Verdict::Linearizable)), (wrong, Some(Verdict::Not))]
        };
        Self {
            name: name.to_owned(),
            object: Object::Store,
            histories: (0..5).flat_map(both).collect(),
            published: shape.is_published().then_some((TEN_KEYS, Of::One)),
        }
    }

    /// Measures both and prints the line; true if ours is quick enough, and all verdicts are right.
    fn hold(&self, mut peer: Option<&mut Porcupine>) -> bool {
        let mut cost = Cost::default();
        for (history, expected) in &self.histories {
            let (seconds, verdict) = time(history, self.object);
            cost.ours += seconds;
            cost.slowest = cost.slowest.max(seconds);
            cost.wrong += u32::from(expected.is_some_and(|expected| expected != verdict));
            let Some(peer) = peer.as_deref_mut() else { continue };
            match peer.check(history, LIMIT.1.max(LIMIT.0 * seconds)) {
                Ok((seconds, told)) => {
                    cost.theirs += seconds;
                    cost.stopped += u32::from(told == Verdict::Unknown);
                    cost.wrong += u32::from(told != Verdict::Unknown && told != verdict);
                }
                Err(problem) => {
                    println!("  {problem}");
                    return false;
                }
            }
        }
        self.tell(&cost, peer.is_some())
    }

    fn tell(&self, cost: &Cost, beside: bool) -> bool {
        let name = format!("  {}", self.name);
        if cost.wrong > 0 {
            return say(&name, &shown(cost.ours), &format!("{} verdicts wrong", cost.wrong), false);
        }
        let (ours, slowest) = (shown(cost.ours), shown(cost.slowest));
        let (share, theirs) = match self.published {
            _ if beside => {
                let stopped = match cost.stopped {
                    0 => String::new(),
                    some => format!(" and more, as it was stopped in {some}"),
                };
                (cost.ours / cost.theirs, format!("{ours} against {}{stopped}", shown(cost.theirs)))
            }
            Some((once, Of::All)) => {
                (cost.ours / once, format!("{ours} against {} once", shown(once)))
            }
            Some((once, Of::One)) => {
                (cost.slowest / once, format!("{slowest} against {} once", shown(once)))
            }
            None => {
                let wanted =
                    format!("{} at most; of Porcupine nothing is known here", shown(ALONE_MAX));
                return say(&name, &slowest, &wanted, cost.slowest <= ALONE_MAX);
            }
        };
        let mut wanted = format!("{SHARE_MAX} of Porcupine at most: {theirs}");
        if self.histories.len() > 1 {
            wanted += &format!("; our slowest {slowest}");
        }
        say(&name, &format!("{share:.4}"), &wanted, share <= SHARE_MAX)
    }
}

/// Histories of others that lie beside the repository.
fn others() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/outside/histories");
    let files = |kind: &str| {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join(kind))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        files
    };
    let read = |format: Format, file: &PathBuf| {
        let bytes = std::fs::read(file).expect("a file that is there");
        (Arc::new(format.read(&bytes).expect("a history")), None)
    };
    let mut cases = Vec::new();
    for file in files("kv") {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let published = (name == "c10-ok").then_some((C10_OK, Of::All));
        let histories = vec![read(Format::PorcupineKv, &file)];
        cases.push(Case { name, object: Object::Store, histories, published });
    }
    let logs = files("etcd");
    if !logs.is_empty() {
        cases.push(Case {
            name: format!("{} logs of etcd", logs.len()),
            object: Object::CasRegister,
            histories: logs.iter().map(|log| read(Format::Etcd, log)).collect(),
            published: Some((ETCD_LOGS, Of::All)),
        });
    }
    cases
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
