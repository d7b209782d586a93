//! The search beside the plainest one there is, on very many small histories; and what it explains.

use super::*;
use crate::base::Rng;
use crate::check::model::play;
use crate::check::{ABSENT, Operation, Symbol, Symbols};

/// Tries every order, by the model alone.
fn brute<M: Model>(model: &M, history: &History, until: u32) -> bool {
    let mut rest: Vec<Operation> = history.operations.clone();
    rest.retain(|operation| operation.call <= until && operation.output != Output::Never);
    for operation in &mut rest {
        if operation.back > until {
            (operation.back, operation.output) = (OPEN, Output::Unknown);
        }
    }
    let start = (history.start != ABSENT).then(|| history.words.text(history.start));
    goes_on(model, &history.words, &rest, &model.start(start))
}

fn goes_on<M: Model>(model: &M, words: &Symbols, rest: &[Operation], state: &M::State) -> bool {
    if rest.iter().all(Operation::is_open) {
        return true;
    }
    let first = rest.iter().map(|operation| operation.back).min().unwrap_or(OPEN);
    rest.iter().enumerate().filter(|(_, next)| next.call < first).any(|(at, next)| {
        model.step(state, next.input, next.output, words).is_some_and(|state| {
            let mut rest = rest.to_vec();
            rest.remove(at);
            goes_on(model, words, &rest, &state)
        })
    })
}

/// Clients that ask a store at random, and are answered by it, or now and then by chance.
struct Chance {
    rng: Rng,
    object: Object,
    /// So many values, or none if every write has one of its own.
    values: u64,
    lies: u64,
    loses: u64,
}

impl Chance {
    fn history(&mut self, operations: usize, clients: u64) -> History {
        let mut history = History::default();
        let key = history.words.take("x");
        let texts = ["a", "b", "ab", "c", "ba"].iter().take(self.values as usize);
        let own = ["d", "e", "f", "g", "h", "i", "j", "k"].iter().filter(|_| self.values == 0);
        let mut fresh = own.clone().map(|text| history.words.take(text)).collect::<Vec<_>>();
        let values: Vec<Symbol> = texts.chain(own).map(|text| history.words.take(text)).collect();
        for client in 0..clients {
            let name = history.words.take(["c0", "c1", "c2", "c3", "c4", "c5"][client as usize]);
            history.clients.push(name);
        }
        // What is open: the operation and, once it took effect, its true answer.
        let mut open: Vec<Option<(usize, Option<Output>)>> = alloc::vec![None; clients as usize];
        let (mut state, mut version) = (ABSENT, 0_u32);
        let mut moment = 0;
        while history.operations.len() < operations || open.iter().any(Option::is_some) {
            let client = self.rng.below(clients) as usize;
            match open[client] {
                None if history.operations.len() < operations => {
                    open[client] = Some((history.operations.len(), None));
                    let input = self.input(&values, fresh.pop(), (state, version));
                    history.operations.push(Operation {
                        client: client as u32,
                        key,
                        input,
                        output: Output::Unknown,
                        call: moment,
                        back: OPEN,
                        called: moment,
                        returned: moment,
                    });
                    moment += 1;
                }
                None => {}
                Some((at, None)) => {
                    let answer = match history.operations[at].input {
                        Input::Get if self.object == Object::Versioned => {
                            Output::FoundAt(version, state)
                        }
                        Input::Get => Output::Found(state),
                        Input::Put(value) => {
                            state = value;
                            Output::Done
                        }
                        Input::Append(more) => {
                            let text =
                                [history.words.text(state), history.words.text(more)].concat();
                            state = history.words.take(&text);
                            Output::Done
                        }
                        Input::Delete => {
                            state = ABSENT;
                            Output::Done
                        }
                        Input::Cas(from, to) if from == state => {
                            state = to;
                            Output::Done
                        }
                        Input::Cas(..) if self.rng.below(2) == 0 => Output::Differs,
                        Input::Cas(..) => Output::Found(state),
                        Input::PutAt(at, value) if at == version => {
                            (state, version) = (value, version + 1);
                            Output::Done
                        }
                        Input::PutAt(..) => Output::Differs,
                        Input::Transaction(_) | Input::Batch(..) => Output::Never,
                    };
                    open[client] = Some((at, Some(answer)));
                }
                Some((at, Some(answer))) => {
                    open[client] = None;
                    if self.rng.below(100) < self.loses {
                        continue;
                    }
                    let answer = match answer {
                        Output::Found(_) if self.rng.below(100) < self.lies => {
                            Output::Found(values[self.rng.below(values.len() as u64) as usize])
                        }
                        Output::FoundAt(at, found) if self.rng.below(100) < self.lies => {
                            Output::FoundAt(at.saturating_sub(self.rng.below(2) as u32), found)
                        }
                        Output::Differs if self.rng.below(100) < self.lies => Output::Done,
                        answer => answer,
                    };
                    let operation = &mut history.operations[at];
                    (operation.output, operation.back) = (answer, moment);
                    operation.returned = moment;
                    moment += 1;
                }
            }
        }
        history
    }

    fn input(
        &mut self,
        values: &[Symbol],
        own: Option<Symbol>,
        (held, version): (Symbol, u32),
    ) -> Input {
        let mut value = || values[self.rng.below(values.len() as u64) as usize];
        let (one, two) = (value(), value());
        let write = own.unwrap_or(one);
        match (self.object, self.rng.below(10)) {
            (_, 0..4) => Input::Get,
            (Object::Versioned, _) => {
                Input::PutAt((version + self.rng.below(2) as u32).saturating_sub(1), write)
            }
            (Object::Register, _) | (_, 4 | 5) => Input::Put(write),
            (Object::CasRegister, 6) => Input::Cas(ABSENT, write),
            (Object::CasRegister, _) | (_, 6) => {
                own.map_or(Input::Cas(one, two), |own| Input::Cas(held, own))
            }
            (Object::Store, 7) => Input::Delete,
            (Object::Store, _) => Input::Append(write),
        }
    }
}

/// Judges with the search and by brute force; how often each verdict came.
fn compare<M: Model>(model: &M, object: Object, rounds: u64) -> (u32, u32) {
    compare_with(model, object, rounds, |rng| 1 + rng.below(5))
}

fn compare_with<M: Model>(
    model: &M,
    object: Object,
    rounds: u64,
    values: fn(&mut Rng) -> u64,
) -> (u32, u32) {
    let (mut yes, mut no) = (0, 0);
    for seed in 0..rounds {
        let mut rng = Rng::derive(seed, 77);
        let (values, lies, loses) = (values(&mut rng), rng.below(50), rng.below(40));
        let (operations, clients) = (2 + rng.below(7) as usize, 2 + rng.below(4));
        let mut chance = Chance { rng, object, values, lies, loses };
        let history = Arc::new(chance.history(operations, clients));
        let expected = brute(model, &history, OPEN);
        let mut judgement = judged(&history, object);
        match judgement.verdict() {
            Some(Verdict::Linearizable) => {
                assert!(expected, "seed {seed}: {history:?}");
                certify(model, &history, &judgement.parts()[0].order, OPEN);
                yes += 1;
            }
            Some(Verdict::Not) => {
                assert!(!expected, "seed {seed}: {history:?}");
                check_violation(model, &history, judgement.violation().expect("explained"));
                no += 1;
            }
            other => panic!("seed {seed}: {other:?}"),
        }
        assert!(judgement.advance(1), "done stays done");
    }
    (yes, no)
}

fn judged(history: &Arc<History>, object: Object) -> Judgement {
    let judgement = Judgement::new(history.clone(), object, Budget::default());
    let mut judgement = judgement.expect("operations of that object");
    while !judgement.advance(7) {}
    judgement
}

/// An order is one: it is legal, keeps to the moments, and has all that returned and tells something.
fn certify<M: Model>(model: &M, history: &History, order: &[u32], until: u32) {
    let mut seen = history.clone();
    for operation in &mut seen.operations {
        if operation.back > until {
            (operation.back, operation.output) = (OPEN, Output::Unknown);
        }
    }
    assert!(play(model, &seen, order).is_ok(), "{order:?} of {seen:?}");
    let operation = |at: u32| &seen.operations[at as usize];
    for (at, later) in order.iter().enumerate() {
        for earlier in &order[..at] {
            assert!(operation(*later).back > operation(*earlier).call, "{order:?} of {seen:?}");
        }
    }
    for (at, operation) in (0..).zip(&seen.operations) {
        let must = !operation.is_open() && operation.output != Output::Never;
        assert!(!must || order.contains(&at), "{at} is not in {order:?} of {seen:?}");
    }
}

fn check_violation<M: Model>(model: &M, history: &History, violation: &Violation) {
    let culprit = history.operations[violation.culprit as usize];
    assert!(!brute(model, history, culprit.back), "with the culprit there is none");
    assert!(brute(model, history, culprit.back - 1), "before it there was one");
    certify(model, history, &violation.order, culprit.back - 1);
    let part = |operations: &[u32]| History {
        operations: operations.iter().map(|at| history.operations[*at as usize]).collect(),
        ..history.clone()
    };
    assert!(!brute(model, &part(&violation.smallest), culprit.back), "{violation:?} {history:?}");
    assert!(violation.smallest.contains(&violation.culprit) && violation.is_smallest);
    // A smaller part still proves it: whatever is left out of it was never needed.
    for out in &violation.smallest {
        let operation = history.operations[*out as usize];
        if !history.writes(&operation) && *out != violation.culprit {
            let mut rest = violation.smallest.clone();
            rest.retain(|at| at != out);
            assert!(brute(model, &part(&rest), culprit.back), "{out} can be left out");
        }
    }
}

#[test]
fn registers_are_judged_as_by_brute_force() {
    let (yes, no) = compare(&Register, Object::Register, 20_000);
    assert!(yes > 1_500 && no > 1_000, "{yes} {no}");
}

#[test]
fn compare_and_set_is_judged_as_by_brute_force() {
    let (yes, no) = compare(&CasRegister, Object::CasRegister, 8_000);
    assert!(yes > 1_500 && no > 1_000, "{yes} {no}");
}

#[test]
fn a_store_is_judged_as_by_brute_force() {
    let (yes, no) = compare(&Entry, Object::Store, 20_000);
    assert!(yes > 1_500 && no > 1_000, "{yes} {no}");
}

#[test]
fn a_versioned_store_is_judged_as_by_brute_force() {
    let (yes, no) = compare(&VersionedEntry, Object::Versioned, 6_000);
    assert!(yes > 1_500 && no > 500, "{yes} {no}");
}

#[test]
fn values_that_are_written_once_are_judged_as_by_brute_force() {
    let (yes, no) = compare_with(&Register, Object::Register, 20_000, |_| 0);
    assert!(yes > 1_500 && no > 1_000, "{yes} {no}");
    let (yes, no) = compare_with(&CasRegister, Object::CasRegister, 20_000, |_| 0);
    assert!(yes > 1_500 && no > 1_000, "{yes} {no}");
    let (yes, no) = compare_with(&Entry, Object::Store, 20_000, |_| 0);
    assert!(yes > 1_500 && no > 1_000, "{yes} {no}");
}

#[test]
fn keys_are_judged_apart() {
    let mut chance =
        Chance { rng: Rng::derive(3, 3), object: Object::Store, values: 3, lies: 0, loses: 5 };
    let mut history = chance.history(60, 4);
    let keys = ["p", "q", "r"].map(|key| history.words.take(key));
    // Moments of one history, dealt to keys: each key alone is one still, if each is a register.
    let only = Chance { object: Object::Register, ..chance }.history(9, 3);
    let (before, clients) = (history.operations.len() as u32, history.clients.len() as u32);
    for operation in &only.operations {
        let word = |word: Symbol| if word == ABSENT { word } else { keys[0] };
        let input = match operation.input {
            Input::Put(_) => Input::Put(keys[0]),
            input => input,
        };
        let output = match operation.output {
            Output::Found(found) => Output::Found(word(found)),
            output => output,
        };
        let (call, back) = (operation.call + 1_000, operation.back.saturating_add(1_000));
        let client = operation.client + clients;
        let key = keys[1];
        history.operations.push(Operation { client, key, input, output, call, back, ..*operation });
    }
    let history = Arc::new(history);
    let judgement = judged(&history, Object::Store);
    assert_eq!(judgement.verdict(), Some(Verdict::Linearizable));
    assert_eq!(judgement.parts().len(), 2);
    assert!(judgement.parts()[0].operations.iter().all(|at| *at >= before));
}

#[test]
fn a_spent_budget_is_unknown_and_never_a_yes() {
    let mut chance = Chance {
        rng: Rng::derive(9, 9),
        object: Object::CasRegister,
        values: 3,
        lies: 0,
        loses: 30,
    };
    let history = Arc::new(chance.history(400, 6));
    for (work, memory) in [(0, 1 << 20), (100, 1 << 20), (u64::MAX, 100)] {
        let budget = Budget { work, memory };
        let judgement = Judgement::new(history.clone(), Object::CasRegister, budget);
        let mut judgement = judgement.expect("operations of that object");
        while !judgement.advance(1_000) {}
        assert_eq!(judgement.verdict(), Some(Verdict::Unknown), "{work} {memory}");
    }
    assert_eq!(judged(&history, Object::CasRegister).verdict(), Some(Verdict::Linearizable));
}

#[test]
fn what_the_object_does_not_know_is_not_judged() {
    let mut chance =
        Chance { rng: Rng::derive(1, 1), object: Object::Store, values: 3, lies: 0, loses: 0 };
    let history = Arc::new(chance.history(50, 3));
    assert!(Judgement::new(history, Object::Register, Budget::default()).is_err());
}

/// One client that asks one thing after the other.
fn alone(asked: &[(Input, Output)], words: Symbols) -> History {
    let mut history = History { words, ..History::default() };
    let key = history.words.take("x");
    history.clients.push(history.words.take("c0"));
    for (moment, (input, output)) in (0..).step_by(2).zip(asked) {
        history.operations.push(Operation {
            client: 0,
            key,
            input: *input,
            output: *output,
            call: moment,
            back: moment + 1,
            called: moment,
            returned: moment + 1,
        });
    }
    history
}

#[test]
fn an_append_of_nothing_makes_an_empty_text() {
    let mut words = Symbols::default();
    let [empty, a] = ["", "a"].map(|text| words.take(text));
    let get = |found| (Input::Get, Output::Found(found));
    let append = |more| (Input::Append(more), Output::Done);
    for (asked, expected) in [
        (alloc::vec![append(empty), get(empty)], Verdict::Linearizable),
        (alloc::vec![append(ABSENT), get(empty)], Verdict::Linearizable),
        (alloc::vec![append(ABSENT), append(a), append(empty), get(a)], Verdict::Linearizable),
        (alloc::vec![append(empty), get(ABSENT)], Verdict::Not),
        (alloc::vec![append(ABSENT), get(ABSENT)], Verdict::Not),
        (alloc::vec![append(a), append(empty), get(empty)], Verdict::Not),
    ] {
        let history = Arc::new(alone(&asked, words.clone()));
        assert_eq!(brute(&Entry, &history, OPEN), expected == Verdict::Linearizable);
        assert_eq!(judged(&history, Object::Store).verdict(), Some(expected), "{asked:?}");
    }
}
