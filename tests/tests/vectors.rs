//! Published vectors hold, and a wrong one, or a file that is none, is told apart.

use std::path::Path;

use harness::place;
use harness::vector::{Asked, File};

fn own() -> String {
    place::read(&place::root().join("tests/golden/vectors/own.json")).expect("our own vectors")
}

fn check(content: &str) -> Result<(usize, Vec<String>), String> {
    let file = File::of(Path::new("some.json"), content)?;
    let count = file.check(&mut Asked::Native)?;
    Ok((count.vectors, count.failures))
}

#[test]
fn our_own_vectors_hold() {
    let (vectors, failures) = check(&own()).expect("a file of vectors");
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(vectors >= 25, "{vectors}");
}

#[test]
fn every_wrong_value_is_found() {
    let own = own();
    for (right, wrong) in [
        ("629942693e10f867", "629942693e10f868"),
        ("\"-6017608668500074083\", \"raw", "\"-6017608668500074082\", \"raw"),
        ("58332598431525814501020785164969033090", "58332598431525814501020785164969033091"),
        ("85944171f73967e8", "85944171f73967e9"),
        ("685866866", "685866867"),
        ("2d06800538d394c2", "2d06800538d394c3"),
        ("0d6c8009d9a94f5a", "0d6c8009d9a94f5b"),
        ("8363", "4015"),
        ("\"expect\": 55", "\"expect\": 56"),
        ("1321988195", "1321988196"),
        ("977315119, 977315119]", "977315119, 977315120]"),
        ("17, 17]", "17, 18]"),
        ("[0, 0, 0, 0, 2, 2, 2]", "[0, 0, 0, 0, 2, 2, 1]"),
        ("1264", "1280"),
        ("fac54203", "fac54204"),
        ("\"cc3\"", "\"cc4\""),
        ("4320-9bac", "4320-9bad"),
        ("1469922850259", "1469922850258"),
        ("VS0", "VS1"),
        ("\"next\": null", "\"next\": \"01BX5ZZKBM0000000000000000\""),
        ("\"8ZZ", "\"7ZZ"),
        ("\"dc_or_worker5\": 11", "\"dc_or_worker5\": 12"),
        ("1462015105796", "1462015105797"),
        ("\"seq_mod_1024\": 905", "\"seq_mod_1024\": 906"),
        ("6384BA69", "6384BA70"),
        ("0x31C3", "0x31C4"),
    ] {
        let (_, failures) = check(&own.replacen(right, wrong, 1)).expect("a file of vectors");
        assert_eq!(failures.len(), 1, "{wrong}: {failures:#?}");
    }
}

#[test]
fn what_is_no_file_of_vectors_is_an_error() {
    for content in [
        "",
        "[]",
        "{}",
        r#"{"vectors": 3}"#,
        r#"{"vectors": []}"#,
        r#"{"vectors": [3]}"#,
        r#"{"vectors": [{"kind": "guid"}]}"#,
        r#"{"vectors": [{"apples": 3}]}"#,
        r#"{"vectors": [{"key": "a"}]}"#,
        r#"{"vectors": [{"root": 3, "leaves_hex": ["0"]}]}"#,
        r#"{"vectors": [{"M": 7, "offset_skip": [[0, 0]], "table_all": []}]}"#,
        r#"{"vectors": [{"M": 4294967311, "offset_skip": [[0, 1]], "table_all": []}]}"#,
        r#"{"vectors": [{"key": "1", "buckets": "1..99999999999", "expect": []}]}"#,
        r#"{"vectors": [{"key": "1", "buckets": 0, "expect": 0}]}"#,
        r#"{"vectors": [{"key": "1", "buckets": 2147483648, "expect": 0}]}"#,
        r#"{"vectors": [{"key": "1", "buckets": "2147483647..=2147483648", "expect": [0, 0]}]}"#,
        r#"{"vectors": [{"servers": {"a": "much"}, "points": 0}]}"#,
        r#"{"vectors": [{"key_hex": "00", "input_hex": "", "sip24": ""}]}"#,
        r#"{"vectors": [{"kind": "snowflake", "id": "-1"}]}"#,
        r#"{"vectors": [{"kind": "ulid_monotonic", "prev": "ü", "next": null}]}"#,
    ] {
        assert!(check(content).is_err(), "{content}");
    }
    assert!(File::read(Path::new("/there/is/no/such.json")).is_err());
}

#[test]
fn a_ring_without_memory_and_a_huge_one_are_answered() {
    let ring = |memory: &str| {
        let text = format!(
            r#"{{"vectors": [{{"servers": {{"a": {memory}, "b": {memory}}}, "points": 1}}]}}"#
        );
        check(&text).map(|(_, failures)| failures.len())
    };
    for memory in ["0", "1", "9223372036854775807", "18446744073709551615"] {
        assert_eq!(ring(memory), Ok(1), "{memory}: one wrong count, not a panic");
    }
}
