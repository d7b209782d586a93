//! The page for everybody: by keys alone, on a narrow screen, and clean under axe-core.

use serde_json::Value;

use super::lab::{self, Lab};
use super::{RESTED, RING, Visit, ensure};

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
    lab.until("time to pass", |lab| Ok(lab.moment()? > 0))?;
    lab.rewind()?;
    // What the transport has no room for stands elsewhere, and works.
    let choose = "const course = document.querySelector('[data-role=course]');
        const box = course.getBoundingClientRect();
        if (document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) !== course) return 'covered';
        course.value = course.options[course.options.length - 1].value;
        course.dispatchEvent(new Event('change', { bubbles: true }));
        return course.value;";
    let chosen = lab.0.window.run(choose, &[])?;
    ensure(chosen != "covered" && chosen != "", format!("the choice of a number is {chosen}"))?;
    let beside = "const box = words => document.querySelector(words).getBoundingClientRect();
        return box('[data-role=course]').bottom <= box('.lane-course svg').top + 1";
    ensure(lab.0.window.run(beside, &[])? == true, "the choice of a number lies over its curve")?;
    lab.0.window.click("#tab-log")?;
    lab.0.window.click("[data-role='until-log']")?;
    lab.0.window.type_text("delivered")?;
    lab.0.window.key("Enter")?;
    lab.until("the run to stop at an event", |lab| Ok(lab.moment()? > 0 && !lab.plays()?))?;
    captions_cover_nothing(lab.0)
}

/// On a phone the words of a caption stand below the stage's nodes and their labels.
fn captions_cover_nothing(visit: &mut Visit<'_>) -> Result<(), String> {
    let words = "n3 is off. A quarter of all keys cannot be read: there is no other copy. Wait.";
    let lab = lab::open(visit, &format!("{RING}at 0s say {words:?}\n"))?;
    lab.0.window.find("[data-role='caption']")?;
    let script = "const words = document.querySelector('[data-role=caption]').getBoundingClientRect();
        const marks = [...document.querySelectorAll('.lab [data-node] :is(.node-disk, .node-figure)')];
        if (!marks.length) return ['no marks'];
        if (words.left < 0 || words.right > innerWidth) return ['the caption is cut off'];
        const [steps, sights] = ['.steps', '.switch'].map(it => document.querySelector(it).getBoundingClientRect());
        if (steps.right > sights.left) return ['the steps, which reach under the switch'];
        return marks.map(it => [it.closest('[data-node]').dataset.node, it.getBoundingClientRect()])
            .filter(([, box]) => box.bottom > words.top && box.right > words.left && box.left < words.right)
            .map(([name]) => name);";
    let covered = lab.0.window.run(script, &[])?;
    ensure(covered == serde_json::json!([]), format!("the caption covers {covered}"))
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
    let lab = lab::open(visit, RING)?;
    lab.unfold("book")?;
    let Lab(visit) = lab;
    clean(visit)?;
    visit.window.run("document.documentElement.dataset.theme = 'dark'", &[])?;
    clean(visit)
}

pub(super) fn history_is_clean(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, super::history::STALE)?;
    lab.0.window.click("[data-role='show-history']")?;
    lab.0.window.find("[data-role='history-all']")?;
    lab.0.window.run("document.querySelector('[data-role=history-intake]').open = true", &[])?;
    lab.0.window.run("document.querySelector('[data-role=operation]').focus()", &[])?;
    lab.0.window.find(".history-detail h2")?;
    let Lab(visit) = lab;
    clean(visit)?;
    visit.window.run("document.documentElement.dataset.theme = 'dark'", &[])?;
    clean(visit)
}

pub(super) fn paper_is_clean(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, super::place::PAPER)?;
    for name in ["where", "keys", "ids", "compare"] {
        lab.unfold(name)?;
    }
    lab.0.window.click("[data-role='where-key']")?;
    lab.0.window.type_text("k")?;
    lab.0.window.find("[data-role='key-mark']")?;
    lab.0.window.click("[data-role='id-bench'] .button")?;
    lab.0.window.click("[data-role='compare-start']")?;
    lab.0.window.find("[data-role='compare-csv']")?;
    let Lab(visit) = lab;
    clean(visit)?;
    visit.window.run("document.documentElement.dataset.theme = 'dark'", &[])?;
    clean(visit)
}

pub(super) fn group_is_clean(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, super::group::GROUP)?;
    lab.0.window.press(".lanes")?;
    lab.until("a later moment", |lab| Ok(lab.moment()? > 0))?;
    lab.0.window.press("[data-role='replica'][data-node='n2'] .node-disk")?;
    lab.0.window.find("[data-role='node-panel'][data-node='n2']")?;
    let Lab(visit) = lab;
    clean(visit)?;
    visit.window.run("document.documentElement.dataset.theme = 'dark'", &[])?;
    clean(visit)
}

/// Asks axe-core; what it finds fails the visit.
pub(super) fn clean(visit: &mut Visit<'_>) -> Result<(), String> {
    let axe = match visit.toolbox.axe() {
        Ok(axe) => axe,
        Err(problem) => {
            visit.remarks.push(format!("axe-core was not asked: {problem}"));
            return Ok(());
        }
    };
    visit.window.run(&axe, &[])?;
    // Colours on their way from one theme to the other are neither.
    visit.window.run_async(&format!("await {RESTED}"), &[])?;
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
