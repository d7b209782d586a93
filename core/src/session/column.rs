//! What a screen may know of a table's columns: what each question reads, before and after.

use super::script::Script;
use crate::placement::column::Reach;
use crate::scenario::table::TableSpec;
use alloc::string::String;
use alloc::vec::Vec;

/// A table on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFact {
    /// Its name.
    pub name: String,
    /// Its columns with their bytes; the first is the key, which lies in every group.
    pub columns: Vec<(String, u64)>,
    /// Its rows, and the bytes of a page.
    pub size: (u64, u64),
    /// The groups, the one group of before first.
    pub groups: Vec<GroupFact>,
    /// What is asked.
    pub queries: Vec<QueryFact>,
    /// Bytes that a question reads in the mean: before, after.
    pub read: (u64, u64),
    /// Bytes of all pages: before, after.
    pub stored: (u64, u64),
}

/// Columns that lie together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFact {
    /// Their names, without the key.
    pub columns: Vec<String>,
    /// Rows that share a page; 0 if a row takes several.
    pub rows_in_page: u64,
    /// Pages of a row.
    pub pages_in_row: u64,
    /// Pages in all.
    pub pages: u64,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFact {
    /// The columns that it wants.
    pub columns: Vec<String>,
    /// True if it goes over all rows.
    pub scan: bool,
    /// Its share of all questions, in millionths.
    pub share: u32,
    /// Bytes that it reads: before, after.
    pub read: (u64, u64),
    /// The places of the groups that it reads after, counted without the group of before.
    pub groups: Vec<u32>,
}

/// The tables of a script.
#[must_use]
pub fn tables(script: &Script) -> Vec<TableFact> {
    script.scenario.tables.iter().map(fact).collect()
}

fn fact(spec: &TableSpec) -> TableFact {
    let (before, after) = (spec.table.whole(), spec.grouped());
    let names = |columns: &[usize]| -> Vec<String> {
        columns.iter().filter_map(|at| spec.names.get(*at).cloned()).collect()
    };
    let group = |columns: &Vec<usize>| {
        let extent = spec.table.extent(columns);
        let others: Vec<usize> = columns.iter().copied().filter(|column| *column > 0).collect();
        GroupFact {
            columns: names(&others),
            rows_in_page: extent.rows_in_page,
            pages_in_row: extent.pages_in_row,
            pages: extent.pages,
        }
    };
    let query = |query: &crate::placement::column::Query| QueryFact {
        columns: names(&query.columns),
        scan: query.reach == Reach::Scan,
        share: query.share,
        read: (spec.table.read(&before, query), spec.table.read(&after, query)),
        groups: spec.table.needed(&after, query).into_iter().map(|at| at as u32).collect(),
    };
    TableFact {
        name: spec.name.clone(),
        columns: spec.names.iter().cloned().zip(spec.table.columns.iter().copied()).collect(),
        size: (spec.table.rows, spec.table.page),
        groups: before.iter().chain(&after).map(group).collect(),
        queries: spec.mix.iter().map(query).collect(),
        read: (spec.table.mean(&before, &spec.mix), spec.table.mean(&after, &spec.mix)),
        stored: (spec.table.stored(&before), spec.table.stored(&after)),
    }
}
