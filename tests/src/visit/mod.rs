//! What a visitor does with the page, told in the visitor's words and tried in every engine.

mod care;
mod change;
mod gallery;
mod group;
mod history;
mod lab;
mod link;
mod place;
mod play;
mod reach;
mod shell;
mod sweep;
mod take;

use crate::site::BLANK;
use crate::tool::Toolbox;
use crate::webdriver::Window;

/// One visit: opens the page and does something that must work.
pub type Make = fn(&mut Visit<'_>) -> Result<(), String>;

/// All visits, each with the fact that it proves.
pub const VISITS: &[(&str, Make)] = &[
    ("the page starts in a folder of a host", shell::starts),
    ("an engine that does not come is told in words", shell::tells_when_its_engine_stays_away),
    ("the start page runs and its buttons work", gallery::hero_works),
    ("a card of the gallery opens in the lab and back", gallery::card_opens),
    ("themes of the gallery are gone to, and the judge is found", gallery::themes_lead_on),
    ("every scenario has the same trace here as natively", gallery::hashes_are_native),
    ("a link opens at its moment", link::opens_at_its_moment),
    ("a run plays and pauses", play::plays_and_pauses),
    ("a run steps by events and messages", play::steps),
    ("a run goes to any moment by mouse and keys", play::seeks),
    ("a run goes on until something happens", play::runs_until),
    ("a verdict is asked why and leads to what made it so", play::asks_why),
    ("a run is taken along as text and picture", take::exports),
    ("a click crashes a node and undo takes it back", change::crashes_by_click),
    ("a broken script is told in its place and mended", change::writes_and_is_told_what_is_wrong),
    ("a word of the language is looked up and written", change::looks_a_word_up),
    ("a text turns from one kind of cluster into any other", change::turns_into_anything),
    ("a what-if is kept and compared", change::forks),
    ("a shared run survives a reload", link::shares_and_survives_a_reload),
    ("a damaged link is told in words", link::tells_a_damaged_one),
    ("an embedded run shows only its stage", link::embeds),
    ("a node is dragged onto the ring and off it", place::drags),
    ("two fingers look closer at a ring and one drags a node off", place::obeys_fingers),
    ("strategies are compared, sorted and taken along", place::compares),
    ("a key is followed to its node", place::follows_a_key),
    ("a file of keys is read and stays in the browser", place::reads_a_file),
    ("keys on paper are changed by keys alone", place::works_by_keys),
    ("an id is read bit by bit", place::reads_an_id),
    ("what clients saw is drawn with its violation", history::shows_what_was_seen),
    ("what clients saw elsewhere is judged beside the page", history::judges_what_is_brought),
    ("a leader falls by a click and another is elected", group::elects),
    ("a store's logs and its story are walked by keys alone", group::works_by_keys),
    ("a store is asked, grows, and is taken over", group::is_asked),
    ("two ways to read stand in a table, the better one marked", group::ranks),
    ("a story is walked to its end, and told aloud", group::is_told),
    ("a store is taken along as a picture with its logs", take::exports_logs),
    ("many seeds are mapped, and what fails is made short", sweep::maps_and_shrinks),
    ("trouble is chosen and taken back", sweep::chooses_trouble),
    ("everything works by keys alone", reach::works_by_keys_alone),
    ("the page fits a narrow screen", reach::fits_a_narrow_screen),
    ("a run is printed on one sheet", care::prints),
    ("a fall of the engine leaves the text", care::keeps_the_text_when_it_falls),
    ("who asks for less motion sees steps", care::moves_in_steps_for_who_asks),
    ("a script on the page has the engine", care::gives_the_engine_to_scripts),
    ("the start page is clean under axe-core", reach::start_page_is_clean),
    ("the lab is clean under axe-core", reach::lab_is_clean),
    ("keys on paper are clean under axe-core", reach::paper_is_clean),
    ("what clients saw is clean under axe-core", reach::history_is_clean),
    ("a replicated store is clean under axe-core", reach::group_is_clean),
    ("many seeds are clean under axe-core", sweep::is_clean),
];

/// A small run that ends after five seconds and has something to show.
const RING: &str = "\
title    Four nodes
summary  A small ring under traffic.
seed     7
end      5s
ring     a: 4 nodes, 50 vnodes
load     1000 keys \"user:{n}\"
traffic  c: 100/s, 80% get 20% put
expect   lost = 0
";

/// A promise of the page's that is kept once its styles have come to rest: a style is on its way for some
/// frames, and a busy machine takes its time with each.
const RESTED: &str = "(async () => {
    await new Promise(go => setTimeout(go, 60));
    const passing = it => it.playState === 'running' && it.effect?.getComputedTiming().endTime < Infinity;
    const moving = document.getAnimations().filter(passing);
    await Promise.all(moving.map(it => it.finished.catch(() => {})));
})()";

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
    /// The page has come to life: what goes wrong from now on is a matter of the visit.
    pub alive: bool,
}

impl<'a> Visit<'a> {
    /// A visitor who has not opened anything yet.
    #[must_use]
    pub fn new(window: &'a Window, address: String, toolbox: &'a Toolbox) -> Self {
        Self { window, address, toolbox, remarks: Vec::new(), alive: false }
    }

    /// Opens the page as somebody who was never here; `state` is what follows its address.
    pub fn open(&mut self, state: &str) -> Result<(), String> {
        // The blank page between is also needed because a change behind `#` alone loads nothing.
        let host = self.address.split('/').take(3).collect::<Vec<_>>().join("/");
        self.window.visit(&format!("{host}{BLANK}"))?;
        self.window.run("localStorage.clear(); sessionStorage.clear()", &[])?;
        self.window.visit(&format!("{}{state}", self.address))?;
        self.window.wait_until("window.wasmBindings")?;
        self.alive = true;
        Ok(())
    }
}

/// Ends a visit with a sentence unless something holds.
pub fn ensure(holds: bool, sentence: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(sentence.into()) }
}
