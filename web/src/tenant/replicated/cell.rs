//! A cell of a log: what it shows of its entry, and what it says about it.

use crate::player::fact::tenant::replicated::fact::{CellFact, ReplicaFact};

/// One entry as a row shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its place.
    pub index: u64,
    /// Its term.
    pub term: u32,
    /// How far it is: ` committed`, ` applied`, ` differs`, as classes.
    pub class: String,
    /// What its entry says.
    pub text: String,
    /// What is to be said of it.
    pub words: String,
}

/// The row of one node between two places of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The node's name.
    pub name: String,
    /// Its number.
    pub id: u32,
    /// The snapshot reaches up to here.
    pub snapshot: u64,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Up to here the leader is sure that it holds the log, and what it sends next.
    pub known: Option<(u64, u64)>,
}

/// The row of a replica from `first` on, beside what the leader holds.
#[must_use]
pub fn row(fact: &ReplicaFact, leader: Option<&ReplicaFact>, first: u64) -> Row {
    let shown = fact.cells.iter().filter(|cell| cell.index >= first);
    let known = leader.and_then(|leader| {
        let of = leader.progress.iter().find(|progress| progress.node == fact.id)?;
        Some((of.matched, of.next))
    });
    Row {
        name: fact.name.clone(),
        id: fact.id.0,
        snapshot: fact.snapshot,
        cells: shown.map(|cell| tell(fact, leader, cell)).collect(),
        known,
    }
}

fn tell(fact: &ReplicaFact, leader: Option<&ReplicaFact>, cell: &CellFact) -> Cell {
    let applied = cell.index <= fact.applied;
    let committed = cell.index <= fact.commit;
    let beside = leader.filter(|leader| leader.id != fact.id);
    let differs = beside.is_some_and(|leader| {
        // What the leader's snapshot stands for cannot be compared any more.
        let same = |other: &CellFact| (other.term, other.digest) == (cell.term, cell.digest);
        let other = leader.cells.iter().find(|other| other.index == cell.index);
        cell.index > leader.snapshot && other.is_none_or(|other| !same(other))
    });
    let mut class = String::from("cell");
    let mut words = format!("entry {}, term {}: {}", cell.index, cell.term, cell.text);
    let mut add = |holds: bool, name: &str, what: &str| {
        if holds {
            class.push_str(name);
            words.push_str(what);
        }
    };
    add(committed, " committed", ", known to be committed");
    add(applied, " applied", ", applied");
    add(!committed, "", ", not known to be committed");
    add(differs, " differs", ", not as the leader has it");
    add(cell.kind == "members", " members", "");
    let text = match cell.kind {
        "nothing" => String::from("–"),
        _ => cell.text.clone(),
    };
    Cell { index: cell.index, term: cell.term, class, text, words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::player::fact::{Session, tenant::replicated};

    #[test]
    fn the_cells_of_a_real_run_say_how_far_they_are() {
        let mut session = Session::open("raft a: 3 nodes\nat 1s c1: put x 1\nend 3s\n");
        session.seek(crate::player::fact::Time(2_500_000));
        let all = replicated::fact::all(session.sites());
        let leader = all.iter().find(|fact| fact.role == "leader").expect("somebody leads");
        let row = row(&all[0], Some(leader), 1);
        assert_eq!(row.cells.len() as u64, all[0].last);
        let last = row.cells.last().expect("an entry");
        assert!(last.words.contains("put x 1"), "{}", last.words);
        assert!(last.class.contains("applied"), "{}", last.class);
        assert!(!last.class.contains("differs"), "{}", last.class);
    }
}
