//! Instagram's ids: made inside each logical shard of the database, of its time, its number and its
//! own sequence.
//!
//! The published function takes the sequence modulo 1,024 without a look at the clock; here the
//! 1,025th id of a millisecond waits for the next one.

use super::layout::{Field, Role};

/// Moment zero in the published code: 2011-08-24T21:07:01.721Z.
pub const EPOCH: u64 = 1_314_220_021_721;

/// 41 bits of time, 13 of shard, 10 of sequence.
pub const FIELDS: &[Field] = &[
    Field::new("time", 41, Role::Time(EPOCH)),
    Field::new("shard", 13, Role::Node),
    Field::new("sequence", 10, Role::Sequence),
];

#[cfg(test)]
mod tests {
    use super::super::layout::{Parts, pack};
    use super::*;

    #[test]
    fn the_published_example_comes_out() {
        let (user, shards, count) = (31_341, 2_000, 5_001);
        let parts = Parts {
            time: 1_387_263_000,
            node: user % shards,
            sequence: count % 1_024,
            ..Parts::default()
        };
        assert_eq!((parts.node, parts.sequence), (1_341, 905));
        assert_eq!(pack(FIELDS, parts), 11_637_205_501_278_089);
    }
}
