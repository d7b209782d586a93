//! What each reader makes of a few lines, and how it refuses what is torn.

use super::*;
use crate::check::{ABSENT, Input, OPEN, Output};

const LOG: &str = "INFO  jepsen.util - 0\t:invoke\t:read\tnil
INFO  jepsen.util - 1\t:invoke\t:cas\t[2 4]
INFO  jepsen.core - Everything is fine
INFO  jepsen.util - 0\t:ok\t:read\t2

INFO  jepsen.util - 1\t:fail\t:cas\t[2 4]
INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - 0\t:info\t:write\t:timed-out
INFO  jepsen.util - :nemesis\t:info\t:start\tnil
INFO  jepsen.util - 2\t:invoke\t:read\tnil
INFO  jepsen.util - 2\t:fail\t:read\t:timed-out
";

#[test]
fn a_log_is_read_line_by_line() {
    let history = Format::Etcd.read(LOG.as_bytes()).expect("a log");
    let outputs: Vec<(Output, u32, u32, u32)> =
        history.operations.iter().map(|o| (o.output, o.back, o.called, o.returned)).collect();
    let two = history.words.clone().take("2");
    assert_eq!(
        outputs,
        [
            (Output::Found(two), 2, 1, 4),
            (Output::Differs, 3, 2, 6),
            (Output::Unknown, OPEN, 7, 8),
            (Output::Never, 6, 10, 11),
        ]
    );
    assert_eq!(Format::of(LOG), Some(Format::Etcd));
}

use alloc::vec::Vec;

#[test]
fn maps_of_edn_and_json_are_read_alike() {
    let edn = "[{:process 7, :type :invoke, :f :cas, :value [nil 1]}
 {:process 7, :type :ok, :f :cas, :value [nil 1]}]";
    let json = r#"{"process": 7, "type": "invoke", "f": "cas", "value": [null, 1]}
{"process": 7, "type": "ok", "f": "cas", "value": [null, 1], "index": 3}"#;
    let one = Format::KnossosCas.read(edn.as_bytes()).expect("edn");
    let two = Format::Jepsen.read(json.as_bytes()).expect("json");
    assert_eq!(one.operations, two.operations);
    assert!(matches!(one.operations[0].input, Input::Cas(ABSENT, _)));
    assert_eq!(
        (Format::of(edn), Format::of(json)),
        (Some(Format::KnossosCas), Some(Format::Jepsen))
    );
}

#[test]
fn keys_stand_apart_or_in_a_pair() {
    let apart = r#"{"process": 7, "type": "invoke", "f": "put", "key": "k", "value": 1}"#;
    let pair = r#"{"process": 7, "type": "invoke", "f": "put", "value": ["k", 1]}"#;
    let cas = r#"{"process": 7, "type": "invoke", "f": "cas", "value": ["k", [1, 2]]}"#;
    for text in [apart, pair, cas] {
        let history = Format::Jepsen.read(text.as_bytes()).expect("json");
        assert_eq!(history.words.text(history.operations[0].key), "k", "{text}");
    }
}

#[test]
fn a_store_that_reads_the_absent_as_empty_begins_empty() {
    let text = r#"{:process 0, :type :invoke, :f :get, :key "0", :value nil}
{:process 0, :type :ok, :f :get, :key "0", :value ""}"#;
    let history = Format::PorcupineKv.read(text.as_bytes()).expect("edn");
    assert_eq!(history.operations[0].output, Output::Found(history.start));
    assert_ne!(history.start, ABSENT);
}

#[test]
fn transactions_are_read_to_be_shown() {
    let text = r#"[{"index": 0, "process": 0, "type": "invoke", "value": [["append", 1, 1], ["r", 2, null]]},
{"index": 1, "process": 0, "type": "ok", "value": [["append", 1, 1], ["r", 2, []]]}]"#;
    let history = Format::Elle.read(text.as_bytes()).expect("json");
    let Input::Transaction(asked) = history.operations[0].input else { unreachable!() };
    assert_eq!(history.words.text(asked), "[[append 1 1] [r 2 null]]");
    assert_eq!(Format::of(text), Some(Format::Elle));
}

#[test]
fn a_batch_is_one_operation_of_several_accesses() {
    let text = r#"{"process": 0, "type": "invoke", "f": "batch", "value": [["put", "x", 1], ["cas", "y", [2, 3]], ["get", "x", null]]}
{"process": 0, "type": "ok", "f": "batch", "value": [["put", "x", 1], ["cas", "y", [2, 3]], ["get", "x", 1]]}
{"process": 0, "type": "invoke", "f": "batch", "value": [["delete", "x"]]}
{"process": 0, "type": "fail", "f": "batch", "value": null}"#;
    let history = Format::Jepsen.read(text.as_bytes()).expect("json");
    assert_eq!(history.operations.len(), 2);
    assert_eq!(history.told(0), "put x 1 and cas y 2 to 3 and get x = 1");
    assert_eq!(history.answered(0), "done and done and found 1");
    assert_eq!(history.told(1), "delete x never happened");
    let (call, other) = text.split_once('\n').expect("lines");
    let other = other.replacen("\"y\"", "\"z\"", 1);
    for (text, line) in [
        ([call, "\n", &other].concat(), 2),
        ([call, "\n", &other.replacen("[\"get\", \"x\", 1]", "", 1)].concat(), 2),
        (call.replacen("put", "batch", 1), 1),
        (call.replacen("[\"put\", \"x\", 1]", "[\"put\"]", 1), 1),
        (String::from(r#"{"process": 0, "type": "invoke", "f": "batch", "value": []}"#), 1),
    ] {
        let wrong = Format::Jepsen.read(text.as_bytes()).map_err(|wrong| wrong.line);
        assert_eq!(wrong.map(|_| ()), Err(line), "{text}");
    }
}

#[test]
fn what_is_no_history_names_the_line() {
    let call = "{:process 0, :type :invoke, :f :read, :value nil}\n";
    let back = "{:process 0, :type :ok, :f :read, :value 1}\n";
    let twice = [call, back, back].concat();
    let busy = [call, call].concat();
    let torn = [call, "{:process 0, :type :ok, :f :re"].concat();
    let other = [call, "{:process 0, :type :ok, :f :write, :value 1}"].concat();
    for (text, line) in [
        ("", 1),
        ("\n\n", 3),
        (back, 1),
        (&twice, 3),
        (&busy, 2),
        (&torn, 2),
        (&other, 2),
        ("{:process 0, :type :maybe, :f :read}", 1),
        ("{:process 0, :type :invoke, :f :increment}", 1),
        ("{:type :invoke, :f :read}", 1),
        ("{:process 0, :type :invoke, :f :cas, :value 3}", 1),
        ("17", 1),
    ] {
        let wrong = Format::KnossosCas.read(text.as_bytes()).map_err(|wrong| wrong.line);
        assert_eq!(wrong.map(|_| ()), Err(line), "{text}");
    }
    for (text, line) in [
        ("INFO  jepsen.util - 3\t:invoke\t:read\tnil\nINFO  jepsen.util - 3\t:o", 2),
        ("INFO  jepsen.util - 3\t:invoke\t:read", 1),
        ("INFO  jepsen.util - x\t:invoke\t:read\tnil", 1),
        ("INFO  jepsen.util - 3\t:invoke\t:cas\t[1 ", 1),
        ("Something else", 1),
    ] {
        let wrong = Format::Etcd.read(text.as_bytes()).map_err(|wrong| wrong.line);
        assert_eq!(wrong.map(|_| ()), Err(line), "{text}");
    }
    let wrong = Format::Etcd.read(b"\n\xff\xfe").map_err(|wrong| wrong.line);
    assert_eq!(wrong.map(|_| ()), Err(2));
}
