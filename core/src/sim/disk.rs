//! A node's disk: a queue of writes, a queue of syncs, and a power cut that takes what was not yet safe.
//!
//! Writes move their bytes one after the other. A write is safe once a sync that began after it has
//! ended. So many syncs as the disk is deep run at once, one unless said otherwise; with *group
//! commit* a sync covers all that was written before it began, without it each write has its own.

use crate::base::{Rng, Span, Spread, Time};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// How a disk behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskProfile {
    /// How long a write takes before its bytes move.
    pub write: Spread,
    /// How long a sync takes. Writes go on meanwhile, other syncs wait if the disk is no deeper.
    pub sync: Spread,
    /// How many syncs run at once.
    pub depth: u32,
    /// One sync covers all that was written before it began.
    pub grouped: bool,
    /// Bytes a second; 0 for no limit.
    pub bandwidth: u64,
    /// If set, the disk lies: it calls a write safe at once and makes it safe only this much later.
    pub lie: Option<Span>,
    /// Bytes that fit on it; no limit if nothing is set.
    pub size: Option<u64>,
    /// Writes that fail with an error, in a million.
    pub fails: u32,
}

impl Default for DiskProfile {
    fn default() -> Self {
        Self {
            write: Spread::Constant(Span::micros(50)),
            sync: Spread::Constant(Span::millis(1)),
            depth: 1,
            grouped: true,
            bandwidth: 0,
            lie: None,
            size: None,
            fails: 0,
        }
    }
}

/// The times of one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landing {
    /// When the node may go on as if it were safe.
    pub answered: Time,
    /// When it is safe.
    pub safe: Time,
}

/// Where a disk stands in its work.
#[derive(Clone, Debug)]
pub struct Disk {
    /// How it behaves.
    pub profile: DiskProfile,
    busy_until: Time,
    last: Landing,
    /// When each of the syncs that run at once is done.
    syncs: Vec<Time>,
    /// The last sync: when it begins and when it is done.
    sync: Option<(Time, Time)>,
    /// When each write that is not answered yet will be.
    line: VecDeque<Time>,
    /// The most that ever waited.
    queue_most: u32,
}

/// A disk is at most so deep.
pub const DEPTH_MAX: u32 = 256;

impl Disk {
    /// An idle disk.
    #[must_use]
    pub fn new(profile: DiskProfile) -> Self {
        let last = Landing { answered: Time::ZERO, safe: Time::ZERO };
        Self {
            profile,
            busy_until: Time::ZERO,
            last,
            syncs: Vec::new(),
            sync: None,
            line: VecDeque::new(),
            queue_most: 0,
        }
    }

    /// The most writes that ever waited for an answer at once.
    #[must_use]
    pub fn queue_most(&self) -> u32 {
        self.queue_most
    }

    /// Takes on a write; later writes never land before earlier ones. All takes so many hundredths of its
    /// time as `slow` says.
    pub fn write(&mut self, now: Time, bytes: u64, slow: u32, rng: &mut Rng) -> Landing {
        let start = now.max(self.busy_until);
        let moving = match self.profile.bandwidth {
            0 => Span::ZERO,
            rate => Span((u128::from(bytes) * 1_000_000 / u128::from(rate)).min(1 << 60) as u64),
        };
        let written = start + (self.profile.write.sample(rng) + moving).scaled(slow);
        self.busy_until = written;
        let synced = self.synced(written, slow, rng);
        let landing = match self.profile.lie {
            None => Landing { answered: synced, safe: synced },
            Some(late) => Landing { answered: written, safe: synced + late },
        };
        self.last = Landing {
            answered: landing.answered.max(self.last.answered),
            safe: landing.safe.max(self.last.safe),
        };
        while self.line.front().is_some_and(|due| *due <= now) {
            self.line.pop_front();
        }
        self.line.push_back(self.last.answered);
        self.queue_most = self.queue_most.max(self.line.len() as u32);
        self.last
    }

    /// When what is written at a time is synced.
    fn synced(&mut self, written: Time, slow: u32, rng: &mut Rng) -> Time {
        if let Some((begins, done)) = self.sync
            && self.profile.grouped
            && written <= begins
        {
            return done;
        }
        self.syncs.resize(self.profile.depth.clamp(1, DEPTH_MAX) as usize, Time::ZERO);
        let length = self.profile.sync.sample(rng).scaled(slow);
        let Some(first) = self.syncs.iter_mut().min() else { return written + length };
        let begins = written.max(*first);
        *first = begins + length;
        self.sync = Some((begins, *first));
        *first
    }

    /// When the last write that was taken on is answered.
    #[must_use]
    pub fn answered(&self) -> Time {
        self.last.answered
    }

    /// Forgets its work: the power is gone.
    pub fn stop(&mut self, now: Time) {
        self.busy_until = now;
        self.syncs.clear();
        self.line.clear();
        self.sync = None;
        self.last = Landing { answered: now, safe: now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_node_writes_and_syncs_so_many_times_as_long() {
        let (mut disk, mut rng) = (Disk::new(DiskProfile::default()), Rng::derive(1, 1));
        assert_eq!(disk.write(Time(0), 1, 100, &mut rng).safe, Time(1_050));
        assert_eq!(disk.write(Time(10_000), 1, 1_000, &mut rng).safe, Time(20_500));
    }

    #[test]
    fn writes_wait_in_line_until_they_are_answered() {
        let (mut disk, mut rng) = (Disk::new(DiskProfile::default()), Rng::derive(1, 1));
        for (at, most) in [(0, 1), (10, 2), (20, 3), (1_060, 3), (10_000, 3), (10_001, 3)] {
            disk.write(Time(at), 1, 100, &mut rng);
            assert_eq!(disk.queue_most(), most, "at {at}");
        }
        // A power cut takes the line with it.
        disk.stop(Time(10_002));
        disk.write(Time(10_003), 1, 100, &mut rng);
        assert_eq!((disk.line.len(), disk.queue_most()), (1, 3));
    }

    fn safe(depth: u32, grouped: bool, writes: &[u64]) -> Vec<u64> {
        let (write, sync) = (Span::micros(10), Span::millis(100));
        let (write, sync) = (Spread::Constant(write), Spread::Constant(sync));
        let profile = DiskProfile { write, sync, depth, grouped, ..DiskProfile::default() };
        let (mut disk, mut rng) = (Disk::new(profile), Rng::derive(1, 1));
        writes.iter().map(|at| disk.write(Time(*at), 1, 100, &mut rng).safe.0).collect()
    }

    #[test]
    fn syncs_wait_for_each_other_and_one_covers_all_that_was_written_before_it_began() {
        let writes = [0, 0, 50_000, 100_005, 300_000];
        // The second and third are written while the first is synced, the fourth too late for theirs.
        let grouped = [100_010, 200_010, 200_010, 300_010, 400_010];
        assert_eq!(safe(1, true, &writes), grouped);
        let single = [100_010, 200_010, 300_010, 400_010, 500_010];
        assert_eq!(safe(1, false, &writes), single);
        let deep = [100_010, 100_020, 200_010, 200_020, 400_010];
        assert_eq!(safe(2, false, &writes), deep);
    }
}
