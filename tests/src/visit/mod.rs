//! What a visitor does with the page, told in the visitor's words and tried in every engine.

mod shell;

use crate::tool::Toolbox;
use crate::webdriver::Window;

/// One visit: opens the page and does something that must work.
pub type Make = fn(&mut Visit<'_>) -> Result<(), String>;

/// All visits, each with the fact that it proves.
pub const VISITS: &[(&str, Make)] = &[("the page starts in a folder of a host", shell::starts)];

/// A visitor in front of a window.
pub struct Visit<'a> {
    /// The browser.
    pub window: &'a Window,
    /// Where the page is, ending in a slash.
    pub address: String,
    /// Tools, such as the accessibility checker.
    pub toolbox: &'a Toolbox,
    /// What the report must say although the visit held.
    pub remarks: Vec<String>,
}

impl<'a> Visit<'a> {
    /// A visitor who has not opened anything yet.
    #[must_use]
    pub fn new(window: &'a Window, address: String, toolbox: &'a Toolbox) -> Self {
        Self { window, address, toolbox, remarks: Vec::new() }
    }

    /// Opens the page as somebody who was never here; `state` is what follows its address.
    pub fn open(&mut self, state: &str) -> Result<(), String> {
        // A change behind `#` alone would not load the page anew.
        self.window.visit("about:blank")?;
        self.window.visit(&format!("{}robots.txt", self.address))?;
        self.window.run("localStorage.clear(); sessionStorage.clear()", &[])?;
        self.window.visit(&format!("{}{state}", self.address))?;
        self.window.wait_until("window.wasmBindings")
    }
}

/// Ends a visit with a sentence unless something holds.
pub fn ensure(holds: bool, sentence: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(sentence.into()) }
}
