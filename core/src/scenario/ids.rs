//! The statement that lets nodes make ids: `ids a: snowflake, 3 nodes, 1000/s each, 10000 ids`.

use super::cluster::NODES_MAX;
use super::command::Scenario;
use crate::text::quantity::Unit;
use crate::text::reader::{Read, Reader};
use crate::unique::{Backwards, Kind};
use alloc::format;
use alloc::string::String;

/// Nodes that make ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdsSpec {
    /// Its name; empty if it has none.
    pub name: String,
    /// What they make.
    pub kind: Kind,
    /// How many there are.
    pub nodes: u32,
    /// Ids that each is asked for in a second, in millionths.
    pub rate: u64,
    /// Ids that all of them together are asked for.
    pub count: u32,
    /// How many entries a page of the index holds.
    pub page: u32,
    /// What they do when their clock goes back.
    pub backwards: Backwards,
}

/// Ids that a scenario may ask for in all: every checkpoint holds their index.
pub const IDS_MAX: u64 = 100_000;
const RATE_MAX: u64 = 10_000_000;
const PAGE_MAX: u64 = 10_000;
const PARTIES_MAX: usize = 8;

/// Reads the statement.
pub(super) fn ids(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    reader.take();
    let named = reader.peek_second().is_some_and(|token| token.raw == ":");
    let name = if named { String::from(reader.word("a name")?) } else { String::new() };
    reader.accept(":");
    if scenario.makers.len() == PARTIES_MAX {
        return reader.refuse(format!("A scenario has at most {PARTIES_MAX} makers of ids."));
    }
    if scenario.parties().any(|other| other == name) {
        return reader.refuse(match name.is_empty() {
            true => String::from("Two of them need names: ids a: snowflake, 3 nodes"),
            false => format!("Something is called \"{name}\" already."),
        });
    }
    let kinds: [_; Kind::ALL.len()] = Kind::ALL.map(|kind| (kind.name(), kind.about()));
    let kind = match reader.take() {
        Some(token) => match Kind::named(token.raw) {
            Some(kind) => kind,
            None => return reader.unknown("kind of id", token, &kinds),
        },
        None => {
            let kinds = kinds.map(|(kind, _)| kind).join(", ");
            return reader.refuse(format!("Which kind? There are: {kinds}."));
        }
    };
    let mut spec = IdsSpec {
        name,
        kind,
        nodes: 1,
        rate: 1_000_000_000,
        count: 10_000,
        page: 100,
        backwards: Backwards::Refuse,
    };
    while reader.accept(",") {
        option(reader, &mut spec)?;
    }
    let asked: u64 = scenario.makers.iter().map(|other| u64::from(other.count)).sum();
    if asked + u64::from(spec.count) > IDS_MAX {
        return reader.refuse(format!("A scenario asks for at most {IDS_MAX} ids in all."));
    }
    scenario.makers.push(spec);
    Ok(())
}

fn option(reader: &mut Reader<'_, '_>, spec: &mut IdsSpec) -> Read<()> {
    match reader.ahead() {
        "pages" | "page" => {
            reader.take();
            reader.accept("of");
            spec.page = reader.count("entries on a page of the index", 2, PAGE_MAX)? as u32;
        }
        "backwards" => {
            reader.take();
            let ways: [_; Backwards::ALL.len()] =
                Backwards::ALL.map(|(_, word, what)| (word, what));
            let Some(token) = reader.take() else {
                return reader
                    .refuse(String::from("Refuse, wait or trust? Such as: backwards wait"));
            };
            match Backwards::ALL.iter().find(|(_, word, _)| *word == token.raw) {
                Some((way, ..)) => spec.backwards = *way,
                None => return reader.unknown("way", token, &ways),
            }
        }
        word if word.ends_with("/s") => {
            spec.rate = reader.amount("how many a second, such as 1000/s", Unit::Rate)?;
            if spec.rate == 0 || spec.rate > RATE_MAX * 1_000_000 {
                return reader.refuse(format!("A rate is more than 0/s and at most {RATE_MAX}/s."));
            }
            reader.accept("each");
        }
        _ => {
            let count = reader.count("a number of nodes or ids", 1, IDS_MAX)?;
            match reader.ahead() {
                "nodes" | "node" | "shards" | "shard" if count <= NODES_MAX => {
                    spec.nodes = count as u32;
                }
                "nodes" | "node" | "shards" | "shard" => {
                    return reader.refuse(format!("There can be 1 to {NODES_MAX} nodes."));
                }
                "ids" | "id" => spec.count = count as u32,
                other => {
                    return reader.refuse(format!(
                        "\"{other}\" is not one of: nodes, /s each, ids, pages, backwards."
                    ));
                }
            }
            reader.take();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn the_statement_reads_as_it_sounds() {
        let text = "ids a: snowflake, 3 nodes, 500/s each, 9000 ids, pages of 64, backwards wait\n\
                    ids b: uuidv7";
        let (scenario, problems) = parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        let a = &scenario.makers[0];
        assert_eq!((a.name.as_str(), a.kind, a.nodes), ("a", Kind::Snowflake, 3));
        assert_eq!((a.rate, a.count, a.page), (500_000_000, 9_000, 64));
        assert_eq!(a.backwards, Backwards::Wait);
        assert_eq!(scenario.makers[1].nodes, 1);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, word) in [
            ("ids", "Which kind"),
            ("ids a: guid", "There is no kind of id"),
            ("ids snowflak", "snowflake"),
            ("ids ulid, 0 nodes", "1 to"),
            ("ids ulid, 1001 nodes", "1000"),
            ("ids ulid, 0/s", "more than 0/s"),
            ("ids ulid, pages of 0", "2 to"),
            ("ids ulid, backwards", "Refuse, wait"),
            ("ids ulid, backwards sleep", "There is no way"),
            ("ids ulid, 7 apples", "apples"),
            ("ids ulid, 100001 ids", "100000"),
            ("ids ulid, 60000 ids\nids b: ulid, 60000 ids", "in all"),
            ("ids ulid\nids uuidv4", "need names"),
            ("ring a: 3 nodes\nids a: ulid", "already"),
            ("at 1s ids ulid", "set up"),
        ] {
            let (_, problems) = parse(text);
            assert!(problems.iter().any(|p| p.message.contains(word)), "{text}: {problems:?}");
        }
    }
}
