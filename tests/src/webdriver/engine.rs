//! The three engines: how each is started, and what it wants to hear first.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;

use serde_json::{Value, json};

use super::process::Process;
use crate::tool::{self, Toolbox};

/// A family of browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chromium and its relatives.
    Chromium,
    /// Firefox.
    Firefox,
    /// What Safari is made of, here as WebKitGTK.
    WebKit,
}

/// All of them, in the order in which they are tried.
pub const ENGINES: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

impl Engine {
    /// Its name in reports and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }
}

/// What Chromium needs to run alone, without a screen, and without talking to anybody.
const CHROMIUM_OPTIONS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
];

/// What Chromium's driver is told about the browser to start.
#[must_use]
pub fn chromium_options(installed: &tool::Browser) -> Value {
    json!({ "args": CHROMIUM_OPTIONS, "binary": installed.binary })
}

/// A running driver, and the screen it draws on where it needs one.
#[derive(Debug)]
pub(super) struct Driver {
    port: u16,
    process: Process,
    _screen: Option<Process>,
}

impl Driver {
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Whether its process still runs.
    pub(super) fn runs(&mut self) -> bool {
        self.process.runs()
    }
}

/// Starts the driver of an engine; also what to ask it for.
pub(super) fn start(engine: Engine, toolbox: &Toolbox) -> Result<(Driver, Value), String> {
    let installed = tool::browser(toolbox, engine.name())?;
    let port = free_port()?;
    let mut command = toolbox.command(&installed.driver.to_string_lossy());
    let mut screen = None;
    let capabilities = match engine {
        Engine::Chromium => {
            command.arg(format!("--port={port}"));
            json!({
                "browserName": "chrome",
                "goog:chromeOptions": chromium_options(&installed),
                "goog:loggingPrefs": { "browser": "ALL" },
            })
        }
        Engine::Firefox => {
            command.args(["--port", &port.to_string(), "--websocket-port"]);
            command.arg(free_port()?.to_string());
            let options = json!({ "args": ["-headless"], "binary": installed.binary });
            json!({ "browserName": "firefox", "moz:firefoxOptions": options })
        }
        Engine::WebKit => {
            let (process, display) = open_screen(toolbox)?;
            screen = Some(process);
            command.arg(format!("--port={port}"));
            command.env("DISPLAY", display).env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
            command.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
            let options = json!({ "binary": installed.binary, "args": ["--automation"] });
            json!({ "webkitgtk:browserOptions": options })
        }
    };
    let process = Process::start(&mut command)?;
    Ok((Driver { port, process, _screen: screen }, capabilities))
}

/// A port that nobody used a moment ago.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}

/// A screen in memory; the X server itself picks a free number and says which.
fn open_screen(toolbox: &Toolbox) -> Result<(Process, String), String> {
    let mut command = toolbox.command("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = Process(command.spawn().map_err(|error| format!("Xvfb: {error}"))?);
    let stdout = process.0.stdout.take().ok_or("Xvfb has no output")?;
    let mut number = String::new();
    BufReader::new(stdout).read_line(&mut number).map_err(|error| format!("Xvfb: {error}"))?;
    match number.trim() {
        "" => Err("Xvfb did not start".to_owned()),
        number => Ok((process, format!(":{number}"))),
    }
}
