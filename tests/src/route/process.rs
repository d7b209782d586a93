//! Node processes: lines in, lines out.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::Sender;

use serde_json::Value as Json;

/// What a process says.
pub(super) enum Line {
    /// A message.
    Said(Json),
    /// Anything else.
    Garbage(String, String),
    /// Nothing any more.
    Ended(String),
}

/// The processes; they end with this.
pub(super) struct Nodes {
    processes: BTreeMap<String, (Child, ChildStdin)>,
    ready: BTreeSet<String>,
}

impl Nodes {
    /// Starts so many processes.
    pub(super) fn start(
        program: Option<&Path>,
        arguments: &[String],
        count: u32,
        lines: &Sender<Line>,
    ) -> Result<Self, String> {
        let own = std::env::current_exe().map_err(|error| format!("this program: {error}"))?;
        let mut nodes = Self { processes: BTreeMap::new(), ready: BTreeSet::new() };
        for number in 1..=count {
            let name = format!("n{number}");
            let mut command = Command::new(program.unwrap_or(&own));
            if program.is_none() {
                command.arg("node");
            }
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command
                .spawn()
                .map_err(|error| format!("{}: {error}", program.unwrap_or(&own).display()))?;
            let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
                return Err(format!("{name} cannot be talked to"));
            };
            let (lines, reader) = (lines.clone(), name.clone());
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    let said = match serde_json::from_str(&line) {
                        Ok(message) => Line::Said(message),
                        Err(_) => Line::Garbage(reader.clone(), line),
                    };
                    if lines.send(said).is_err() {
                        return;
                    }
                }
                // At the very end nobody listens any more.
                let _ = lines.send(Line::Ended(reader));
            });
            nodes.processes.insert(name, (child, stdin));
        }
        Ok(nodes)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.processes.keys().map(String::as_str)
    }

    /// Says something to a node; false if there is none of that name.
    pub(super) fn tell(&mut self, name: &str, message: &Json) -> bool {
        let Some((_, stdin)) = self.processes.get_mut(name) else { return false };
        // A process that has ended says so itself.
        let _ = writeln!(stdin, "{message}").and_then(|()| stdin.flush());
        true
    }

    /// A node knows who it is.
    pub(super) fn is_ready(&mut self, name: &str) {
        self.ready.insert(name.to_owned());
    }

    /// True once all know who they are.
    pub(super) fn ready(&self) -> bool {
        self.ready.len() == self.processes.len()
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        for (child, _) in self.processes.values_mut() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
