//! The page as a whole: it starts, wherever it is put.

use super::{Visit, ensure};

pub(super) fn starts(visit: &mut Visit<'_>) -> Result<(), String> {
    visit.open("")?;
    let text = visit.window.run("return document.body.innerText", &[])?;
    let text = text.as_str().unwrap_or_default();
    ensure(text.contains("Shardlab"), format!("the page does not say its name but {text:?}"))
}
