//! Puts the style sheets of a finished page into the page itself: they share their words, so all of
//! them together are a third smaller to download, and the first words are painted as soon as the page
//! is there, whatever else is still on its way.

use std::path::Path;

use crate::place;

/// Puts what the style sheets that `index.html` names say, in their order, in the place of the first.
pub(super) fn join(dist: &Path) -> Result<(), String> {
    let index = dist.join("index.html");
    let page = place::read(&index)?;
    let links = links(&page);
    let Some(&(first, _)) = links.first() else { return Ok(()) };
    let mut sheets = String::new();
    let mut rest = String::with_capacity(page.len());
    let mut at = 0;
    for &(start, end) in &links {
        let file = address(&page[start..end])
            .map(|name| dist.join(name.trim_start_matches("./")))
            .ok_or_else(|| format!("a style sheet without an address: {}", &page[start..end]))?;
        sheets.push_str(&place::read(&file)?);
        std::fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        rest.push_str(&page[at..start]);
        at = end;
    }
    rest.push_str(&page[at..]);
    if sheets.contains("</") {
        return Err("a style sheet would end the style of the page early".to_owned());
    }
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
                    <link rel=\"stylesheet\" href=\"./two.css\"/><b>";
        for (name, text) in [("index.html", page), ("one.css", "p{}"), ("two.css", "q{}")] {
            std::fs::write(dist.join(name), text).expect("a file can be written");
        }
        join(&dist).expect("the sheets are there");
        let page = std::fs::read_to_string(dist.join("index.html")).expect("the page is there");
        assert!(page.starts_with("<a><style>p{}q{}</style>"), "{page}");
        assert!(page.ends_with("<link rel=\"icon\" href=\"data:,\"><b>"), "{page}");
        assert!(!dist.join("one.css").exists() && !dist.join("two.css").exists());
        std::fs::remove_dir_all(&dist).expect("the folder can be removed");
    }
}
