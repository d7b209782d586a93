//! A run's trace, read as histories: what the clients of each cluster asked, and what they were told.

use crate::base::{NodeId, order};
use crate::check::{ABSENT, Access, History, Input, OPEN, Operation, Output, Symbol};
use crate::client::{self, Outcome, Verb};
use crate::session::fact::Role;
use crate::session::run::Run;
use crate::sim::{Kind, Trace};
use crate::store::Value;
use crate::tenant::{Note, Process, ScriptNote};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// The name of the writer of keys that are there before the start.
pub(super) const LOADER: &str = "loaded";

/// One cluster's history while it is read.
#[derive(Default)]
struct Page {
    history: History,
    /// The operation that a client has open under its number for it, and which access of a batch it is.
    open: BTreeMap<(NodeId, u32), (u32, u32)>,
    /// Who asked last, and in which turn: what a client asks in one turn is one operation.
    turn: Option<(NodeId, u32)>,
    /// What keys held at the start, and by which event, until somebody asks for them.
    loaded: BTreeMap<Symbol, (Symbol, u32)>,
    clients: BTreeMap<NodeId, u32>,
}

/// The histories of so many clusters.
pub(super) fn histories(trace: &Trace<Process>, run: &Run, clusters: usize) -> Vec<History> {
    let mut pages: Vec<Page> = (0..clusters).map(|_| Page::default()).collect();
    for event in trace.since(0) {
        let Kind::Noted(note) = &event.kind else { continue };
        let Some(actor) = run.nodes.get(event.node) else { continue };
        let Some(page) = pages.get_mut(actor.cluster) else { continue };
        if let Note::Script(ScriptNote::Loaded(batch)) = note {
            for item in &batch.items {
                let key = page.history.words.take(item.key.text());
                let value = page.value(&item.value);
                page.loaded.entry(key).or_insert((value, event.seq));
            }
        }
        let Note::Client(note) = note else { continue };
        match note {
            client::Note::Asked(asked) if actor.role == Role::Client => {
                let client::Asked { op, verb, key, value, expected } = &**asked;
                let key = page.history.words.take(key.text());
                let mut word =
                    |value: Option<&Value>| value.map_or(ABSENT, |value| page.value(value));
                let (written, expected) = (word(value.as_ref()), word(expected.as_ref()));
                let input = match verb {
                    Verb::Get => Input::Get,
                    Verb::Put => Input::Put(written),
                    Verb::Delete => Input::Delete,
                    Verb::Cas => Input::Cas(expected, written),
                    // What is appended is a text, also where somebody wrote null.
                    Verb::Append => Input::Append(
                        value
                            .as_ref()
                            .map_or(ABSENT, |value| page.history.words.take(&value.shown())),
                    ),
                };
                page.ask((event.node, event.cause), *op, &actor.name, key, input, event.seq);
            }
            client::Note::Answered { op, outcome } => {
                page.answer(event.node, *op, outcome, event.seq);
            }
            client::Note::Asked(_)
            | client::Note::Redirected { .. }
            | client::Note::Retried { .. }
            | client::Note::NotBegun { .. } => {}
        }
    }
    pages.into_iter().map(Page::done).collect()
}

impl Page {
    /// The history, what was loaded at its beginning.
    fn done(mut self) -> History {
        order::sort_by(&mut self.history.operations, |one, two| {
            (one.call, one.key) < (two.call, two.key)
        });
        self.history
    }

    fn value(&mut self, value: &Value) -> Symbol {
        match value {
            Value::Gone => ABSENT,
            Value::Text(text) => self.history.words.take(text),
            Value::Filler { .. } => self.history.words.take(&value.shown()),
        }
    }

    fn ask(
        &mut self,
        turn: (NodeId, u32),
        op: u32,
        name: &str,
        key: Symbol,
        input: Input,
        seq: u32,
    ) {
        let asked = (self.turn == Some(turn)).then(|| self.history.operations.pop()).flatten();
        if let Some((value, loaded)) = self.loaded.remove(&key) {
            // What was there at the start was written before anybody asked.
            let client = self.client(NodeId::WORLD, LOADER);
            self.push(client, key, Input::Put(value), loaded);
            self.end(Output::Done, loaded);
        }
        let at = self.history.operations.len() as u32;
        let place = match asked {
            Some(operation) => self.join(turn.0, op, operation, (key, input)),
            None => {
                let client = self.client(turn.0, name);
                self.push(client, key, input, seq);
                0
            }
        };
        self.turn = Some(turn);
        self.open.insert((turn.0, op), (at, place));
    }

    /// Another access of the operation that was asked last; its place in the batch.
    fn join(
        &mut self,
        node: NodeId,
        op: u32,
        mut operation: Operation,
        (key, input): (Symbol, Input),
    ) -> u32 {
        let output = Output::Unknown;
        let accesses = &mut self.history.accesses;
        let (first, count) = match operation.input {
            Input::Batch(first, count) => (first, count),
            alone => {
                accesses.push(Access { key: operation.key, input: alone, output });
                (accesses.len() as u32 - 1, 1)
            }
        };
        accesses.push(Access { key, input, output });
        operation.input = Input::Batch(first, count + 1);
        // Something that was loaded may have come before it.
        let at = self.history.operations.len() as u32;
        for before in op.saturating_sub(count)..op {
            if let Some(open) = self.open.get_mut(&(node, before)) {
                open.0 = at;
            }
        }
        self.history.operations.push(operation);
        count
    }

    /// A call or a return has its moment: twice its event, so that what was loaded lasts a moment too.
    fn push(&mut self, client: u32, key: Symbol, input: Input, seq: u32) {
        self.history.operations.push(Operation {
            client,
            key,
            input,
            output: Output::Unknown,
            call: seq * 2,
            back: OPEN,
            called: seq,
            returned: seq,
        });
    }

    /// The operation that was written down last ends where it began.
    fn end(&mut self, output: Output, seq: u32) {
        if let Some(last) = self.history.operations.last_mut() {
            (last.output, last.back, last.returned) = (output, seq * 2 + 1, seq);
        }
    }

    fn answer(&mut self, node: NodeId, op: u32, outcome: &Outcome, seq: u32) {
        let Some((at, place)) = self.open.remove(&(node, op)) else { return };
        let input = self.history.operations[at as usize].input;
        let (asked, access) = match input {
            Input::Batch(first, _) => {
                let access = (first + place) as usize;
                (self.history.accesses[access].input, Some(access))
            }
            alone => (alone, None),
        };
        let output = self.output(asked, outcome);
        let output = match (input, access) {
            (Input::Batch(first, count), Some(access)) => {
                self.history.accesses[access].output = output;
                whole(&self.history.accesses[first as usize..(first + count) as usize])
            }
            _ => output,
        };
        let operation = &mut self.history.operations[at as usize];
        operation.output = output;
        operation.returned = seq;
        if output != Output::Unknown {
            operation.back = seq * 2;
        }
    }

    /// What an outcome tells to who asked.
    fn output(&mut self, asked: Input, outcome: &Outcome) -> Output {
        let output = match outcome {
            Outcome::Found(item) => Output::Found(self.value(&item.value)),
            Outcome::Absent => Output::Found(ABSENT),
            Outcome::Written(_) => Output::Done,
            Outcome::Differs(value) => Output::Found(self.value(value)),
            Outcome::Refused => Output::Never,
            Outcome::Unknown => Output::Unknown,
        };
        // An answer that tells nothing of the question leaves it open.
        let fits = match (asked, output) {
            (Input::Get, Output::Done) => false,
            (Input::Get | Input::Cas(..), _) => true,
            (_, output) => !matches!(output, Output::Found(_)),
        };
        if fits { output } else { Output::Unknown }
    }

    fn client(&mut self, node: NodeId, name: &str) -> u32 {
        if let Some(client) = self.clients.get(&node) {
            return *client;
        }
        let word = self.history.words.take(name);
        let client = self.history.clients.len() as u32;
        self.history.clients.push(word);
        self.clients.insert(node, client);
        client
    }
}

/// What came of a batch: it is done once all of it is, and never happened if any of it did not.
fn whole(accesses: &[Access]) -> Output {
    let any = |output: Output| accesses.iter().any(|access| access.output == output);
    if any(Output::Never) {
        Output::Never
    } else if any(Output::Unknown) {
        Output::Unknown
    } else {
        Output::Done
    }
}
