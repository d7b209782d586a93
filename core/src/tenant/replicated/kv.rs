//! The store that a Raft log is about: keys and values, and what each client was told first.
//!
//! Every replica applies the same commands in the same order and so holds the same state. A command
//! carries its client's session and its number in it; a number that was applied before is not applied
//! again, and gets the first answer. That table is part of the state, and so of every snapshot.

use super::message::{Outcome, Verb};
use crate::base::hash::Fold;
use crate::base::vec_map::VecMap;
use crate::client::Op;
use crate::raft::{App, Index, Payload};
use crate::store::{CowMap, Item, Key, Value, Version};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::hash::{Hash, Hasher};

/// Who asks: a client, in one of its lives.
pub type ClientId = u64;

/// One command: some acts that happen together, or not at all.
#[derive(Debug, PartialEq)]
pub struct Command {
    /// Whose.
    pub session: ClientId,
    /// Its number among the client's.
    pub seq: u32,
    /// What to do; empty for a log that is only asked where it stands.
    pub acts: Arc<[Op]>,
    bytes: u64,
    digest: u64,
}

impl Command {
    /// A command.
    #[must_use]
    pub fn new(session: ClientId, seq: u32, acts: Arc<[Op]>) -> Self {
        let bytes = 12 + acts.iter().map(Op::bytes).sum::<u64>();
        let digest = Fold::of(&(session, seq, &acts));
        Self { session, seq, acts, bytes, digest }
    }
}

impl Hash for Command {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.digest);
    }
}

/// What became of a command: an outcome for each act.
pub type Answer = Arc<[Outcome]>;

/// An appended text grows to at most so many bytes.
pub const TEXT_MAX: usize = 100_000;

/// The state of a replica.
#[derive(Clone, Debug, Default)]
pub struct Store {
    items: CowMap<Item>,
    sessions: VecMap<ClientId, (u32, Answer)>,
    bytes: u64,
    digest: u64,
    /// The sum of what each item and each remembered answer adds to the digest of the state.
    sum: u64,
}

/// What applying a command came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// It was applied now.
    Now(Answer),
    /// It had been applied before: this was the answer.
    Before(Answer),
    /// The client has gone on since then, and waits for nothing.
    Stale,
}

impl Store {
    /// What a key holds.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Item> {
        self.items.get(key.position(), key.text()).filter(|item| item.value != Value::Gone)
    }

    /// All items.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter()
    }

    /// How many clients are remembered.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// The same without a memory of clients.
    #[must_use]
    pub fn without_sessions(&self) -> Self {
        let sum = self
            .told()
            .fold(self.sum, |sum, (session, seq, _)| sum.wrapping_sub(Fold::of(&(session, seq))));
        Self { sessions: VecMap::new(), sum, ..self.clone() }
    }

    /// A number that tells two states apart: what the items are, and which answers are remembered. It
    /// does not depend on the way that led there.
    #[must_use]
    pub fn state_digest(&self) -> u64 {
        self.sum
    }

    /// Keeps the answer to a client's command.
    fn keep(&mut self, session: ClientId, seq: u32, answer: Answer) {
        if let Some((old, _)) = self.sessions.insert(session, (seq, answer)) {
            self.sum = self.sum.wrapping_sub(Fold::of(&(session, old)));
        }
        self.sum = self.sum.wrapping_add(Fold::of(&(session, seq)));
    }

    /// What each client was told last, under which number.
    pub fn told(&self) -> impl Iterator<Item = (ClientId, u32, &Answer)> {
        self.sessions.iter().map(|(session, (seq, answer))| (*session, *seq, answer))
    }

    /// Takes over what a client was told elsewhere.
    pub fn remember(&mut self, session: ClientId, seq: u32, answer: Answer) {
        self.keep(session, seq, answer);
    }

    /// Puts an item there that was there from the start.
    pub fn preload(&mut self, item: Item) {
        self.put(item);
    }

    /// What a read of a key finds.
    #[must_use]
    pub fn look(&self, key: &Key) -> Outcome {
        self.get(key).map_or(Outcome::Absent, |item| Outcome::Found(Arc::new(item.clone())))
    }

    /// Applies a command that stands at a place of the log. Without `once`, a command is applied as
    /// often as it stands there.
    pub fn apply(&mut self, index: Index, command: &Command, once: bool) -> Applied {
        if once && let Some((seq, answer)) = self.sessions.get(&command.session) {
            if *seq == command.seq {
                return Applied::Before(answer.clone());
            }
            if *seq > command.seq {
                return Applied::Stale;
            }
        }
        let held: Vec<Outcome> = command.acts.iter().filter_map(|act| self.hinders(act)).collect();
        let answer: Answer = match held.is_empty() {
            true => command.acts.iter().map(|act| self.act(index, act)).collect(),
            // One act of several cannot be done, so none is.
            false if command.acts.len() > 1 => {
                command.acts.iter().map(|_| Outcome::Refused).collect()
            }
            false => held.into(),
        };
        self.digest = Fold::of(&(self.digest, index, command));
        if once {
            self.keep(command.session, command.seq, answer.clone());
        }
        Applied::Now(answer)
    }

    /// Why an act cannot be done.
    fn hinders(&self, act: &Op) -> Option<Outcome> {
        let now = self.get(&act.key).map(|item| &item.value);
        match act.verb {
            Verb::Cas => {
                let wanted = act.expected.as_ref().filter(|value| **value != Value::Gone);
                (now != wanted).then(|| Outcome::Differs(now.cloned().unwrap_or(Value::Gone)))
            }
            Verb::Append => {
                let long = now.map_or(0, Value::bytes) + act.value.as_ref().map_or(0, Value::bytes);
                (long > TEXT_MAX as u64).then_some(Outcome::Refused)
            }
            Verb::Get | Verb::Put | Verb::Delete => None,
        }
    }

    fn act(&mut self, index: Index, act: &Op) -> Outcome {
        let value = match act.verb {
            Verb::Get => return self.look(&act.key),
            Verb::Delete => Value::Gone,
            Verb::Put | Verb::Cas => act.value.clone().unwrap_or(Value::Gone),
            Verb::Append => {
                let mut text = self.get(&act.key).map_or_else(String::new, |i| i.value.shown());
                if let Some(more) = &act.value {
                    text.push_str(&more.shown());
                }
                Value::Text(text.into())
            }
        };
        let item = Item { key: act.key.clone(), version: Version(index.0), value };
        self.put(item.clone());
        Outcome::Written(Arc::new(item))
    }

    fn put(&mut self, item: Item) {
        self.bytes += item.bytes();
        self.sum = self.sum.wrapping_add(Fold::of(&item));
        if let Some(old) = self.items.put(item) {
            self.bytes -= old.bytes();
            self.sum = self.sum.wrapping_sub(Fold::of(&old));
        }
    }
}

/// The store as what a log is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kv;

impl Payload for Kv {
    type Command = Arc<Command>;
    type State = Arc<Store>;

    fn command_bytes(command: &Arc<Command>) -> u64 {
        command.bytes
    }

    fn state_bytes(state: &Arc<Store>) -> u64 {
        state.bytes + 20 * state.sessions.len() as u64
    }

    fn state_digest(state: &Arc<Store>) -> u64 {
        Fold::of(&(state.digest, state.sum, state.bytes))
    }
}

/// How the store applies commands; what differs from the default is a mistake.
#[derive(Clone, Debug)]
pub struct Rules {
    /// A command is applied once, however often it stands in the log.
    pub once: bool,
    /// Snapshots hold what clients were told.
    pub keeps_sessions: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { once: true, keeps_sessions: true }
    }
}

impl App for Kv {
    type Output = Applied;
    type Rules = Rules;

    fn fresh() -> Arc<Store> {
        Arc::default()
    }

    fn apply(state: &mut Arc<Store>, at: Index, command: &Arc<Command>, rules: &Rules) -> Applied {
        Arc::make_mut(state).apply(at, command, rules.once)
    }

    fn kept(state: &Arc<Store>, rules: &Rules) -> Arc<Store> {
        match rules.keeps_sessions {
            true => state.clone(),
            false => Arc::new(state.without_sessions()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<Value> {
        Some(Value::Text(value.into()))
    }

    fn act(verb: Verb, key: &str, value: Option<Value>, expected: Option<Value>) -> Op {
        Op { verb, key: Key::new(key), value, expected }
    }

    fn one(store: &mut Store, seq: u32, act: Op) -> Applied {
        store.apply(Index(u64::from(seq)), &Command::new(1, seq, Arc::new([act])), true)
    }

    #[test]
    fn a_retry_gets_the_first_answer() {
        let mut store = Store::default();
        let append = |seq| (seq, act(Verb::Append, "x", text("a"), None));
        let (seq, first) = append(1);
        let Applied::Now(answer) = one(&mut store, seq, first.clone()) else { panic!() };
        assert_eq!(one(&mut store, seq, first.clone()), Applied::Before(answer));
        assert!(matches!(one(&mut store, 2, append(2).1), Applied::Now(_)));
        assert_eq!(one(&mut store, 1, first), Applied::Stale);
        let held = store.get(&Key::new("x")).map(|item| item.value.shown());
        assert_eq!(held.as_deref(), Some("aa"));
    }

    #[test]
    fn cas_compares_with_nothing_too() {
        let mut store = Store::default();
        let swap = |from: Option<Value>, to| act(Verb::Cas, "x", text(to), from);
        let differs = one(&mut store, 1, swap(text("a"), "b"));
        assert_eq!(differs, Applied::Now(Arc::new([Outcome::Differs(Value::Gone)])));
        let Applied::Now(written) = one(&mut store, 2, swap(Some(Value::Gone), "a")) else {
            panic!()
        };
        assert!(matches!(written[0], Outcome::Written(_)));
        let Applied::Now(written) = one(&mut store, 3, swap(text("a"), "b")) else { panic!() };
        assert!(matches!(written[0], Outcome::Written(_)));
    }

    #[test]
    fn a_batch_happens_whole_or_not_at_all() {
        let mut store = Store::default();
        let acts: Arc<[Op]> = Arc::new([
            act(Verb::Put, "x", text("1"), None),
            act(Verb::Cas, "y", text("2"), text("0")),
        ]);
        let Applied::Now(answer) = store.apply(Index(1), &Command::new(1, 1, acts), true) else {
            panic!()
        };
        assert!(answer.iter().all(|outcome| *outcome == Outcome::Refused));
        assert_eq!(store.get(&Key::new("x")), None);
    }

    #[test]
    fn what_is_deleted_is_absent() {
        let mut store = Store::default();
        one(&mut store, 1, act(Verb::Put, "x", text("1"), None));
        one(&mut store, 2, act(Verb::Delete, "x", None, None));
        assert_eq!(store.look(&Key::new("x")), Outcome::Absent);
    }
}
