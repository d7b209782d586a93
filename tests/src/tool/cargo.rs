//! Tools that are Rust programs: a release where it can be downloaded, else a quick build.

use std::process::Command;

use super::Toolbox;
use crate::{place, say};

/// A Rust program that the harness uses.
pub(super) struct Tool {
    program: &'static str,
    package: &'static str,
    version: String,
    /// What the answer to `--version` must contain.
    accepted: String,
    options: &'static [&'static str],
    archive: Option<String>,
}

pub(super) fn trunk() -> Tool {
    let version = "0.21.14".to_owned();
    let archive = linux().then(|| {
        format!("https://github.com/trunk-rs/trunk/releases/download/v{version}/trunk-x86_64-unknown-linux-gnu.tar.gz")
    });
    Tool {
        program: "trunk",
        package: "trunk",
        accepted: "trunk 0.21.".to_owned(),
        options: &["--locked", "--no-default-features", "--features", "rustls"],
        archive,
        version,
    }
}

/// Its version must be the one of the crate that the page is compiled with.
pub(super) fn wasm_bindgen() -> Result<Tool, String> {
    let lock = place::read(&place::root().join("Cargo.lock"))?;
    let version = locked_version(&lock, "wasm-bindgen").ok_or("Cargo.lock has no wasm-bindgen")?;
    let archive = linux().then(|| {
        format!("https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-x86_64-unknown-linux-musl.tar.gz")
    });
    // Without `--locked`: the lock file in the package names crates that registries have withdrawn.
    Ok(Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        accepted: format!("wasm-bindgen {version}"),
        options: &[],
        archive,
        version,
    })
}

pub(super) fn wasm_pack() -> Tool {
    Tool {
        program: "wasm-pack",
        package: "wasm-pack",
        version: "0.15.1".to_owned(),
        accepted: "wasm-pack 0.1".to_owned(),
        options: &["--locked"],
        archive: None,
    }
}

pub(super) fn geckodriver() -> Tool {
    let version = "0.37.1".to_owned();
    let archive = linux().then(|| {
        format!("https://github.com/mozilla/geckodriver/releases/download/v{version}/geckodriver-v{version}-linux64.tar.gz")
    });
    Tool {
        program: "geckodriver",
        package: "geckodriver",
        accepted: "geckodriver 0.3".to_owned(),
        options: &["--locked"],
        archive,
        version,
    }
}

fn linux() -> bool {
    cfg!(all(target_os = "linux", target_arch = "x86_64"))
}

/// Brings a tool unless it already answers with the right version.
pub(super) fn bring(toolbox: &Toolbox, tool: &Tool) -> Result<(), String> {
    if accepted(toolbox, tool) {
        return Ok(());
    }
    say::step(&format!("Setting up {} {}: once for this user", tool.program, tool.version));
    if download(toolbox, tool).is_ok() && accepted(toolbox, tool) {
        return Ok(());
    }
    build(toolbox, tool)?;
    if accepted(toolbox, tool) {
        Ok(())
    } else {
        Err(format!("{} is installed but does not answer as {}", tool.program, tool.accepted))
    }
}

fn accepted(toolbox: &Toolbox, tool: &Tool) -> bool {
    toolbox.answers(tool.program).is_some_and(|answer| answer.contains(&tool.accepted))
}

/// Fetches the release of the tool's own project; any failure only means that it will be built.
fn download(toolbox: &Toolbox, tool: &Tool) -> Result<(), String> {
    let address = tool.archive.as_ref().ok_or("no release for this machine")?;
    let folder = toolbox.folder().join("download").join(tool.program);
    place::make(&folder)?;
    let archive = folder.join("archive.tar.gz");
    let mut fetch = Command::new("curl");
    fetch.args(["--fail", "--silent", "--show-error", "--location"]);
    fetch.args(["--connect-timeout", "5", "--max-time", "90", "--output"]);
    fetch.arg(&archive).arg(address);
    say::watch(&format!("Downloading {}", tool.program), &mut fetch)?.expect("the download")?;
    let mut unpack = Command::new("tar");
    unpack.arg("-xzf").arg(&archive).arg("-C").arg(&folder);
    say::watch(&format!("Unpacking {}", tool.program), &mut unpack)?.expect("unpacking")?;
    for file in place::files(&folder) {
        let name = file.file_name().unwrap_or_default().to_owned();
        let known = ["trunk", "wasm-bindgen", "wasm-bindgen-test-runner", "geckodriver"];
        if known.iter().any(|known| name == *known) {
            let goal = toolbox.folder().join("bin").join(&name);
            std::fs::rename(&file, &goal)
                .map_err(|error| format!("{}: {error}", goal.display()))?;
        }
    }
    std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Builds the tool for a short compile time: it runs a few seconds a day.
fn build(toolbox: &Toolbox, tool: &Tool) -> Result<(), String> {
    let label = format!("Building {}", tool.program);
    say::step(&format!("{label}: some minutes, once"));
    let mut install = Command::new("cargo");
    install.args(["install", tool.package, "--version", &tool.version, "--force", "--root"]);
    install.arg(toolbox.folder()).args(tool.options);
    install.env("CARGO_TARGET_DIR", place::cache()?.join("build"));
    install.env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    // Outside the repository, so that its configuration does not reach the tools.
    install.current_dir(toolbox.folder());
    let outcome = say::watch(&label, &mut install)?;
    let took = say::duration(outcome.took);
    outcome.expect(&label)?;
    say::step(&format!("{label}: done in {took}"));
    Ok(())
}

/// Clears away what the building of tools has left: more than a gigabyte that nobody needs again.
pub(super) fn clear() {
    if let Ok(cache) = place::cache() {
        // What cannot be removed stays, and does no harm.
        let _ = std::fs::remove_dir_all(cache.join("build"));
    }
}

/// The version that a lock file holds of a package.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    let name = format!("name = \"{package}\"");
    lines.find(|line| *line == name)?;
    Some(lines.next()?.strip_prefix("version = \"")?.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version_of_a_package() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"ab\"\nversion = \"2.0.0\"\n";
        assert_eq!(locked_version(lock, "ab").as_deref(), Some("2.0.0"));
        assert_eq!(locked_version(lock, "b"), None);
    }
}
