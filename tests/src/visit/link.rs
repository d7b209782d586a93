//! Links: the whole run stands in the address, and a damaged one is told in words.

use shardlab::session::link_of;

use super::lab::{self, Lab};
use super::{RING, Visit, ensure};

pub(super) fn opens_at_its_moment(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open(&format!("#{}&at=1500000&sel=n2", link_of(RING)))?;
    let lab = Lab(visit);
    lab.await_open()?;
    lab.until("the moment of the link", |lab| Ok(lab.moment()? == 1_500_000))?;
    ensure(!lab.plays()?, "a link to a moment must stand still there")?;
    lab.until("the text of the link", |lab| Ok(lab.text()?.trim() == RING.trim()))
}

pub(super) fn shares_and_survives_a_reload(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, RING)?;
    lab.0.window.press(".lanes")?;
    lab.until("a later moment", |lab| Ok(lab.moment()? > 0))?;
    lab.choose("n3")?;
    lab.0.window.click("[data-role='node-panel'] [data-role='crash']")?;
    lab.until_text_has("crash n3")?;
    lab.0.window.click("[data-role='share']")?;
    let notice = lab.0.window.find("[data-role='notice']")?;
    let words = lab.0.window.text(&notice)?;
    ensure(words.contains("link"), format!("sharing says {words:?}"))?;
    let (text, moment) = (lab.text()?, lab.moment()?);
    lab.0.window.reload()?;
    lab.await_open()?;
    lab.until("the same text after a reload", |lab| Ok(lab.text()? == text))?;
    lab.until("the same moment after a reload", |lab| Ok(lab.moment()? == moment))
}

pub(super) fn tells_a_damaged_one(visit: &mut Visit<'_>) -> Result<(), String> {
    let whole = link_of(RING);
    let damaged: String = whole.chars().take(whole.len() * 2 / 3).collect();
    let told = [
        (damaged.as_str(), "What could be read of it stands in the script."),
        ("9.what-is-this", "a newer version of Shardlab than this one. Ask whoever sent it"),
        ("what-is-this", "not a Shardlab link. Ask whoever sent it"),
    ];
    for (broken, words) in told {
        visit.open(&format!("#{broken}"))?;
        visit.window.find("[data-role='notice'] p")?;
        let lab = Lab(visit);
        ensure(lab.is_told(words)?, format!("of {broken:?} it is not said: {words}"))?;
    }
    Ok(())
}

pub(super) fn embeds(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open(&format!("?embed=1#{}&at=1500000", link_of(RING)))?;
    visit.window.find(".lab.embed")?;
    let lab = Lab(visit);
    lab.until("the moment of the link", |lab| Ok(lab.moment()? == 1_500_000))?;
    ensure(!lab.plays()?, "an embedded page opens paused")?;
    ensure(lab.0.window.all(".header, .editor")?.is_empty(), "an embedded page shows no frame")?;
    lab.0.window.find("[data-role='storage']").map(drop)
}
