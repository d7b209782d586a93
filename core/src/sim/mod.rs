//! The world that machines live in: time, network, disks, clocks and everything that goes wrong.
//!
//! ```text
//!            ┌────────── queue of what is due ──────────┐
//!   deliver ─┤  alarm ─┤  landed ─┤                      │
//!            ▼         ▼          ▼                      │
//!         machine.step(input, turn) ──▶ effects ──▶ network, disk, clock
//!                     │
//!                     └──▶ events {seq, at, node, cause, kind} ──▶ trace and hash
//! ```
//!
//! Time jumps from one due thing to the next; a quiet hour costs nothing. Faults are the world's
//! doing: a machine only ever sees inputs.
//!
//! Work costs no time unless a node has a cost. Then a message that arrives waits in line, is worked on
//! alone, and reaches the machine at the end of its work. Only messages wait there: an event loop looks
//! at its timers between two messages, and what the disk and the operator say comes at once, so that a
//! node under load is late with its answers and not with its heartbeats. A node that stands still does
//! not work; a crash loses the line. What a node sends goes through its card, if it has one with a limit,
//! before it is on a link: one behind the other, whichever node it is for.
//!
//! **Invariant:** `sim` knows [`crate::machine`] and no protocol, and no protocol knows `sim`.

pub mod clock;
pub mod disk;
pub mod network;
pub mod ping;
pub mod queue;
pub mod trace;
pub mod world;

pub use clock::Clock;
pub use disk::DiskProfile;
pub use network::{Change, LinkProfile};
pub use network::{Cut, Network, Rule, Side};
pub use trace::{Event, Fault, Kind, Loss, NO_CAUSE, Trace};
pub use world::{Flight, Load, Meddling, Power, WorkChange, World};
