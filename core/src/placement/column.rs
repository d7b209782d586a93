//! Vertical partitioning: columns in groups, each group with rows and pages of its own.
//!
//! ```text
//! before   | id name bio avatar |                a page holds few rows
//! after    | id name | id bio | id avatar |      a page of the first group holds many
//! ```
//!
//! A row is read whole, and a page is what is read. Rows do not cross pages unless one is larger than
//! a page; then it has pages of its own. Every group holds the key again, and every row a header.
//!
//! What is left out: the pages of the index above, caches, and compression.

use alloc::vec::Vec;

/// A table of equal rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Bytes of each column; the first is the key.
    pub columns: Vec<u64>,
    /// How many rows there are.
    pub rows: u64,
    /// Bytes of a page.
    pub page: u64,
    /// Bytes of a row's header.
    pub header: u64,
}

/// A question that is asked often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which columns it wants.
    pub columns: Vec<usize>,
    /// Of which rows.
    pub reach: Reach,
    /// Its share of all questions, in millionths.
    pub share: u32,
}

/// Which rows a question wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// One, by its key.
    Row,
    /// All of them.
    Scan,
}

/// The pages of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Rows that share a page; 0 if a row is larger than a page.
    pub rows_in_page: u64,
    /// Pages that reading one row reads.
    pub pages_in_row: u64,
    /// Pages in all.
    pub pages: u64,
}

impl Table {
    /// The pages of a group of columns.
    #[must_use]
    pub fn extent(&self, group: &[usize]) -> Extent {
        let page = self.page.max(1);
        let key = self.columns.first().copied().unwrap_or(0);
        let others = group.iter().filter(|&&column| column > 0);
        let bytes = others
            .filter_map(|&column| self.columns.get(column))
            .fold(self.header.saturating_add(key), |sum, bytes| sum.saturating_add(*bytes))
            .max(1);
        let rows_in_page = page / bytes;
        match rows_in_page {
            0 => {
                let pages_in_row = bytes.div_ceil(page);
                let pages = self.rows.saturating_mul(pages_in_row);
                Extent { rows_in_page, pages_in_row, pages }
            }
            _ => Extent { rows_in_page, pages_in_row: 1, pages: self.rows.div_ceil(rows_in_page) },
        }
    }

    /// The groups that a question must read: those with a column that it wants, or the first if it
    /// wants nothing but the key.
    #[must_use]
    pub fn needed(&self, groups: &[Vec<usize>], query: &Query) -> Vec<usize> {
        let wants = |column: &usize| *column > 0 && query.columns.contains(column);
        let needed: Vec<usize> =
            (0..groups.len()).filter(|&at| groups[at].iter().any(wants)).collect();
        match needed.is_empty() && !groups.is_empty() {
            true => alloc::vec![0],
            false => needed,
        }
    }

    /// Bytes that a question reads.
    #[must_use]
    pub fn read(&self, groups: &[Vec<usize>], query: &Query) -> u64 {
        let pages = self.needed(groups, query).into_iter().map(|group| {
            let extent = self.extent(&groups[group]);
            match query.reach {
                Reach::Row => extent.pages_in_row.min(extent.pages),
                Reach::Scan => extent.pages,
            }
        });
        pages.fold(0, u64::saturating_add).saturating_mul(self.page)
    }

    /// Bytes that a question of the mix reads in the mean.
    #[must_use]
    pub fn mean(&self, groups: &[Vec<usize>], mix: &[Query]) -> u64 {
        let shares: u128 = mix.iter().map(|query| u128::from(query.share)).sum();
        let bytes = mix.iter().map(|query| {
            u128::from(self.read(groups, query)).saturating_mul(u128::from(query.share))
        });
        let bytes = bytes.fold(0, u128::saturating_add);
        u64::try_from(bytes / shares.max(1)).unwrap_or(u64::MAX)
    }

    /// Bytes that all pages take.
    #[must_use]
    pub fn stored(&self, groups: &[Vec<usize>]) -> u64 {
        let pages = groups.iter().map(|group| self.extent(group).pages);
        pages.fold(0, u64::saturating_add).saturating_mul(self.page)
    }

    /// All columns in one group, as a table is before it is partitioned.
    #[must_use]
    pub fn whole(&self) -> Vec<Vec<usize>> {
        alloc::vec![(0..self.columns.len()).collect()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users() -> Table {
        Table { columns: alloc::vec![8, 40, 4_000, 30_000], rows: 1_000, page: 8_192, header: 24 }
    }

    fn query(columns: &[usize], reach: Reach, share: u32) -> Query {
        Query { columns: columns.to_vec(), reach, share }
    }

    #[test]
    fn pages_are_counted_for_narrow_rows_and_wide_ones() {
        let table = users();
        // 24 + 8 + 40 bytes a row: 113 rows a page, 9 pages.
        assert_eq!(table.extent(&[0, 1]), Extent { rows_in_page: 113, pages_in_row: 1, pages: 9 });
        // 34,072 bytes a row: five pages for each.
        assert_eq!(
            table.extent(&[0, 1, 2, 3]),
            Extent { rows_in_page: 0, pages_in_row: 5, pages: 5_000 }
        );
        assert_eq!(table.extent(&[2]).rows_in_page, 2);
    }

    #[test]
    fn a_question_reads_only_the_groups_that_it_needs() {
        let table = users();
        let groups = [alloc::vec![0, 1], alloc::vec![2, 3]];
        let names = query(&[0, 1], Reach::Row, 900_000);
        assert_eq!(table.read(&table.whole(), &names), 5 * 8_192);
        assert_eq!(table.read(&groups, &names), 8_192);
        let all = query(&[1, 3], Reach::Row, 100_000);
        assert_eq!(table.read(&groups, &all), 8_192 + 5 * 8_192);
        let scan = query(&[1], Reach::Scan, 0);
        assert_eq!(table.read(&table.whole(), &scan), 5_000 * 8_192);
        assert_eq!(table.read(&groups, &scan), 9 * 8_192);
        // Only the key is wanted: the first group has it.
        assert_eq!(table.needed(&groups, &query(&[0], Reach::Row, 0)), [0]);
        let mix = [names, all];
        assert_eq!(table.mean(&table.whole(), &mix), 5 * 8_192);
        assert_eq!(table.mean(&groups, &mix), (8_192 * 9 + 8_192 * 6) / 10);
        assert_eq!(table.stored(&groups), (9 + 5_000) * 8_192);
    }

    #[test]
    fn extremes_have_an_answer() {
        let mix = [query(&[7], Reach::Scan, 1)];
        let nothing = Table { columns: Vec::new(), rows: 0, page: 0, header: 0 };
        assert_eq!((nothing.mean(&[], &mix), nothing.stored(&nothing.whole())), (0, 0));
        assert_eq!(nothing.mean(&nothing.whole(), &[]), 0);
        let huge = Table {
            columns: alloc::vec![u64::MAX; 3],
            rows: u64::MAX,
            page: u64::MAX,
            header: u64::MAX,
        };
        assert_eq!(huge.stored(&huge.whole()), u64::MAX);
        let thin = Table { page: 1, ..huge };
        assert_eq!(thin.mean(&thin.whole(), &[query(&[1], Reach::Scan, u32::MAX)]), u64::MAX);
    }
}
