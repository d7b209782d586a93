//! A replicated store on the stage: its leader falls by a click, another is elected, its logs are
//! read, its story is walked.

use super::lab::{self, Lab};
use super::{Visit, ensure};

/// Five replicas under traffic, in three steps.
pub(super) const GROUP: &str = "\
title    Five agree
summary  Five nodes keep one log.
seed     7
end      6s
raft     5 nodes, election 150ms..300ms
load     20 keys \"user:{n}\"
traffic  c: 20/s, 50% get 50% put, keys uniform, 2 clients
at 1s    say \"A majority is enough.\"
at 2s    say \"So two may fall.\"
at 4s    say \"And come back.\"
expect   elections < 9
";

/// The node that leads, as its mark says.
fn leader(lab: &Lab<'_, '_>) -> Result<String, String> {
    let script = "return document.querySelector('.lab [data-role=replica][data-state=leader]')?.dataset.node";
    let name = lab.0.window.run(script, &[])?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

/// Chooses a replica on the stage with the mouse.
fn choose(lab: &Lab<'_, '_>, node: &str) -> Result<(), String> {
    let mark = format!(".lab [data-role='replica'][data-node='{node}'] .node-disk");
    lab.0.window.press(&mark)?;
    lab.0.window.find(&format!("[data-role='node-panel'][data-node='{node}']")).map(drop)
}

/// Goes on until an event that says some words.
fn run_until(lab: &Lab<'_, '_>, words: &str) -> Result<(), String> {
    let before = lab.moment()?;
    let script = "const field = document.querySelector('[data-role=until]');
        field.value = arguments[0];
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(go => setTimeout(go, 100));
        field.form.requestSubmit();";
    lab.0.window.run_async(script, &[words.into()])?;
    lab.until("the run to stop", |lab| Ok(lab.moment()? > before && !lab.plays()?))
}

pub(super) fn elects(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, GROUP)?;
    ensure(leader(&lab)?.is_empty(), "somebody leads before the start")?;
    run_until(&lab, "leader")?;
    let first = leader(&lab)?;
    ensure(!first.is_empty(), "nobody leads after an election")?;
    let before = lab.text()?;
    choose(&lab, &first)?;
    lab.0.window.click("[data-role='node-panel'] [data-role='crash']")?;
    lab.until_text_has(&format!("crash {first}"))?;
    lab.until("the leader to be down", |lab| Ok(lab.doing(&first)? == "crashed"))?;
    run_until(&lab, "leader")?;
    let second = leader(&lab)?;
    ensure(!second.is_empty() && second != first, format!("{second:?} leads after {first}"))?;
    lab.0.window.find("[data-mark='term']")?;
    lab.0.window.click("[data-role='undo']")?;
    lab.until("the old text", |lab| Ok(lab.text()? == before))?;
    lab.until("the first to lead on", |lab| Ok(leader(lab)? == first))?;
    choose(&lab, &first)?;
    lab.0.window.click("[data-role='node-panel'] [data-role='snapshot']")?;
    lab.until_text_has(&format!("snapshot {first}"))
}

pub(super) fn works_by_keys(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, GROUP)?;
    lab.0.window.run("document.activeElement.blur()", &[])?;
    // The known part of the run grows while one looks, so the last step may not be there at once.
    lab.until("three steps", |lab| {
        let place = "return document.querySelector('[data-role=steps-place]')?.textContent";
        Ok(lab.0.window.run(place, &[])? == "3 steps")
    })?;
    lab.0.window.key(">")?;
    lab.until("the first step", |lab| Ok(lab.moment()? == 1_000_000))?;
    lab.0.window.key(">")?;
    lab.until("the second step", |lab| Ok(lab.moment()? == 2_000_000))?;
    let said = lab.0.window.find("[data-role='caption']")?;
    ensure(lab.0.window.text(&said)?.contains("two may fall"), "the second step has other words")?;
    lab.0.window.key("<")?;
    lab.until("the first step again", |lab| Ok(lab.moment()? == 1_000_000))?;
    lab.0.window.key("2")?;
    lab.0.window.find("[data-role='node-panel'][data-node='n2']")?;
    // One cell of the logs is in the way of Tab; arrows lead to the others.
    lab.0.window.run("document.querySelector('[data-role=logs] [tabindex=\"0\"]').focus()", &[])?;
    let at = "const cell = document.activeElement; return [cell.closest('[data-log]')?.dataset.log, cell.dataset.index]";
    let start = lab.0.window.run(at, &[])?;
    lab.0.window.key("ArrowDown")?;
    lab.0.window.key("ArrowLeft")?;
    let end = lab.0.window.run(at, &[])?;
    let index =
        |place: &serde_json::Value| place[1].as_str().and_then(|index| index.parse::<u64>().ok());
    ensure(
        start[0] != end[0] && index(&end).map(|index| index + 1) == index(&start),
        format!("the arrows lead from {start} to {end}"),
    )?;
    let told = lab.0.window.find("[data-role='cell-told']")?;
    ensure(lab.0.window.text(&told)?.contains("term"), "the cell says nothing")?;
    lab.0.window.key("Enter")?;
    lab.0.window.find("[data-role='entry-panel']")?;
    lab.until("why it is committed", |lab| {
        Ok(lab.0.window.all("[data-role='entry-why'] .events li")?.len() > 5)
    })?;
    let before = lab.moment()?;
    lab.0.window.click("[data-role='entry-why'] .events li button")?;
    lab.until("the moment of its proposal", |lab| Ok(lab.moment()? < before))
}

pub(super) fn is_asked(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, GROUP)?;
    lab.0.window.press(".lanes")?;
    lab.until("a later moment", |lab| Ok(lab.moment()? > 0))?;
    lab.unfold("ask")?;
    let pick = "const verb = document.querySelector('[data-role=ask-verb]');
        verb.value = 'cas'; verb.dispatchEvent(new Event('change', { bubbles: true }));";
    lab.0.window.run(pick, &[])?;
    lab.0.window.find("[data-role='ask-expected']")?;
    lab.0.window.click("[data-role='ask-send']")?;
    lab.until_text_has("c1: cas x null 1")?;
    // Nothing is answered while time stands, and the form says so; then it says what was heard.
    let heard = |lab: &Lab<'_, '_>| {
        let script = "return document.querySelector('[data-role=ask-answers]')?.innerText ?? ''";
        let heard = lab.0.window.run(script, &[])?;
        Ok::<_, String>(heard.as_str().unwrap_or_default().to_owned())
    };
    lab.0.window.find("[data-role='ask-waits']")?;
    lab.until("the question", |lab| Ok(heard(lab)?.contains("cas x null 1")))?;
    let before = heard(&lab)?;
    lab.0.window.click("[data-role='play']")?;
    lab.until("an answer", |lab| Ok(heard(lab)? != before))?;
    lab.pause()?;
    lab.0.window.click("[data-role='group-add']")?;
    lab.until_text_has("join n6")?;
    lab.0.window.find("[data-role='replica'][data-node='n6']")?;
    // Who takes over goes on alone: what was planned for later is gone, and undo brings it back.
    lab.0.window.click("[data-role='take-over']")?;
    lab.until("an end of the story", |lab| Ok(!lab.text()?.contains("And come back")))?;
    ensure(lab.text()?.contains("So two may fall"), "what has been said is gone too")?;
    lab.0.window.click("[data-role='undo']")?;
    lab.until_text_has("And come back")
}

/// Two stores on the same work: one asks a majority for every read, the other nobody.
const TWO: &str = "\
title    Two ways to read
seed     7
end      4s
network  latency 2ms..6ms
raft     index: 3 nodes, reads index
raft     local: 3 nodes, reads local
traffic  c: 60/s, 80% get 20% put, keys uniform of 5, 3 clients
expect   messages per read(index) > 3
";

/// What the table of clusters says of one cell, marks and hidden words included.
fn ranked(lab: &Lab<'_, '_>, cluster: &str, metric: &str) -> Result<String, String> {
    let script = "return document.querySelector(`[data-role=metrics-ranking]
        tr[data-cluster=${arguments[0]}] td[data-metric=${arguments[1]}]`)?.textContent ?? ''";
    let told = lab.0.window.run(script, &[cluster.into(), metric.into()])?;
    Ok(told.as_str().unwrap_or_default().to_owned())
}

pub(super) fn ranks(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, TWO)?;
    // What is read by now grows with the run.
    let young = ranked(&lab, "local", "throughput")?;
    run_until(&lab, "leader")?;
    // It stands far down in a panel that scrolls by itself.
    lab.0.window.run("document.querySelector('[data-role=metrics-whole]').click()", &[])?;
    lab.until("the best to be marked", |lab| {
        Ok(ranked(lab, "local", "messages-per-read")?.contains("(best)"))
    })?;
    let worst = ranked(&lab, "index", "messages-per-read")?;
    ensure(worst.starts_with('▼') && worst.ends_with("(worst)"), format!("a round is {worst}"))?;
    ensure(ranked(&lab, "local", "throughput")? != young, "the whole run is as its beginning")
}

/// Keeps every sentence of the live region.
const LISTEN: &str = "window.heard = [];
    const voice = document.querySelector('[data-role=narration]');
    new MutationObserver(() => window.heard.push(voice.textContent))
        .observe(voice, { childList: true, characterData: true, subtree: true });";

/// An election without words, so that the notes are heard.
const QUIET: &str = "\
title    Three agree
seed     7
end      2s
raft     3 nodes, election 150ms..300ms
at 1s    crash n1
expect   agreement
expect   elections = 0
";

pub(super) fn is_told(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, QUIET)?;
    lab.0.window.run(LISTEN, &[])?;
    lab.0.window.click("[data-role='play']")?;
    let heard = |words: &'static str| {
        move |lab: &Lab<'_, '_>| {
            let script = "return window.heard.some(said => said.includes(arguments[0]))";
            Ok(lab.0.window.run(script, &[words.into()])? == true)
        }
    };
    lab.until("who leads to be told", heard(" leads term 1"))?;
    lab.until("the fall to be told", heard("1 s: n1 crashes"))?;
    lab.0.window.key("End")?;
    lab.until("the verdicts to be told", heard("1 of 2 expectations hold"))?;
    let nobody = "return window.heard.filter(said => said && !/: (n|.*expect)/.test(said))";
    let nobody = lab.0.window.run(nobody, &[])?;
    ensure(nobody == serde_json::json!([]), format!("nobody is named in {nobody}"))?;
    // Behind the last step one sees what came of it.
    let lab = lab::open(lab.0, GROUP)?;
    lab.until("three steps", |lab| {
        let place = "return document.querySelector('[data-role=steps-place]')?.textContent";
        Ok(lab.0.window.run(place, &[])? == "3 steps")
    })?;
    for moment in [1_000_000, 2_000_000, 4_000_000, 6_000_000] {
        lab.0.window.click("[data-role='step-next']")?;
        lab.until("the next step", |lab| Ok(lab.moment()? == moment))?;
    }
    let place = lab.0.window.find("[data-role='steps-place']")?;
    ensure(lab.0.window.text(&place)? == "The end", "the end has no name")
}
