//! What few visitors ever see and all rely on: paper, a fall of the engine, and less motion.

use std::io::Read;

use flate2::read::ZlibDecoder;
use serde_json::Value;

use super::{RESTED, RING, Visit, ensure, lab};

/// Makes the rules for paper hold on the screen, and says of each part whether it is seen once REST is over.
const ON_PAPER: &str = "const rules = [];
    const gather = (list) => { for (const rule of list) {
        if (rule instanceof CSSMediaRule && rule.conditionText === 'print')
            for (const inner of rule.cssRules) rules.push(inner.cssText);
        else if (rule.styleSheet) gather(rule.styleSheet.cssRules);
    } };
    for (const sheet of document.styleSheets) gather(sheet.cssRules);
    const style = document.createElement('style');
    style.textContent = rules.join('\\n');
    document.head.append(style);
    await REST;
    const seen = (query) => [...document.querySelectorAll(query)].some(it => it.checkVisibility({ visibilityProperty: true }));
    const parts = arguments[0].filter(seen);
    style.remove();
    return parts;";

pub(super) fn prints(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.0.window.key("End")?;
    lab.until("the end", |lab| Ok(lab.moment()? == 5_000_000))?;
    lab.0.window.find("[data-role='verdicts'] li")?;
    // What a phone shows in a tab of its own is on the sheet too.
    lab.0.window.run("document.querySelector('.lab').dataset.tab = 'inspect'", &[])?;
    let kept = [".stage-drawing", ".verdict-text", ".header-title h1"];
    let left_out = [
        ".transport",
        ".timeline",
        ".editor-field",
        ".header-tools button",
        "#panel-log button",
        ".tabs button",
        ".switch button",
    ];
    let parts: Vec<Value> = kept.iter().chain(&left_out).map(|part| (*part).into()).collect();
    let seen = lab.0.window.run_async(&ON_PAPER.replace("REST", RESTED), &[parts.into()])?;
    let seen: Vec<&str> = seen.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    ensure(seen == kept, format!("on paper one sees {seen:?} and not just {kept:?}"))?;
    // Who can print is asked for the sheet itself.
    match lab.0.window.print() {
        Ok(sheet) => {
            let pages = pages(&sheet);
            ensure(pages == 1, format!("the stage and the verdicts take {pages} sheets, not one"))
        }
        Err(problem) => {
            lab.0.remarks.push(format!("nothing was printed: {problem}"));
            Ok(())
        }
    }
}

/// How many pages a PDF has; some engines pack the list of them.
fn pages(sheet: &[u8]) -> usize {
    let mut text = String::from_utf8_lossy(sheet).into_owned();
    let mut at = 0;
    while let Some(found) = find(&sheet[at..], b"stream") {
        at += found + b"stream".len();
        let packed = sheet[at..].strip_prefix(b"\r").unwrap_or(&sheet[at..]);
        let mut words = String::new();
        let packed = packed.strip_prefix(b"\n").unwrap_or(packed);
        if ZlibDecoder::new(packed).read_to_string(&mut words).is_ok() {
            text.push_str(&words);
        }
    }
    let pages = |word: &str| {
        text.match_indices(word).filter(|(at, _)| !text[at + word.len()..].starts_with('s')).count()
    };
    pages("/Type /Page") + pages("/Type/Page")
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|some| some == word)
}

pub(super) fn keeps_the_text_when_it_falls(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    let text = RING.replace("end      5s", "end      4s");
    lab.write(&text)?;
    lab.until("a shorter run", |lab| {
        let end = "return document.querySelector('[data-role=playhead]').ariaValueMax";
        Ok(lab.0.window.run(end, &[])?.as_str().is_some_and(|end| end.starts_with('4')))
    })?;
    let fall = "try { window.wasmBindings.fall_on_purpose('on purpose, to see what remains'); } catch {}
        const box = document.getElementById('fallen');
        if (!box) return ['nothing is said'];
        const area = box.querySelector('textarea');
        area.focus(); area.select();
        return [box.getAttribute('role'), box.querySelector('pre').textContent,
                area.value.slice(area.selectionStart, area.selectionEnd),
                box.checkVisibility() && area.checkVisibility() && !area.disabled ? 'seen' : 'hidden'];";
    let said = lab.0.window.run(fall, &[])?;
    ensure(said[0] == "alert", format!("a fall is told as {said}"))?;
    let words = said[1].as_str().unwrap_or_default();
    ensure(words.contains("on purpose"), format!("the error is told as {words:?}"))?;
    let kept = said[2].as_str().unwrap_or_default();
    ensure(kept.trim() == text.trim(), format!("the text to copy is {kept:?}"))?;
    ensure(said[3] == "seen", "the text that is left cannot be seen")?;
    // The page can be loaded again, and has the run as it was.
    lab.0.window.click("#fallen button")?;
    lab.await_open()
}

/// Watches the clock for some seconds and counts how often it moves.
const MOVES: &str = "const clock = () => document.querySelector('[data-role=clock]').dataset.at;
    let moves = 0, before = clock();
    const end = performance.now() + 2600;
    while (performance.now() < end) {
        await new Promise(go => requestAnimationFrame(go));
        const now = clock();
        if (now !== before) { moves += 1; before = now; }
    }
    return moves;";

pub(super) fn moves_in_steps_for_who_asks(visit: &mut Visit<'_>) -> Result<(), String> {
    let long = RING.replace("end      5s", "end      60s");
    let lab = lab::open(visit, &long)?;
    lab.0.window.click("[data-role='play']")?;
    let flowing = lab.0.window.run_async(MOVES, &[])?.as_u64().unwrap_or_default();
    ensure(flowing > 20, format!("time moves {flowing} times in 2.6 s; it should flow"))?;
    // The same page, and a visitor who has asked the system for less motion.
    let wish = "const real = window.matchMedia.bind(window);
        window.matchMedia = (query) =>
            query.includes('prefers-reduced-motion') ? { matches: query.includes('reduce') } : real(query);
        location.hash = arguments[0];";
    let other = long.replace("Four nodes", "Four still nodes");
    let link = format!("{}&at=0", shardlab::session::link_of(&other));
    lab.0.window.run(wish, &[link.into()])?;
    lab.until_text_has("Four still nodes")?;
    lab.pause()?;
    lab.0.window.click("[data-role='play']")?;
    let steps = lab.0.window.run_async(MOVES, &[])?.as_u64().unwrap_or_default();
    ensure(
        (2..=7).contains(&steps),
        format!("time moves {steps} times in 2.6 s, not in half seconds"),
    )
}

pub(super) fn gives_the_engine_to_scripts(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    let script = "const report = window.shardlab.run(arguments[0]);
        return [report.ok, report.events > 100, window.shardlab.parse(arguments[0]).title,
                window.shardlab.sweep(arguments[0], 1, 3).length, window.shardlab.version()];";
    let said = visit.window.run(script, &[RING.into()])?;
    let wanted = serde_json::json!([true, true, "Four nodes", 2, env!("CARGO_PKG_VERSION")]);
    ensure(said == wanted, format!("window.shardlab answers {said}"))?;
    // What is typed by mistake is refused; the page goes on.
    let script =
        "const name = (wrong) => { try { wrong(); } catch (error) { return error.name; } };
        return [name(() => shardlab.run(5)), name(() => shardlab.sweep('', 5, 1)),
                shardlab.run('rng 4').ok, !!document.getElementById('fallen')];";
    let said = visit.window.run(script, &[])?;
    let wanted = serde_json::json!(["TypeError", "RangeError", false, false]);
    ensure(said == wanted, format!("to mistakes window.shardlab answers {said}"))
}
