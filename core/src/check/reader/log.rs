//! Jepsen's log: `INFO  jepsen.util - 4 :invoke :cas [2 4]`, among lines of other loggers.

use super::Wrong;
use super::event::{Event, Function, Kind};
use super::form::{Form, Forms};
use crate::check::record::Record;
use alloc::format;
use alloc::string::{String, ToString};

/// Reads a log; how many lines there were.
pub(super) fn read(text: &str, record: &mut Record) -> Result<u32, Wrong> {
    let mut last = 1;
    for (number, line) in (1..).zip(text.lines()) {
        last = number;
        if !line.trim().is_empty() {
            event(line, record, number).map_err(|message| Wrong { line: number, message })?;
        }
    }
    Ok(last)
}

fn event(line: &str, record: &mut Record, number: u32) -> Result<(), String> {
    let Some((logger, said)) = line.split_once(" - ").filter(|(it, _)| it.contains("jepsen."))
    else {
        return Err("this is no line of Jepsen's log: INFO jepsen.util - …".to_string());
    };
    if !logger.trim_end().ends_with("jepsen.util") {
        return Ok(());
    }
    let mut words = said.trim().splitn(2, char::is_whitespace);
    let process = words.next().unwrap_or_default();
    if process == ":nemesis" {
        return Ok(());
    }
    if process.parse::<u64>().is_err() {
        return Err(format!("{process:?} is no number of a process"));
    }
    let mut forms = Forms::new(words.next().unwrap_or_default(), false);
    let mut next = |what: &str| {
        forms
            .part()
            .map_err(|wrong| wrong.message)?
            .ok_or_else(|| format!("the line has no {what}"))
    };
    let (kind, function, value) = (next("kind of event")?, next("operation")?, next("value")?);
    let kind = Kind::of(kind.text().unwrap_or_default())?;
    let function = Function::of(function.text().unwrap_or_default())?;
    let key = Form::Word(super::ONE_KEY.to_string());
    let event = Event { process, kind, function, key: Some(&key), value: &value, error: false };
    event.write(record, number)
}
