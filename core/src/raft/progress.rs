//! What a leader knows of one other node: how far it has come, and what is on its way there.

use super::entry::{Payload, Snapshot};
use super::entry_id::Index;
use super::membership::ReplicaId;
use crate::base::{Span, Time};
use alloc::collections::VecDeque;
use alloc::sync::Arc;

/// How a leader sends to a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage<P: Payload> {
    /// It does not know where the logs part: one append at a time.
    Probe {
        /// One is on its way.
        waits: bool,
    },
    /// It knows: appends follow each other without waiting.
    Replicate,
    /// The log no longer reaches back so far: a snapshot goes over, piece by piece.
    Snapshot {
        /// What goes over.
        snapshot: Arc<Snapshot<P>>,
        /// How many bytes are there.
        offset: u64,
        /// When the node was last heard on it.
        since: Time,
    },
}

/// What a leader knows of one other node.
#[derive(Clone, Debug)]
pub struct Progress<P: Payload> {
    /// Up to here it holds what the leader holds, on its disk.
    pub matched: Index,
    /// What it is sent next.
    pub next: Index,
    /// How it is sent to.
    pub stage: Stage<P>,
    /// It was heard since the leader last counted.
    pub active: bool,
    /// When it was last heard, on the leader's clock.
    pub heard_at: Option<Time>,
    /// The lap that it runs: the place that ends it, and when it began.
    lap: Option<(Index, Time)>,
    /// Its last lap took no longer than a leader may be away.
    in_time: bool,
    /// The last round of heartbeats that it answered.
    pub round: u64,
    /// The commit index that it was last told.
    pub told: Index,
    /// Which replica all this is known of.
    pub replica: ReplicaId,
    /// The round of heartbeats that was the last when that replica was first heard.
    pub since_round: u64,
    /// It has lost what it acknowledged: it is sent nothing until another replica answers for the node.
    pub forgot: bool,
    flights: VecDeque<(Index, u64)>,
    flight_bytes: u64,
}

/// Few are so many entries.
const NEAR: u64 = 64;

impl<P: Payload> Progress<P> {
    /// A node of which nothing is known; it is tried from a place on.
    #[must_use]
    pub fn new(replica: ReplicaId, next: Index) -> Self {
        Self {
            matched: Index(0),
            next,
            stage: Stage::Probe { waits: false },
            active: false,
            heard_at: None,
            lap: None,
            in_time: false,
            round: 0,
            told: Index(0),
            replica,
            since_round: 0,
            forgot: false,
            flights: VecDeque::new(),
            flight_bytes: 0,
        }
    }

    /// Another replica answers for the node: nothing is known of it yet.
    pub fn begin_again(&mut self, replica: ReplicaId, next: Index, round: u64) {
        *self = Self { since_round: round, active: true, ..Self::new(replica, next) };
    }

    /// It was heard.
    pub fn is_there(&mut self, now: Time) {
        self.active = true;
        self.heard_at = Some(now);
    }

    /// Counts its laps: each begins where the one before has ended, and ends when the node holds what the
    /// log held then. `timeout` is how long a lap of one that keeps up may take.
    pub fn run(&mut self, last: Index, now: Time, timeout: Span) {
        if self.lap.is_none_or(|(end, _)| self.matched >= end) {
            self.in_time = self.lap.is_some_and(|(_, since)| now.since(since) <= timeout);
            self.lap = Some((last, now));
        }
    }

    /// True if it is heard and keeps up: it lacks few entries that are committed, or what it lacks comes
    /// within `timeout` however much is written meanwhile. A group that counts on it will not wait long.
    #[must_use]
    pub fn keeps_up(&self, commit: Index, now: Time, timeout: Span) -> bool {
        let lately = |moment: Option<Time>| moment.is_some_and(|it| now.since(it) <= timeout);
        let runs = self.in_time && lately(self.lap.map(|(_, since)| since));
        let near = self.matched > Index(0) && self.matched.0 + NEAR >= commit.0;
        !self.forgot && lately(self.heard_at) && (near || runs)
    }

    /// The replica has lost what it acknowledged.
    pub fn forget(&mut self) {
        let (replica, next, round) = (self.replica, self.next, self.since_round);
        *self = Self { forgot: true, since_round: round, ..Self::new(replica, next) };
    }

    /// How many appends are on their way.
    #[must_use]
    pub fn flights(&self) -> usize {
        self.flights.len()
    }

    /// True if nothing more may be sent for now.
    #[must_use]
    pub fn is_full(&self, window: u32, window_bytes: u64) -> bool {
        match self.stage {
            Stage::Probe { waits } => waits || self.forgot,
            Stage::Replicate => {
                self.flights.len() >= window as usize || self.flight_bytes >= window_bytes
            }
            Stage::Snapshot { .. } => true,
        }
    }

    /// An append up to a place has left.
    pub fn sent(&mut self, upto: Index, bytes: u64) {
        match &mut self.stage {
            Stage::Probe { waits } => *waits = true,
            Stage::Replicate => {
                self.next = upto.next();
                self.flights.push_back((upto, bytes));
                self.flight_bytes += bytes;
            }
            Stage::Snapshot { .. } => {}
        }
    }

    /// Nothing is known to be on its way any more.
    fn land(&mut self) {
        self.flights.clear();
        self.flight_bytes = 0;
    }

    /// Go on carefully, from behind what is known.
    pub fn probe(&mut self, next: Index) {
        self.land();
        self.stage = Stage::Probe { waits: false };
        self.next = next.max(self.matched.next());
    }

    /// The node holds everything up to a place: true if that is news.
    pub fn took(&mut self, upto: Index) -> bool {
        if self.forgot {
            return false;
        }
        while self.flights.front().is_some_and(|(last, _)| *last <= upto) {
            if let Some((_, bytes)) = self.flights.pop_front() {
                self.flight_bytes -= bytes;
            }
        }
        let news = upto > self.matched;
        self.matched = self.matched.max(upto);
        self.next = self.next.max(upto.next());
        match &self.stage {
            Stage::Probe { .. } => {
                self.land();
                self.next = self.matched.next();
                self.stage = Stage::Replicate;
            }
            // The log has caught up with what goes over, from whatever leader it came.
            Stage::Snapshot { snapshot, .. } if self.matched >= snapshot.mark.index => {
                self.land();
                self.next = self.matched.next();
                self.stage = Stage::Replicate;
            }
            Stage::Replicate | Stage::Snapshot { .. } => {}
        }
        news
    }

    /// An append behind a place was refused; the logs may agree up to `hint`. True if that is news,
    /// so that an old refusal that comes late changes nothing.
    pub fn refused(&mut self, prev: Index, hint: Index) -> bool {
        match self.stage {
            Stage::Replicate => {
                if prev <= self.matched {
                    return false;
                }
                self.probe(self.matched.next());
                true
            }
            Stage::Probe { .. } => {
                if self.next.before() != prev {
                    return false;
                }
                self.next = prev.min(hint.next()).max(self.matched.next());
                self.stage = Stage::Probe { waits: false };
                true
            }
            Stage::Snapshot { .. } => false,
        }
    }

    /// The node answered a heartbeat: an append may have been lost, so one more may go. One that is
    /// known to hold the whole log up to `last` needs no care any more.
    pub fn heard(&mut self, window: u32, window_bytes: u64, last: Index) {
        let full = self.is_full(window, window_bytes);
        match &mut self.stage {
            Stage::Probe { .. } if self.matched == last => {
                self.took(last);
            }
            Stage::Probe { waits } => *waits = false,
            Stage::Replicate if full => {
                if let Some((_, bytes)) = self.flights.pop_front() {
                    self.flight_bytes -= bytes;
                }
            }
            Stage::Replicate | Stage::Snapshot { .. } => {}
        }
    }
}
