//! How nodes that make ids are set up: `snowflake, 3 nodes, 1000/s each, 10000 ids`.

use super::maker::MakerConfig;
use crate::tenant::NODES_MAX;
use crate::text::Entry;
use crate::text::quantity::Unit;
use crate::text::reader::{Read, Reader};
use crate::unique::{Backwards, Kind};
use alloc::format;
use alloc::string::String;

/// Ids that a scenario may ask for in all: every checkpoint holds their index.
pub const IDS_MAX: u64 = 100_000;
const RATE_MAX: u64 = 10_000_000;
const PAGE_MAX: u64 = 10_000;

/// What nodes are to make, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
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

/// The kinds of ids, for readers and completions.
#[must_use]
pub fn kinds() -> [Entry; Kind::ALL.len()] {
    Kind::ALL.map(|kind| (kind.name(), kind.about()))
}

/// What a node can do when its clock goes back, for readers and completions.
#[must_use]
pub fn ways() -> [Entry; Backwards::ALL.len()] {
    Backwards::ALL.map(|(_, word, what)| (word, what))
}

impl Spec {
    /// Reads what stands behind the name: a kind, and options.
    pub fn read(reader: &mut Reader<'_, '_>) -> Read<Self> {
        let kind = match reader.take() {
            Some(token) => match Kind::named(token.raw) {
                Some(kind) => kind,
                None => return reader.unknown("kind of id", token, &kinds()),
            },
            None => {
                let kinds = kinds().map(|(kind, _)| kind).join(", ");
                return reader.refuse(format!("Which kind? There are: {kinds}."));
            }
        };
        let mut spec = Self {
            kind,
            nodes: 1,
            rate: 1_000_000_000,
            count: 10_000,
            page: 100,
            backwards: Backwards::Refuse,
        };
        while reader.accept(",") {
            spec.option(reader)?;
        }
        Ok(spec)
    }

    fn option(&mut self, reader: &mut Reader<'_, '_>) -> Read<()> {
        match reader.ahead() {
            "pages" | "page" => {
                reader.take();
                reader.accept("of");
                self.page = reader.count("entries on a page of the index", 2, PAGE_MAX)? as u32;
            }
            "backwards" => {
                reader.take();
                let Some(token) = reader.take() else {
                    return reader
                        .refuse(String::from("Refuse, wait or trust? Such as: backwards wait"));
                };
                match Backwards::ALL.iter().find(|(_, word, _)| *word == token.raw) {
                    Some((way, ..)) => self.backwards = *way,
                    None => return reader.unknown("way", token, &ways()),
                }
            }
            word if word.ends_with("/s") => {
                self.rate = reader.amount("how many a second, such as 1000/s", Unit::Rate)?;
                if self.rate == 0 || self.rate > RATE_MAX * 1_000_000 {
                    return reader
                        .refuse(format!("A rate is more than 0/s and at most {RATE_MAX}/s."));
                }
                reader.accept("each");
            }
            _ => {
                let count = reader.count("a number of nodes or ids", 1, IDS_MAX)?;
                let what = reader.ahead();
                reader.take();
                match what {
                    "nodes" | "node" | "shards" | "shard" if count <= NODES_MAX => {
                        self.nodes = count as u32;
                    }
                    "nodes" | "node" | "shards" | "shard" => {
                        return reader.refuse(format!("There can be 1 to {NODES_MAX} nodes."));
                    }
                    "ids" | "id" => self.count = count as u32,
                    other => {
                        return reader.refuse(format!(
                            "\"{other}\" is not one of: nodes, /s each, ids, pages, backwards."
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// What the node of that number, from one, is told at first: each is asked for its share.
    #[must_use]
    pub fn build(&self, number: u32) -> MakerConfig {
        MakerConfig {
            kind: self.kind,
            number,
            rate: self.rate,
            count: self.count / self.nodes + u32::from(number <= self.count % self.nodes),
            page: self.page,
            backwards: self.backwards,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn read(text: &str) -> Result<Spec, String> {
        let lines = crate::text::token::lines(text);
        let mut problems = Vec::new();
        let spec = Spec::read(&mut Reader::new(&lines[0], &mut problems));
        spec.map_err(|_| problems.remove(0).message)
    }

    #[test]
    fn an_unknown_kind_is_an_error_and_no_other_kind() {
        let refused = read("snowflak, 3 nodes").expect_err("no such kind");
        assert!(refused.contains("There is no kind of id \"snowflak\""), "{refused}");
        for kind in Kind::ALL {
            assert_eq!(read(kind.name()).map(|spec| spec.kind), Ok(kind));
        }
    }

    #[test]
    fn options_read_as_they_sound() {
        let text = "snowflake, 3 nodes, 500/s each, 9000 ids, pages of 64, backwards wait";
        let a = read(text).expect("it reads");
        assert_eq!((a.kind, a.nodes), (Kind::Snowflake, 3));
        assert_eq!((a.rate, a.count, a.page), (500_000_000, 9_000, 64));
        assert_eq!(a.backwards, Backwards::Wait);
        assert_eq!(read("uuidv7").map(|spec| spec.nodes), Ok(1));
    }

    #[test]
    fn nodes_share_what_all_are_asked_for() {
        let spec = read("ulid, 3 nodes, 1000 ids, 5/s each, backwards wait").expect("it reads");
        let built: Vec<MakerConfig> = (1..=3).map(|number| spec.build(number)).collect();
        let counts: Vec<u32> = built.iter().map(|config| config.count).collect();
        assert_eq!(counts, [334, 333, 333]);
        assert!(built.iter().all(|config| config.rate == 5_000_000));
        assert!(built.iter().all(|config| config.backwards == Backwards::Wait));
    }
}
