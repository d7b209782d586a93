//! Builds the page with trunk: `quick` for tests and looks, `build` for visitors.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{engine, optimize, origin, size, styles};
use crate::tool::{Need, Toolbox};
use crate::{place, say};

/// What a build of the page cannot do without.
pub(super) const NEEDS: [Need; 3] = [Need::WasmTarget, Need::WasmBindgen, Need::Trunk];

/// Builds the page for tests, quick to compile, and returns its folder.
pub fn quick() -> Result<PathBuf, String> {
    let toolbox = Toolbox::with(&NEEDS)?;
    let dist = place::scratch().join("page");
    trunk(&mut toolbox.command("trunk"), &dist, &["--cargo-profile", "page"])?;
    Ok(dist)
}

/// Builds the page for visitors into `dist/`, prints what it weighs and refuses what is too heavy.
pub fn build() -> Result<(), String> {
    let dist = release()?;
    size::check_addresses(&dist)?;
    size::print(&dist)
}

/// Builds the page for visitors into `dist/` and returns that folder.
pub fn release() -> Result<PathBuf, String> {
    let toolbox = Toolbox::with(&NEEDS)?;
    let dist = place::root().join("dist");
    // Not as `--release`: trunk would then fetch an optimizer of its own from the network.
    let mut command = toolbox.command("trunk");
    origin::hide(&mut command);
    trunk(&mut command, &dist, &["--cargo-profile", "release", "--minify", "true"])?;
    styles::join(&dist)?;
    match toolbox.wasm_opt() {
        Some(program) => optimize::optimize(&toolbox, &program, &dist)?,
        None => {
            say::step(
                "No wasm-opt on this machine: the page works, but is larger than it could be",
            );
        }
    }
    engine::tell_length(&dist)?;
    origin::check(&dist)?;
    Ok(dist)
}

fn trunk(command: &mut Command, dist: &Path, options: &[&str]) -> Result<(), String> {
    place::make(dist)?;
    let label = "Building the page";
    say::step(label);
    command.args(["build", "--color", "never", "--dist"]).arg(dist).args(options);
    // Trunk reads NO_COLOR as one of its own switches and accepts only words there.
    command.env_remove("NO_COLOR");
    let outcome = say::watch(label, command)?;
    let took = say::duration(outcome.took);
    outcome.expect(label)?;
    say::step(&format!("{label}: done in {took}"));
    Ok(())
}
