//! What the harness says while it works: one line a step, the last line of a long command beside it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Most output kept of one command: enough for any report, bounded for a run-away one.
const LINES_MAX: usize = 200_000;

/// How long a command may work before something is said of it where no spinner turns.
const SIGN_OF_LIFE: Duration = Duration::from_mins(1);

/// How a watched command ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether it ended with exit code 0.
    pub success: bool,
    /// Both of its outputs, in the order in which lines came.
    pub output: String,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    /// The output if the command succeeded, else its last lines as an error.
    pub fn expect(self, what: &str) -> Result<String, String> {
        if self.success {
            Ok(self.output)
        } else {
            Err(format!("{what} failed:\n{}", tail(&self.output, 40)))
        }
    }
}

/// Runs a command to its end behind a spinner that shows its newest line.
pub fn watch(label: &str, command: &mut Command) -> Result<Outcome, String> {
    let spinner = spinner(label);
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let lines = Arc::new(Mutex::new(VecDeque::new()));
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    std::thread::scope(|scope| {
        for stream in streams.into_iter().flatten() {
            let (lines, spinner) = (Arc::clone(&lines), spinner.clone());
            scope.spawn(move || collect(stream, &lines, &spinner));
        }
    });
    let status = child.wait().map_err(|error| format!("waiting for {label}: {error}"))?;
    spinner.finish_and_clear();
    let output = lines.lock().map_or_else(
        |_| String::new(),
        |lines| lines.iter().map(|line: &String| format!("{line}\n")).collect(),
    );
    Ok(Outcome { success: status.success(), output, took: started.elapsed() })
}

fn collect(stream: impl Read, lines: &Mutex<VecDeque<String>>, spinner: &ProgressBar) {
    let mut reader = BufReader::new(stream);
    let mut told = Instant::now();
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes), Ok(count) if count > 0) {
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        bytes.clear();
        let short = line.trim().chars().take(90).collect::<String>();
        // Where no spinner turns, somebody who reads along still sees that it goes on.
        if spinner.is_hidden() && !short.is_empty() && told.elapsed() >= SIGN_OF_LIFE {
            told = Instant::now();
            step(&format!("  … {short}"));
        }
        spinner.set_message(short);
        if let Ok(mut lines) = lines.lock() {
            if lines.len() == LINES_MAX {
                lines.pop_front();
            }
            lines.push_back(line);
        }
    }
}

/// A spinner with a label; silent where standard error is not a terminal.
#[must_use]
pub fn spinner(label: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {wide_msg:.dim}");
    let bar = ProgressBar::new_spinner()
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        .with_prefix(label.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A bar that counts to a known number; silent where standard error is not a terminal.
#[must_use]
pub fn bar(label: &str, length: u64) -> ProgressBar {
    let template = "{prefix} {bar:30} {pos}/{len} {elapsed} {wide_msg}";
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(length)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_prefix(label.to_owned())
}

/// One line for the person at the terminal.
pub fn step(line: &str) {
    eprintln!("{line}");
}

/// The last lines of a text.
#[must_use]
pub fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// A duration the way one says it: `850ms`, `12.3s`, `6m12s`.
#[must_use]
pub fn duration(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds >= 60 {
        format!("{}m{:02}s", seconds / 60, seconds % 60)
    } else if seconds >= 1 {
        format!("{:.1}s", span.as_secs_f64())
    } else {
        format!("{}ms", span.as_millis())
    }
}

/// A number of bytes in the unit that gives two to four digits.
#[must_use]
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.2} MB", count as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_unit_one_would_say() {
        assert_eq!(duration(Duration::from_millis(850)), "850ms");
        assert_eq!(duration(Duration::from_millis(12_340)), "12.3s");
        assert_eq!(duration(Duration::from_secs(372)), "6m12s");
    }

    #[test]
    fn a_failed_command_shows_its_last_lines() {
        let outcome =
            watch("sh", Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]));
        let error = outcome.and_then(|outcome| outcome.expect("the script")).unwrap_err();
        assert!(error.contains("the script failed") && error.contains("two"), "{error}");
    }
}
