//! Laws of columns that lie apart: a query of one group reads no more than before.

use proptest::prelude::*;
use shardlab::placement::column::{Query, Reach, Table};
use shardlab::session::Session;

fn table() -> impl Strategy<Value = Table> {
    let bytes = prop_oneof![0..100_u64, 1_000..100_000_u64, Just(u64::MAX)];
    (prop::collection::vec(bytes, 0..12), 0..1_000_000_u64, 0..70_000_u64, 0..100_u64)
        .prop_map(|(columns, rows, page, header)| Table { columns, rows, page, header })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn one_group_is_never_dearer_than_the_whole(
        table in table(), chosen in prop::collection::btree_set(0..14_usize, 0..6), scan in any::<bool>(),
    ) {
        let chosen: Vec<usize> = chosen.into_iter().collect();
        let reach = if scan { Reach::Scan } else { Reach::Row };
        let query = Query { columns: chosen.clone(), reach, share: 1_000_000 };
        let rest = (0..table.columns.len()).filter(|at| !chosen.contains(at)).collect();
        let groups = vec![chosen, rest];
        let (before, after) = (table.read(&table.whole(), &query), table.read(&groups, &query));
        prop_assert!(after <= before || table.columns.is_empty(), "{after} after {before}");
        prop_assert_eq!(table.mean(&groups, &[query]), after);
    }

    #[test]
    fn a_query_of_every_group_reads_them_all(table in table(), at in 0..12_usize) {
        let all: Vec<usize> = (0..table.columns.len()).collect();
        let (left, right) = all.split_at(at.min(all.len()));
        let groups = vec![left.to_vec(), right.to_vec()];
        let query = Query { columns: all.clone(), reach: Reach::Scan, share: 1 };
        let needed: Vec<usize> = table.needed(&groups, &query);
        let each = needed.iter().map(|group| table.stored(&groups[*group..=*group]));
        prop_assert_eq!(table.read(&groups, &query), each.fold(0, u64::saturating_add));
    }
}

#[test]
fn tables_at_their_limits_are_answered() {
    let columns: Vec<String> = (0..200).map(|n| format!("c{n} 100MB")).collect();
    let text = format!(
        "table t: {}, 1000000000 rows, pages of 1B\nquery t: 60% c7 c199\nscan t: 40% c3\ngroups t: c1 | c2 c199\n",
        columns.join(", ")
    );
    let mut session = Session::open(&text);
    assert!(session.diagnostics().is_empty(), "{:?}", session.diagnostics());
    while !session.compute(100_000) {}
    assert_eq!(session.tables()[0].groups.len(), 4);
    assert!(session.final_metrics().iter().any(|fact| fact.name == "read-after(t)"));
}
