//! Time in the lab: it plays, stands, steps and goes anywhere.

use super::lab::{self, Lab};
use super::{RING, Visit, ensure};

pub(super) fn plays_and_pauses(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.0.window.click("[data-role='play']")?;
    lab.until("time to pass", |lab| Ok(lab.moment()? > 0))?;
    lab.pause()?;
    let stood = lab.moment()?;
    std::thread::sleep(std::time::Duration::from_millis(300));
    ensure(lab.moment()? == stood, "time goes on although it is paused")
}

pub(super) fn steps(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    for _ in 0..5 {
        lab.0.window.click("[data-role='step-message']")?;
    }
    lab.until("the fifth message", |lab| Ok(lab.moment()? > 0))?;
    let at = lab.moment()?;
    lab.0.window.click("[data-role='step-event']")?;
    lab.until("the next event", |lab| Ok(lab.moment()? >= at))?;
    for _ in 0..6 {
        lab.0.window.click("[data-role='step-back']")?;
    }
    lab.until("earlier events", |lab| Ok(lab.moment()? <= at))
}

pub(super) fn seeks(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    // The middle of the lanes, with the mouse.
    lab.0.window.press(".lanes")?;
    lab.until("the middle of the run", |lab| near(lab, 2_500_000))?;
    // The playhead with keys, as somebody without a mouse would.
    let focus = "document.querySelector('[data-role=playhead]').focus()";
    lab.0.window.run(focus, &[])?;
    lab.0.window.key("End")?;
    lab.until("the end", |lab| Ok(lab.moment()? == 5_000_000))?;
    lab.0.window.key("Home")?;
    lab.until("the start", |lab| Ok(lab.moment()? == 0))?;
    lab.0.window.key("PageUp")?;
    lab.until("a tenth of the run", |lab| Ok(lab.moment()? == 500_000))
}

pub(super) fn runs_until(visit: &mut Visit<'_>) -> Result<(), String> {
    let crash = format!("{RING}at 400ms crash n3\n");
    let lab = lab::open(visit, &crash)?;
    lab.rewind()?;
    let script = "const field = document.querySelector('[data-role=until]');
        field.value = 'crash';
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(go => setTimeout(go, 100));
        field.form.requestSubmit();";
    lab.0.window.run_async(script, &[])?;
    lab.until("the crash", |lab| Ok(lab.moment()? == 400_000 && !lab.plays()?))
}

fn near(lab: &Lab<'_, '_>, at: u64) -> Result<bool, String> {
    Ok(lab.moment()?.abs_diff(at) < 300_000)
}
