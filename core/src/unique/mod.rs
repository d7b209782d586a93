//! Unique ids: how each kind is laid out bit by bit, how it is made, read back, and what it does to
//! an index.
//!
//! ```text
//! snowflake   0 | 41 bits of time | 5 | 5 | 12 bits of sequence      sorts by time, needs a number per machine
//! uuidv7      48 bits of time | 7 | 12 random | 2 | 62 random        sorts by time, needs nobody
//! uuidv4      48 random       | 4 | 12 random | 2 | 62 random        needs nobody, lands anywhere
//! composite   2 | 16 bits of shard | 10 | 36 bits of count           says where it lies
//! ```
//!
//! A [`Kind`] is a list of fields; a [`Maker`] fills them with a clock, a node's number, a count and
//! chance; [`decode`] reads them back out of any text. [`Leaves`] is the bottom row of a B+-tree: it
//! shows what it costs to insert ids in the order in which they were made.
//!
//! What is left out: ids of less than 64 bits, and the inner nodes of the tree, which are few.

pub mod civil;
pub mod composite;
pub mod increment;
pub mod instagram;
pub mod kind;
pub mod layout;
pub mod leaf;
pub mod maker;
pub mod reading;
pub mod snowflake;
pub mod ulid;
pub mod uuid;

pub use kind::Kind;
pub use layout::{Field, Parts, Role};
pub use leaf::{Insert, Leaves};
pub use maker::{Backwards, Maker, Refusal};
pub use reading::{Part, Reading, Unreadable, decode};
