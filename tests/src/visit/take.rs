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
    const soon = async (look) => {
        for (let tries = 0; tries < 600; tries++) {
            const found = look();
            if (found) return found;
            await new Promise(go => setTimeout(go, 100));
        }
    };
    const entry = await soon(() =>
        [...document.querySelectorAll('button')].find(it => it.textContent.trim() === arguments[0]));
    if (!entry) return 'no entry ' + arguments[0];
    entry.click();
    const last = await soon(() => window.offered.findLast(it => it.name === arguments[1]));
    if (last) return last.type + ' ' + (last.size > arguments[2] ? 'full' : 'empty');
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

pub(super) fn exports_logs(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, super::group::GROUP)?;
    lab.0.window.press(".lanes")?;
    lab.until("a later moment", |lab| Ok(lab.moment()? > 0))?;
    lab.0.window.run(CATCH, &[])?;
    let words = ["Picture as SVG".into(), "shardlab.svg".into(), 2_000.into()];
    lab.0.window.run_async(PRESS, &words)?;
    // As many cells are in the picture as on the stage, with the names of their rows.
    let script = "const picture = new DOMParser().parseFromString(await window.lastBlob.text(), 'image/svg+xml');
        const room = document.querySelector('.logs-scroll').getBoundingClientRect();
        const names = document.querySelector('.log-row .log-name').getBoundingClientRect();
        const seen = [...document.querySelectorAll('.log-row .cell')].map(it => it.getBoundingClientRect())
            .filter(box => box.right <= room.right + 1 && box.bottom <= room.bottom + 1 && box.left >= names.right - 1);
        const words = [...picture.querySelectorAll('svg > text')].map(it => it.textContent);
        return [picture.querySelector('parsererror') === null,
            picture.querySelectorAll('svg > rect[rx]').length >= seen.length && seen.length > 4,
            ['n1', 'n5'].every(name => words.some(it => it.startsWith(name + ' t')))]";
    let drawn = lab.0.window.run_async(script, &[])?;
    ensure(
        drawn == serde_json::json!([true, true, true]),
        format!("the logs are not drawn: {drawn}"),
    )
}
