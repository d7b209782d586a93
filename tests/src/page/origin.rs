//! Keeps the folders of the machine that builds out of what it builds: the same text gives the same files
//! everywhere, and a visitor does not learn where somebody keeps their crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place;

/// How cargo is told further flags for the page; they come behind those of its configuration.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Lets a build name the crates it is made of by a short path of their own.
pub(super) fn hide(command: &mut Command) {
    if let Some(crates) = crates() {
        command.env(FLAGS, format!("--remap-path-prefix={}=crates", crates.display()));
    }
}

/// Refuses files that name the folder of the crates on this machine.
pub(super) fn check(built: &Path) -> Result<(), String> {
    let Some(crates) = crates() else { return Ok(()) };
    let name = crates.as_os_str().as_encoded_bytes();
    for file in place::files(built) {
        let content = std::fs::read(&file);
        let content = content.map_err(|error| format!("{}: {error}", file.display()))?;
        if content.windows(name.len()).any(|some| some == name) {
            return Err(format!("{} names {}", file.display(), crates.display()));
        }
    }
    Ok(())
}

/// Where cargo keeps what it has unpacked; nothing if a flag could not name it.
fn crates() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")))?;
    let folder = home.join("registry").join("src");
    let plain = folder.to_str().is_some_and(|path| !path.contains([' ', '=']));
    plain.then_some(folder)
}
