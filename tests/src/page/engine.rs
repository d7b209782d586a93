//! Tells the finished page how many bytes its engine has: on the way to a visitor they are compressed,
//! so the answer of a host does not say it.

use std::path::Path;

use crate::place;

/// How the page names its engine; a minified page leaves the quotes out.
const NAMES: [&str; 2] = ["rel=\"engine\"", "rel=engine"];

/// Writes the length of the wasm file of `dist` into its page.
pub(super) fn tell_length(dist: &Path) -> Result<(), String> {
    let index = dist.join("index.html");
    let wasm = place::files(dist)
        .into_iter()
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .ok_or("the finished page has no engine")?;
    let told = |error: std::io::Error| format!("{}: {error}", wasm.display());
    let bytes = std::fs::metadata(&wasm).map_err(told)?.len();
    let page = with_length(&place::read(&index)?, bytes)
        .ok_or("the finished page does not name its engine")?;
    std::fs::write(&index, page).map_err(told)
}

fn with_length(page: &str, bytes: u64) -> Option<String> {
    let name = NAMES.into_iter().find(|name| page.contains(name))?;
    Some(page.replacen(name, &format!("{name} data-bytes=\"{bytes}\""), 1))
}

#[cfg(test)]
mod tests {
    use super::with_length;

    #[test]
    fn the_length_stands_beside_the_name() {
        let page = with_length("<link href=./a.wasm rel=engine><p>", 7);
        assert_eq!(page.as_deref(), Some("<link href=./a.wasm rel=engine data-bytes=\"7\"><p>"));
        let page = with_length("<link rel=\"engine\" href=\"a.wasm\" />", 7);
        assert_eq!(
            page.as_deref(),
            Some("<link rel=\"engine\" data-bytes=\"7\" href=\"a.wasm\" />")
        );
        assert_eq!(with_length("<p>", 7), None);
    }
}
