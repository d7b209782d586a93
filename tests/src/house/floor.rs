//! The floors: a file may name only what stands below it, and its own folder.
//!
//! ```text
//! engine  base machine text | placement store unique raft quorum txn sql sim metric check | client tenant | scenario | session
//! page    layout pulse shell | widgets paint player | url worker export api | views | tenant | lab | pages | app
//! ```

use super::Breach;
use super::import::{Import, imports};

/// The rooms of the engine, each with its floor.
const ENGINE: [(&str, u8); 17] = [
    ("base", 0),
    ("machine", 0),
    ("text", 0),
    ("placement", 1),
    ("store", 1),
    ("unique", 1),
    ("raft", 1),
    ("quorum", 1),
    ("txn", 1),
    ("sql", 1),
    ("sim", 1),
    ("metric", 1),
    ("check", 1),
    ("client", 2),
    ("tenant", 2),
    ("scenario", 3),
    ("session", 4),
];

/// The doors between rooms of one floor of the engine: from, to.
const ENGINE_DOORS: [(&str, &str); 11] = [
    ("machine", "base"),
    ("text", "base"),
    ("raft", "store"),
    ("quorum", "store"),
    ("txn", "store"),
    ("sql", "store"),
    ("txn", "placement"),
    ("sql", "placement"),
    ("tenant", "client"),
    ("metric", "store"),
    ("check", "raft"),
];

/// The rooms of the page, each with its floor.
const PAGE: [(&str, u8); 15] = [
    ("layout", 0),
    ("pulse", 0),
    ("shell", 0),
    ("widgets", 1),
    ("paint", 1),
    ("player", 1),
    ("url", 2),
    ("worker", 2),
    ("export", 2),
    ("api", 2),
    ("views", 3),
    ("tenant", 4),
    ("lab", 5),
    ("pages", 6),
    ("app", 7),
];

/// The rooms of the page that may name the engine, and of it only the session.
const SPEAKERS: [&str; 8] = ["player", "views", "tenant", "lab", "pages", "url", "worker", "api"];

/// What a file of `core/src` imports against the floors; `path` is below `core/src`.
#[must_use]
pub fn engine(path: &str, source: &str) -> Vec<Breach> {
    let Some(room) = room(path) else { return Vec::new() };
    let named = imports(source, &module(path), &[]);
    let named = named.iter().filter(|import| !may_stand_on(path, import));
    let mut found: Vec<Breach> =
        named.filter_map(|import| breach(room, import, &ENGINE, &ENGINE_DOORS)).collect();
    found.extend(strangers(path, source));
    found
}

/// What tenants share: how they are set up and built, and how a text says a strategy.
const SHARED: [&str; 2] = ["setup", "strategy"];

/// A tenant names no other one. What tenants share has a name with a capital, is one of [`SHARED`], or stands
/// on a lower floor.
fn strangers(path: &str, source: &str) -> Vec<Breach> {
    const TENANTS: &str = "crate::tenant::";
    let own = path.strip_prefix("tenant/").and_then(|rest| rest.split_once('/'));
    let Some((own, _)) = own else { return Vec::new() };
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut found = Vec::new();
    for (at, _) in source.match_indices(TENANTS) {
        let rest = &source[at + TENANTS.len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default().split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name = name.trim_start();
            let name = &name[..name.find(|letter| !is_word(letter)).unwrap_or(name.len())];
            let is_room = name.starts_with(|letter: char| letter.is_ascii_lowercase());
            if is_room && name != own && !SHARED.contains(&name) {
                let line = source[..at].lines().count().max(1);
                let problem = format!("tenants are strangers: {own} may not know {name}");
                found.push(Breach::new(line, problem));
            }
        }
    }
    found
}

/// The tests of a protocol may run it in a world and show its laws what it did.
fn may_stand_on(path: &str, import: &Import) -> bool {
    let tests = path.ends_with("/tests.rs") || path.contains("/tests/");
    tests && import.path.get(1).is_some_and(|to| to == "sim" || to == "check")
}

/// What a file of `web/src` imports against the floors; `path` is below `web/src`.
#[must_use]
pub fn page(path: &str, source: &str) -> Vec<Breach> {
    let Some(room) = room(path) else { return Vec::new() };
    let named = imports(source, &module(path), &["shardlab", "leptos", "web_sys", "wasm_bindgen"]);
    let mut found = Vec::new();
    for import in &named {
        match import.path[0].as_str() {
            "crate" => {
                found.extend(breach(room, import, &PAGE, &[]));
                if room == "widgets" && import.path.get(1).is_some_and(|to| to == "layout") {
                    found.push(Breach::new(import.line, "widgets and layout are strangers"));
                }
            }
            "shardlab" if !SPEAKERS.contains(&room) => {
                found.push(Breach::new(import.line, format!("{room} may not name the engine")));
            }
            "shardlab" if import.path.get(1).is_none_or(|to| to != "session") => {
                let problem = "of the engine, the page may name only `shardlab::session`";
                found.push(Breach::new(import.line, problem));
            }
            name if room == "layout" => {
                let problem = format!("layout is plain geometry and may not name {name}");
                found.push(Breach::new(import.line, problem));
            }
            _ => {}
        }
    }
    found
}

fn breach(
    room: &str,
    import: &Import,
    floors: &[(&str, u8)],
    doors: &[(&str, &str)],
) -> Option<Breach> {
    let to = import.path.get(1)?;
    let floor = |name: &str| floors.iter().find(|(room, _)| *room == name).map(|(_, floor)| *floor);
    if to == room || doors.contains(&(room, to)) {
        return None;
    }
    let problem = match (floor(room), floor(to)) {
        (None, _) => {
            format!("no floor is known for {room}: give it one in tests/src/house/floor.rs")
        }
        (_, None) => format!("{to} is no room of the house"),
        (Some(own), Some(other)) if other < own => return None,
        (Some(own), Some(other)) if other == own => {
            format!("{room} and {to} are strangers on floor {own}")
        }
        (Some(own), Some(other)) => {
            format!("{room} (floor {own}) may not know {to} (floor {other})")
        }
    };
    Some(Breach::new(import.line, problem))
}

/// The room a file stands in; the title pages of the crate stand in none.
fn room(path: &str) -> Option<&str> {
    let first = path.split('/').next()?.trim_end_matches(".rs");
    (!matches!(first, "lib" | "main")).then_some(first)
}

/// The path of the module that a file is.
pub(super) fn module(path: &str) -> Vec<&str> {
    let mut steps: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    if steps.last() == Some(&"mod") {
        steps.pop();
    }
    steps
}
