//! The kernel in a browser: the same machine, compiled to wasm, in headless Chromium.

use serde_json::Value;

use super::{line, peers};
use crate::page;
use crate::site::Site;
use crate::tool::Toolbox;
use crate::webdriver::{Engine, Window};

/// Events of one round.
const EVENTS: u64 = 2_000_000;
/// Rounds, of which the fastest counts.
const ROUNDS: u64 = 5;

/// Compares the kernel in the release page with the native one of the same moment.
pub(super) fn kernel() -> Result<bool, String> {
    let native = native()?;
    let dist = page::release()?;
    let site = Site::open(&dist)?;
    let window = Window::open(Engine::Chromium, &Toolbox::open()?)?;
    window.visit(&site.address())?;
    window.wait_until("window.wasmBindings")?;
    let script = "let best = 0;
        for (let round = 0; round < arguments[1]; round += 1) {
            const began = performance.now();
            const count = window.wasmBindings.bench_kernel(5, arguments[0]);
            best = Math.max(best, count / (performance.now() - began) * 1000);
        }
        return best;";
    let rate = window.run_async(script, &[EVENTS.into(), ROUNDS.into()])?;
    let rate = rate.as_f64().ok_or("bench_kernel gives no number")?;
    let share = rate / native;
    let figure = format!("{:.2} M events/s", rate / 1e6);
    let wanted = format!("half of native at least; it is {share:.2} of {:.2} M/s", native / 1e6);
    Ok(line("  5 nodes, wasm in Chromium", &figure, &wanted, share >= 0.5))
}

/// The native rate on five nodes, in events a second.
fn native() -> Result<f64, String> {
    let output = peers("run").args(["--", "kernel-rate"]).output();
    let output = output.map_err(|error| format!("cargo run: {error}"))?;
    let rate: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    rate.as_f64().ok_or_else(|| "no rate".to_owned())
}
