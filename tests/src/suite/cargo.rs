//! The parts that cargo runs: format, lints, documentation, native and wasm tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{Report, Tally};
use crate::tool::{self, Need, Toolbox};
use crate::webdriver::{Engine, chromium_options};
use crate::{place, say};

const WASM: &str = "wasm32-unknown-unknown";
const BARE: &str = "wasm32v1-none";

pub(super) fn format() -> Result<Report, String> {
    // Modules that a macro declares are seen by rustc, but not by cargo fmt: those of tenants, and the toy's.
    let mut tenants = Command::new("rustfmt");
    tenants.args(["--check", "--edition", "2024"]).current_dir(place::root());
    for folder in ["core/src/tenant", "tests/toy"] {
        let files = place::files(&place::root().join(folder));
        tenants.args(files.iter().filter(|file| file.ends_with("mod.rs")));
    }
    let all = one("cargo fmt", cargo(&["fmt", "--all", "--check"]))?;
    Ok(join([all, one("rustfmt of tenants", tenants)?]))
}

pub(super) fn lint() -> Result<Report, String> {
    Toolbox::with(&[Need::WasmTarget])?;
    let deny = ["--", "-D", "warnings"];
    let native = cargo(&[&["clippy", "--workspace", "--all-targets"], &deny[..]].concat());
    let page = ["clippy", "--package", "shardlab-web", "--all-targets", "--target", WASM];
    let wasm = cargo(&[&page[..], &deny[..]].concat());
    Ok(join([one("clippy", native)?, one("clippy for wasm", wasm)?]))
}

pub(super) fn document() -> Result<Report, String> {
    let mut command = cargo(&["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    one("cargo doc", command)
}

pub(super) fn bare() -> Result<Report, String> {
    Toolbox::with(&[Need::BareTarget])?;
    one("the engine without std", cargo(&["build", "--package", "shardlab", "--target", BARE]))
}

pub(super) fn native() -> Result<Report, String> {
    many("native tests", cargo(&["test", "--workspace", "--no-fail-fast"]))
}

/// Compiles the page's wasm tests once and runs them in each engine whose driver the runner knows.
pub(super) fn wasm() -> Result<Report, String> {
    let toolbox = Toolbox::with(&[Need::WasmTarget, Need::WasmBindgen])?;
    let mut command = cargo(&["test", "--package", "shardlab-web", "--no-run"]);
    command.args(["--target", WASM, "--profile", "page"]);
    command.arg("--message-format=json-render-diagnostics");
    let built = say::watch("Compiling the wasm tests", &mut command)?;
    let programs = programs(&built.output);
    built.expect("Compiling the wasm tests")?;
    let mut report = Report::default();
    for engine in [Engine::Chromium, Engine::Firefox] {
        match tool::browser(&toolbox, engine.name()) {
            Ok(browser) => {
                for program in &programs {
                    let command = runner(&toolbox, engine, &browser, program)?;
                    let label = format!("wasm tests in {}", engine.name());
                    report = join([report, many(&label, command)?]);
                }
            }
            Err(problem) => {
                report.tally = report.tally + Tally::skipped();
                report.remarks.push(format!("skipped in {}: {problem}", engine.name()));
            }
        }
    }
    let vectors = super::vector::everywhere(&place::root().join("tests/golden/vectors"))?;
    Ok(join([report, vectors]))
}

/// The test programs that a build made, read from what cargo tells about them.
fn programs(messages: &str) -> Vec<PathBuf> {
    let artifact = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    };
    messages.lines().filter_map(artifact).collect()
}

/// Starts one wasm test program in a browser; the runner reads its wishes from its own folder.
fn runner(
    toolbox: &Toolbox,
    engine: Engine,
    browser: &tool::Browser,
    program: &Path,
) -> Result<Command, String> {
    let folder = place::scratch().join("wasm").join(engine.name());
    let (variable, wishes) = match engine {
        Engine::Firefox => {
            let options = serde_json::json!({ "args": ["-headless"], "binary": browser.binary });
            ("GECKODRIVER", serde_json::json!({ "moz:firefoxOptions": options }))
        }
        Engine::Chromium | Engine::WebKit => {
            ("CHROMEDRIVER", serde_json::json!({ "goog:chromeOptions": chromium_options(browser) }))
        }
    };
    place::write(&folder.join("webdriver.json"), wishes.to_string())?;
    let mut command = toolbox.command("wasm-bindgen-test-runner");
    command.arg(program).env(variable, &browser.driver).current_dir(folder);
    command.env("WASM_BINDGEN_USE_BROWSER", "1").env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    Ok(command)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(place::root());
    command
}

/// A command that is one test.
fn one(label: &str, mut command: Command) -> Result<Report, String> {
    let outcome = say::watch(label, &mut command)?;
    let tally = if outcome.success { Tally::passed() } else { Tally::failed() };
    Ok(Report { tally, output: outcome.output, ..Report::default() })
}

/// A command that runs many tests and prints Rust's result lines.
fn many(label: &str, mut command: Command) -> Result<Report, String> {
    let outcome = say::watch(label, &mut command)?;
    let mut tally = Tally::read(&outcome.output);
    if !outcome.success && tally.failed == 0 {
        tally = tally + Tally::failed();
    }
    Ok(Report { tally, output: outcome.output, ..Report::default() })
}

fn join(reports: [Report; 2]) -> Report {
    let [mut first, second] = reports;
    first.tally = first.tally + second.tally;
    first.remarks.extend(second.remarks);
    first.output.push_str(&second.output);
    first
}
