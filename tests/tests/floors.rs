//! Every import of the engine and of the page obeys the floors of the house.

use std::path::Path;

use harness::{house, place};

/// All breaches below a folder, as lines that an editor can jump to.
fn breaches(folder: &str, check: fn(&str, &str) -> Vec<house::Breach>) -> Vec<String> {
    let folder = place::root().join(folder);
    let files = place::files(&folder);
    let sources = files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs"));
    sources.flat_map(|file| breaches_of(&folder, file, check)).collect()
}

fn breaches_of(
    folder: &Path,
    file: &Path,
    check: fn(&str, &str) -> Vec<house::Breach>,
) -> Vec<String> {
    let path = file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned();
    let source = place::read(file).unwrap_or_default();
    let found = check(&path, &source);
    found.iter().map(|it| format!("{}:{}: {}", file.display(), it.line, it.problem)).collect()
}

#[test]
fn the_engine_keeps_its_floors() {
    let found = breaches("core/src", house::engine);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_page_keeps_its_floors() {
    let found = breaches("web/src", house::page);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// The sources of the engine outside the folders of tenants, by their paths below `core/src`, and the tenants.
fn outside_tenants() -> (Vec<(String, String)>, Vec<house::Tenant>) {
    let folder = place::root().join("core/src");
    let read = |path: &str| place::read(&folder.join(path)).expect("a source can be read");
    let tenants = house::tenants(&read("tenant/mod.rs"));
    assert!(tenants.len() >= 5, "the list of tenants is read: {tenants:?}");
    let files = place::files(&folder);
    let paths = files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs"));
    let paths = paths.filter_map(|file| file.strip_prefix(&folder).ok()?.to_str());
    let own = |path: &str| {
        let mut folders = tenants.iter().map(|tenant| format!("tenant/{}/", tenant.folder));
        folders.any(|folder| path.starts_with(&folder))
    };
    let outside = paths.map(|path| path.replace('\\', "/")).filter(|path| !own(path));
    (outside.map(|path| (path.clone(), read(&path))).collect(), tenants)
}

#[test]
fn no_match_over_the_sums_of_tenants_has_a_wildcard() {
    let (sources, tenants) = outside_tenants();
    let mut found = Vec::new();
    for (path, source) in sources.iter().filter(|(path, _)| path != "tenant/sum.rs") {
        let breaches = house::wildcards(source, &tenants);
        found.extend(breaches.iter().map(|it| format!("{path}:{}: {}", it.line, it.problem)));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// The rooms above the tenants, and what all tenants share. Rooms below cannot name one: the floors forbid it.
const ABOVE: [&str; 3] = ["tenant/", "scenario/", "session/"];

#[test]
fn no_tenant_is_named_outside_its_folder() {
    let (sources, tenants) = outside_tenants();
    let mut found = Vec::new();
    for (path, source) in &sources {
        if ABOVE.iter().any(|room| path.starts_with(room)) {
            let named = house::named(path, source, &tenants);
            found.extend(named.iter().map(|it| format!("{path}:{}: {}", it.line, it.problem)));
        }
    }
    assert!(found.is_empty(), "a new tenant would have to be added here:\n{}", found.join("\n"));
}

/// The problem of the only breach of a source.
fn only(check: fn(&str, &str) -> Vec<house::Breach>, path: &str, source: &str) -> String {
    let found = check(path, source);
    assert_eq!(found.len(), 1, "{path}: {source}: {found:?}");
    found[0].problem.clone()
}

#[test]
fn an_engine_room_that_looks_up_or_aside_is_refused() {
    let sim = only(house::engine, "sim/world.rs", "use crate::session::Session;");
    assert_eq!(sim, "sim (floor 1) may not know session (floor 4)");
    let raft = only(house::engine, "raft/log.rs", "fn f() { crate::sim::run() }");
    assert_eq!(raft, "raft and sim are strangers on floor 1");
    let check =
        only(house::engine, "check/law.rs", "use super::super::{base::Time, scenario::Law};");
    assert_eq!(check, "check (floor 1) may not know scenario (floor 3)");
    let ring = "use crate::tenant::replicated::kv::Kv;";
    let ring = only(house::engine, "tenant/ring/client.rs", ring);
    assert_eq!(ring, "tenants are strangers: ring may not know replicated");
    assert_eq!(house::engine("tenant/ring/a.rs", "use crate::tenant::ring::map::Map;"), []);
    assert_eq!(house::engine("tenant/ring/a.rs", "use crate::tenant::Bug;"), []);
    let unknown = only(house::engine, "sim/a.rs", "use crate::helpers::b;");
    assert_eq!(unknown, "helpers is no room of the house");
    assert!(
        only(house::engine, "misc/a.rs", "use crate::base::b;").starts_with("no floor is known")
    );
}

#[test]
fn doors_lower_floors_and_the_own_folder_are_open() {
    let source =
        "use crate::store::Kv; use crate::base::Time; use super::log::Log; use crate::raft::Node;";
    assert_eq!(house::engine("raft/node.rs", source), []);
    assert_eq!(house::engine("lib.rs", "pub mod base; use crate::session::Session;"), []);
    let page = "use shardlab::session::Session; use crate::layout::ring; use leptos::prelude::*;";
    assert_eq!(house::page("views/ring.rs", page), []);
}

#[test]
fn a_page_room_that_knows_too_much_is_refused() {
    let layout = only(house::page, "layout/ring.rs", "use leptos::prelude::*;");
    assert_eq!(layout, "layout is plain geometry and may not name leptos");
    let widget = only(house::page, "widgets/button.rs", "use shardlab::session::Session;");
    assert_eq!(widget, "widgets may not name the engine");
    let view = only(house::page, "views/ring.rs", "use shardlab::sim::World;");
    assert_eq!(view, "of the engine, the page may name only `shardlab::session`");
    let aside = only(house::page, "widgets/ring.rs", "use crate::layout::ring;");
    assert_eq!(aside, "widgets and layout are strangers");
    let up = only(house::page, "views/ring.rs", "use crate::pages::lab;");
    assert_eq!(up, "views (floor 3) may not know pages (floor 6)");
}
