//! Makes the wasm of a finished build smaller, in place.

use std::path::Path;

use super::prune::prune;
use crate::tool::Toolbox;
use crate::{place, say};

/// What the compiler may use, and so what the optimizer must accept.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What is done to it. Flattening first would save two kilobytes more, and cost the kernel speed.
///
/// Nothing lives in the first kilobyte of memory: it is the far end of the stack. So an address is never the
/// wrapped sum of a place near the top and an offset, and offsets can go into the loads.
const PASSES: [&str; 4] = ["-Oz", "--low-memory-unused", "--strip-debug", "--strip-producers"];

/// Runs wasm-opt over every wasm file of a folder; a file that would grow is left as it is.
pub(super) fn optimize(toolbox: &Toolbox, program: &Path, dist: &Path) -> Result<(), String> {
    for file in place::files(dist) {
        if file.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        prune(&file)?;
        let label = "Optimizing the wasm";
        let smaller = place::scratch().join("optimized.wasm");
        place::make(&place::scratch())?;
        let mut command = toolbox.command(&program.to_string_lossy());
        command.args(PASSES).args(FEATURES);
        command.arg(&file).arg("-o").arg(&smaller);
        let outcome = say::watch(label, &mut command)?;
        let took = say::duration(outcome.took);
        outcome.expect(label)?;
        let length = |file: &Path| std::fs::metadata(file).map_or(u64::MAX, |meta| meta.len());
        let (before, after) = (length(&file), length(&smaller));
        if after < before {
            std::fs::copy(&smaller, &file)
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
        let (before, after) = (say::bytes(before), say::bytes(after));
        say::step(&format!("{label}: {before} became {after} in {took}"));
    }
    Ok(())
}
