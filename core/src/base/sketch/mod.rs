//! Small summaries of long streams: who is heavy, how often, how many there are.
//!
//! A million keys are counted in kilobytes. Each sketch takes the 64-bit hash of a key, so two keys
//! with the same hash count as one; among a million keys that happens once in forty million streams.
//! Every error is one-sided or has a published size, and a test holds each to it.

mod count_min;
mod hyperloglog;
mod space_saving;

pub use count_min::CountMin;
pub use hyperloglog::HyperLogLog;
pub use space_saving::{Heavy, SpaceSaving};
