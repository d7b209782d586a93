//! One event of a history as Jepsen tells it: a process, what kind of event, which function, a value.

use super::form::Form;
use super::{ALL_KEYS, Format, ONE_KEY};
use crate::check::history::{Input, Output};
use crate::check::record::{Misfit, Record};
use crate::check::symbol::{ABSENT, Symbol};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// One event, not yet understood as a call or a return.
#[derive(Clone, Debug)]
pub(super) struct Event<'f> {
    pub(super) process: &'f str,
    pub(super) kind: Kind,
    pub(super) function: Function,
    pub(super) key: Option<&'f Form>,
    pub(super) value: &'f Form,
    /// A failure that says why it failed.
    pub(super) error: bool,
}

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Invoke,
    Ok,
    Fail,
    Info,
}

/// What was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Get,
    Put,
    Append,
    Delete,
    Cas,
    Transaction,
    Batch,
}

impl Kind {
    pub(super) fn of(word: &str) -> Result<Self, String> {
        Ok(match word {
            "invoke" => Self::Invoke,
            "ok" => Self::Ok,
            "fail" => Self::Fail,
            "info" => Self::Info,
            other => {
                return Err(format!("{other:?} is no kind of event: invoke, ok, fail or info"));
            }
        })
    }
}

impl Function {
    pub(super) fn of(word: &str) -> Result<Self, String> {
        Ok(match word {
            "read" | "get" | "r" => Self::Get,
            "write" | "put" | "w" => Self::Put,
            "append" => Self::Append,
            "delete" | "del" | "remove" => Self::Delete,
            "cas" => Self::Cas,
            "txn" => Self::Transaction,
            "batch" => Self::Batch,
            other => return Err(format!("{other:?} is no operation of a store")),
        })
    }
}

const NIL: &Form = &Form::Nil;

impl<'f> Event<'f> {
    /// The event that a form tells; nothing if it is not of a client.
    pub(super) fn of(form: &'f Form, format: Format) -> Result<Option<Self>, String> {
        if !matches!(form, Form::Map(_)) {
            return Err("this is no event: a map with process, type, f and value".to_string());
        }
        let word = |name: &str| {
            let found = form.get(name).and_then(Form::text);
            found.ok_or_else(|| format!("the event has no {name}"))
        };
        let process = word("process")?;
        let kind = word("type")?;
        // Faults that a test made are no operations.
        if process == "nemesis" {
            return Ok(None);
        }
        let function = match format {
            Format::Elle => Function::Transaction,
            _ => Function::of(word("f")?)?,
        };
        let keyed = function != Function::Batch;
        if matches!(format, Format::PorcupineKv) && keyed && form.get("key").is_none() {
            return Err("the event has no key".to_string());
        }
        Ok(Some(Self {
            process,
            kind: Kind::of(kind)?,
            function,
            key: form.get("key"),
            value: form.get("value").unwrap_or(NIL),
            error: form.get("error").is_some_and(|error| *error != Form::Nil),
        }))
    }

    /// Writes it down.
    pub(super) fn write(&self, record: &mut Record, line: u32) -> Result<(), String> {
        if self.function == Function::Batch {
            return self.write_batch(record, line);
        }
        if self.kind == Kind::Invoke {
            let (key, value) = self.keyed(record);
            let input = self.input(value, record)?;
            record.call(self.process, key, input, line).map_err(|misfit| misfit.to_string())?;
            return Ok(());
        }
        let (_, asked) = record.asked(self.process).map_err(|misfit| misfit.to_string())?;
        match (asked, self.function) {
            (Input::Get, Function::Get)
            | (Input::Put(_), Function::Put)
            | (Input::Append(_), Function::Append)
            | (Input::Delete, Function::Delete)
            | (Input::Cas(..), Function::Cas)
            | (Input::Transaction(_), Function::Transaction) => {}
            (asked, _) => {
                return Err(format!("process {} had called {}", self.process, asked.word()));
            }
        };
        let (_, value) = self.keyed(record);
        let output = self.output(value, record);
        record.back(self.process, output, line).map_err(|misfit| misfit.to_string())?;
        Ok(())
    }

    /// Writes a batch down: a list of what happens together, each with its operation, key and value.
    fn write_batch(&self, record: &mut Record, line: u32) -> Result<(), String> {
        let misfit = |misfit: Misfit| misfit.to_string();
        let accesses = match self.value {
            Form::List(accesses) if !accesses.is_empty() => accesses.as_slice(),
            _ if self.kind != Kind::Invoke && self.kind != Kind::Ok => &[],
            _ => return Err("a batch is a list of operations: [[put x 1] [get y nil]]".to_string()),
        };
        let mut all = Vec::new();
        for access in accesses {
            let parts = match access {
                Form::List(parts) => parts.as_slice(),
                _ => &[],
            };
            let [function, key, rest @ ..] = parts else {
                return Err("in a batch stands an operation with its key: [put x 1]".to_string());
            };
            let function = Function::of(function.text().unwrap_or_default())?;
            if matches!(function, Function::Batch | Function::Transaction) {
                return Err("a batch holds no other batch".to_string());
            }
            all.push(Self {
                function,
                key: Some(key),
                value: rest.first().unwrap_or(NIL),
                ..*self
            });
        }
        if self.kind == Kind::Invoke {
            let mut asked = Vec::new();
            for access in &all {
                let (key, value) = access.keyed(record);
                asked.push((key, access.input(value, record)?));
            }
            record.batch(self.process, &asked, line).map_err(misfit)?;
            return Ok(());
        }
        let asked = record.asked_of_batch(self.process).map_err(misfit)?.to_vec();
        // A batch that failed did nothing; why it could not, nobody says.
        if self.kind != Kind::Ok {
            let output = if self.kind == Kind::Fail { Output::Never } else { Output::Unknown };
            record.back(self.process, output, line).map_err(misfit)?;
            return Ok(());
        }
        let mut outputs = Vec::new();
        for (place, access) in all.iter().enumerate() {
            let (key, value) = access.keyed(record);
            if asked.get(place).is_none_or(|asked| asked.key != key) {
                return Err(format!("process {} had called another batch", self.process));
            }
            outputs.push(access.output(value, record));
        }
        record.back_of_batch(self.process, &outputs, line).map_err(misfit)?;
        Ok(())
    }

    /// The key and the value: apart, or as a pair, or of the one key there is.
    fn keyed(&self, record: &mut Record) -> (Symbol, &'f Form) {
        if let Some(key) = self.key {
            return (word(key, record), self.value);
        }
        if let Form::List(pair) = self.value
            && let [key, value] = pair.as_slice()
            && (self.function != Function::Cas || matches!(value, Form::List(_)))
            && self.function != Function::Transaction
        {
            return (word(key, record), value);
        }
        let of_all = self.function == Function::Transaction;
        (record.word(if of_all { ALL_KEYS } else { ONE_KEY }), self.value)
    }

    fn input(&self, value: &Form, record: &mut Record) -> Result<Input, String> {
        Ok(match self.function {
            Function::Get => Input::Get,
            Function::Put => Input::Put(word(value, record)),
            Function::Append => Input::Append(word(value, record)),
            Function::Delete => Input::Delete,
            Function::Cas => {
                let pair = match value {
                    Form::List(pair) => pair.as_slice(),
                    _ => &[],
                };
                let [from, to] = pair else {
                    return Err("a cas needs two values: [from to]".to_string());
                };
                Input::Cas(word(from, record), word(to, record))
            }
            Function::Transaction | Function::Batch => Input::Transaction(word(value, record)),
        })
    }

    fn output(&self, value: &Form, record: &mut Record) -> Output {
        // A word where a pair or a value should be says why nothing is known: `:timed-out`.
        let vague =
            matches!(value, Form::Word(word) if word.starts_with(|c: char| c.is_alphabetic()));
        match (self.kind, self.function) {
            (Kind::Info | Kind::Invoke, _) => Output::Unknown,
            (Kind::Ok, Function::Get | Function::Transaction | Function::Batch) => {
                Output::Found(word(value, record))
            }
            (Kind::Ok, _) => Output::Done,
            (Kind::Fail, Function::Cas) if !self.error && !vague => Output::Differs,
            (Kind::Fail, Function::Get) => Output::Never,
            (Kind::Fail, _) if vague && !self.error => Output::Unknown,
            (Kind::Fail, _) => Output::Never,
        }
    }
}

/// The word of a value.
fn word(form: &Form, record: &mut Record) -> Symbol {
    match form {
        Form::Nil => ABSENT,
        Form::Word(text) | Form::Text(text) => record.word(text),
        Form::List(_) | Form::Map(_) => {
            let mut text = String::new();
            form.print(&mut text);
            record.word(&text)
        }
    }
}
