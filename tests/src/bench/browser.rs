//! The engine in a browser: the same work, compiled to wasm, in headless Chromium.

use serde_json::{Value, json};
use shardlab::base::Rng;
use shardlab::session::measure::{GROUP, MILLION};
use shardlab::tenant::paper::screen::STRATEGIES;

use super::{line, peers};
use crate::page;
use crate::site::Site;
use crate::tool::Toolbox;
use crate::webdriver::{Engine, Window};

/// Events of one round.
const EVENTS: u64 = 2_000_000;
/// Events that are known before the first step.
const SEEK_EVENTS: u64 = 1_000_000;
/// Steps to moments drawn by chance.
const SEEKS: u32 = 200;
/// Events of one round of a whole session, and how many of them there must be in a second.
const SESSION_EVENTS: u64 = 500_000;
const SESSION_RATE: f64 = 5e5;
/// Rounds, of which the fastest counts.
const ROUNDS: u64 = 5;
const SURVEY_ROUNDS: u64 = 3;

/// Compares the kernel in the release page with the native one of the same moment.
pub(super) fn kernel() -> Result<bool, String> {
    let native = native("kernel-rate")?;
    let rate = rate("bench_kernel", &[5.into(), EVENTS.into()])?;
    let share = rate / native;
    let figure = format!("{:.2} M events/s", rate / 1e6);
    let wanted = format!("half of native at least; it is {share:.2} of {:.2} M/s", native / 1e6);
    Ok(line("  5 nodes, wasm in Chromium", &figure, &wanted, share >= 0.5))
}

/// Computes a whole session of a replicated store in the release page, beside the native one.
pub(super) fn group() -> Result<bool, String> {
    let native = native("session-rate")?;
    let rate = rate("bench_session", &[GROUP.into(), SESSION_EVENTS.into()])?;
    let (share, held) = (rate / native, rate >= SESSION_RATE);
    let figure = format!("{:.2} M events/s", rate / 1e6);
    let wanted = format!(
        "{:.1} M/s at least; it is {share:.2} of {:.2} M/s natively",
        SESSION_RATE / 1e6,
        native / 1e6
    );
    Ok(line("  a session of five, wasm in Chromium", &figure, &wanted, held))
}

/// Events a second of a function of the release page that gives how many there were.
fn rate(function: &str, arguments: &[Value]) -> Result<f64, String> {
    let (_site, window) = release_page()?;
    let script = "const [name, given, rounds] = arguments;
        let best = 0;
        for (let round = 0; round < rounds; round += 1) {
            const began = performance.now();
            const count = window.wasmBindings[name](...given);
            best = Math.max(best, count / (performance.now() - began) * 1000);
        }
        return best;";
    let rate = window.run_async(script, &[function.into(), arguments.into(), ROUNDS.into()])?;
    rate.as_f64().ok_or_else(|| format!("{function} gives no number"))
}

/// Steps to any moment of a million events, and what they hold in memory, in the release page.
pub(super) fn seek() -> Result<bool, String> {
    let (_site, window) = release_page()?;
    let mut rng = Rng::derive(7, 7);
    let moments: Vec<f64> = (0..SEEKS).map(|_| rng.below(1_000_000) as f64 / 1e6).collect();
    let script = "return [...window.wasmBindings.bench_seek(...arguments)];";
    let result = window.run_async(script, &[MILLION.into(), SEEK_EVENTS.into(), json!(moments)])?;
    let mut numbers = result.as_array().into_iter().flatten().filter_map(Value::as_f64);
    let (Some(events), Some(bytes)) = (numbers.next(), numbers.next()) else {
        return Err("bench_seek gives no numbers".to_owned());
    };
    let mut spans: Vec<f64> = numbers.collect();
    spans.sort_by(f64::total_cmp);
    let (Some(most), Some(middle)) = (spans.last(), spans.get(spans.len() / 2)) else {
        return Err("bench_seek took no steps".to_owned());
    };
    println!("seek in Chromium: {events} events of the same ring");
    let wanted = format!("100 ms at most; the median is {middle:.2} ms");
    let what = "  the slowest of 200 steps to any moment";
    let quick = line(what, &format!("{most:.2} ms"), &wanted, *most <= 100.0);
    let megabytes = bytes / 1e6;
    let figure = format!("{megabytes:.0} MB");
    Ok(quick & line("  all wasm memory of the page", &figure, "200 MB at most", megabytes <= 200.0))
}

/// A million keys under every strategy, beside the page: what its worker says of itself.
const SURVEY: &str = "
    const [text, rounds] = arguments;
    const engine = document.querySelector('link[rel=engine]');
    const worker = new Worker('./worker.js', { type: 'module' });
    const heard = [];
    let wake = () => {};
    worker.onmessage = ({ data }) => { heard.push(data); wake(); };
    const until = async (done) => {
        while (!heard.some(done)) await new Promise((go) => (wake = go));
    };
    worker.postMessage({ load: { module: engine.dataset.module, wasm: engine.href } });
    await until((data) => data.ready);
    let best = null;
    for (let job = 1; job <= rounds; job += 1) {
        const began = performance.now();
        worker.postMessage({ job, table: { text, at: 0, files: [] } });
        await until((data) => data.job === job && (data.end || data.error));
        const all = performance.now() - began;
        const mine = heard.filter((data) => data.job === job);
        const error = mine.find((data) => data.error);
        if (error) return { error: error.error };
        const rows = mine.filter((data) => data.row)
            .map((data) => [data.row[1], data.took, data.row[2][2]]);
        let [keys, placed] = [0, 0];
        for (const { prepared, took } of mine.filter((data) => data.prepared)) {
            const now = Math.min(prepared[2], rows.length);
            if (now > placed) rows[placed][1] += took; else keys += took;
            placed = now;
        }
        if (!best || all < best.all) best = { all, keys, rows, told: mine.length };
    }
    worker.terminate();
    return best;";

/// Places a million keys by every strategy in the worker of the release page.
pub(super) fn survey() -> Result<bool, String> {
    let mut text = String::new();
    for strategy in STRATEGIES {
        let name = strategy.split(',').next().unwrap_or(strategy);
        text += &format!("place {name}: {strategy}, 10 nodes\n");
    }
    text += "load 1000000 keys \"{tenant}:{n}\"\n";
    let (_site, window) = release_page()?;
    let found = window.run_async(SURVEY, &[text.into(), SURVEY_ROUNDS.into()])?;
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    if let Some(error) = found["error"].as_str() {
        return Err(error.to_owned());
    }
    println!("survey in Chromium's worker: the same keys; and the lookup is timed");
    println!(
        "  {:<42} {:>13.1} ms",
        "keys written down, hashed and counted",
        number(&found["keys"])
    );
    for row in found["rows"].as_array().into_iter().flatten() {
        let (strategy, moved) = (row[0].as_str().unwrap_or(""), row[2].as_str().unwrap_or(""));
        println!("  {strategy:<42} {:>13.1} ms   one more node moves {moved}", number(&row[1]));
    }
    let all = number(&found["all"]);
    let wanted = format!("2000 ms at most; told in {} messages", number(&found["told"]));
    Ok(line(
        "  all of it, from question to answer",
        &format!("{all:.0} ms"),
        &wanted,
        all <= 2_000.0,
    ))
}

/// The release page in a window of its own.
fn release_page() -> Result<(Site, Window), String> {
    let dist = page::release()?;
    let site = Site::open(&dist)?;
    let window = Window::open(Engine::Chromium, &Toolbox::open()?)?;
    window.visit(&site.address())?;
    window.wait_until("window.wasmBindings")?;
    Ok((site, window))
}

/// A native rate of the package `peers` by its name, in events a second.
fn native(name: &str) -> Result<f64, String> {
    let output = peers("run").args(["--", name]).output();
    let output = output.map_err(|error| format!("cargo run: {error}"))?;
    let rate: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    rate.as_f64().ok_or_else(|| "no rate".to_owned())
}
