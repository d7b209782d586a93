//! Serves the page to the person who writes it, and builds it again on every change.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::build::NEEDS;
use crate::tool::Toolbox;
use crate::{place, say};

/// Where to serve when nobody says.
const PORT: u16 = 8080;

/// Builds, serves and watches until the person ends it.
pub fn serve(port: Option<u16>) -> Result<(), String> {
    let toolbox = Toolbox::with(&NEEDS)?;
    let port = port.map_or_else(free_port, given_port)?;
    let dist = place::scratch().join("serve");
    place::make(&dist)?;
    say::step("Building the page; the first time takes some minutes");
    let mut command = toolbox.command("trunk");
    command.args(["serve", "--cargo-profile", "page", "--port", &port.to_string()]);
    // A folder of its own, so that a release in `dist/` stays what it is.
    command.arg("--dist").arg(dist).env_remove("NO_COLOR");
    let mut child = command.spawn().map_err(|error| format!("trunk: {error}"))?;
    let mut said = false;
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("trunk ended with {status}"));
        }
        if !said && TcpStream::connect(("127.0.0.1", port)).is_ok() {
            said = true;
            println!("\n  Shardlab is at http://127.0.0.1:{port}/ and follows every change.\n");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The port that somebody asked for, unless something else has it: that is said before anything is built.
fn given_port(port: u16) -> Result<u16, String> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(port),
        Err(error) => Err(format!("port {port} cannot be had: {error}; another one: --port N")),
    }
}

/// The usual port, or a free one if something else has it.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", PORT))
        .or_else(|_| TcpListener::bind(("127.0.0.1", 0)))
        .map_err(|error| error.to_string())?;
    Ok(listener.local_addr().map_err(|error| error.to_string())?.port())
}
