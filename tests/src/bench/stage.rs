//! The stage under load: how long our own code takes in each frame of a crowded run.

use serde_json::json;
use shardlab::session::link_of;

use super::line;
use crate::page;
use crate::site::Site;
use crate::tool::Toolbox;
use crate::webdriver::{Engine, Window};

/// Fifty nodes under a load that keeps about a thousand messages in the air.
const CROWD: &str = "\
title    A crowded stage
summary  Fifty nodes, a thousand messages in the air.
seed     7
end      60s
network  latency 80ms..120ms
ring     a: 50 nodes, 20 vnodes
load     5000 keys \"user:{n}\"
traffic  c: 5000/s, 80% get 20% put
";

/// Times every callback of a frame, and the distance between frames.
const WATCH: &str = "
    window.frames_taken = []; window.frames_at = [];
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (call) => ask((at) => {
        const began = performance.now();
        call(at);
        const took = performance.now() - began;
        const last = window.frames_at.length - 1;
        // Several callbacks of one frame count together.
        if (window.frames_at[last] === at) window.frames_taken[last] += took;
        else { window.frames_at.push(at); window.frames_taken.push(took); }
    });";

/// Frames of six seconds: their rate, how long they took (median, p99, longest), and in the sparsest
/// of them what is on the stage. The canvas of the crowd says itself how many dots it has painted.
const COUNT: &str = "
    const painted = () => [...document.querySelectorAll('.stage canvas')]
        .reduce((sum, canvas) => sum + Number(canvas.dataset.painted ?? 0), 0)
        + document.querySelectorAll('[data-flight]').length;
    await new Promise(go => setTimeout(go, 2000));
    const from = window.frames_taken.length;
    let least = painted();
    const watch = setInterval(() => least = Math.min(least, painted()), 50);
    await new Promise(go => setTimeout(go, 6000));
    clearInterval(watch);
    const taken = window.frames_taken.slice(from).sort((one, other) => one - other);
    return [taken.length / 6, taken[taken.length >> 1] ?? 0, taken[Math.floor(taken.length * .99)] ?? 0,
            taken[taken.length - 1] ?? 0, document.querySelectorAll('[data-role=storage]').length, least,
            document.querySelector('.speed output').textContent];";

/// Plays the crowd for some seconds in the release page and looks at its frames.
pub(super) fn stage() -> Result<bool, String> {
    let dist = page::release()?;
    let site = Site::open(&dist)?;
    let window = Window::open(Engine::Chromium, &Toolbox::open()?)?;
    window.resize(1440, 900)?;
    window.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": WATCH }))?;
    window.visit(&format!("{}#{}&at=2000000", site.address(), link_of(CROWD)))?;
    window.find("[data-role='play']")?;
    // The run is computed ahead of the moment; the figure is about the frames that play it.
    window.wait_until("!document.querySelector('.unknown') || document.querySelector('.unknown').style.display === 'none'").ok();
    window.click("[data-role='play']")?;
    let frames = window.run_async(COUNT, &[])?;
    let number = |place: usize| frames[place].as_f64().unwrap_or_default();
    let speed = frames[6].as_str().unwrap_or_default();
    println!("stage: six seconds of a crowd at {speed} speed in Chromium");
    let (rate, middle, p99, most) = (number(0), number(1), number(2), number(3));
    let (nodes, least) = (number(4), number(5));
    let nodes_held = line("  nodes on the stage", &format!("{nodes}"), "50", nodes >= 50.0);
    let words = "1000 at least in every frame, as painted";
    let flights_held = line("  messages in the air", &format!("{least}"), words, least >= 1000.0);
    let rate_held = line("  frames a second", &format!("{rate:.1}"), "58 at least", rate >= 58.0);
    let words = format!("33 ms at most; median {middle:.1} ms, p99 {p99:.1} ms");
    let most_held =
        line("  our own code in the longest frame", &format!("{most:.1} ms"), &words, most <= 33.0);
    Ok(nodes_held & flights_held & rate_held & most_held)
}
