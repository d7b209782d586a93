//! `cargo lab bench`: figures beside named peers, all measured in one run on one machine.

use std::process::Command;

use clap::ValueEnum;

use crate::{place, say};

/// A figure that can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Figure {
    /// Events a second of the kernel, native with 5, 50 and 1000 nodes, beside a bare heap.
    Kernel,
}

/// Measures the figures, all if none is named; `Ok(false)` when one misses what we promise.
pub fn bench(figures: &[Figure]) -> Result<bool, String> {
    let wanted = |figure: &Figure| figures.is_empty() || figures.contains(figure);
    let mut held = true;
    for figure in Figure::value_variants().iter().filter(|figure| wanted(figure)) {
        held &= match figure {
            Figure::Kernel => native("kernel")?,
        };
    }
    Ok(held)
}

/// A figure of the package `peers`, compiled for speed; it prints its own lines.
fn native(name: &str) -> Result<bool, String> {
    let manifest = place::root().join("tests/peers/Cargo.toml");
    let cargo = |action: &str| {
        let mut command = Command::new("cargo");
        command.args([action, "--release", "--quiet", "--manifest-path"]).arg(&manifest);
        command.current_dir(place::root());
        command
    };
    let label = "Compiling the measurements for speed";
    say::watch(label, &mut cargo("build"))?.expect(label)?;
    let mut run = cargo("run");
    run.args(["--", name]);
    Ok(run.status().map_err(|error| format!("cargo run: {error}"))?.success())
}
