//! The words that are about the operations of clients, of whatever store.

use crate::text::Entry;

/// What `when` can wait for.
pub const EVENTS: &[Entry] = &[("failed", "an operation got no answer in time")];

/// What can be measured.
pub const METRICS: &[Entry] = &[
    ("operations", "operations that ended; each key of a batch is one"),
    ("failed", "operations that got no answer in time"),
    ("not-begun", "operations that a client could not begin: too many of its own were open"),
    ("available", "the share of operations that were answered"),
    (
        "wrong",
        "reads that missed a write acknowledged before they began: of two writes that overlapped the store's \
         newer one is the later, else the one that began when the other was acknowledged, whatever clocks say",
    ),
    ("latency", "the mean time from asking to the answer"),
    ("p50", "half of all operations were faster"),
    ("p99", "of a hundred operations, one was slower"),
    ("p999", "of a thousand operations, one was slower"),
    ("read-p50", "half of all reads were faster"),
    ("read-p99", "of a hundred reads, one was slower"),
    ("read-p999", "of a thousand reads, one was slower"),
    ("staleness", "how long before a read began its value had been overwritten, in the mean"),
    ("staleness-p50", "half of all reads found something younger; zero is fresh"),
    ("staleness-p99", "of a hundred reads, one found something older"),
    ("staleness-p999", "of a thousand reads, one found something older"),
    ("staleness-max", "how old the oldest value was that a read found"),
    (
        "messages-per-read",
        "messages that reads caused, for each read answered: calls and answers, questions to the \
         leader, heartbeats begun for reads, appends by their share of reads, what answers these",
    ),
    ("throughput", "operations answered in a second; each key of a batch is one"),
    ("redirects", "times that a client was sent elsewhere"),
    ("retries", "times that a client tried again"),
];

/// Numbers that are told at all only where there is something to tell; asked for by name, they are zero.
pub const IF_ANY: &[&str] = &["not-begun"];

/// What the book says of percentiles: they are read from a histogram.
pub const PERCENTILES: &[Entry] = &[
    ("p50", "half of all operations were faster; told by steps, up to 3.1 % too long"),
    ("p99", "of a hundred operations, one was slower; told by steps, up to 3.1 % too long"),
    ("p999", "of a thousand operations, one was slower; told by steps, up to 3.1 % too long"),
    ("read-p50", "half of all reads were faster; told by steps, up to 3.1 % too long"),
    ("read-p99", "of a hundred reads, one was slower; told by steps, up to 3.1 % too long"),
    ("read-p999", "of a thousand reads, one was slower; told by steps, up to 3.1 % too long"),
    (
        "staleness-p50",
        "half of all reads found something younger; zero is fresh; told by steps, up to 3.1 % too long",
    ),
    (
        "staleness-p99",
        "of a hundred reads, one found something older; told by steps, up to 3.1 % too long",
    ),
    (
        "staleness-p999",
        "of a thousand reads, one found something older; told by steps, up to 3.1 % too long",
    ),
    (
        "staleness-max",
        "how old the oldest value was that a read found; told by steps, up to 3.1 % too long",
    ),
];

/// Of these, the ones that are times.
pub const TIMES: &[&str] = &[
    "latency",
    "p50",
    "p99",
    "p999",
    "read-p50",
    "read-p99",
    "read-p999",
    "staleness",
    "staleness-p50",
    "staleness-p99",
    "staleness-p999",
    "staleness-max",
];

/// Laws by name.
pub const LAWS: &[Entry] = &[
    ("available", "every key has a running owner and every operation an answer"),
    (
        "durable",
        "no acknowledged write is lost: of each key the newest, as the store orders them, is there; one that loses \
         to an older one by a wrong clock is found by fresh and linearizable",
    ),
    ("replicated", "every key has all its copies, at the end"),
    (
        "fresh",
        "no read misses a write that was acknowledged before it began; of writes that did not overlap the later one \
         counts, whatever the clocks of a store say",
    ),
    ("linearizable", "one order of all operations explains what every client saw, at the end"),
];
