//! `cargo lab link`: the link that carries a text, and the text that a link carries.

use std::io::Read as _;
use std::path::PathBuf;

use shardlab::scenario::link::{link_of, text_of};
use shardlab::scenario::parse::TEXT_MAX;

use crate::place;

/// Which text, or which link.
#[derive(Debug, Clone, clap::Args)]
pub struct Link {
    /// A scenario file, or `-` for standard input.
    file: Option<PathBuf>,
    /// The address of the page; the link is put behind it.
    #[arg(long, default_value = "")]
    page: String,
    /// Prints the text of this address instead, or of this part behind its `#`.
    #[arg(long, conflicts_with = "file", required_unless_present = "file")]
    read: Option<String>,
}

/// Prints one of the two; an error for a file that cannot be read, or a link that is damaged.
pub fn link(wish: &Link) -> Result<bool, String> {
    if let Some(address) = &wish.read {
        print!("{}", text_behind(address)?);
        return Ok(true);
    }
    let text = match wish.file.as_deref() {
        Some(file) if file.as_os_str() != "-" => place::read(file)?,
        _ => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|error| error.to_string())?;
            text
        }
    };
    println!("{}#{}", wish.page, link_with(&text)?);
    Ok(true)
}

/// The link of a text; an error if it is longer than a link may carry, as nobody could read that link.
fn link_with(text: &str) -> Result<String, String> {
    if text.len() > TEXT_MAX {
        let len = text.len();
        return Err(format!("the text has {len} bytes, and a link carries at most {TEXT_MAX}"));
    }
    Ok(link_of(text))
}

/// The text of an address; a moment or a view behind the text is left out.
fn text_behind(address: &str) -> Result<String, String> {
    let behind = address.rsplit_once('#').map_or(address, |(_, behind)| behind);
    let link = behind.split('&').next().unwrap_or_default();
    text_of(link).map_err(|error| error.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_from_its_address() {
        let text = "ring 3 nodes\nload 10 keys\n";
        let link = link_of(text);
        for address in [link.clone(), format!("#{link}"), format!("lab/#{link}&at=120")] {
            assert_eq!(text_behind(&address).as_deref(), Ok(text), "{address}");
        }
        assert!(text_behind("lab/").is_err());
        assert!(text_behind(&link[..link.len() - 4]).is_err());
    }

    #[test]
    fn a_text_that_is_too_long_for_a_link_is_refused() {
        let longest = "#".repeat(TEXT_MAX);
        let link = link_with(&longest).unwrap();
        assert_eq!(text_behind(&link).as_deref(), Ok(&*longest));
        let told = link_with(&(longest + "#")).unwrap_err();
        assert!(told.contains(&format!("at most {TEXT_MAX}")), "{told}");
    }
}
