//! Which paths a source names: in `use` lines, in groups, and in the middle of the code.

use super::token::{Token, tokens};

/// A path that a source names, from the root of its crate or from another crate's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    /// `["crate", "sim", "world"]`, `["shardlab", "session"]`.
    pub(super) path: Vec<String>,
    /// The line, counted from 1.
    pub(super) line: usize,
}

/// All paths of a source that begin with `crate`, `super`, or one of the given crates, up to the first name
/// behind that.
///
/// `module` is the path of the file's own module, without `crate`.
pub(super) fn imports(source: &str, module: &[&str], crates: &[&str]) -> Vec<Import> {
    walk(source, module, crates, ends)
}

/// All paths of a source that begin with `crate` or `super`, with all their names: one for each member of a
/// group.
pub(super) fn whole_paths(source: &str, module: &[&str]) -> Vec<Import> {
    walk(source, module, &[], whole_ends)
}

/// What follows a start leads to these paths.
type Ends = fn(&[(Token, usize)], &[String]) -> Vec<Vec<String>>;

fn walk(source: &str, module: &[&str], crates: &[&str], ends: Ends) -> Vec<Import> {
    let tokens = tokens(source);
    let mut inner = Inner { module, open: Vec::new(), depth: 0 };
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        inner.follow(&tokens[at..]);
        let Token::Word(word) = &tokens[at].0 else {
            at += 1;
            continue;
        };
        let line = tokens[at].1;
        let fresh = at == 0 || tokens[at - 1].0 != Token::Sign(':');
        if !fresh || !(is_path(&tokens[at + 1..]) || follows_use(&tokens[..at])) {
            at += 1;
            continue;
        }
        let start = match word.as_str() {
            "crate" => Some(vec!["crate".to_owned()]),
            "super" => Some(inner.above(supers(&tokens[at..]))),
            name if crates.contains(&name) => Some(vec![name.to_owned()]),
            _ => None,
        };
        at += 1;
        if let Some(start) = start {
            while is_path(&tokens[at..]) && tokens.get(at + 2).is_some_and(is_super) {
                at += 3;
            }
            for path in ends(&tokens[at..], &start) {
                found.push(Import { path, line });
            }
        }
    }
    found
}

/// Follows `mod name { … }` inside a file, so that `super` means the right module.
struct Inner<'a> {
    module: &'a [&'a str],
    open: Vec<(String, usize)>,
    depth: usize,
}

impl Inner<'_> {
    fn follow(&mut self, rest: &[(Token, usize)]) {
        match rest {
            [(Token::Word(word), _), (Token::Word(name), _), (Token::Sign('{'), _), ..]
                if word == "mod" =>
            {
                self.open.push((name.clone(), self.depth));
            }
            [(Token::Sign('{'), _), ..] => self.depth += 1,
            [(Token::Sign('}'), _), ..] => {
                self.depth = self.depth.saturating_sub(1);
                if self.open.last().is_some_and(|(_, depth)| *depth == self.depth) {
                    self.open.pop();
                }
            }
            _ => {}
        }
    }

    /// The module that stands so many steps above the present one.
    fn above(&self, steps: usize) -> Vec<String> {
        let mut path = vec!["crate".to_owned()];
        path.extend(self.module.iter().map(|step| (*step).to_owned()));
        path.extend(self.open.iter().map(|(name, _)| name.clone()));
        path.truncate(path.len().saturating_sub(steps).max(1));
        path
    }
}

fn is_super((token, _): &(Token, usize)) -> bool {
    matches!(token, Token::Word(word) if word == "super")
}

fn is_path(rest: &[(Token, usize)]) -> bool {
    matches!(rest, [(Token::Sign(':'), _), (Token::Sign(':'), _), ..])
}

fn follows_use(before: &[(Token, usize)]) -> bool {
    matches!(before.last(), Some((Token::Word(word), _)) if word == "use")
}

fn supers(rest: &[(Token, usize)]) -> usize {
    let mut count = 1;
    while is_path(&rest[count * 3 - 2..]) && rest.get(count * 3).is_some_and(is_super) {
        count += 1;
    }
    count
}

/// The paths that a start leads to: one, or one for each member of a group.
fn ends(rest: &[(Token, usize)], start: &[String]) -> Vec<Vec<String>> {
    let longer = |name: &str| {
        let mut path = start.to_vec();
        path.push(name.to_owned());
        path
    };
    match rest {
        [(Token::Sign(':'), _), (Token::Sign(':'), _), (Token::Word(name), _), ..] => {
            vec![longer(name)]
        }
        [(Token::Sign(':'), _), (Token::Sign(':'), _), (Token::Sign('{'), _), group @ ..] => {
            let (mut paths, mut depth, mut first) = (Vec::new(), 1, true);
            for (token, _) in group {
                match token {
                    Token::Sign('{') => depth += 1,
                    Token::Sign('}') => depth -= 1,
                    Token::Sign(',') if depth == 1 => first = true,
                    Token::Word(name) if depth == 1 && first => {
                        paths.push(longer(name));
                        first = false;
                    }
                    Token::Word(_) | Token::Sign(_) => {}
                }
                if depth == 0 {
                    break;
                }
            }
            paths
        }
        _ => vec![start.to_vec()],
    }
}

/// The paths that a start leads to, to their ends.
fn whole_ends(rest: &[(Token, usize)], start: &[String]) -> Vec<Vec<String>> {
    let mut path = start.to_vec();
    let mut rest = rest;
    while is_path(rest) {
        match rest.get(2) {
            Some((Token::Word(name), _)) => {
                if name != "self" {
                    path.push(name.clone());
                }
                rest = &rest[3..];
            }
            Some((Token::Sign('{'), _)) => {
                let members = members(&rest[3..]);
                let longer = |member: &&[(Token, usize)]| {
                    // A member is read as what follows a path: `a::b` as `::a::b`.
                    let colon = (Token::Sign(':'), 0);
                    let mut tokens = vec![colon.clone(), colon];
                    tokens.extend_from_slice(member);
                    whole_ends(&tokens, &path)
                };
                return members.iter().flat_map(longer).collect();
            }
            _ => break,
        }
    }
    vec![path]
}

/// The members of a group that has just been opened.
fn members(group: &[(Token, usize)]) -> Vec<&[(Token, usize)]> {
    let (mut found, mut depth, mut from) = (Vec::new(), 1, 0);
    for (at, (token, _)) in group.iter().enumerate() {
        match token {
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => depth -= 1,
            Token::Sign(_) | Token::Word(_) => {}
        }
        if depth == 0 || depth == 1 && *token == Token::Sign(',') {
            if from < at {
                found.push(&group[from..at]);
            }
            from = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_paths_are_followed_through_groups() {
        let source = "use crate::tenant::{self, ids::{self, spec as ids}, Bug};\n\
                      use super::ring;\nfn f() { crate::tenant::paper::place(1) }";
        let found = whole_paths(source, &["tenant", "caused"]);
        let found: Vec<String> = found.iter().map(|it| it.path.join("::")).collect();
        assert_eq!(
            found,
            [
                "crate::tenant",
                "crate::tenant::ids",
                "crate::tenant::ids::spec",
                "crate::tenant::Bug",
                "crate::tenant::ring",
                "crate::tenant::paper::place"
            ]
        );
    }

    fn paths(source: &str) -> Vec<String> {
        let found = imports(source, &["sim", "world"], &["leptos"]);
        found.iter().map(|import| import.path.join("::")).collect()
    }

    #[test]
    fn groups_and_code_are_read_as_well_as_use_lines() {
        let source =
            "use crate::{base::{Time, Span}, machine::Turn};\nfn f() { crate::check::run() }";
        assert_eq!(paths(source), ["crate::base", "crate::machine", "crate::check"]);
        assert_eq!(
            paths("pub(crate) fn f() { leptos::mount() } use leptos;"),
            ["leptos::mount", "leptos"]
        );
    }

    #[test]
    fn super_counts_from_where_it_stands() {
        assert_eq!(paths("use super::queue;"), ["crate::sim::queue"]);
        assert_eq!(paths("use super::super::check::Law;"), ["crate::check"]);
        assert_eq!(
            paths("mod tests { use super::*; } use super::x;"),
            ["crate::sim::world", "crate::sim::x"]
        );
    }
}
