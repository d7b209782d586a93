//! Programs in the background that end with the value that holds them.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running program; asked to end when dropped, and made to if it does not.
#[derive(Debug)]
pub(super) struct Process(pub(super) Child);

impl Process {
    /// Starts a program without input and output.
    pub(super) fn start(command: &mut Command) -> Result<Self, String> {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let program = quiet.get_program().to_owned();
        quiet.spawn().map(Self).map_err(|error| format!("{}: {error}", program.display()))
    }

    /// Whether it has not ended yet.
    pub(super) fn runs(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A driver that is asked politely also ends its browser.
        let mut polite = Command::new("kill");
        drop(polite.arg(self.0.id().to_string()).stderr(Stdio::null()).status());
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(3) {
            if !self.runs() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
