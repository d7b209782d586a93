//! The page as a whole: it starts, wherever it is put.

use std::time::Duration;

use super::{Visit, ensure};

pub(super) fn starts(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    let text = visit.window.run("return document.body.innerText", &[])?;
    let text = text.as_str().unwrap_or_default();
    ensure(text.contains("Shardlab"), format!("the page does not say its name but {text:?}"))?;
    let styled = "return getComputedStyle(document.querySelector('.cards')).display === 'grid'
        && !document.getElementById('style-later')";
    ensure(visit.window.run(styled, &[])? == true, "the page does not wear all of its style")?;
    // How it is told that an engine has stopped to draw: it draws now, and it is told once it does not.
    ensure(visit.window.draws(Duration::from_secs(5)), "no frame is drawn")?;
    visit.window.run("window.requestAnimationFrame = () => 0", &[])?;
    ensure(!visit.window.draws(Duration::from_millis(300)), "a frame was drawn that was not")
}

/// Writes the page anew, with one of the two files of its engine under a name that is not there.
const WITHOUT: &str = "const [address, name] = arguments;
    const page = await (await fetch(address)).text();
    const at = page.lastIndexOf(name);
    document.open();
    document.write(page.slice(0, at).replace('<head>', `<head><base href='${address}'>`)
        + '-gone' + page.slice(at));
    document.close();
    return page.slice(at, at + name.length);";

pub(super) fn tells_when_its_engine_stays_away(visit: &mut Visit<'_>) -> Result<(), String> {
    for name in ["_bg.wasm", ".js"] {
        visit.open("")?;
        let found =
            visit.window.run_async(WITHOUT, &[visit.address.as_str().into(), name.into()])?;
        ensure(found == name, format!("the page names no {name}"))?;
        let said =
            "document.getElementById('shell-said')?.textContent.includes('could not be loaded')";
        visit.window.wait_until(said).map_err(|error| format!("without {name}: {error}"))?;
        let words = visit.window.run("return document.body.innerText", &[])?;
        let words = words.as_str().unwrap_or_default();
        ensure(words.contains("Loading the page again"), format!("no way on in {words:?}"))?;
    }
    Ok(())
}
