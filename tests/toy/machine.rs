//! The node: it takes the token, keeps it for a while, forgets it, hands it on.

use super::{Message, Note, Request, Timer};
use crate::base::{NodeId, Rng, Span};
use crate::client::{Noted, Reply};
use crate::machine::{Input, Machine, Turn};
use crate::tenant::{Errand, Reads};

/// What a node is told at first.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Whom it hands the token to.
    pub next: NodeId,
    /// How long it keeps the token.
    pub every: Span,
    /// True for the node that has the token at first.
    pub first: bool,
    /// The mistake: it hands the token on and keeps it.
    pub doubles: bool,
}

/// What is on the disk, and in memory: all of it is written at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    /// The number of the last pass to this node.
    pub last: u64,
    /// True while it has the token.
    pub has: bool,
    /// True if the node has run before, or its disk was wiped: it does not begin a token.
    pub ran: bool,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Process {
    config: Config,
    held: Held,
}

impl Process {
    /// True while it has the token.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.held.has
    }

    fn take(&mut self, number: u64, turn: &mut Turn<'_, Self>) {
        self.held = Held { last: number, has: true, ran: true };
        turn.arm(Timer::Pass, self.config.every);
        turn.save(self.held);
        turn.note(Note::Took(number));
    }

    fn pass(&mut self, turn: &mut Turn<'_, Self>) {
        match self.config.doubles {
            true => turn.arm(Timer::Pass, self.config.every),
            false => self.held.has = false,
        }
        turn.save(self.held);
        turn.note(Note::Passed(self.config.next));
        turn.send(self.config.next, Message::Token(self.held.last + 1));
    }
}

impl Machine for Process {
    type Config = Config;
    type Durable = Held;
    type Write = Held;
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Reply = Reply;
    type Note = Noted<Note>;

    fn boot(config: &Config, held: &Held, turn: &mut Turn<'_, Self>) -> Self {
        let mut node = Self { config: *config, held: *held };
        if held.has {
            turn.arm(Timer::Pass, config.every);
        } else if config.first && !held.ran {
            node.take(1, turn);
        }
        node
    }

    fn settle(durable: &mut Held, write: Held) {
        *durable = write;
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match input {
            Input::Message { message: Message::Token(number), .. } if number > self.held.last => {
                self.take(number, turn);
            }
            // The same pass for a second time.
            Input::Message { .. } => {}
            Input::Timer(Timer::Pass) => self.pass(turn),
            Input::Request { request: Request::Hold(span), .. } => {
                if self.held.has {
                    turn.arm(Timer::Pass, span);
                }
            }
            Input::WriteFailed(_) => turn.halt(),
        }
    }

    fn tear(_: Held, _: &mut Rng) -> Option<Held> {
        None
    }

    fn blank() -> Held {
        Held { ran: true, ..Held::default() }
    }

    fn corrupt(_: &mut Held, _: &mut Rng) -> bool {
        false
    }

    fn disk_bytes(_: &Held) -> u64 {
        16
    }

    fn message_bytes(_: &Message) -> u64 {
        16
    }

    fn write_bytes(_: &Held) -> u64 {
        16
    }
}

impl Reads<Note> for Process {
    fn errand(message: &Message) -> Errand {
        match message {
            Message::Token(_) => Errand::Other,
        }
    }
}
