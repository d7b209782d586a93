//! Statements that bring a cluster, a survey or makers of ids into being: who, and how they are set up.

use super::command::{ClusterSpec, Scenario};
use crate::tenant::Spec;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;

const CLUSTERS_MAX: usize = 16;
const MAKERS_MAX: usize = 8;

/// Reads `ring a: 4 nodes, 150 vnodes`, `place a: ring, 10 nodes, 150 vnodes` or `ids a: ulid, 3 nodes`.
pub(super) fn cluster(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    let word = reader.word("a strategy")?;
    let named = reader.peek_second().is_some_and(|token| token.raw == ":");
    let name = if named { String::from(reader.word("a name")?) } else { String::new() };
    reader.accept(":");
    let (makes, many, most, such) = match word {
        "ids" => (true, scenario.makers.len(), MAKERS_MAX, "ids a: snowflake, 3 nodes"),
        _ => (false, scenario.clusters.len(), CLUSTERS_MAX, "ring a: 4 nodes"),
    };
    if many == most {
        let what = if makes { "makers of ids" } else { "clusters" };
        return reader.refuse(format!("A scenario has at most {most} {what}."));
    }
    if scenario.parties().any(|other| other == name) {
        return reader.refuse(match (name.is_empty(), makes) {
            (true, false) => format!("Two clusters need names: {such}"),
            (true, true) => format!("Two of them need names: {such}"),
            (false, _) => format!("Something is called \"{name}\" already."),
        });
    }
    let Some((kind, head)) = Spec::read(word, reader)? else {
        return reader.refuse(format!("There is no kind of cluster \"{word}\"."));
    };
    let spec = ClusterSpec { name, kind, head };
    if let Spec::Ids(ids) = &spec.kind {
        let others = scenario.makers.iter().filter_map(|other| other.kind.ids());
        ids.check(reader, others)?;
        scenario.makers.push(spec);
    } else {
        scenario.clusters.push(spec);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::unique::{Backwards, Kind};

    #[test]
    fn makers_of_ids_read_as_they_sound() {
        let text = "ids a: snowflake, 3 nodes, 500/s each, 9000 ids, pages of 64, backwards wait\n\
                    ids b: uuidv7";
        let (scenario, problems) = parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        let of = |at: usize| scenario.makers[at].kind.ids().expect("it makes ids");
        let (name, a) = (scenario.makers[0].name.as_str(), of(0));
        assert_eq!((name, a.kind, a.nodes), ("a", Kind::Snowflake, 3));
        assert_eq!((a.rate, a.count, a.page), (500_000_000, 9_000, 64));
        assert_eq!(a.backwards, Backwards::Wait);
        assert_eq!(of(1).nodes, 1);
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
