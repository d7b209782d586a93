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
    lab.until("the crash", |lab| Ok(lab.moment()? == 400_000 && !lab.plays()?))?;
    // What never happens is told when the end is reached.
    let speed = "const speed = document.querySelector('[data-role=speed]');
        speed.value = speed.max;
        speed.dispatchEvent(new Event('input', { bubbles: true }));";
    lab.0.window.run(speed, &[])?;
    lab.0.window.run_async(&script.replace("crash", "zzz"), &[])?;
    lab.until("the end to be told of", |lab| lab.is_told("No event of this run says “zzz”"))?;
    ensure(lab.moment()? == 5_000_000, "the run did not go to its end")
}

pub(super) fn asks_why(visit: &mut Visit<'_>) -> Result<(), String> {
    let text = format!("{RING}at 1s join n5\nexpect joins = 1\n");
    let lab = lab::open(visit, &text)?;
    // Both are decided at the end; one by an event, the other because there was none.
    lab.until("both verdicts", |lab| {
        Ok(lab.0.window.all("[data-role='verdicts'] [data-verdict='good'] .link")?.len() == 2)
    })?;
    let words = "return [...document.querySelectorAll('[data-role=verdicts] .link')]
        .map(one => one.textContent.split(' ')[0]).join(' ')";
    let said = lab.0.window.run(words, &[])?;
    ensure(said == "Decided Why?", format!("the verdicts offer {said}"))?;
    lab.0.window.click("[data-verdict]:last-child .link")?;
    let chain = lab.0.window.find("[data-role='event-panel'] .chain .event:last-child")?;
    let last = lab.0.window.text(&chain)?;
    ensure(last.contains("n5 has joined"), format!("the causes end with {last:?}"))
}

fn near(lab: &Lab<'_, '_>, at: u64) -> Result<bool, String> {
    Ok(lab.moment()?.abs_diff(at) < 300_000)
}
