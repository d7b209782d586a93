//! Writing a history down, call by call and return by return, refusing what cannot be one.

use super::history::{Access, History, Input, OPEN, Operation, Output};
use super::symbol::{Symbol, Symbols};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Why a call or a return fits into no history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// A client called before its last call had returned; since what that call is known by.
    Busy(String, u32),
    /// A client was answered that had not called.
    Idle(String),
    /// The answer is to another question than the one that was asked.
    Other(String, &'static str),
    /// There are more operations than can be held.
    TooMany,
}

/// A history holds at most so many operations.
pub const OPERATIONS_MAX: usize = 2_000_000;

/// A history that is being written.
#[derive(Clone, Debug, Default)]
pub struct Record {
    history: History,
    names: Symbols,
    /// The open operation of each client, plus one.
    open: Vec<u32>,
    moment: u32,
}

impl Record {
    /// An empty record; every key holds `start` at first.
    #[must_use]
    pub fn new(start: Option<&str>) -> Self {
        let mut record = Self::default();
        if let Some(text) = start {
            record.history.start = record.history.words.take(text);
        }
        record
    }

    /// The number of a key or a value.
    pub fn word(&mut self, text: &str) -> Symbol {
        self.history.words.take(text)
    }

    /// A client calls.
    pub fn call(
        &mut self,
        client: &str,
        key: Symbol,
        input: Input,
        called: u32,
    ) -> Result<u32, Misfit> {
        let client = self.client(client);
        if let Some(open) = self.open_of(client) {
            let since = self.history.operations[open as usize].called;
            return Err(Misfit::Busy(self.name(client), since));
        }
        let operation = self.history.operations.len() as u32;
        if operation as usize >= OPERATIONS_MAX {
            return Err(Misfit::TooMany);
        }
        self.history.operations.push(Operation {
            client,
            key,
            input,
            output: Output::Unknown,
            call: self.moment,
            back: OPEN,
            called,
            returned: called,
        });
        self.moment += 1;
        self.open[client as usize] = operation + 1;
        Ok(operation)
    }

    /// A client calls for several things that happen together, or not at all.
    pub fn batch(
        &mut self,
        client: &str,
        asked: &[(Symbol, Input)],
        called: u32,
    ) -> Result<u32, Misfit> {
        let first = self.history.accesses.len() as u32;
        let key = asked.first().map_or_else(Symbol::default, |(key, _)| *key);
        let input = Input::Batch(first, asked.len() as u32);
        let operation = self.call(client, key, input, called)?;
        let access = |(key, input): &(Symbol, Input)| Access {
            key: *key,
            input: *input,
            output: Output::Unknown,
        };
        self.history.accesses.extend(asked.iter().map(access));
        Ok(operation)
    }

    /// What a client's open batch asked for.
    pub fn asked_of_batch(&mut self, client: &str) -> Result<&[Access], Misfit> {
        let (_, input) = self.asked(client)?;
        let Input::Batch(first, count) = input else {
            return Err(Misfit::Other(String::from(client), input.word()));
        };
        let (first, count) = (first as usize, count as usize);
        Ok(self.history.accesses.get(first..first + count).unwrap_or_default())
    }

    /// A client's batch is answered, access by access.
    pub fn back_of_batch(
        &mut self,
        client: &str,
        outputs: &[Output],
        returned: u32,
    ) -> Result<u32, Misfit> {
        let accesses = self.asked_of_batch(client)?;
        let fits = accesses.len() == outputs.len()
            && accesses.iter().zip(outputs).all(|(access, output)| fits(access.input, *output));
        let (_, input) = self.asked(client)?;
        let Input::Batch(first, _) = input else {
            return self.back(client, Output::Done, returned);
        };
        if !fits {
            return Err(Misfit::Other(String::from(client), input.word()));
        }
        for (access, output) in self.history.accesses[first as usize..].iter_mut().zip(outputs) {
            access.output = *output;
        }
        self.back(client, Output::Done, returned)
    }

    /// What the open operation of a client asked for, on which key.
    pub fn asked(&mut self, client: &str) -> Result<(Symbol, Input), Misfit> {
        let client = self.client(client);
        let open = self.open_of(client).ok_or_else(|| Misfit::Idle(self.name(client)))?;
        let operation = &self.history.operations[open as usize];
        Ok((operation.key, operation.input))
    }

    /// A client is answered; an unknown answer leaves the operation open to the end.
    pub fn back(&mut self, client: &str, output: Output, returned: u32) -> Result<u32, Misfit> {
        let client = self.client(client);
        let open = self.open_of(client).ok_or_else(|| Misfit::Idle(self.name(client)))?;
        self.open[client as usize] = 0;
        self.end(open, output, returned)?;
        Ok(open)
    }

    fn end(&mut self, operation: u32, output: Output, returned: u32) -> Result<(), Misfit> {
        let moment = self.moment;
        let operation = &mut self.history.operations[operation as usize];
        if !fits(operation.input, output) {
            let client = operation.client;
            let word = operation.input.word();
            return Err(Misfit::Other(self.name(client), word));
        }
        operation.output = output;
        operation.returned = returned;
        if output != Output::Unknown {
            operation.back = moment;
            self.moment += 1;
        }
        Ok(())
    }

    /// The history; what is still open stays open to the end.
    #[must_use]
    pub fn history(self) -> History {
        self.history
    }

    /// The history so far.
    #[must_use]
    pub fn so_far(&self) -> &History {
        &self.history
    }

    fn client(&mut self, name: &str) -> u32 {
        // The absent word is not among the names, so the first name is number one.
        let number = self.names.take(name).0 - 1;
        if number as usize == self.open.len() {
            self.open.push(0);
            let word = self.history.words.take(name);
            self.history.clients.push(word);
        }
        number
    }

    fn open_of(&self, client: u32) -> Option<u32> {
        self.open[client as usize].checked_sub(1)
    }

    fn name(&self, client: u32) -> String {
        String::from(self.history.words.text(self.history.clients[client as usize]))
    }
}

/// True if an answer is one to what was asked.
fn fits(input: Input, output: Output) -> bool {
    match (input, output) {
        (_, Output::Unknown | Output::Never) | (Input::Transaction(_), _) => true,
        (Input::Get, output) => matches!(output, Output::Found(_) | Output::FoundAt(..)),
        (Input::Cas(..), output) => !matches!(output, Output::FoundAt(..)),
        (Input::PutAt(..), output) => matches!(output, Output::Done | Output::Differs),
        (Input::Put(_) | Input::Append(_) | Input::Delete | Input::Batch(..), output) => {
            output == Output::Done
        }
    }
}

impl Input {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put(_) | Self::PutAt(..) => "put",
            Self::Append(_) => "append",
            Self::Delete => "delete",
            Self::Cas(..) => "cas",
            Self::Transaction(_) => "transaction",
            Self::Batch(..) => "batch",
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(client, since) => {
                write!(
                    f,
                    "client {client} calls again before its call of line {since} has returned"
                )
            }
            Self::Idle(client) => {
                write!(
                    f,
                    "client {client} is answered without an open call: a second return, or one without a call"
                )
            }
            Self::Other(client, asked) => {
                write!(f, "the answer does not fit what client {client} asked for: {asked}")
            }
            Self::TooMany => f.write_str(&format!("more than {OPERATIONS_MAX} operations")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_history_is_refused() {
        let mut record = Record::new(None);
        let (x, one) = (record.word("x"), record.word("1"));
        assert_eq!(record.back("a", Output::Done, 1), Err(Misfit::Idle("a".into())));
        assert_eq!(record.call("a", x, Input::Put(one), 2), Ok(0));
        assert_eq!(record.call("a", x, Input::Get, 3), Err(Misfit::Busy("a".into(), 2)));
        assert_eq!(record.back("a", Output::Found(one), 4).map_err(|_| ()), Err(()));
        assert_eq!(record.back("a", Output::Done, 4), Err(Misfit::Idle("a".into())));
    }

    #[test]
    fn an_unknown_end_stays_open_and_its_client_may_go_on() {
        let mut record = Record::new(None);
        let (x, one) = (record.word("x"), record.word("1"));
        assert_eq!(record.call("a", x, Input::Put(one), 1), Ok(0));
        assert_eq!(record.back("a", Output::Unknown, 2), Ok(0));
        assert_eq!(record.call("a", x, Input::Get, 3), Ok(1));
        assert_eq!(record.back("a", Output::Found(one), 4), Ok(1));
        let history = record.history();
        assert!(history.operations[0].is_open() && !history.operations[1].is_open());
        assert_eq!((history.operations[1].call, history.operations[1].back), (1, 2));
    }
}
