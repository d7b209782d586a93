//! The statement that lets nodes make ids: `ids a: snowflake, 3 nodes, 1000/s each, 10000 ids`.

use super::command::Scenario;
use crate::tenant::ids::Spec;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;

/// Nodes that make ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdsSpec {
    /// Its name; empty if it has none.
    pub name: String,
    /// How they are set up.
    pub spec: Spec,
}

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
    let spec = Spec::read(reader)?;
    spec.check(reader, scenario.makers.iter().map(|other| &other.spec))?;
    scenario.makers.push(IdsSpec { name, spec });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::unique::{Backwards, Kind};

    #[test]
    fn the_statement_reads_as_it_sounds() {
        let text = "ids a: snowflake, 3 nodes, 500/s each, 9000 ids, pages of 64, backwards wait\n\
                    ids b: uuidv7";
        let (scenario, problems) = parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        let (name, a) = (scenario.makers[0].name.as_str(), &scenario.makers[0].spec);
        assert_eq!((name, a.kind, a.nodes), ("a", Kind::Snowflake, 3));
        assert_eq!((a.rate, a.count, a.page), (500_000_000, 9_000, 64));
        assert_eq!(a.backwards, Backwards::Wait);
        assert_eq!(scenario.makers[1].spec.nodes, 1);
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
