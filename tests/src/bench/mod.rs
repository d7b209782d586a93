//! `cargo lab bench`: figures beside named peers, all measured in one run on one machine.

mod browser;
mod shell;
mod stage;

use std::process::Command;

use clap::ValueEnum;

use crate::{place, say};

/// A figure that can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Figure {
    /// Events a second of the kernel, native with 5, 50 and 1000 nodes, beside a bare heap; and
    /// the same in Chromium.
    Kernel,
    /// A lookup on the ring, three copies, a node that joins and Maglev's table, beside the plainest
    /// code that does it and six published crates. Thread time in turns, the median over rounds of
    /// the ratio to the reference in the same round; the cost of hashing a 64-bit key is included.
    /// Then a million keys of a thousand tenants on ten nodes by every strategy that the page compares:
    /// the keys made and hashed, all placed, all placed again with one more node and with one less, and
    /// the rest of the table; natively, and in the worker of the release page in Chromium, where a
    /// lookup is timed too. The fastest of three rounds counts.
    Placement,
    /// Raft on three nodes in memory beside raft-rs 0.7.0, one proposal at a time and 64: the CPU
    /// time of the process in turns, best and median of seven rounds, and messages a proposal. Then
    /// events a second of a simulated cluster of five, and of a whole session of a replicated store
    /// with its clients, natively and in the release page in Chromium.
    Raft,
    /// Many Raft groups on three simulated machines beside one: events a second while they are idle, and
    /// under load proposals a second of processor time, messages and writes a proposal.
    Groups,
    /// A million events of a ring of 8 nodes with 3 copies: the slowest of 200 steps to moments
    /// drawn by chance, and the memory that all of it holds. Natively that is what the process has
    /// grown by; in Chromium it is all wasm memory of the release page, the page itself included.
    Seek,
    /// 50 nodes and 1000 messages on the stage of the release page in Chromium: frames a second over
    /// six seconds, and the longest time of our own code in one of them. Messages are counted by
    /// what the page says it has painted, twenty times a second, and the least count stands.
    Stage,
    /// The first words of the release page: from the last byte of its HTML to the first paint, by the
    /// browser's own clock, in a new Chromium each time, in turns with a page that is one line of
    /// text. The median of nine starts counts.
    Shell,
    /// Verdicts on histories: those of others, if they lie beside the repository, and generated ones
    /// of 50 clients and 2000 operations, right ones and ones with one planted stale read. Processor
    /// time of one thread without loading, beside Porcupine on the same histories, and the verdicts of
    /// both must agree. It needs Go, and Porcupine's module, from Go's proxy or from the folder that
    /// the variable PORCUPINE_SOURCE names. Without either, the peer is skipped, which is said, and
    /// what it took once stands beside ours.
    Check,
}

/// Measures the figures, all if none is named; `Ok(false)` when one misses what we promise.
pub fn bench(figures: &[Figure]) -> Result<bool, String> {
    let wanted = |figure: &Figure| figures.is_empty() || figures.contains(figure);
    let mut held = true;
    for figure in Figure::value_variants().iter().filter(|figure| wanted(figure)) {
        held &= match figure {
            Figure::Kernel => native("kernel")? & browser::kernel()?,
            Figure::Placement => native("placement")? & browser::survey()?,
            Figure::Raft => native("raft")? & browser::group()?,
            Figure::Groups => native("groups")?,
            Figure::Seek => native("seek")? & browser::seek()?,
            Figure::Stage => stage::stage()?,
            Figure::Shell => shell::shell()?,
            Figure::Check => native("check")?,
        };
    }
    Ok(held)
}

/// A figure of the package `peers`, compiled for speed; it prints its own lines.
fn native(name: &str) -> Result<bool, String> {
    let mut run = peers("run");
    let label = "Compiling the measurements for speed";
    say::watch(label, &mut peers("build"))?.expect(label)?;
    run.args(["--", name]);
    Ok(run.status().map_err(|error| format!("cargo run: {error}"))?.success())
}

/// A cargo command on the package `peers`.
fn peers(action: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args([action, "--release", "--quiet", "--manifest-path"]);
    command.arg(place::root().join("tests/peers/Cargo.toml")).current_dir(place::root());
    command
}

/// One line of a result: what, how much, and whether it is enough.
fn line(what: &str, figure: &str, wanted: &str, held: bool) -> bool {
    println!("{what:<44} {figure:>16}   {} {wanted}", if held { "holds:" } else { "MISSED:" });
    held
}
