//! The page for everybody: by keys alone, on a narrow screen, and clean under axe-core.

use serde_json::Value;

use super::lab::{self, Lab};
use super::{RING, Visit, ensure};

pub(super) fn works_by_keys_alone(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.0.window.run("document.activeElement.blur()", &[])?;
    lab.0.window.key("Space")?;
    lab.until("time to pass", |lab| Ok(lab.moment()? > 100_000))?;
    lab.0.window.key("Space")?;
    lab.until("time to stand", |lab| Ok(!lab.plays()?))?;
    lab.0.window.key("2")?;
    lab.0.window.find("[data-role='node-panel'][data-node='n2']")?;
    lab.0.window.key("c")?;
    lab.until_text_has("crash n2")?;
    lab.0.window.key("Control+z")?;
    lab.until("the text without it", |lab| Ok(!lab.text()?.contains("crash n2")))?;
    lab.0.window.key("?")?;
    lab.0.window.find("[data-role='keys']")?;
    lab.0.window.key("Escape")?;
    lab.until("no list of keys", |lab| Ok(lab.0.window.all("[data-role='keys']")?.is_empty()))?;
    // From the top of the page, Tab reaches a node, and Enter opens it.
    let mut steps = 0;
    loop {
        lab.0.window.key("Tab")?;
        let role = lab.0.window.run("return document.activeElement.dataset.role ?? ''", &[])?;
        if role == "storage" {
            break;
        }
        steps += 1;
        ensure(steps < 80, "80 tabs do not reach a node on the stage")?;
    }
    lab.0.window.key("Enter")?;
    lab.0.window.find("[data-role='node-panel']").map(drop)
}

pub(super) fn fits_a_narrow_screen(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.window.resize(360, 740)?;
    let seen = narrow(visit);
    visit.window.resize(1400, 900)?;
    seen
}

fn narrow(visit: &mut Visit<'_>) -> Result<(), String> {
    let wide = "return [innerWidth, document.documentElement.scrollWidth]";
    visit.open("")?;
    let sizes = visit.window.run(wide, &[])?;
    ensure(
        sizes[1].as_u64() <= sizes[0].as_u64(),
        format!("the start page scrolls aside: {sizes}"),
    )?;
    let lab = lab::open(visit, RING)?;
    let sizes = lab.0.window.run(wide, &[])?;
    ensure(sizes[1].as_u64() <= sizes[0].as_u64(), format!("the lab scrolls aside: {sizes}"))?;
    lab.0.window.click("#tab-results")?;
    lab.0.window.find("[data-role='verdicts'] li")?;
    lab.0.window.click("[data-role='play']")?;
    lab.until("time to pass", |lab| Ok(lab.moment()? > 0))
}

pub(super) fn start_page_is_clean(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    visit.window.find("[data-scenario]")?;
    clean(visit)?;
    // The checker is shown one wrong page that it must refuse.
    visit.window.run("document.querySelector('main').append(new Image())", &[])?;
    let refused = !visit.remarks.is_empty() || clean(visit).is_err();
    ensure(refused, "axe-core does not mind a picture without words")
}

pub(super) fn lab_is_clean(visit: &mut Visit<'_>) -> Result<(), String> {
    let Lab(visit) = lab::open(visit, RING)?;
    clean(visit)?;
    visit.window.run("document.documentElement.dataset.theme = 'dark'", &[])?;
    clean(visit)
}

/// Asks axe-core; what it finds fails the visit.
fn clean(visit: &mut Visit<'_>) -> Result<(), String> {
    let axe = match visit.toolbox.axe() {
        Ok(axe) => axe,
        Err(problem) => {
            visit.remarks.push(format!("axe-core was not asked: {problem}"));
            return Ok(());
        }
    };
    visit.window.run(&axe, &[])?;
    let found = visit.window.run_async(
        "const found = await axe.run(document, { resultTypes: ['violations'] });
         return found.violations.map(one =>
           `${one.id} (${one.impact}): ${one.help}: ${one.nodes.slice(0, 4).map(node =>
             `${node.target} ${node.any[0]?.message ?? ''}`).join(' | ')}`);",
        &[],
    )?;
    let found: Vec<&str> =
        found.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure(
        found.is_empty(),
        format!("axe-core finds {}:\n    {}", found.len(), found.join("\n    ")),
    )
}
