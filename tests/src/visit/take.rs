//! Taking a run along: its text, its trace, its picture.

use super::{RING, Visit, ensure, lab};

/// Keeps what the page offers as files instead of saving it.
const CATCH: &str = "window.offered = [];
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = blob => { window.lastBlob = blob; return make(blob); };
    HTMLAnchorElement.prototype.click = function () {
        if (!this.download) return;
        const inline = /^data:([^;,]+)/.exec(this.href);
        window.offered.push({
            name: this.download,
            type: inline ? inline[1] : window.lastBlob.type,
            size: inline ? this.href.length : window.lastBlob.size,
        });
    };";

/// Opens the export menu and presses the entry that says so.
const PRESS: &str = "const menu = document.querySelector(\"button[aria-label='Export']\");
    if (menu.ariaExpanded !== 'true') menu.click();
    await new Promise(go => setTimeout(go, 200));
    const entry = [...document.querySelectorAll('button')].find(it => it.textContent.trim() === arguments[0]);
    if (!entry) return 'no entry ' + arguments[0];
    entry.click();
    for (let tries = 0; tries < 50; tries++) {
        await new Promise(go => setTimeout(go, 100));
        const last = window.offered[window.offered.length - 1];
        if (last && last.name === arguments[1]) return last.type + ' ' + (last.size > arguments[2] ? 'full' : 'empty');
    }
    return 'nothing was offered: ' + JSON.stringify(window.offered);";

pub(super) fn exports(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.pause()?;
    lab.0.window.run(CATCH, &[])?;
    for (entry, name, least, kind) in [
        ("Scenario as text", "scenario.lab", 100, "text/plain"),
        ("Picture as SVG", "shardlab.svg", 2_000, "image/svg+xml"),
        ("Picture as PNG", "shardlab.png", 5_000, "image/png"),
    ] {
        let words = [entry.into(), name.into(), least.into()];
        let came = lab.0.window.run_async(PRESS, &words)?;
        let came = came.as_str().unwrap_or_default().to_owned();
        ensure(came == format!("{kind} full"), format!("{entry}: {came}"))?;
    }
    Ok(())
}
