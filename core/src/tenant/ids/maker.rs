//! A node that makes ids: it is asked for so many a second, and goes by its wall clock.
//!
//! What it is asked for in a millisecond it makes at once and shows as one note. What it has given is
//! written down before it is shown, so a counter goes on behind a crash; the time of its last id is
//! not, as in the products.

use super::message::{Given, Made, Message, Note, Request, Timer};
use crate::base::Rng;
use crate::base::{Span, Time};
use crate::client::{Noted, Reply};
use crate::machine::{Input, Machine, Turn};
use crate::unique::{Backwards, Kind, Maker, Refusal};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a maker is told at first.
#[derive(Clone, Debug)]
pub struct MakerConfig {
    /// What it makes.
    pub kind: Kind,
    /// Its number, from one.
    pub number: u32,
    /// Ids that it is asked for in a second, in millionths.
    pub rate: u64,
    /// Ids that it is asked for in all.
    pub count: u32,
    /// How many entries a page of the index holds.
    pub page: u32,
    /// What it does when its clock goes back.
    pub backwards: Backwards,
}

/// The moment at which every run begins, in milliseconds since 1970: the start of 2026.
pub const BEGIN: u64 = 1_767_225_600_000;

/// Asks are taken together over at least so long.
const TICK: Span = Span::millis(1);

/// The machine that makes ids.
#[derive(Clone, Debug)]
pub struct Making {
    config: Arc<MakerConfig>,
    maker: Maker,
    every: Span,
    /// Asked for, from the first on; the part of an ask that is not whole yet, in millionths of it.
    asked: u32,
    part: u64,
    /// Asked for, and put off.
    waiting: u32,
    given: u32,
    last: Option<u128>,
    /// What was wrong at the last turn, so that it is said once.
    trouble: Option<Trouble>,
}

/// What can keep a maker from making.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Trouble {
    /// All ids of this millisecond are given.
    Exhausted = 0,
    /// Its clock shows less than it did, so it waits.
    Waits = 1,
    /// Its clock shows less than it did, so it refuses.
    Refuses = 2,
    /// Its kind of id has no room for its time, its number or its count.
    NoRoom = 3,
}

impl Making {
    /// Starts behind what was given before.
    fn start(config: &Arc<MakerConfig>, given: u32, turn: &mut Turn<'_, Self>) -> Self {
        let rate = u128::from(config.rate.max(1));
        let every = Span((1_000_000_000_000 / rate).clamp(TICK.0.into(), 1 << 50) as u64);
        let maker = Maker::new(config.kind, u64::from(config.number), config.backwards);
        let making = Self {
            config: config.clone(),
            maker: maker.behind(u64::from(given)),
            every,
            asked: given,
            part: 0,
            waiting: 0,
            given,
            last: None,
            trouble: None,
        };
        making.arm(turn);
        making
    }

    /// What it makes.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.config.kind
    }

    /// How many it has given, how many wait, and the last one.
    #[must_use]
    pub fn given(&self) -> (u32, u32, Option<u128>) {
        (self.given, self.waiting, self.last)
    }

    /// What keeps it from making.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
    }

    fn arm(&self, turn: &mut Turn<'_, Self>) {
        if self.asked < self.config.count || self.waiting > 0 {
            turn.arm(Timer::Next, self.every);
        }
    }

    fn make(&mut self, turn: &mut Turn<'_, Self>) {
        let due = u128::from(self.part) + u128::from(self.config.rate) * u128::from(self.every.0);
        let whole = (due / 1_000_000_000_000)
            .min(u128::from(self.config.count.saturating_sub(self.asked)))
            as u32;
        self.part = (due % 1_000_000_000_000) as u64;
        self.asked += whole;
        let mut made = Made::new(&self.config);
        let (mut left, mut trouble) = (self.waiting + whole, None);
        while left > 0 {
            match self.maker.make(shown(turn.wall), turn.rng) {
                Ok(id) => {
                    made.ids.push(id);
                    left -= 1;
                }
                Err(Refusal::Wait(until)) => {
                    let soon = until <= shown(turn.wall) + 1;
                    trouble = Some(if soon { Trouble::Exhausted } else { Trouble::Waits });
                    // Those that waited already are not counted again.
                    made.waits = left - self.waiting.min(left);
                    break;
                }
                Err(refusal) => {
                    trouble = Some(match refusal {
                        Refusal::ClockBack(_) => Trouble::Refuses,
                        _ => Trouble::NoRoom,
                    });
                    made.refused = left;
                    left = 0;
                }
            }
        }
        self.waiting = left;
        self.given += made.ids.len() as u32;
        self.last = made.ids.last().copied().or(self.last);
        if let Some(trouble) = trouble.filter(|_| trouble != self.trouble) {
            turn.note(Note::Trouble(trouble));
        }
        self.trouble = trouble;
        if !made.is_empty() {
            if !made.ids.is_empty() {
                turn.save(Given(self.given));
            }
            turn.note(Note::Made(Arc::new(made)));
        }
    }
}

impl Machine for Making {
    type Config = Arc<MakerConfig>;
    /// How many ids it has given.
    type Durable = u32;
    type Write = Given;
    type Message = Message;
    type Timer = Timer;
    type Request = Request;
    type Reply = Reply;
    type Note = Noted<Note>;

    fn boot(config: &Arc<MakerConfig>, given: &u32, turn: &mut Turn<'_, Self>) -> Self {
        Self::start(config, *given, turn)
    }

    fn settle(durable: &mut u32, Given(given): Given) {
        *durable = given;
    }

    fn step(&mut self, input: Input<Self>, turn: &mut Turn<'_, Self>) {
        match input {
            Input::Timer(Timer::Next) => {
                // First the alarm: what follows a write waits until it has landed.
                self.arm(turn);
                self.make(turn);
            }
            Input::WriteFailed(_) => turn.halt(),
            Input::Request { request, .. } => match request {},
            Input::Message { message, .. } => match message {},
        }
    }

    fn tear(_: Given, _: &mut Rng) -> Option<Given> {
        None
    }

    fn corrupt(_: &mut u32, _: &mut Rng) -> bool {
        false
    }

    fn disk_bytes(_: &u32) -> u64 {
        0
    }

    fn message_bytes(message: &Message) -> u64 {
        match *message {}
    }

    fn write_bytes(_: &Given) -> u64 {
        8
    }
}

/// A time of the run, in milliseconds since 1970.
#[must_use]
pub fn shown(now: Time) -> u64 {
    BEGIN.saturating_add(now.0 / 1_000)
}

impl Made {
    fn new(config: &MakerConfig) -> Self {
        let MakerConfig { kind, number, page, .. } = *config;
        Self { kind, number, page, ids: Vec::new(), refused: 0, waits: 0 }
    }

    fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.refused == 0 && self.waits == 0
    }
}
