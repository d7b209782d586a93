//! A cluster with a map: a controller, storage nodes and clients, under any strategy of `placement`.
//!
//! A *cluster* is a controller, storage nodes and clients. The controller keeps the map (which node
//! owns what) and changes it one step at a time; storage nodes hold keys, copy writes to each other
//! and stream keys when the map changes; clients read and write by the map they last heard of.
//!
//! ```text
//! a change of the map, say "n5 joins":
//!
//! controller ── plan 8: n5 next ──▶ everyone      each owner streams what n5 will own,
//!     ▲                               │           and goes on forwarding new writes to it
//!     ├──────── streamed ─────────────┘
//! controller ── plan 9: n5 serves ─▶ everyone     requests go to n5; old owners send the tail
//!     ▲                               │
//!     ├──────── drained ──────────────┘
//! controller ── plan 10: settled ──▶ everyone     only now old owners let go of the keys
//! ```
//!
//! A write is acknowledged when every serving owner has it on its disk. A node that meets a plan
//! newer than its own takes it before it does anything else, so no write is acknowledged under a map
//! that its owners have left behind.
//!
//! What is left out: the controller is one machine, not a consensus group, and reads ask one owner,
//! so a read beside a cut may be stale.
//!
//! **Invariant:** a machine here sees inputs only: no other machine's state, no world, no trace.

pub mod bugs;
pub mod build;
mod caused;
pub mod controller;
pub mod fact;
pub mod law;
pub mod machine;
pub mod map;
pub mod measure;
pub mod message;
pub mod reach;
mod ready;
pub mod spec;
pub mod storage;
pub mod tell;
pub mod words;

pub use machine::{Config, Disk, Durable, Process};
pub use map::{ClusterMap, Edit, Map, Member, Standing, Step, Task};
pub use message::{Batch, Message, Note, Request, Timer, Write};
pub use spec::Spec;
