//! Statements that bring somebody into being: who, and how they are set up.

use super::command::{ClusterSpec, Scenario};
use crate::tenant::{EXAMPLES, Spec};
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;

/// Reads `ring a: 4 nodes, 150 vnodes`, `place a: ring, 10 nodes, 150 vnodes` or `ids a: ulid, 3 nodes`.
pub(super) fn cluster(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    let word = reader.word("a strategy")?;
    let named = reader.peek_second().is_some_and(|token| token.raw == ":");
    let name = if named { String::from(reader.word("a name")?) } else { String::new() };
    reader.accept(":");
    let (what, most) = Spec::many(word);
    let all = || scenario.clusters.iter();
    if most > 0 && all().filter(|other| other.kind.many_are() == what).count() == most {
        return reader.refuse(format!("A scenario has at most {most} {what}."));
    }
    if scenario.parties().any(|other| other == name) {
        let line = EXAMPLES.iter().find(|(other, _)| *other == word).map_or("", |(_, line)| line);
        let such = line.trim_start_matches(word).trim_start();
        return reader.refuse(match name.is_empty() {
            true => format!("Two {what} need names: {word} a: {}", such.trim_start_matches("a: ")),
            false => format!("Something is called \"{name}\" already."),
        });
    }
    let Some((kind, head)) = Spec::read(word, reader)? else {
        return reader.refuse(format!("There is no kind of cluster \"{word}\"."));
    };
    kind.check(reader, all().map(|other| &other.kind))?;
    scenario.add(ClusterSpec { name, kind, head });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use alloc::vec::Vec;

    #[test]
    fn makers_of_ids_read_as_they_sound() {
        let text = "ids a: snowflake, 3 nodes, 500/s each, 9000 ids, pages of 64, backwards wait\n\
                    ids b: uuidv7";
        let (scenario, problems) = parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(scenario.parties().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(scenario.clusters.iter().map(|it| it.kind.nodes(&it.head)).sum::<u32>(), 4);
    }

    #[test]
    fn those_that_hold_keys_have_the_first_numbers() {
        let text = "ids a: ulid\nring b: 3 nodes\nids c: ulid\nplace d: ring, 3 nodes";
        let (scenario, problems) = parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(scenario.parties().collect::<Vec<_>>(), ["b", "d", "a", "c"]);
        assert_eq!(scenario.stores().count(), 2);
        assert_eq!(scenario.party(2).map(|spec| &*spec.name), Some("a"));
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
            ("at 1s bounded 3 nodes", "set up"),
            ("bounded 3 nodes", "only placed on paper"),
            ("place a: raft, 3 nodes", "strategy"),
        ] {
            let (_, problems) = parse(text);
            assert!(problems.iter().any(|p| p.message.contains(word)), "{text}: {problems:?}");
        }
    }
}
