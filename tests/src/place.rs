//! Where things stand: the repository, the build folder, the tool cache.

use std::path::{Path, PathBuf};

/// The root of the repository, whatever folder the command was typed in.
#[must_use]
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// Scratch room of the harness inside the build folder: logs, pages under test, pictures.
#[must_use]
pub fn scratch() -> PathBuf {
    target().join("lab")
}

/// The build folder that cargo uses for this workspace.
#[must_use]
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The folder of this user in which tools are kept between runs and checkouts.
pub fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set: no place to keep tools")?;
    Ok(base.join("shardlab"))
}

/// Makes a folder and those above it; says which one could not be made.
pub fn make(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Reads a text file; says which one could not be read.
pub fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => format!("{} is no text", file.display()),
        _ => format!("{}: {error}", file.display()),
    })
}

/// Writes a file and makes its folder; says which one could not be written.
pub fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<(), String> {
    if let Some(folder) = file.parent() {
        make(folder)?;
    }
    std::fs::write(file, content).map_err(|error| format!("{}: {error}", file.display()))
}

/// Every file below a folder, in the order of their paths; a missing folder has none.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
