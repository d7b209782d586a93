//! Statements about a table's columns: `table`, `groups`, `query` and `scan`.

use super::command::Scenario;
use crate::placement::column::{Query, Reach, Table};
use crate::text::Diagnostic;
use crate::text::Entry;
use crate::text::quantity::{Unit, quantity};
use crate::text::reader::{Read, Reader};
use crate::text::token::TokenKind;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What can be measured of a table.
pub const METRICS: &[Entry] = &[
    ("read-before", "bytes that a question to a table reads while all columns lie together"),
    ("read-after", "bytes that a question to a table reads from its groups of columns"),
    ("read-share", "what a question reads from the groups, of what it read before"),
    ("stored-before", "bytes of a table's pages while all columns lie together"),
    ("stored-after", "bytes of the pages of a table's groups of columns"),
];

/// A table with its columns' groups and the questions that are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// Its name.
    pub name: String,
    /// The names of its columns; the first is the key.
    pub names: Vec<String>,
    /// Its columns, rows and pages.
    pub table: Table,
    /// Columns that lie together; empty if they all do.
    pub groups: Vec<Vec<usize>>,
    /// What is asked.
    pub mix: Vec<Query>,
}

const TABLES_MAX: usize = 8;
const COLUMNS_MAX: usize = 200;
const QUERIES_MAX: usize = 200;
const ROWS_MAX: u64 = 1_000_000_000;
const COLUMN_MAX: u64 = 100_000_000;
const PAGE_MAX: u64 = 1_000_000;

/// What a row has beside its columns: as in PostgreSQL, 24 bytes.
const HEADER: u64 = 24;

impl TableSpec {
    /// The groups as they are: those that were named, and one with every column that was not.
    #[must_use]
    pub fn grouped(&self) -> Vec<Vec<usize>> {
        let mut groups = self.groups.clone();
        let named = |column: &usize| groups.iter().any(|group| group.contains(column));
        let rest: Vec<usize> = (1..self.names.len()).filter(|column| !named(column)).collect();
        if !rest.is_empty() || groups.is_empty() {
            groups.push(rest);
        }
        groups
    }
}

/// Reads one of the statements.
pub(super) fn statement(reader: &mut Reader<'_, '_>, scenario: &mut Scenario) -> Read<()> {
    let verb = reader.word("table, groups, query or scan")?;
    let name = String::from(reader.word("the name of a table")?);
    if !reader.accept(":") {
        return reader.refuse(String::from("A table is named so: table users: id 8B, name 40B"));
    }
    if verb == "table" {
        return table(reader, scenario, name);
    }
    let Some(at) = scenario.tables.iter().position(|table| table.name == name) else {
        return reader.refuse(format!("There is no table \"{name}\" above this line."));
    };
    let spec = &mut scenario.tables[at];
    match verb {
        "groups" => groups(reader, spec),
        "query" => query(reader, spec, Reach::Row),
        _ => query(reader, spec, Reach::Scan),
    }
}

fn table(reader: &mut Reader<'_, '_>, scenario: &mut Scenario, name: String) -> Read<()> {
    if scenario.tables.len() == TABLES_MAX {
        return reader.refuse(format!("A scenario has at most {TABLES_MAX} tables."));
    }
    let known = scenario.tables.iter().any(|table| table.name == name);
    if known || scenario.parties().any(|party| party == name) {
        return reader.refuse(format!("Something is called \"{name}\" already."));
    }
    let table = Table { columns: Vec::new(), rows: 100_000, page: 8_192, header: HEADER };
    let mut spec =
        TableSpec { name, names: Vec::new(), table, groups: Vec::new(), mix: Vec::new() };
    loop {
        if reader.ahead() == "pages" {
            reader.take();
            reader.accept("of");
            spec.table.page = reader.bytes("the size of a page", PAGE_MAX)?.max(1);
        } else if quantity(reader.ahead()).is_some_and(|number| number.unit == Unit::Plain) {
            spec.table.rows = reader.count("a number of rows", 0, ROWS_MAX)?;
            if !reader.accept("rows") && !reader.accept("row") {
                return reader.refuse(String::from("What of? Such as: 100000 rows"));
            }
        } else {
            let name = reader.word("the name of a column and its size, such as name 40B")?;
            if spec.names.iter().any(|known| known == name) {
                return reader.refuse(format!("There is a column \"{name}\" already."));
            }
            if spec.names.len() == COLUMNS_MAX {
                return reader.refuse(format!("A table has at most {COLUMNS_MAX} columns."));
            }
            spec.table.columns.push(reader.bytes("the size of a column", COLUMN_MAX)?);
            spec.names.push(name.to_string());
        }
        if !reader.accept(",") {
            break;
        }
    }
    if spec.names.is_empty() {
        return reader.refuse(String::from("A table has a column at least: its key."));
    }
    scenario.tables.push(spec);
    Ok(())
}

/// Columns by their names, up to a mark or to the end.
fn columns(reader: &mut Reader<'_, '_>, spec: &TableSpec) -> Read<Vec<usize>> {
    let mut columns = Vec::new();
    while let Some(token) = reader.peek().filter(|token| token.kind == TokenKind::Word) {
        reader.take();
        let Some(at) = spec.names.iter().position(|name| name == token.raw) else {
            let some: Vec<&str> = spec.names.iter().take(12).map(String::as_str).collect();
            return reader.refuse(format!(
                "{} has no column \"{}\". It has: {}.",
                spec.name,
                token.raw,
                some.join(", ")
            ));
        };
        if !columns.contains(&at) {
            columns.push(at);
        }
    }
    if columns.is_empty() {
        return reader.refuse(String::from("Which columns?"));
    }
    Ok(columns)
}

/// `groups users: id name | bio avatar`
fn groups(reader: &mut Reader<'_, '_>, spec: &mut TableSpec) -> Read<()> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    loop {
        let mut group = columns(reader, spec)?;
        // The key lies in every group, named or not.
        group.retain(|column| *column > 0);
        if let Some(twice) = group.iter().find(|at| groups.iter().any(|g| g.contains(at))) {
            let name = &spec.names[*twice];
            return reader.refuse(format!("\"{name}\" is in two groups."));
        }
        groups.push(group);
        if !reader.accept("|") {
            break;
        }
    }
    spec.groups = groups;
    Ok(())
}

/// `query users: 80% id name`
fn query(reader: &mut Reader<'_, '_>, spec: &mut TableSpec, reach: Reach) -> Read<()> {
    if spec.mix.len() == QUERIES_MAX {
        return reader.refuse(format!("A table is asked at most {QUERIES_MAX} things."));
    }
    let share = reader.share("a share of all questions")?;
    let columns = columns(reader, spec)?;
    spec.mix.push(Query { columns, reach, share });
    Ok(())
}

/// Complains about shares that do not make a whole.
pub(super) fn check(scenario: &Scenario, problems: &mut Vec<Diagnostic>) {
    for spec in &scenario.tables {
        let sum: u64 = spec.mix.iter().map(|query| u64::from(query.share)).sum();
        if sum != 1_000_000 && !spec.mix.is_empty() {
            let message = format!(
                "The questions to {} make {}.{:02}% together; they count as if it were 100%.",
                spec.name,
                sum / 10_000,
                sum / 100 % 100
            );
            problems.push(Diagnostic {
                line: 1,
                start: 0,
                end: 0,
                message,
                suggestion: None,
                mild: true,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn a_table_reads_as_it_sounds() {
        let text = "table users: id 8B, name 40B, bio 4kB, avatar 30kB, 5000 rows, pages of 16kB\n\
                    groups users: id name | bio\nquery users: 80% id name\nscan users: 20% bio";
        let (scenario, problems) = parse(text);
        assert!(problems.is_empty(), "{problems:?}");
        let users = &scenario.tables[0];
        assert_eq!(users.table.columns, [8, 40, 4_000, 30_000]);
        assert_eq!((users.table.rows, users.table.page), (5_000, 16_000));
        assert_eq!(users.grouped(), [vec![1], vec![2], vec![3]]);
        assert_eq!(users.mix.len(), 2);
    }

    use std::vec;

    #[test]
    fn what_is_wrong_is_said() {
        let table = "table t: id 8B, a 4B\n";
        for (text, word) in [
            ("table", "missing"),
            ("table t", "named so"),
            ("table t:", "column"),
            ("table t: id", "size of a column"),
            ("table t: id 8B, id 4B", "already"),
            ("table t: 5 apples", "rows"),
            ("table t: 5 rows", "its key"),
            ("table t: id 8B, pages of 5GB", "size of a page"),
            ("query t: 80% a", "no table"),
            ("table t: id 8B, a 4B\nquery t: 80% b", "no column"),
            ("table t: id 8B, a 4B\nquery t: 80%", "Which columns"),
            ("table t: id 8B, a 4B\nquery t: a", "share"),
            ("table t: id 8B, a 4B\ngroups t: a | a", "two groups"),
            ("table t: id 8B, a 4B\ngroups t: a |", "Which columns"),
            ("table t: id 8B, a 4B\nquery t: 80% a", "80.00%"),
            ("table t: id 8B\ntable t: id 8B", "already"),
        ] {
            let (_, problems) = parse(text);
            assert!(problems.iter().any(|p| p.message.contains(word)), "{text}: {problems:?}");
        }
        assert!(parse(table).1.is_empty());
    }
}
