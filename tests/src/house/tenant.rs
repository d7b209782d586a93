//! Where the engine names a tenant outside its folder, and where a match over the sums of all tenants forgets
//! those that are to come.

use super::Breach;
use super::floor::module;
use super::import::whole_paths;
use super::token::{Token, tokens};

/// The closed sums that are made from the list of tenants.
const SUMS: [&str; 13] = [
    "Process", "Message", "Note", "Write", "Timer", "Config", "Spec", "Built", "Laws", "Law",
    "Request", "Way", "Bug",
];

/// Their variants that are of no tenant.
const SHARED: [(&str, &str); 3] = [("Note", "Client"), ("Note", "Script"), ("Law", "Client")];

/// Values of `placement` with a method that is called as a tenant is.
const PLACEMENTS: [&str; 3] = ["laid", "preset", "bounded"];

/// A tenant of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its variant in the sums.
    pub variant: String,
    /// Its folder and module.
    pub folder: String,
}

/// The tenants that the list names: `sum::tenants! { Ring: ring, … }`.
#[must_use]
pub fn tenants(list: &str) -> Vec<Tenant> {
    let tokens = tokens(list);
    let head = |at: &usize| is(&tokens, *at, "tenants") && sign(&tokens, at + 1, '!');
    let Some(at) = (0..tokens.len()).find(head) else { return Vec::new() };
    let names = tokens[at..].iter().take_while(|(token, _)| *token != Token::Sign('}'));
    let mut names = names.skip(3).filter_map(|(token, _)| word(token));
    let mut found = Vec::new();
    while let (Some(variant), Some(folder)) = (names.next(), names.next()) {
        found.push(Tenant { variant: variant.to_owned(), folder: folder.to_owned() });
    }
    found
}

/// Arms `_ =>` of matches whose other arms name a variant of a sum: a new tenant would fall into them
/// without a word. A sum inside a pattern of another type does not count, but for `Some`, `Ok` and tuples.
#[must_use]
pub fn wildcards(source: &str, tenants: &[Tenant]) -> Vec<Breach> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|at| is(&tokens, *at, "match")) {
        let patterns = patterns(&tokens[at + 1..]);
        let over = patterns.iter().find_map(|pattern| sum_at_head(pattern, tenants));
        let wild = patterns.iter().find(|pattern| has_wildcard(pattern));
        if let (Some(sum), Some(wild)) = (over, wild) {
            let problem = format!("a match over {sum} has an arm for all tenants that are to come");
            found.push(Breach::new(wild[0].1, problem));
        }
    }
    found
}

/// Where a source of the engine names a tenant: `tenant::ids`, `kind.ids()`, `tenants.ids`, `Spec::Ids`.
/// `path` is below `core/src`. Files in a tenant's folder have other rules.
#[must_use]
pub fn named(path: &str, source: &str, tenants: &[Tenant]) -> Vec<Breach> {
    // A group of names of one tenant in one line is one place.
    let (mut found, mut imported) = (Vec::new(), Vec::new());
    let mut add = |line: usize, what: String| found.push(Breach::new(line, what));
    for import in whole_paths(source, &module(path)) {
        if let [first, second, third, ..] = import.path.as_slice()
            && (first.as_str(), second.as_str()) == ("crate", "tenant")
            && tenants.iter().any(|tenant| tenant.folder == *third)
        {
            let place = (import.line, third.clone());
            if !imported.contains(&place) {
                add(import.line, format!("tenant::{third}"));
                imported.push(place);
            }
        }
    }
    let tokens = tokens(source);
    for (at, (token, line)) in tokens.iter().enumerate() {
        let Some(name) = word(token) else { continue };
        let behind_dot = at > 1 && sign(&tokens, at - 1, '.');
        if behind_dot && tenants.iter().any(|tenant| tenant.folder == name) {
            let owner = word(&tokens[at - 2].0).unwrap_or("");
            let call = sign(&tokens, at + 1, '(') && sign(&tokens, at + 2, ')');
            if call && !PLACEMENTS.contains(&owner) {
                add(*line, format!(".{name}()"));
            } else if owner == "tenants" {
                add(*line, format!("tenants.{name}"));
            } else if [')', '?'].iter().any(|end| sign(&tokens, at - 2, *end)) && !call {
                // A field of what is on a disk: `durable(node)?.ring`.
                add(*line, format!(".{name}"));
            }
        }
        if let Some((sum, variant)) = sum_at(&tokens, at, tenants)
            && tenants.iter().any(|tenant| tenant.variant == variant)
        {
            add(*line, format!("{sum}::{variant}"));
        }
    }
    found.sort_by_key(|breach| breach.line);
    found
}

type Tokens = [(Token, usize)];

fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) => Some(word),
        Token::Sign(_) => None,
    }
}

fn is(tokens: &Tokens, at: usize, name: &str) -> bool {
    tokens.get(at).is_some_and(|(token, _)| word(token) == Some(name))
}

fn sign(tokens: &Tokens, at: usize, wanted: char) -> bool {
    tokens.get(at).is_some_and(|(token, _)| *token == Token::Sign(wanted))
}

/// The sum that is named here, and its variant; nothing if it is another type of that name.
fn sum_at<'t>(tokens: &'t Tokens, at: usize, tenants: &[Tenant]) -> Option<(&'t str, &'t str)> {
    let sum = tokens.get(at).and_then(|(token, _)| word(token))?;
    let is_path = sign(tokens, at + 1, ':') && sign(tokens, at + 2, ':');
    let variant = tokens.get(at + 3).and_then(|(token, _)| word(token))?;
    let own = tenants.iter().any(|tenant| tenant.variant == variant);
    let known = own || SHARED.contains(&(sum, variant));
    let inside = at > 1 && sign(tokens, at - 1, ':') && sign(tokens, at - 2, ':');
    let of_tenants =
        !inside || at > 2 && ["tenant", "super"].iter().any(|it| is(tokens, at - 3, it));
    (is_path && SUMS.contains(&sum) && known && of_tenants).then_some((sum, variant))
}

/// The sum that a pattern is about.
fn sum_at_head<'t>(pattern: &'t Tokens, tenants: &[Tenant]) -> Option<&'t str> {
    let mut open: Vec<bool> = Vec::new();
    for (at, (token, _)) in pattern.iter().enumerate() {
        match token {
            Token::Sign('(' | '{' | '[') => {
                let name = at.checked_sub(1).and_then(|before| word(&pattern[before].0));
                open.push(name.is_none_or(|name| ["Some", "Ok"].contains(&name)));
            }
            Token::Sign(')' | '}' | ']') => {
                open.pop();
            }
            Token::Sign(_) => {}
            Token::Word(_) if open.iter().all(|is_open| *is_open) => {
                if let Some((sum, _)) = sum_at(pattern, at, tenants) {
                    return Some(sum);
                }
            }
            Token::Word(_) => {}
        }
    }
    None
}

/// True if one of the ways of a pattern is `_`.
fn has_wildcard(pattern: &Tokens) -> bool {
    let mut ways = pattern.split(|(token, _)| *token == Token::Sign('|'));
    ways.any(|way| matches!(way, [(Token::Word(word), _)] if word == "_"))
}

/// The patterns of the arms of a match whose scrutinee begins here, without their guards.
fn patterns(rest: &Tokens) -> Vec<&Tokens> {
    let Some(open) = until(rest, 0, |rest, at| sign(rest, at, '{')) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = open + 1;
    while at < rest.len() && !sign(rest, at, '}') {
        let is_arrow = |rest: &Tokens, at: usize| sign(rest, at, '=') && sign(rest, at + 1, '>');
        let Some(arrow) = until(rest, at, is_arrow) else { break };
        let guard = until(&rest[..arrow], at, |rest, at| is(rest, at, "if"));
        let pattern = &rest[at..guard.unwrap_or(arrow)];
        if !pattern.is_empty() {
            found.push(pattern);
        }
        at = arrow + 2;
        if sign(rest, at, '{') {
            at = closed(rest, at);
            // A block is the whole arm, unless something is asked of what it gives.
            if !sign(rest, at, ',') && !sign(rest, at, '.') && !sign(rest, at, '?') {
                continue;
            }
        }
        let is_end = |rest: &Tokens, at: usize| sign(rest, at, ',') || sign(rest, at, '}');
        let Some(end) = until(rest, at, is_end) else { break };
        at = end + usize::from(sign(rest, end, ','));
    }
    found
}

/// The first place from `at` on, outside brackets that are opened there, of which something is true.
fn until(tokens: &Tokens, at: usize, wanted: impl Fn(&Tokens, usize) -> bool) -> Option<usize> {
    let mut at = at;
    while at < tokens.len() {
        if wanted(tokens, at) {
            return Some(at);
        }
        at = match tokens[at].0 {
            Token::Sign('(' | '[' | '{') => closed(tokens, at),
            Token::Sign(_) | Token::Word(_) => at + 1,
        };
    }
    None
}

/// The place behind the bracket that closes the one that is opened at `at`.
fn closed(tokens: &Tokens, at: usize) -> usize {
    let mut depth = 0_usize;
    for (place, (token, _)) in tokens.iter().enumerate().skip(at) {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Sign(_) | Token::Word(_) => {}
        }
        if depth == 0 {
            return place + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "/// The list.\nsum::tenants! {\n    Ring: ring, // a comment\n    Ids: ids,\n}\n";

    fn lines(found: &[Breach]) -> Vec<usize> {
        found.iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn the_list_is_read() {
        let names: Vec<_> = tenants(LIST).into_iter().map(|it| (it.variant, it.folder)).collect();
        assert_eq!(names, [("Ring", "ring"), ("Ids", "ids")].map(|(a, b)| (a.into(), b.into())));
        assert_eq!(tenants("sum::others! { Ring: ring }"), []);
    }

    #[test]
    fn a_wildcard_over_a_sum_is_found() {
        for source in [
            "match spec {\n    Spec::Ids(ids) => ids,\n    _ => none,\n}",
            "match &x.kind { Spec::Ids(_) if a => { 1 }\n_ => 2 }",
            "match run.machine(node)? {\n    Some(Process::Ring(it)) => it.f(|a| match a { b => c }),\n_ => 0\n}",
            "match (a, b) { (Note::Client(a), _) => 1,\n_ if b => 2, }",
            "match a { Law::Client(a) => { f(); }.g(), x | y => 1,\n    _ | z => 2 }",
            "f(match a { super::Bug::Ids(_) => 1, tenant::Way::Ring(_) => 2,\n_ => 3 })",
            "match a { Kind::B(b) => match b { Note::Script(s) => 1,\n_ => 2 }, Kind::C => 3 }",
        ] {
            let found = wildcards(source, &tenants(LIST));
            let line = source.lines().position(|line| line.trim_start().starts_with('_'));
            assert_eq!(lines(&found), [line.map_or(0, |line| line + 1)], "{source}");
        }
    }

    #[test]
    fn a_match_without_or_over_something_else_is_fine() {
        for source in [
            "match spec { Spec::Ids(ids) => ids, Spec::Ring(_) => none }",
            "match spec { Spec::Ids(_) => none, other => other.f() }",
            "match event { Kind::Noted(Note::Script(s)) => 1, _ => 2 }",
            "match m { Message::Get(_) => 1, _ => 2 }",
            "match t { raft::Timer::Ring => 1, _ => 2 }",
            "match a { Kind::B => { Spec::Ids(x) } _ => 2 }",
            "// match a { Spec::Ids(a) => 1, _ => 2 }",
            "let Spec::Ids(ids) = spec else { return };",
        ] {
            assert_eq!(wildcards(source, &tenants(LIST)), [], "{source}");
        }
    }

    #[test]
    fn every_way_to_name_a_tenant_is_found() {
        let source = "use crate::tenant::{Bug, ids::{self, Spec}};\nuse super::ring::{A, B};\n\
                      fn f() { built.get(0)?.ring(); kind.ids() }\n\
                      fn g() { each.tenants.ids.made; Spec::Ids(x); tenant::Spec::Ring(y) }\n\
                      fn h() { durable(node)?.ring.ledger }";
        let found = named("tenant/caused.rs", source, &tenants(LIST));
        assert_eq!(lines(&found), [1, 2, 3, 3, 4, 4, 4, 5], "{found:?}");
    }

    #[test]
    fn what_only_sounds_like_a_tenant_is_not() {
        let source = "use crate::tenant::{Bug, setup}; use crate::placement::ring; use super::ids;\n\
                      fn f() { laid.ring(); made.ids.len(); raft::Timer::Ring; x.ring(1) }\n\
                      // crate::tenant::ring\nconst A: &str = \"Spec::Ids\";";
        assert_eq!(named("session/a.rs", source, &tenants(LIST)), []);
    }
}
