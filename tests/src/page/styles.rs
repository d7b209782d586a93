//! Puts the style sheets of a finished page into the page itself: they share their words, so all of
//! them together are a third smaller to download, and the first words are painted as soon as the page
//! is there, whatever else is still on its way. What those words do not need is put behind them as
//! plain text, for a browser would read all of it before it paints; `static/load.mjs` makes a style of it.

use std::path::Path;

use crate::place;

/// The last of the sheets that the first words need.
const FIRST_WORDS: &str = "shell";

/// Puts what the style sheets that `index.html` names say, in their order, in the place of the first.
pub(super) fn join(dist: &Path) -> Result<(), String> {
    let index = dist.join("index.html");
    let page = place::read(&index)?;
    let links = links(&page);
    let Some(&(first, _)) = links.first() else { return Ok(()) };
    let (mut sheets, mut later, mut shown) = (String::new(), String::new(), false);
    let mut rest = String::with_capacity(page.len());
    let mut at = 0;
    for &(start, end) in &links {
        let file = address(&page[start..end])
            .map(|name| dist.join(name.trim_start_matches("./")))
            .ok_or_else(|| format!("a style sheet without an address: {}", &page[start..end]))?;
        let into = if shown { &mut later } else { &mut sheets };
        into.push_str(&place::read(&file)?);
        shown |= page[start..end].contains(FIRST_WORDS);
        std::fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        rest.push_str(&page[at..start]);
        at = end;
    }
    rest.push_str(&page[at..]);
    if sheets.contains("</") || later.contains("</") {
        return Err("a style sheet would end the style of the page early".to_owned());
    }
    let behind = rest.rfind("</body>").unwrap_or(rest.len());
    rest.insert_str(
        behind,
        &format!("<script type=\"text/css\" id=\"style-later\">{later}</script>"),
    );
    rest.insert_str(first, &format!("<style>{sheets}</style>"));
    std::fs::write(&index, rest).map_err(|error| format!("{}: {error}", dist.display()))
}

/// Where the links to style sheets begin and end.
fn links(page: &str) -> Vec<(usize, usize)> {
    page.match_indices("<link")
        .filter_map(|(start, _)| Some((start, start + page[start..].find('>')? + 1)))
        .filter(|&(start, end)| page[start..end].contains("stylesheet"))
        .collect()
}

/// The address in a tag, with or without quotes.
fn address(tag: &str) -> Option<&str> {
    let value = &tag[tag.find("href=")? + "href=".len()..];
    match value.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split(['"', '\'']).next(),
        None => value.split([' ', '>']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn all_sheets_come_into_the_page_in_their_order() {
        let dist = std::env::temp_dir().join(format!("shardlab-styles-{}", std::process::id()));
        std::fs::create_dir_all(&dist).expect("a folder can be made");
        let page = "<a><link href=./one.css rel=stylesheet><link rel=\"icon\" href=\"data:,\">\
                    <link rel=\"stylesheet\" href=\"./shell-1.css\"/>\
                    <link rel=\"stylesheet\" href=\"./two.css\"/><b></body>";
        let sheets = [("one.css", "p{}"), ("shell-1.css", "q{}"), ("two.css", "r{}")];
        for (name, text) in [("index.html", page)].into_iter().chain(sheets) {
            std::fs::write(dist.join(name), text).expect("a file can be written");
        }
        join(&dist).expect("the sheets are there");
        let page = std::fs::read_to_string(dist.join("index.html")).expect("the page is there");
        assert!(page.starts_with("<a><style>p{}q{}</style>"), "{page}");
        let rest = "<link rel=\"icon\" href=\"data:,\"><b>\
                    <script type=\"text/css\" id=\"style-later\">r{}</script></body>";
        assert!(page.ends_with(rest), "{page}");
        assert!(!dist.join("one.css").exists() && !dist.join("two.css").exists());
        std::fs::remove_dir_all(&dist).expect("the folder can be removed");
    }
}
