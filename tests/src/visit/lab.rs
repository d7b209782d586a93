//! The lab as a visitor sees it: what it shows, and what a hand can do there.

use super::{Visit, ensure};

/// The lab, open in a window.
pub(super) struct Lab<'a, 'b>(pub(super) &'a mut Visit<'b>);

impl Lab<'_, '_> {
    /// Waits until the lab has opened.
    pub(super) fn await_open(&self) -> Result<(), String> {
        self.0.window.find(".lab [data-role='clock']").map(drop)
    }

    /// The present moment in microseconds.
    pub(super) fn moment(&self) -> Result<u64, String> {
        let script = "return document.querySelector('[data-role=clock]').dataset.at";
        let at = self.0.window.run(script, &[])?;
        at.as_str().and_then(|at| at.parse().ok()).ok_or_else(|| format!("no moment: {at}"))
    }

    /// The text in the editor.
    pub(super) fn text(&self) -> Result<String, String> {
        let text =
            self.0.window.run("return document.querySelector('.editor-field').value", &[])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Whether time runs.
    pub(super) fn plays(&self) -> Result<bool, String> {
        let script = "return document.querySelector('[data-role=play]').ariaLabel === 'Pause'";
        Ok(self.0.window.run(script, &[])? == true)
    }

    /// Stops time, whether it runs or not.
    pub(super) fn pause(&self) -> Result<(), String> {
        self.until("time to stand", |lab| {
            if !lab.plays()? {
                return Ok(true);
            }
            lab.0.window.click("[data-role='play']")?;
            Ok(!lab.plays()?)
        })
    }

    /// Stops time and goes to the start.
    pub(super) fn rewind(&self) -> Result<(), String> {
        self.pause()?;
        self.0.window.click("[data-role='to-start']")?;
        self.until("the start", |lab| Ok(lab.moment()? == 0))
    }

    /// Chooses a node on the stage with the mouse.
    pub(super) fn choose(&self, node: &str) -> Result<(), String> {
        self.0
            .window
            .press(&format!(".lab [data-role='storage'][data-node='{node}'] .node-disk"))?;
        self.0.window.find(&format!("[data-role='node-panel'][data-node='{node}']")).map(drop)
    }

    /// What a node is doing, as its mark says it.
    pub(super) fn doing(&self, node: &str) -> Result<String, String> {
        let script =
            "return document.querySelector(`.lab [data-node='${arguments[0]}']`)?.dataset.state";
        let state = self.0.window.run(script, &[node.into()])?;
        Ok(state.as_str().unwrap_or_default().to_owned())
    }

    /// Puts a text into the editor in place of the one that stands there.
    pub(super) fn write(&self, text: &str) -> Result<(), String> {
        let script = "const field = document.querySelector('.editor-field');
            field.focus(); field.value = arguments[0];
            field.dispatchEvent(new Event('input', { bubbles: true }));";
        self.0.window.run(script, &[text.into()]).map(drop)
    }

    /// Whether the notice holds some words.
    pub(super) fn is_told(&self, words: &str) -> Result<bool, String> {
        let script = "return document.querySelector('[data-role=notice]').textContent";
        let said = self.0.window.run(script, &[])?;
        Ok(said.as_str().is_some_and(|said| said.contains(words)))
    }

    /// Waits until something holds.
    pub(super) fn until(
        &self,
        what: &str,
        holds: impl Fn(&Self) -> Result<bool, String>,
    ) -> Result<(), String> {
        self.0.window.wait(what, || Ok(holds(self)?.then_some(())))
    }

    /// Waits until the editor's text holds some words.
    pub(super) fn until_text_has(&self, words: &str) -> Result<(), String> {
        let seen =
            self.until(&format!("{words:?} in the text"), |lab| Ok(lab.text()?.contains(words)));
        seen.map_err(|error| format!("{error}; the text is {:?}", self.text()))
    }

    /// Opens a folded section by its name.
    pub(super) fn unfold(&self, name: &str) -> Result<(), String> {
        let head = format!("[data-role='section-{name}'] .fold-head button");
        let script = "const head = document.querySelector(arguments[0]);
            if (head.getAttribute('aria-expanded') === 'false') head.click();";
        self.0.window.run(script, &[head.into()]).map(drop)
    }
}

/// Opens a text in the lab, standing at the start.
pub(super) fn open<'a, 'b>(visit: &'a mut Visit<'b>, text: &str) -> Result<Lab<'a, 'b>, String> {
    let link = shardlab::session::link_of(text);
    visit.open(&format!("#{link}&at=0"))?;
    let lab = Lab(visit);
    lab.await_open()?;
    lab.rewind()?;
    ensure(lab.text()?.trim() == text.trim(), "the lab shows another text than the link has")?;
    Ok(lab)
}
