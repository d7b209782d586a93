//! Porcupine, the published checker in Go, as a process that is handed one history after the other.
//!
//! Its module comes from Go's proxy, or from the folder that `PORCUPINE_SOURCE` names. The driver that
//! holds the stopwatch is ours (`tests/peers/porcupine`); what it times is `CheckEvents` alone.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use shardlab::check::{ABSENT, History, Input, OPEN, Output, Verdict, Symbol};

/// The folder with Porcupine's source, where its module cannot be had.
const SOURCE: &str = "PORCUPINE_SOURCE";
const MODULE: &str = "github.com/anishathalye/porcupine";

/// Porcupine, built and waiting for histories.
pub(crate) struct Porcupine {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What a check has cost, and what came of it.
#[derive(Deserialize)]
struct Answer {
    verdict: String,
    seconds: f64,
}

impl Porcupine {
    /// Builds it and starts it; else why it cannot be had.
    pub(crate) fn open() -> Result<Self, String> {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let scratch = package.join("target/porcupine");
        let program = build(&package.join("porcupine"), &scratch)?;
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let (Some(ask), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("it has no pipes".to_owned());
        };
        Ok(Self { child, ask, answers: BufReader::new(answers) })
    }

    /// The processor's time of a check, and its verdict, which is unknown if it took more than so many
    /// seconds and was stopped.
    pub(crate) fn check(
        &mut self,
        history: &History,
        limit: f64,
    ) -> Result<(f64, Verdict), String> {
        let fell = |error: std::io::Error| format!("Porcupine: {error}");
        self.ask.write_all(dump(history, limit)?.as_bytes()).map_err(fell)?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(fell)?;
        let answer: Answer =
            serde_json::from_str(&line).map_err(|error| format!("{line}: {error}"))?;
        let verdict = match answer.verdict.as_str() {
            "yes" => Verdict::Linearizable,
            "no" => Verdict::Not,
            _ => Verdict::Unknown,
        };
        Ok((answer.seconds, verdict))
    }
}

impl Drop for Porcupine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder with its source that somebody named.
pub(crate) fn source() -> Option<PathBuf> {
    std::env::var_os(SOURCE).map(PathBuf::from)
}

/// Compiles the driver into a folder of its own, with the module from where it can be had.
fn build(driver: &Path, scratch: &Path) -> Result<PathBuf, String> {
    std::fs::create_dir_all(scratch).map_err(|error| error.to_string())?;
    let told = driver.join("go.mod");
    let mut module = std::fs::read_to_string(told).map_err(|error| error.to_string())?;
    if let Some(source) = source() {
        let source = source.canonicalize();
        let source = source.map_err(|error| format!("the folder of {SOURCE}: {error}"))?;
        let _ = write!(module, "\nreplace {MODULE} => {}\n", source.display());
    }
    let modules = scratch.join("go.mod");
    let program = scratch.join("porcupine");
    std::fs::write(&modules, module).map_err(|error| error.to_string())?;
    let mut go = Command::new("go");
    go.args(["build", "-mod=mod", "-modfile"]).arg(&modules).arg("-o").arg(&program).arg(".");
    let built = go.current_dir(driver).output().map_err(|error| format!("go: {error}"))?;
    if built.status.success() {
        return Ok(program);
    }
    let words = String::from_utf8_lossy(&built.stderr);
    Err(words.trim().lines().last().unwrap_or("go says nothing").to_owned())
}

/// A history as the driver reads it. What nobody can tell anything by is left out, and what never
/// returned returns at the end, as Porcupine has no other form for it.
fn dump(history: &History, limit: f64) -> Result<String, String> {
    let mut events: Vec<(u32, String)> = Vec::new();
    let mut appends = false;
    for (id, operation) in history.operations.iter().enumerate() {
        let (verb, one, two) = match operation.input {
            Input::Get if operation.output == Output::Unknown => continue,
            _ if operation.output == Output::Never => continue,
            Input::Get => ('g', ABSENT, ABSENT),
            Input::Put(word) => ('p', word, ABSENT),
            Input::Append(word) => ('a', word, ABSENT),
            Input::Delete => ('d', ABSENT, ABSENT),
            Input::Cas(from, to) => ('c', from, to),
            Input::PutAt(..) | Input::Transaction(_) | Input::Batch(..) => {
                return Err("Porcupine is asked of single keys of stores and registers".to_owned());
            }
        };
        appends |= verb == 'a';
        let (kind, word) = match operation.output {
            Output::Done => ('d', ABSENT),
            Output::Found(word) | Output::FoundAt(_, word) => ('f', word),
            Output::Differs => ('n', ABSENT),
            Output::Unknown | Output::Never => ('u', ABSENT),
        };
        let Symbol(key) = operation.key;
        let call = format!("call {id} {key} {verb} {} {}\n", one.0, two.0);
        events.push((operation.call, call));
        events.push((operation.back, format!("back {id} {kind} {}\n", word.0)));
    }
    // Moments are told apart, but for those that never come.
    events.sort_by_key(|(moment, _)| (*moment == OPEN, *moment));
    let (words, start) = (history.words.len() as u32, history.start.0);
    let (count, appends) = (events.len(), u8::from(appends));
    let limit = (limit * 1e3) as u64;
    let mut text = format!("history {limit} {words} {count} {start} {appends}\n");
    for word in (0..words).map(Symbol) {
        for byte in history.words.text(word).bytes() {
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
    }
    text.extend(events.into_iter().map(|(_, event)| event));
    Ok(text)
}
