//! Replicated stores in a run: how they come into being, what may be known of them, and how what
//! happens in them reads.

pub mod fact;
pub mod reign;
pub mod stale;
pub mod story;

#[cfg(test)]
mod reads;
#[cfg(test)]
mod tests;
