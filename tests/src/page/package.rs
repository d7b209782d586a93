//! The engine as a JavaScript package with types, for pages and programs of other people.

use std::path::PathBuf;

use super::{optimize, origin};
use crate::tool::{Need, Toolbox};
use crate::{place, say};

/// Packs the library of the page into `dist-package/` and returns that folder.
pub fn package() -> Result<PathBuf, String> {
    let toolbox = Toolbox::with(&[Need::WasmTarget, Need::WasmBindgen, Need::WasmPack])?;
    let folder = place::root().join("dist-package");
    let label = "Packing the JavaScript API";
    say::step(label);
    let mut command = toolbox.command("wasm-pack");
    // Every tool is already here, so nothing is fetched on the way.
    command.args(["build", "web", "--release", "--target", "web", "--mode", "no-install"]);
    command.args(["--no-opt", "--out-name", "shardlab", "--out-dir"]).arg(&folder);
    origin::hide(&mut command);
    let outcome = say::watch(label, &mut command)?;
    let took = say::duration(outcome.took);
    outcome.expect(label)?;
    if let Some(program) = toolbox.wasm_opt() {
        optimize::optimize(&toolbox, &program, &folder)?;
    }
    origin::check(&folder)?;
    say::step(&format!("{label}: done in {took}, in dist-package/"));
    Ok(folder)
}
