//! What the clients saw: the violation of a run is drawn, walked by keys, and histories are brought in.

use super::lab;
use super::{Visit, ensure};

pub(super) const STALE: &str = "\
title    A stale read
seed     7
end      9s
ring     3 nodes, 64 vnodes, 3 replicas
at 1s    c1: put \"x\" 1
at 1.2s  c3: put \"y\" 1
at 1.5s  c2: get \"x\"
at 2s    cut n1 c2 | others
at 4.5s  c1: put \"x\" 2
at 5.5s  c2: get \"x\"
expect   not linearizable
";

/// What a part of the view says.
fn said(lab: &lab::Lab<'_, '_>, role: &str) -> Result<String, String> {
    let script = "return document.querySelector(`[data-role=${arguments[0]}]`)?.textContent ?? ''";
    let words = lab.0.window.run(script, &[role.into()])?;
    Ok(words.as_str().unwrap_or_default().to_owned())
}

fn until_said(lab: &lab::Lab<'_, '_>, role: &str, words: &str) -> Result<(), String> {
    lab.until(&format!("{role} to say {words}"), |lab| Ok(said(lab, role)?.contains(words)))
        .map_err(|error| format!("{error}; it says {:?}", said(lab, role)))
}

pub(super) fn shows_what_was_seen(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, STALE)?;
    lab.0.window.click("[data-role='show-history']")?;
    until_said(&lab, "history-verdict", "not linearizable")?;
    until_said(&lab, "history-reason", "after c1's write of 2 had been acknowledged")?;
    let count = |lab: &lab::Lab<'_, '_>| {
        Ok::<_, String>(lab.0.window.all("[data-role='operation']")?.len())
    };
    let few = count(&lab)?;
    ensure(few == 3, format!("{few} operations prove a stale read, not three"))?;
    ensure(lab.0.window.all(".operation.culprit")?.len() == 1, "nothing is marked")?;
    ensure(!lab.0.window.all(".history-fault")?.is_empty(), "the cut is not on the axis")?;
    lab.0.window.click("[data-role='history-all']")?;
    lab.until("all four of the key", |lab| Ok(count(lab)? == 4))?;
    lab.0.window.run("document.querySelector('[data-role=operation]').focus()", &[])?;
    lab.0.window.key("ArrowRight")?;
    until_said(&lab, "history-detail", "What the client believes")?;
    until_said(&lab, "history-detail", "2 in the order; the key then holds 1")?;
    let choose = "const field = document.querySelector('[data-role=history-key]');
        field.value = 'y'; field.dispatchEvent(new Event('change', { bubbles: true }));";
    lab.0.window.run(choose, &[])?;
    lab.until("the other key", |lab| Ok(count(lab)? == 1))?;
    lab.0.window.click("[data-role='show-ring']")?;
    lab.0.window.find("[data-role='stage'], .stages").map(drop)
}

/// Two transactions, as Elle reads them.
const TRANSACTIONS: &str = r#"[{"process": 0, "type": "invoke", "value": [["append", 1, 1]]},
{"process": 1, "type": "invoke", "value": [["r", 1, null]]},
{"process": 0, "type": "ok", "value": [["append", 1, 1]]},
{"process": 1, "type": "ok", "value": [["r", 1, [1]]]}]"#;

/// Gives the field for histories a file.
const GIVE: &str = "const field = document.querySelector('[data-role=history-input]');
    const files = new DataTransfer();
    files.items.add(new File([arguments[0]], 'brought.log'));
    field.files = files.files;
    field.dispatchEvent(new Event('change', { bubbles: true }));";

/// A log of so many operations of five clients, and at its end a read of what had long been overwritten.
fn log(operations: u32) -> String {
    let mut text = String::new();
    let mut line = |client: u32, kind: &str, value: &str| {
        text.push_str(&format!("INFO  jepsen.util - {client}\t:{kind}\t:{value}\n"));
    };
    for round in 0..operations / 5 {
        for client in 0..4 {
            line(client, "invoke", &format!("write\t{}", round * 4 + client));
        }
        line(4, "invoke", "read\tnil");
        line(4, "ok", &format!("read\t{}", round * 4 + 1));
        for client in 0..4 {
            line(client, "ok", &format!("write\t{}", round * 4 + client));
        }
    }
    line(4, "invoke", "read\tnil");
    line(4, "ok", "read\t1");
    text
}

pub(super) fn judges_what_is_brought(visit: &mut Visit<'_>) -> Result<(), String> {
    let lab = lab::open(visit, super::RING)?;
    lab.0.window.run("document.querySelector('[data-role=show-history]').click()", &[])?;
    lab.0.window.find("[data-role='history-intake']")?;
    lab.0.window.run(GIVE, &[log(1_700).into()])?;
    until_said(&lab, "history-verdict", "not linearizable")?;
    until_said(&lab, "history-reason", "Line 3402: get 1 of client 4")?;
    until_said(&lab, "history-took", "beside the page in")?;
    let took = said(&lab, "history-took")?;
    let slow = took.ends_with(" s") && !took.contains(" in 0") && !took.contains(" in 1");
    ensure(!slow, format!("1700 operations are {took}"))?;
    lab.0.remarks.push(format!("1701 operations from a file: {took}"));
    lab.0.window.run(
        GIVE,
        &["INFO  jepsen.util - 0\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:o".into()],
    )?;
    until_said(&lab, "history-wrong", "Line 2")?;
    lab.0.window.run(GIVE, &["".into()])?;
    until_said(&lab, "history-wrong", "nothing in it")?;
    lab.0.window.run(GIVE, &[TRANSACTIONS.into()])?;
    until_said(&lab, "history-verdict", "not judged")?;
    let drawn = lab.0.window.all("[data-role='operation']")?.len();
    ensure(drawn == 2, format!("{drawn} of 2 transactions are drawn"))?;
    lab.0.window.click("[data-role='history-back']")?;
    lab.until("the run again", |lab| {
        Ok(lab.0.window.all("[data-role='history-file']")?.is_empty())
    })?;
    lab.0.window.run("document.querySelector('[data-role=history-intake]').open = true", &[])?;
    lab.0.window.run("document.querySelector('[data-role=history-pasted]').focus()", &[])?;
    lab.0
        .window
        .type_text("{\"process\": 0, \"type\": \"invoke\", \"f\": \"put\", \"value\": 1}")?;
    lab.0.window.run("document.querySelector('[data-role=history-judge]').click()", &[])?;
    until_said(&lab, "history-verdict", "✓ linearizable")
}
