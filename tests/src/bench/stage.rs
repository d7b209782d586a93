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

/// Plays the crowd for some seconds in the release page and looks at its frames.
pub(super) fn stage() -> Result<bool, String> {
    let dist = page::release()?;
    let site = Site::open(&dist)?;
    let window = Window::open(Engine::Chromium, &Toolbox::open()?)?;
    window.resize(1440, 900)?;
    window.devtools("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": WATCH }))?;
    window.visit(&format!("{}#{}&at=2000000", site.address(), link_of(CROWD)))?;
    window.find("[data-role='play']")?;
    let flights = "return document.querySelectorAll('[data-flight]').length";
    // The run is computed ahead of the moment; the figure is about the frames that play it.
    window.wait_until("!document.querySelector('.unknown') || document.querySelector('.unknown').style.display === 'none'").ok();
    window.click("[data-role='play']")?;
    let script = "await new Promise(go => setTimeout(go, 2000));
        const from = window.frames_taken.length;
        await new Promise(go => setTimeout(go, 6000));
        const taken = window.frames_taken.slice(from).sort((one, other) => one - other);
        return [taken.length / 6, taken[taken.length >> 1] ?? 0, taken[Math.floor(taken.length * .99)] ?? 0,
                taken[taken.length - 1] ?? 0];";
    let frames = window.run_async(script, &[])?;
    let number = |place: usize| frames[place].as_f64().unwrap_or_default();
    let drawn = window.run(flights, &[])?;
    println!(
        "stage: 50 nodes at normal speed in Chromium, {drawn} messages drawn as marks at the end"
    );
    let (rate, middle, p99, most) = (number(0), number(1), number(2), number(3));
    let rate_held = line("  frames a second", &format!("{rate:.1}"), "58 at least", rate >= 58.0);
    let words = format!("33 ms at most; median {middle:.1} ms, p99 {p99:.1} ms");
    Ok(line("  our own code in the longest frame", &format!("{most:.1} ms"), &words, most <= 33.0)
        & rate_held)
}
