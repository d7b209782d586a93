//! Changing the run: a click is a line of the text, and every line can be taken back.

use super::lab;
use super::{RING, Visit, ensure};

pub(super) fn crashes_by_click(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.0.window.press(".lanes")?;
    lab.until("a later moment", |lab| Ok(lab.moment()? > 0))?;
    let before = lab.text()?;
    lab.choose("n2")?;
    lab.0.window.click("[data-role='node-panel'] [data-role='crash']")?;
    lab.until_text_has("crash n2")?;
    ensure(lab.text()?.lines().count() > before.lines().count(), "the text has no more lines")?;
    lab.until("n2 to be crashed", |lab| Ok(lab.doing("n2")?.contains("crashed")))?;
    // Who is cut off can be healed where it was cut.
    lab.0.window.click("[data-role='node-panel'] [data-role='cut']")?;
    lab.0.window.click("[data-role='node-panel'] [data-role='heal']")?;
    lab.until_text_has("heal")?;
    lab.0.window.click("[data-role='undo']")?;
    lab.0.window.click("[data-role='undo']")?;
    lab.0.window.click("[data-role='undo']")?;
    lab.until("the old text", |lab| Ok(lab.text()? == before))?;
    lab.until("n2 to be up again", |lab| Ok(!lab.doing("n2")?.contains("crashed")))?;
    lab.0.window.click("[data-role='redo']")?;
    lab.until_text_has("crash n2")
}

pub(super) fn writes_and_is_told_what_is_wrong(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.write(&format!("{RING}at 2s crsh n2\n"))?;
    lab.0.window.find("[data-role='problems'] li")?;
    lab.0.window.click("[data-role='did-you-mean']")?;
    lab.until_text_has("at 2s crash n2")?;
    lab.until("no problem", |lab| Ok(lab.0.window.all("[data-role='problems'] li")?.is_empty()))?;
    // A paste that no text could hold is refused before the browser lays it out.
    let before = lab.text()?;
    let paste = "const field = document.querySelector('.editor-field');
        const data = 'at 1s crash n1\\n'.repeat(1e5), inputType = 'insertFromPaste';
        const wish = { data, inputType, bubbles: true, cancelable: true };
        return field.dispatchEvent(new InputEvent('beforeinput', wish));";
    ensure(lab.0.window.run(paste, &[])? == false, "a paste of 1500 kB is taken in")?;
    let problem = lab.0.window.find("[data-role='problems'] [role='alert']")?;
    let words = lab.0.window.text(&problem)?;
    ensure(words.contains("at most 256 kB"), format!("of a great paste it is said {words:?}"))?;
    ensure(lab.text()? == before, "the text is another although nothing was taken in")
}

pub(super) fn looks_a_word_up(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    let before = lab.text()?;
    lab.unfold("book")?;
    lab.0.window.click("[data-role='book-find']")?;
    lab.0.window.type_text("without a word")?;
    lab.until("one word", |lab| Ok(lab.0.window.all(".book-line")?.len() == 1))?;
    lab.0.window.click(".book-line")?;
    lab.until_text_has("at 2s    crash n2")?;
    let seen = "return (({ scrollTop, clientHeight, scrollHeight }) =>
        scrollTop + clientHeight >= scrollHeight - 2)(document.querySelector('.editor-scroll'))";
    lab.until("the new line in sight", |lab| Ok(lab.0.window.run(seen, &[])? == true))?;
    lab.0.window.click("[data-role='undo']")?;
    lab.until("the old text", |lab| Ok(lab.text()? == before))?;
    lab.0.window.click("[data-role='book-find']")?;
    lab.0.window.type_text(" that nobody knows")?;
    lab.until("no word", |lab| {
        let said = lab.0.window.run("return document.querySelector('.book').innerText", &[])?;
        Ok(said.as_str().is_some_and(|said| said.contains("No word of the language")))
    })
}

/// Kinds of texts, each with a mark that the stage has for it alone.
const KINDS: [(&str, &str); 5] = [
    ("end 2s\nring 3 nodes, 8 vnodes\n", ".lab [data-role='storage']"),
    ("end 2s\nraft 3 nodes\nc1: put x 1\n", ".lab [data-role='replica']"),
    (
        "end 2s\nplace a: jump, 4 nodes\nload 100 keys \"k:{n}\"\n",
        ".lab.papered .stage-drawing > g",
    ),
    ("end 2s\nids a: snowflake, 2 nodes, 100/s each, 50 ids\n", ".lab [data-sheet='ids']"),
    ("title    Nothing yet\n", ".lab [data-role='blank'] button"),
];

pub(super) fn turns_into_anything(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    let turn = |at: usize| -> Result<(), String> {
        let (text, mark) = KINDS[at];
        lab.write(text)?;
        lab.0.window.find(mark).map(drop).map_err(|error| format!("{text:?}: {error}"))?;
        // Every other kind has gone.
        let rest = KINDS.iter().enumerate().filter(|(other, _)| *other != at);
        for (_, (_, mark)) in rest {
            lab.until("the old stage to go", |lab| Ok(lab.0.window.all(mark)?.is_empty()))?;
        }
        Ok(())
    };
    // Every kind becomes every other, and it back again.
    for one in 0..KINDS.len() {
        for other in one + 1..KINDS.len() {
            turn(one)?;
            turn(other)?;
            turn(one)?;
        }
    }
    lab.write(KINDS[4].0)?;
    lab.0.window.click("[data-role='blank'] button")?;
    lab.until_text_has("raft 5 nodes")?;
    lab.0.window.find(".lab [data-role='replica']").map(drop)
}

pub(super) fn forks(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.unfold("branches")?;
    lab.0.window.click("[data-role='fork']")?;
    lab.0.window.find(".branch")?;
    lab.write(&format!("{RING}at 2s crash n2\n"))?;
    lab.until_text_has("crash n2")?;
    lab.0.window.click("[data-role='branch-compare']")?;
    lab.0.window.find("[data-role='beside'] [data-role='storage']")?;
    let difference = lab.0.window.find("[data-role='difference'] .events li")?;
    let words = lab.0.window.text(&difference)?;
    ensure(!words.is_empty(), "the branches part, but the page does not say where")?;
    lab.0.window.click("[data-role='branch-open']")?;
    lab.until("the text of the branch", |lab| Ok(!lab.text()?.contains("crash n2")))
}
