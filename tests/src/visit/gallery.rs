//! The start page: it runs already, its buttons work, and every scenario of it runs as natively.

use super::lab::Lab;
use super::{Visit, ensure};
use crate::place;
use crate::scenario::report::report;

pub(super) fn hero_works(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    let nodes = "return document.querySelectorAll('.hero [data-role=storage]').length";
    let count = |visit: &Visit<'_>| Ok::<_, String>(visit.window.run(nodes, &[])?.as_u64());
    visit.window.find(".hero [data-role='storage']")?;
    let before = count(visit)?;
    visit.window.click("[data-role='hero-add']")?;
    visit.window.wait("one node more", || Ok((count(visit)? > before).then_some(())))?;
    visit.window.click("[data-role='hero-crash']")?;
    visit.window.find(".hero [data-role='storage'][data-state='crashed']")?;
    visit.window.click("[data-role='hero-open']")?;
    let lab = Lab(visit);
    lab.await_open()?;
    lab.until_text_has("crash")
}

pub(super) fn card_opens(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    visit.window.run("document.querySelector('.card').scrollIntoView({ block: 'center' })", &[])?;
    visit.window.find(".card [data-role='storage']")?;
    visit.window.click(".card-link")?;
    Lab(visit).await_open()?;
    visit.window.back()?;
    visit.window.find(".card").map(drop)
}

pub(super) fn themes_lead_on(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    let go = "const theme = [...document.querySelectorAll('[data-role=themes] button')]
            .find(it => it.textContent.startsWith(arguments[0]));
        theme.click();
        const head = document.activeElement;
        return [head.textContent, Math.abs(head.getBoundingClientRect().top) < innerHeight / 2,
            head.closest('.theme').querySelector('.card').dataset.scenario]";
    visit.window.find("[data-role='themes'] button")?;
    let raft = visit.window.run(go, &["Raft".into()])?;
    ensure(
        raft == serde_json::json!(["Raft", true, "raft-election"]),
        format!("it leads to {raft}"),
    )?;
    visit.window.run(go, &["What clients saw".into()])?;
    visit.window.click("[data-role='own-history']")?;
    let lab = Lab(visit);
    lab.await_open()?;
    lab.0.window.find("[data-role='history-intake']")?;
    // What the stage shows is part of the link.
    lab.0.window.wait_until("location.hash.includes('view=history')")?;
    lab.0.window.click("[data-role='show-messages']")?;
    lab.0.window.wait_until("location.hash.includes('view=messages')")?;
    lab.0.window.reload()?;
    lab.0.window.find(".lab .spacetime svg")?;
    lab.0.window.click("[data-role='show-history']")?;
    lab.0.window.find("[data-role='history-intake']").map(drop)
}

/// The trace of every scenario of the gallery has the same hash here as natively.
pub(super) fn hashes_are_native(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    let mut different = Vec::new();
    for file in place::files(&place::root().join("static/scenarios")) {
        let text = place::read(&file)?;
        let native = report(&file.display().to_string(), &text)?.hash;
        let script = "return window.wasmBindings.run(arguments[0]).hash";
        let here = visit.window.run_async(script, &[text.into()])?;
        if here != format!("{native:016x}") {
            different.push(format!("{}: {here} here, {native:016x} natively", file.display()));
        }
    }
    ensure(different.is_empty(), different.join("\n"))
}
