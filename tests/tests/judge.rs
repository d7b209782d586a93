//! The judge beside the plainest search there is, on very many small histories of several keys: batches that
//! join them, empty texts and absent keys, appends and compares, lost answers and lies.
//!
//! The variable `HISTORIES` says how many, if it is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use shardlab::base::Rng;
use shardlab::check::{
    ABSENT, Access, Budget, History, Input, Judgement, OPEN, Object, Operation, Output, Symbol,
    Verdict, Violation,
};

/// So many are judged if nobody says how many.
const HISTORIES: u64 = 50_000;

type Held = BTreeMap<Symbol, Option<String>>;

fn text(history: &History, word: Symbol) -> Option<String> {
    (word != ABSENT).then(|| history.words.text(word).to_owned())
}

/// What keys hold after an operation, by its accesses to some keys; nothing if it cannot have come to that.
fn step(history: &History, held: &Held, operation: &Operation, keys: &[Symbol]) -> Option<Held> {
    let mut next = held.clone();
    for access in history.each(operation).filter(|access| keys.contains(&access.key)) {
        let at = |held: &Held| held.get(&access.key).cloned().flatten();
        let (before, now) = (at(held), at(&next));
        let is = |word: Symbol| text(history, word);
        let written = match (access.input, access.output) {
            (_, Output::Never) => return None,
            (Input::Get, Output::Found(found)) if now == is(found) => continue,
            (Input::Get, Output::Unknown) => continue,
            (Input::Put(value), _) => is(value),
            (Input::Delete, _) => None,
            (Input::Append(more), _) => Some(now.unwrap_or_default() + history.words.text(more)),
            (Input::Cas(from, _), Output::Differs) if before != is(from) => continue,
            (Input::Cas(from, _), Output::Found(found)) if before == is(found) && found != from => {
                continue;
            }
            (Input::Cas(from, to), Output::Done | Output::Unknown) if before == is(from) => is(to),
            _ => return None,
        };
        next.insert(access.key, written);
    }
    Some(next)
}

/// An operation as it was seen until a moment. What never happened did not happen before that was told.
fn cut(mut operation: Operation, until: u32) -> Operation {
    if operation.back > until && operation.output != Output::Never {
        (operation.back, operation.output) = (OPEN, Output::Unknown);
    }
    operation
}

/// Whether there is an order of some operations on some keys, as far as they were seen until a moment.
fn brute(history: &History, operations: &[u32], keys: &[Symbol], until: u32) -> bool {
    let seen = |at: &u32| {
        let operation = cut(history.operations[*at as usize], until);
        let tells = operation.call <= until && operation.output != Output::Never;
        tells.then_some(operation)
    };
    let operations: Vec<Operation> = operations.iter().filter_map(seen).collect();
    goes_on(history, &operations, (1 << operations.len()) - 1, &Held::new(), keys)
}

fn goes_on(history: &History, all: &[Operation], left: u32, held: &Held, keys: &[Symbol]) -> bool {
    let rest = || (0..all.len()).filter(|at| left >> at & 1 == 1);
    if rest().all(|at| all[at].is_open()) {
        return true;
    }
    let first = rest().map(|at| all[at].back).min().unwrap_or(OPEN);
    rest().filter(|at| all[*at].call < first).any(|at| {
        step(history, held, &all[at], keys)
            .is_some_and(|held| goes_on(history, all, left & !(1 << at), &held, keys))
    })
}

/// Clients that ask a store of several keys at random, and what came of it.
struct Chance {
    rng: Rng,
    history: History,
    keys: Vec<Symbol>,
    values: Vec<Symbol>,
    held: BTreeMap<Symbol, Symbol>,
    plain: bool,
    /// In a hundred: answers that are altered, answers that get lost, batches that happen in two halves.
    lies: u64,
    loses: u64,
    torn: u64,
    appends: bool,
    moment: u32,
}

/// How far an operation is: it was called; half of it, or all of it has happened.
#[derive(Clone, Copy)]
enum Stage {
    Called,
    Half(usize),
    Happened,
}

impl Chance {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::derive(seed, 78);
        let mut history = History::default();
        // In some, nobody lies and nothing is compared, but batches are torn, which only many reads tell.
        let plain = rng.below(3) == 0;
        let many = if plain { 2 } else { 1 + rng.below(3) as usize };
        let keys = ["x", "y", "z"].iter().take(many);
        let keys: Vec<Symbol> = keys.map(|key| history.words.take(key)).collect();
        let texts = ["", "a", "b", "ab", "c"].iter().take(2 + rng.below(4) as usize);
        let mut values: Vec<Symbol> = texts.map(|value| history.words.take(value)).collect();
        values.push(ABSENT);
        let lies = if plain { 0 } else { rng.below(30) };
        let torn = if plain { 90 } else { rng.below(2) * 30 };
        let (loses, appends) = (rng.below(40), !plain && rng.below(2) == 0);
        let held = BTreeMap::new();
        Self { rng, history, keys, values, held, plain, lies, loses, torn, appends, moment: 0 }
    }

    fn run(mut self) -> History {
        let more = if self.plain { 2 } else { 0 };
        let (count, clients) = (2 + more + self.rng.below(7) as usize, 2 + self.rng.below(3));
        for client in 0..clients {
            let name = self.history.words.take(["c1", "c2", "c3", "c4"][client as usize]);
            self.history.clients.push(name);
        }
        let mut open: Vec<Option<(usize, Stage)>> = vec![None; clients as usize];
        while self.history.operations.len() < count || open.iter().any(Option::is_some) {
            let client = self.rng.below(clients) as usize;
            open[client] = match open[client] {
                None if self.history.operations.len() < count => {
                    self.call(client as u32);
                    Some((self.history.operations.len() - 1, Stage::Called))
                }
                None => None,
                // The question got lost.
                Some((_, Stage::Called)) if self.rng.below(400) < self.loses => None,
                Some((at, Stage::Called)) => self.happen(at),
                Some((at, Stage::Half(done))) => {
                    let accesses = self.accesses(at);
                    (done..accesses.len()).for_each(|place| self.apply(accesses[place]));
                    Some((at, Stage::Happened))
                }
                Some((at, Stage::Happened)) => {
                    match self.rng.below(100) < self.loses {
                        true => self.history.operations[at].output = Output::Unknown,
                        false => self.back(at),
                    }
                    None
                }
            };
        }
        self.history
    }

    fn value(&mut self) -> Symbol {
        self.values[self.rng.below(self.values.len() as u64) as usize]
    }

    fn input(&mut self) -> Input {
        let (one, other) = (self.value(), self.value());
        match self.rng.below(10) {
            0..4 => Input::Get,
            4 | 5 => Input::Put(one),
            6 if self.plain => Input::Get,
            6 => Input::Cas(one, other),
            7 => Input::Delete,
            _ if self.appends => Input::Append(one),
            _ => Input::Put(one),
        }
    }

    fn call(&mut self, client: u32) {
        let several = self.rng.below(5) < 2;
        let count = if several { 2 + self.rng.below(2) } else { 1 };
        let first = self.history.accesses.len() as u32;
        let mut asked = Vec::new();
        let reads = self.rng.below(2) == 0;
        for place in 0..count {
            let mut key = self.keys[self.rng.below(self.keys.len() as u64) as usize];
            let mut input = self.input();
            if self.plain && several {
                key = self.keys[place as usize % self.keys.len()];
                input = if reads { Input::Get } else { Input::Put(self.value()) };
            }
            asked.push(Access { key, input, output: Output::Unknown });
        }
        let input = match several {
            true => Input::Batch(first, count as u32),
            false => asked[0].input,
        };
        self.history.operations.push(Operation {
            client,
            key: asked[0].key,
            input,
            output: Output::Unknown,
            call: self.moment,
            back: OPEN,
            called: self.moment,
            returned: self.moment,
        });
        if several {
            self.history.accesses.extend(asked);
        }
        self.moment += 1;
    }

    /// Accesses of an operation: whereto they lie among all, if it is a batch.
    fn accesses(&self, at: usize) -> Vec<Option<usize>> {
        match self.history.operations[at].input {
            Input::Batch(first, count) => {
                (first..first + count).map(|it| Some(it as usize)).collect()
            }
            _ => vec![None],
        }
    }

    fn happen(&mut self, at: usize) -> Option<(usize, Stage)> {
        let operation = self.history.operations[at];
        let found = |key: Symbol| self.held.get(&key).copied().unwrap_or(ABSENT);
        let differs = |access: &Access| match access.input {
            Input::Cas(from, _) => found(access.key) != from,
            _ => false,
        };
        let compares: Vec<Access> = self.history.each(&operation).filter(differs).collect();
        if operation.is_batch() {
            // Most stores refuse a batch whole; some tell what differed and do the rest.
            if !compares.is_empty() && self.rng.below(2) == 0 {
                self.end(at, Output::Never);
                return None;
            }
            let accesses = self.accesses(at);
            // Compares look before anything is written.
            for place in accesses.iter().flatten() {
                let access = self.history.accesses[*place];
                if let Input::Cas(from, _) = access.input {
                    let before = self.held.get(&access.key).copied().unwrap_or(ABSENT);
                    let done = before == from;
                    let output = if done { Output::Done } else { Output::Differs };
                    self.history.accesses[*place].output = output;
                }
            }
            let torn = self.rng.below(100) < self.torn;
            let half = if torn { 1 } else { accesses.len() };
            accesses[..half].iter().for_each(|place| self.apply(*place));
            return Some((at, if torn { Stage::Half(half) } else { Stage::Happened }));
        }
        let before = found(operation.key);
        let Access { key, input, .. } = self.history.each(&operation).next()?;
        self.history.operations[at].output = match input {
            Input::Get => Output::Found(before),
            Input::Cas(from, _) if from != before => match self.rng.below(2) {
                0 => Output::Differs,
                _ => Output::Found(before),
            },
            input => {
                self.write(key, input);
                Output::Done
            }
        };
        Some((at, Stage::Happened))
    }

    /// One access of a batch happens.
    fn apply(&mut self, place: Option<usize>) {
        let Some(place) = place else { return };
        let Access { key, input, output } = self.history.accesses[place];
        self.history.accesses[place].output = match (input, output) {
            (Input::Get, _) => Output::Found(self.held.get(&key).copied().unwrap_or(ABSENT)),
            (_, Output::Differs) => Output::Differs,
            (input, _) => {
                self.write(key, input);
                Output::Done
            }
        };
    }

    fn write(&mut self, key: Symbol, input: Input) {
        let now = self.held.get(&key).copied().unwrap_or(ABSENT);
        let value = match input {
            Input::Put(value) | Input::Cas(_, value) => value,
            Input::Append(more) => {
                let words = &mut self.history.words;
                let text = [words.text(now), words.text(more)].concat();
                words.take(&text)
            }
            _ => ABSENT,
        };
        self.held.insert(key, value);
    }

    fn end(&mut self, at: usize, output: Output) {
        let operation = &mut self.history.operations[at];
        (operation.output, operation.back, operation.returned) = (output, self.moment, self.moment);
        self.moment += 1;
    }

    /// An operation is answered, truly or not.
    fn back(&mut self, at: usize) {
        for place in self.accesses(at) {
            let told = match place {
                Some(place) => self.history.accesses[place].output,
                None => self.history.operations[at].output,
            };
            let lie = self.rng.below(100) < self.lies;
            let told = match told {
                Output::Found(_) if lie => Output::Found(self.value()),
                Output::Differs if lie => Output::Done,
                told => told,
            };
            match place {
                Some(place) => self.history.accesses[place].output = told,
                None => self.history.operations[at].output = told,
            }
        }
        let operation = self.history.operations[at];
        let output = if operation.is_batch() { Output::Done } else { operation.output };
        self.end(at, output);
    }
}

/// How often what makes the comparison worth something came up.
#[derive(Debug, Default)]
struct Counts {
    yes: u32,
    no: u32,
    /// Histories with keys that batches join, and those of them without an order.
    joined: u32,
    joined_no: u32,
    /// Those of which each key alone has an order.
    only_together: u32,
    open: u32,
    open_batches: u32,
    empty: u32,
    absent: u32,
    appends: u32,
    compares: u32,
}

impl Counts {
    fn see(&mut self, history: &History) {
        let any = |is: &dyn Fn(&Access) -> bool| {
            u32::from(
                history.operations.iter().any(|it| history.each(it).any(|access| is(&access))),
            )
        };
        let is_open = |it: &&Operation| it.is_open();
        let mut open = history.operations.iter().filter(is_open);
        self.open_batches += u32::from(open.clone().any(Operation::is_batch));
        self.open += u32::from(open.next().is_some());
        let empty = |word: Symbol| word != ABSENT && history.words.text(word).is_empty();
        self.empty += any(&|access| match (access.input, access.output) {
            (Input::Put(word) | Input::Append(word) | Input::Cas(_, word), _) => empty(word),
            (_, Output::Found(word)) => empty(word),
            _ => false,
        });
        self.absent += any(&|access| access.output == Output::Found(ABSENT));
        self.appends += any(&|access| matches!(access.input, Input::Append(_)));
        self.compares += any(&|access| matches!(access.input, Input::Cas(..)));
    }
}

fn keys_of(history: &History) -> Vec<Symbol> {
    let accesses = history.operations.iter().flat_map(|it| history.each(it));
    let mut keys: Vec<Symbol> = accesses.map(|access| access.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// An order is one: it is legal, keeps to the moments, and has all that returned and tells something.
fn certify(history: &History, of: &[u32], order: &[u32], keys: &[Symbol], until: u32) {
    let seen = |at: u32| cut(history.operations[at as usize], until);
    let mut held = Held::new();
    for (place, at) in order.iter().enumerate() {
        let next = step(history, &held, &seen(*at), keys);
        held = next.unwrap_or_else(|| panic!("{at} does not fit in {order:?} of {history:?}"));
        let in_time = |earlier: &u32| seen(*at).back > seen(*earlier).call;
        assert!(order[..place].iter().all(in_time), "{order:?} of {history:?}");
    }
    for at in of {
        let must = !seen(*at).is_open() && seen(*at).output != Output::Never;
        assert!(!must || order.contains(at), "{at} is not in {order:?} of {history:?}");
    }
}

/// A violation is one, from its culprit on and not before; and nothing of its proof can go.
fn refute(history: &History, violation: &Violation, of: &[u32]) {
    let Violation { keys, culprit, order, smallest, is_smallest } = violation;
    let at = |operation: u32| &history.operations[operation as usize];
    let back = at(*culprit).back;
    let about = |it: &&u32| history.each(at(**it)).any(|access| keys.contains(&access.key));
    let of: Vec<u32> = of.iter().filter(about).copied().collect();
    assert!(!brute(history, &of, keys, back), "with the culprit there is none: {history:?}");
    assert!(brute(history, &of, keys, back - 1), "before it there was one: {history:?}");
    certify(history, &of, order, keys, back - 1);
    assert!(*is_smallest && smallest.contains(culprit), "{violation:?} of {history:?}");
    let without =
        |out: u32| -> Vec<u32> { smallest.iter().copied().filter(|it| *it != out).collect() };
    assert!(!brute(history, smallest, &keys_of(history), back), "{violation:?} of {history:?}");
    for out in smallest.iter().filter(|out| *out != culprit) {
        let rest = without(*out);
        let seen = |it: u32| cut(*at(it), back);
        let changes = |access: &Access| {
            access.input != Input::Get
                && !matches!(access.output, Output::Differs | Output::Found(_))
        };
        let written =
            history.each(&seen(*out)).filter(|access| changes(access)).collect::<Vec<_>>();
        let looks = |it: &u32| {
            history.each(&seen(*it)).any(|access| {
                !matches!(access.input, Input::Put(_) | Input::Delete | Input::Append(_))
                    && keys.contains(&access.key)
                    && written.iter().any(|write| write.key == access.key)
            })
        };
        // What somebody looks at stays where it explains what was seen; all else had to be needed.
        if !rest.iter().any(looks) {
            let left = brute(history, &rest, keys, back);
            assert!(left, "{out} can be left out of {violation:?} of {history:?}");
        }
    }
}

#[test]
fn keys_that_batches_join_are_judged_as_by_brute_force() {
    let wanted = std::env::var("HISTORIES").ok().and_then(|many| many.parse().ok());
    let rounds: u64 = wanted.unwrap_or(HISTORIES);
    let mut counts = Counts::default();
    for seed in 0..rounds {
        let history = Arc::new(Chance::new(seed).run());
        let all: Vec<u32> = (0..history.operations.len() as u32).collect();
        let keys = keys_of(&history);
        counts.see(&history);
        let mut judgement =
            Judgement::new(history.clone(), Object::Store, Budget::default()).expect("a store");
        while !judgement.advance(5) {}
        let expected = brute(&history, &all, &keys, OPEN);
        let joined = judgement.parts().iter().any(|part| part.keys.len() > 1);
        counts.joined += u32::from(joined);
        match judgement.verdict() {
            Some(Verdict::Linearizable) => {
                assert!(expected, "seed {seed}: {history:?}");
                for part in judgement.parts() {
                    certify(&history, &part.operations, &part.order, &part.keys, OPEN);
                }
                counts.yes += 1;
            }
            Some(Verdict::Not) => {
                assert!(!expected, "seed {seed}: {history:?}");
                let violation = judgement.violation().expect("it is explained");
                let part = judgement.parts().iter();
                let part = part.filter(|part| part.keys.contains(&violation.keys[0]));
                refute(
                    &history,
                    violation,
                    &part.flat_map(|it| it.operations.clone()).collect::<Vec<_>>(),
                );
                let alone = |key: &Symbol| brute(&history, &all, &[*key], OPEN);
                counts.no += 1;
                counts.joined_no += u32::from(joined);
                counts.only_together += u32::from(keys.iter().all(alone));
            }
            other => panic!("seed {seed}: {other:?} of {history:?}"),
        }
    }
    println!("{rounds} histories: {counts:?}");
    let least = (rounds / 200) as u32;
    for (what, many) in [
        ("yes", counts.yes),
        ("no", counts.no),
        ("joined", counts.joined),
        ("joined and no", counts.joined_no),
        ("no order of them all, though each key has one", counts.only_together),
        ("open", counts.open),
        ("open batches", counts.open_batches),
        ("empty texts", counts.empty),
        ("absent keys", counts.absent),
        ("appends", counts.appends),
        ("compares", counts.compares),
    ] {
        assert!(many > least, "{what}: {many} of {rounds}");
    }
}
