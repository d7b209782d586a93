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
pub use world::{Flight, Meddling, Power, World};
