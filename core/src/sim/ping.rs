//! The smallest machine that talks: each node calls the next one, which answers.
//!
//! It measures the kernel, and it shows the rules of the world in tests.

use crate::base::hash::tagged;
use crate::base::{NodeId, Rng, Span};
use crate::machine::{Input, Machine, Turn};

/// A node that calls its neighbour, over and over.
#[derive(Clone, Debug)]
pub struct Ping {
    neighbour: NodeId,
    every: Span,
    heard: u32,
}

/// Whom to call, and how often.
#[derive(Clone, Copy, Debug)]
pub struct PingConfig {
    /// The node to call.
    pub neighbour: NodeId,
    /// How long between calls; zero for "as soon as the answer is there".
    pub every: Span,
}

/// What goes between two ping nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Are you there?
    Ping(u32),
    /// I am.
    Pong(u32),
}

tagged!(Call {
    0 Ping(a),
    1 Pong(a),
});

impl Machine for Ping {
    type Config = PingConfig;
    type Durable = u32;
    type Write = u32;
    type Message = Call;
    type Timer = ();
    type Request = u32;
    type Reply = u32;
    type Note = u32;

    fn boot(config: &PingConfig, durable: &u32, turn: &mut Turn<'_, Self>) -> Self {
        turn.send(config.neighbour, Call::Ping(*durable));
        if config.every > Span::ZERO {
            turn.arm((), config.every);
        }
        Self { neighbour: config.neighbour, every: config.every, heard: *durable }
    }

    fn settle(durable: &mut u32, write: u32) {
        *durable = write;
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match input {
            Input::Message { from, message: Call::Ping(number) } => {
                turn.send(from, Call::Pong(number));
            }
            Input::Message { from, message: Call::Pong(number) } => {
                self.heard = self.heard.wrapping_add(1);
                if self.every == Span::ZERO {
                    turn.send(from, Call::Ping(number.wrapping_add(1)));
                }
            }
            Input::Timer(()) => {
                turn.send(self.neighbour, Call::Ping(self.heard));
                turn.arm((), self.every);
            }
            // A zero writes nothing; it is answered once all that was written before is safe.
            Input::Request { id, request: 0 } => {
                turn.fence();
                turn.reply(id, turn.landed);
            }
            Input::WriteFailed(_) => turn.halt(),
            Input::Request { id, request } => {
                turn.save(request);
                turn.reply(id, request);
                turn.note(request);
            }
        }
    }

    fn tear(write: u32, _: &mut Rng) -> Option<u32> {
        Some(write & 0xffff)
    }

    fn corrupt(durable: &mut u32, _: &mut Rng) -> bool {
        *durable ^= 1;
        true
    }

    fn disk_bytes(_: &u32) -> u64 {
        4
    }

    fn message_bytes(_: &Call) -> u64 {
        16
    }

    fn write_bytes(_: &u32) -> u64 {
        4
    }
}
