//! Snowflake ids: time, machine, sequence in 64 bits, so that ids made on many machines sort by time.
//!
//! A machine can make 4,096 in a millisecond. What it must never do is go by a clock that has gone
//! back: it would make the same ids once more.

use super::layout::{Field, Role};

/// Twitter's moment zero: 2010-11-04T01:42:54.657Z.
pub const TWITTER_EPOCH: u64 = 1_288_834_974_657;
/// Discord's moment zero: the start of 2015.
pub const DISCORD_EPOCH: u64 = 1_420_070_400_000;

/// Twitter's layout: a sign, 41 bits of time, 10 of machine, 12 of sequence.
pub const TWITTER: &[Field] = &[
    Field::new("sign", 1, Role::Fixed(0)),
    Field::new("time", 41, Role::Time(TWITTER_EPOCH)),
    Field::new("datacenter", 5, Role::Node),
    Field::new("worker", 5, Role::Node),
    Field::new("sequence", 12, Role::Sequence),
];

/// Discord's layout: no sign, 42 bits of time.
pub const DISCORD: &[Field] = &[
    Field::new("time", 42, Role::Time(DISCORD_EPOCH)),
    Field::new("worker", 5, Role::Node),
    Field::new("process", 5, Role::Node),
    Field::new("increment", 12, Role::Sequence),
];

#[cfg(test)]
mod tests {
    use super::super::layout::{Parts, pack, unpack};
    use super::*;

    #[test]
    fn published_ids_come_apart() {
        let tweet = unpack(TWITTER, 1_541_815_603_606_036_480);
        assert_eq!(tweet.time + TWITTER_EPOCH, 1_656_432_460_105);
        assert_eq!((tweet.node, tweet.sequence), (378, 0));
        let message = unpack(DISCORD, 175_928_847_299_117_063);
        assert_eq!(message.time + DISCORD_EPOCH, 1_462_015_105_796);
        assert_eq!((message.node, message.sequence), (32, 7));
    }

    #[test]
    fn the_first_second_of_the_epoch_comes_out() {
        let parts = Parts { time: 1_000, node: 32 + 2, sequence: 3, ..Parts::default() };
        assert_eq!(pack(TWITTER, parts), 4_194_443_267);
        assert_eq!(pack(TWITTER, Parts::default()), 0);
    }
}
