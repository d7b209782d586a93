//! Keys on paper: a drag is a line of the text, the table fills, a file is read and stays here.

use super::lab;
use super::{Visit, ensure};

pub(super) const PAPER: &str = "\
title    On paper
seed     7
place    a: ring, 4 nodes, 20 vnodes
place    b: slots, 4 nodes
place    c: range, 4 nodes
place    d: jump, 4 nodes
load     2000 keys \"user:{n}\"
";

const FILE: &str = "\
title    From a file
seed     7
place    a: jump, 4 nodes
load     file \"users.csv\" column \"user id\"
";

/// Presses, moves and lets go, as a hand with a mouse does.
const DRAG: &str = "
    const [from, to, x, y] = arguments;
    const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
    const element = document.querySelector(from);
    const start = middle(element.getBoundingClientRect());
    const end = to ? middle(document.querySelector(to).getBoundingClientRect()) : [x, y];
    const say = (kind, at) => element.dispatchEvent(new PointerEvent(kind, {
        bubbles: true, pointerId: 1, button: 0, clientX: at[0], clientY: at[1] }));
    element.setPointerCapture = () => {};
    say('pointerdown', start); say('pointermove', end); say('pointerup', end);";

pub(super) fn drags(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, PAPER)?;
    lab.0.window.find("[data-role='survey-node'][data-node='a.n4']")?;
    let drawn = lab.0.window.all("[data-role='survey']")?.len();
    ensure(drawn == 4, format!("{drawn} of 4 surveys are drawn"))?;
    let ring = "[data-cluster='0'] [data-role='survey-ground']";
    lab.0.window.run(DRAG, &["[data-role='add-node']".into(), ring.into()])?;
    lab.until_text_has("join n5\n")?;
    lab.until("n5 everywhere", |lab| {
        Ok(lab.0.window.all("[data-role='survey-node'][data-node$='.n5']")?.len() == 4)
    })?;
    let node = "[data-role='survey-node'][data-node='a.n2']";
    lab.0.window.run(DRAG, &[node.into(), "".into(), 2.into(), 2.into()])?;
    lab.until_text_has("leave n2")?;
    lab.until("n2 to be gone", |lab| {
        Ok(lab.0.window.all("[data-role='survey-node'][data-node$='.n2']")?.is_empty())
    })
}

/// Where the middle of an element is, and its width.
const MIDDLE: &str = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2, box.width];";

pub(super) fn obeys_fingers(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, "seed 7\nplace a: ring, 6 nodes, 20 vnodes\nload 500 keys\n")?;
    let ring = "[data-role='survey-ground']";
    lab.0.window.find(ring)?;
    let place = |selector: &str| -> Result<[f64; 3], String> {
        let found = lab.0.window.run(MIDDLE, &[selector.into()])?;
        let number = |at: usize| found[at].as_f64().ok_or_else(|| format!("no place: {found}"));
        Ok([number(0)?, number(1)?, number(2)?])
    };
    let [x, y, width] = place(ring)?;
    let along = |from: (f64, f64), to: (f64, f64)| -> Vec<(f64, f64)> {
        let at = |step: f64| (from.0 + (to.0 - from.0) * step, from.1 + (to.1 - from.1) * step);
        (0..=8).map(|step| at(f64::from(step) / 8.0)).collect()
    };
    let heard = "window.touched = 0; window.cancelled = 0;
        addEventListener('pointerdown', (event) => (touched += event.pointerType === 'touch'), true);
        addEventListener('pointercancel', () => (cancelled += 1), true);";
    lab.0.window.run(heard, &[])?;
    // Far apart on a small ring, straight up and down, where a page would rather scroll.
    let (near, far) = (width * 0.1, width * 0.45);
    let apart = [along((x, y - near), (x, y - far)), along((x, y + near), (x, y + far))];
    let tried = lab.0.window.touch(&apart);
    if tried.is_err() || lab.0.window.run("return touched", &[])? == 0 {
        lab.0.remarks.push("this engine's driver has no fingers".to_owned());
        return Ok(());
    }
    let zoom = |lab: &lab::Lab<'_, '_>| -> Result<f64, String> {
        let told = "return parseFloat(document.querySelector('[data-role=zoom]').textContent)";
        Ok(lab.0.window.run(told, &[])?.as_f64().unwrap_or(1.0))
    };
    lab.until("a closer look", |lab| Ok(zoom(lab)? >= 3.0))?;
    let together = [along((x - far, y), (x - near, y)), along((x + far, y), (x + near, y))];
    for _ in 0..3 {
        lab.0.window.touch(&together)?;
    }
    lab.until("a look from afar", |lab| Ok(zoom(lab)? < 1.5))?;
    let [node_x, node_y, _] = place("[data-role='survey-node'][data-node='a.n2'] .node-disk")?;
    lab.0.window.touch(&[along((node_x, node_y), (4.0, node_y))])?;
    lab.until_text_has("leave n2")?;
    let cancelled = lab.0.window.run("return cancelled", &[])?;
    ensure(cancelled == 0, format!("the browser took {cancelled} fingers for its own"))
}

pub(super) fn compares(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, PAPER)?;
    lab.0.window.click("[data-role='compare-start']")?;
    lab.until("a row for each survey", |lab| {
        Ok(lab.0.window.all(".compare-table tbody tr")?.len() == 4)
    })?;
    let filled = "return [...document.querySelectorAll('.compare-table td')].every((cell) => cell.textContent)";
    ensure(lab.0.window.run(filled, &[])? == true, "a cell is empty")?;
    let first = "document.querySelector('.compare-table tbody tr').dataset.survey";
    lab.0.window.run("document.querySelectorAll('[data-role=compare-sort]')[6].click()", &[])?;
    lab.until("the least memory first", |lab| {
        Ok(lab.0.window.run(&format!("return {first}"), &[])? == "d")
    })?;
    let taken = "const taken = [];
        const create = URL.createObjectURL;
        URL.createObjectURL = (blob) => { blob.text().then((text) => (window.taken = text)); return create.call(URL, blob); };
        document.querySelector('[data-role=compare-markdown]').click();";
    lab.0.window.run(taken, &[])?;
    lab.0.window.wait_until("(window.taken || '').startsWith('| name | strategy |')")?;
    lab.0.window.click("[data-role='compare-all']")?;
    lab.until_text_has("place    maglev: maglev")
}

pub(super) fn follows_a_key(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, PAPER)?;
    lab.unfold("where")?;
    lab.0.window.click("[data-role='where-key']")?;
    lab.0.window.type_text("user:42")?;
    lab.until("where it goes", |lab| Ok(lab.0.window.all("[data-role='where-one']")?.len() == 9))?;
    let same = "const told = document.querySelector(`[data-role=where-one][data-rule=a]`).dataset.owner;
        return !!told && document.querySelector('[data-cluster=\"0\"] [data-role=key-mark]')?.dataset.owner === told";
    lab.until("the same owner on the stage", |lab| Ok(lab.0.window.run(same, &[])? == true))
}

/// Gives a file to the field that takes one.
const GIVE: &str = "
    const field = document.querySelector('[data-role=missing-file] [data-role=file]');
    const files = new DataTransfer();
    files.items.add(new File([arguments[0]], 'users.csv'));
    field.files = files.files;
    field.dispatchEvent(new Event('change', { bubbles: true }));";

pub(super) fn reads_a_file(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, FILE)?;
    lab.0.window.run("caches.delete('shardlab-files')", &[])?;
    lab.0.window.find("[data-role='missing-file']")?;
    lab.0.window.run(GIVE, &["".into()])?;
    lab.until("word of the empty file", |lab| said(lab, "is empty"))?;
    lab.0.window.run(GIVE, &["id,user id\n1,ann\n2,\"bob, the 2nd\"\n3,carol\n".into()])?;
    lab.until("word of three keys", |lab| said(lab, "3 keys"))?;
    lab.until("no file to miss", |lab| {
        Ok(lab.0.window.all("[data-role='missing-file']")?.is_empty())
    })?;
    lab.0.window.reload()?;
    lab.await_open()?;
    // Some drivers give a session whose shelf does not outlive a page: then the file is missed again.
    let kept = lab.0.window.run_async(KEPT, &[])? == true;
    let seen =
        "return document.querySelector('[data-role=survey]')?.textContent.includes('3 keys')";
    if kept {
        return lab.until("the kept file", |lab| Ok(lab.0.window.run(seen, &[])? == true));
    }
    lab.0.remarks.push("this engine's session keeps no files".to_owned());
    lab.0.window.find("[data-role='missing-file']").map(drop)
}

/// Whether the browser's shelf still has a file.
const KEPT: &str =
    "const ask = async () => (await (await caches.open('shardlab-files')).keys()).length > 0;
    return await Promise.race([ask(), new Promise(go => setTimeout(go, 10000, false))]);";

fn said(lab: &lab::Lab<'_, '_>, words: &str) -> Result<bool, String> {
    let script =
        "return document.querySelector('[data-role=notice]').textContent.includes(arguments[0])";
    Ok(lab.0.window.run(script, &[words.into()])? == true)
}

pub(super) fn works_by_keys(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, PAPER)?;
    lab.0.window.run("document.querySelector('[data-role=add-node]').focus()", &[])?;
    lab.0.window.key("Enter")?;
    lab.until_text_has("join n5\n")?;
    let node = "document.querySelector(\"[data-role=survey-node][data-node='a.n3']\").focus()";
    lab.0.window.run(node, &[])?;
    lab.0.window.key("Enter")?;
    lab.0.window.find("[data-role='holding-panel'][data-node='a.n3']")?;
    lab.0.window.run("document.querySelector('[data-role=weight]').focus()", &[])?;
    lab.0.window.key("ArrowRight")?;
    lab.until_text_has("weight n3 1.25")?;
    lab.0.window.run("document.querySelector('[data-role=survey-walk]').focus()", &[])?;
    let told =
        "return document.querySelector('[data-role=survey-walk]').getAttribute('aria-valuetext')";
    let hear = |lab: &lab::Lab<'_, '_>| lab.0.window.run(told, &[]).map(|words| words.to_string());
    lab.until("a key with its node and its copies", |lab| {
        let words = hear(lab)?;
        Ok(words.contains(" round, on n") && words.contains("copies on n"))
    })?;
    let first = hear(&lab)?;
    lab.0.window.key("ArrowRight")?;
    lab.until("the next key", |lab| Ok(hear(lab)? != first))?;
    lab.0.window.find("[data-cluster='0'] [data-role='key-mark']")?;
    lab.0.window.run("document.querySelector('[data-role=vnodes]').focus()", &[])?;
    lab.0.window.key("ArrowRight")?;
    lab.until_text_has("50 vnodes")
}

pub(super) fn reads_an_id(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, PAPER)?;
    lab.unfold("ids")?;
    lab.0.window.click("[data-role='id']")?;
    lab.0.window.type_text("1541815603606036480")?;
    let named = "return document.querySelector('[data-role=id-reading]')?.textContent.includes('2022-06-28')";
    lab.until("the moment in the id", |lab| Ok(lab.0.window.run(named, &[])? == true))
}
