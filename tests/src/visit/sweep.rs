//! Many seeds: their map is walked by keys, what fails is made short, and trouble is chosen.

use super::lab;
use super::{Visit, ensure};

/// What fails here fails under every seed, and either of two faults suffices for it.
const FAILING: &str = "\
title    A key out of reach
seed     7
end      6s
ring     4 nodes
load     100 keys \"k:{n}\"
at 1s    pause n2
at 2s    crash n1
at 3s    resume n2
at 4s    restart n1
expect   always unavailable-now = 0
";

fn said(lab: &lab::Lab<'_, '_>, script: &str) -> Result<String, String> {
    let words = lab.0.window.run(&format!("return {script} ?? ''"), &[])?;
    Ok(words.as_str().unwrap_or_default().to_owned())
}

fn words_of(lab: &lab::Lab<'_, '_>, role: &str) -> Result<String, String> {
    said(lab, &format!("document.querySelector('[data-role={role}]')?.textContent"))
}

pub(super) fn maps_and_shrinks(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, FAILING)?;
    lab.unfold("sweep")?;
    let count = "const field = document.querySelector('[data-role=sweep] input[type=number]');
        field.value = '12'; field.dispatchEvent(new Event('input', { bubbles: true }));
        document.querySelector('[data-role=sweep-start]').click();";
    lab.0.window.find("[data-role='sweep-start']")?;
    let wrong = "const field = document.querySelector('[data-role=sweep] input[type=number]');
        field.value = '-5';
        for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
        return field.value;";
    ensure(
        lab.0.window.run(wrong, &[])? == "100",
        "a number of seeds that is none goes on standing",
    )?;
    lab.0.window.run(count, &[])?;
    lab.until("all seeds", |lab| {
        Ok(words_of(lab, "sweep-summary")?.starts_with("12 of 12 seeds, 12 "))
    })?;
    let tally = words_of(&lab, "sweep-tally")?;
    ensure(tally == "always unavailable-now = 0 fails in 12", format!("the count says {tally}"))?;
    ensure(lab.0.window.all("[data-role='seeds'] [data-seed]")?.len() == 12, "a cell is missing")?;
    ensure(
        lab.0.window.all("[data-role='seeds'] [tabindex='0']")?.len() == 1,
        "more than one cell is reached by Tab",
    )?;
    // The first that fails is made short unasked.
    lab.until("a short text", |lab| Ok(!words_of(lab, "shrunk")?.is_empty()))?;
    let text = words_of(&lab, "shrunk")?;
    ensure(blamed(&text), format!("this is not short: {text}"))?;
    ensure(
        words_of(&lab, "shrink-progress")?.contains("texts tried"),
        "nobody says how many texts were tried",
    )?;
    let again = "document.querySelectorAll('[data-role=shrink-start]')[2].click()";
    lab.0.window.run(again, &[])?;
    lab.until("the third seed", |lab| {
        Ok(words_of(lab, "shrink")?.starts_with("Seed 3,") && !words_of(lab, "shrunk")?.is_empty())
    })?;
    // Arrows lead from cell to cell, and Enter into the lab with that seed.
    lab.0.window.run("document.querySelector('[data-seed=\"1\"]').focus()", &[])?;
    lab.0.window.key("ArrowRight")?;
    lab.0.window.key("ArrowRight")?;
    let here = said(&lab, "document.activeElement.dataset.seed")?;
    ensure(here == "3", format!("two steps lead to seed {here}"))?;
    lab.0.window.key("Enter")?;
    lab.until_text_has("seed     3")?;
    ensure(
        lab.0.window.all("[data-role='seeds'] [data-seed]")?.len() == 12,
        "the map is gone after a seed was opened",
    )?;
    lab.0.window.run("document.querySelector('[data-role=shrink-open]').click()", &[])?;
    lab.until("the short text in the lab", |lab| Ok(blamed(&lab.text()?)))
}

/// Whether a text has kept one of the two faults, with what mends it, and nothing else that happens.
fn blamed(text: &str) -> bool {
    let timed: Vec<&str> = text.lines().filter(|line| line.starts_with("at ")).collect();
    let faults =
        [["at 1s    pause n2", "at 3s    resume n2"], ["at 2s    crash n1", "at 4s    restart n1"]];
    faults.iter().any(|fault| timed == fault)
}

/// Chooses a mix by its place in the list.
const CHOOSE: &str = "const field = document.querySelector('[data-role=nemesis]');
    field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true }));";

pub(super) fn chooses_trouble(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, FAILING)?;
    lab.unfold("sweep")?;
    lab.0.window.find("[data-role='nemesis']")?;
    lab.0.window.run(CHOOSE, &["0".into()])?;
    lab.until_text_has("nemesis  crash pause, every")?;
    lab.until("its meaning", |lab| Ok(words_of(lab, "nemesis-means")?.starts_with("Nodes fall")))?;
    lab.0.window.run(CHOOSE, &["1".into()])?;
    lab.until_text_has("nemesis  cut one-way, every")?;
    ensure(lab.text()?.matches("nemesis").count() == 1, "the first mix is still there")?;
    lab.0.window.run(CHOOSE, &["".into()])?;
    lab.until("no nemesis", |lab| Ok(!lab.text()?.contains("nemesis")))?;
    lab.0.window.click("[data-role='undo']")?;
    lab.until_text_has("nemesis  cut one-way, every")?;
    let refused = said(
        &lab,
        "[...document.querySelectorAll('[data-role=nemesis] option')]
            .filter(option => option.disabled).map(option => option.textContent).join()",
    )?;
    ensure(
        refused == "Members and transfers",
        format!("a ring has no members to change, and no other trouble is refused: {refused}"),
    )?;
    lab.write("title    Paper\nend      1s\nplace    a: ring, 4 nodes, 10 vnodes\n")?;
    lab.until("a reason", |lab| Ok(words_of(lab, "nemesis-means")?.contains("no machines")))?;
    let disabled = said(&lab, "String(document.querySelector('[data-role=nemesis]').disabled)")?;
    ensure(disabled == "true", "paper can be troubled")
}

pub(super) fn is_clean(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, FAILING)?;
    lab.unfold("sweep")?;
    lab.0.window.click("[data-role='sweep-start']")?;
    lab.until("a short text", |lab| Ok(!words_of(lab, "shrunk")?.is_empty()))?;
    lab.until("no more seeds to come", |lab| Ok(lab.0.window.all(".seeds .ahead")?.is_empty()))?;
    let lab::Lab(visit) = lab;
    super::reach::clean(visit)?;
    visit.window.run("document.documentElement.dataset.theme = 'dark'", &[])?;
    super::reach::clean(visit)
}
