//! Addresses: a link is the text of a run, the moment and what is chosen, all after the `#`.

use leptos::prelude::window;

use crate::player::{Chosen, StageMode};

/// What an address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Address {
    /// The packed text; empty for the start page.
    pub link: String,
    /// The moment, in microseconds.
    pub at: Option<u64>,
    /// What is chosen.
    pub chosen: Vec<Chosen>,
    /// What the stage shows.
    pub sight: StageMode,
    /// Whether only the stage is to be shown, paused.
    pub embed: bool,
}

impl Address {
    /// Reads what stands after `#`, and whether the query asks for an embedded page.
    #[must_use]
    pub fn read(hash: &str, query: &str) -> Self {
        let mut address = Self { embed: query.contains("embed=1"), ..Self::default() };
        for part in hash.trim_start_matches('#').split('&') {
            if let Some(value) = part.strip_prefix("at=") {
                address.at = value.parse().ok();
            } else if let Some(value) = part.strip_prefix("sel=") {
                address.chosen = value.split('+').filter_map(Chosen::read).take(2).collect();
            } else if let Some(value) = part.strip_prefix("view=") {
                address.sight = StageMode::read(value);
            } else if part == "embed=1" {
                address.embed = true;
            } else if address.link.is_empty() {
                address.link = part.to_owned();
            }
        }
        address
    }

    /// Writes it back.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("#{}", self.link);
        if let Some(at) = self.at.filter(|at| *at > 0) {
            text.push_str(&format!("&at={at}"));
        }
        if !self.chosen.is_empty() {
            let names: Vec<String> = self.chosen.iter().map(Chosen::write).collect();
            text.push_str(&format!("&sel={}", names.join("+")));
        }
        if let Some(word) = self.sight.write() {
            text.push_str(&format!("&view={word}"));
        }
        if self.embed {
            text.push_str("&embed=1");
        }
        text
    }
}

/// The address that the window shows.
#[must_use]
pub fn present() -> Address {
    let location = window().location();
    Address::read(&location.hash().unwrap_or_default(), &location.search().unwrap_or_default())
}

/// Puts an address in place of the present one, without a step in the history.
pub fn replace(address: &Address) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(
            &wasm_bindgen::JsValue::NULL,
            "",
            Some(&address.write()),
        );
    }
}

/// Puts an address after the present one, so that "back" leads here.
pub fn push(address: &Address) {
    if let Ok(history) = window().history() {
        let _ =
            history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address.write()));
    }
}

/// The whole address with the scheme and the host, for a clipboard.
#[must_use]
pub fn whole(address: &Address) -> String {
    let location = window().location();
    let base = location.href().unwrap_or_default();
    let base = base.split(['#', '?']).next().unwrap_or_default();
    format!("{base}{}", address.write())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_back_what_it_was_given() {
        let address = Address {
            link: "1.abc-_".to_owned(),
            at: Some(1_200_000),
            chosen: vec![Chosen::Node("a.n3".to_owned()), Chosen::Flight(9)],
            sight: StageMode::History,
            embed: true,
        };
        assert_eq!(Address::read(&address.write(), ""), address);
    }

    #[test]
    fn an_empty_address_is_the_start_page() {
        assert_eq!(Address::read("", ""), Address::default());
        assert!(Address::read("#", "?embed=1").embed);
        assert_eq!(Address::read("#x&at=nonsense", "").at, None);
        assert_eq!(Address::read("#x&view=nonsense", "").sight, StageMode::Nodes);
    }
}
