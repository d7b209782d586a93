//! The words that clusters with a map bring into the language.

use crate::text::Entry;

/// Words that bring it into being.
pub const STATEMENTS: &[Entry] = &[
    ("ring", "a cluster on a consistent-hash ring"),
    ("modulo", "a cluster by hash modulo the number of nodes"),
    ("rendezvous", "a cluster where the highest score owns a key"),
    ("skeleton", "rendezvous on a tree"),
    ("jump", "a cluster by jump hash"),
    ("maglev", "a cluster by a table that nodes fill in turns"),
    ("multiprobe", "a ring of single points that a key probes several times"),
    ("anchor", "a cluster by AnchorHash"),
    ("slots", "a cluster by 16,384 slots and CRC16, as Redis has it"),
    ("logical", "a cluster by many logical shards and a map"),
    ("range", "a cluster by ranges of keys in order"),
    ("list", "a cluster by a list of values, such as regions"),
    ("layered", "a cluster by partitions of partitions"),
    ("directory", "a cluster by an entry for each tenant"),
    ("ketama", "a ring as memcached clients lay it"),
    ("cassandra", "a ring of Murmur3 tokens as Cassandra lays it"),
    ("md5ring", "a ring of md5(key) % 2^32"),
];

/// Such statements.
pub const EXAMPLES: &[Entry] = &[
    ("ring", "ring     4 nodes, 150 vnodes, 3 replicas"),
    ("modulo", "modulo   4 nodes"),
    ("rendezvous", "rendezvous 4 nodes, 2 replicas"),
    ("skeleton", "skeleton 8 nodes"),
    ("jump", "jump     4 nodes"),
    ("maglev", "maglev   4 nodes, 997 slots"),
    ("multiprobe", "multiprobe 4 nodes"),
    ("anchor", "anchor   4 nodes"),
    ("slots", "slots    3 nodes"),
    ("logical", "logical  3 nodes, 1000 shards"),
    ("range", "range    3 nodes, split at \"h\" \"q\""),
    ("list", "list     3 nodes, eu on n1, us on n2, ap on n3"),
    ("layered", "layered  4 nodes, region by eu us, user hash 4"),
    ("directory", "directory 3 nodes"),
    ("ketama", "ketama   4 nodes"),
    ("cassandra", "cassandra 4 nodes"),
    ("md5ring", "md5ring  4 nodes"),
];

/// What `when` can wait for.
pub const EVENTS: &[Entry] = &[
    ("joined", "a node has taken over its keys"),
    ("left", "a node has handed its keys over"),
    ("weighted", "a node has its new weight"),
    ("replaced", "the copies of a lost node are rebuilt"),
    ("repaired", "nodes that were away have caught up"),
    ("edited", "the table was split, merged or moved"),
    ("joining", "a node begins to take over keys"),
    ("leaving", "a node begins to hand over"),
    ("streaming", "a node begins to send keys to another"),
    ("suspected", "the controller gives a node up for now"),
    ("back", "a node that was given up answers again"),
    ("waits", "a change is put off, as a node does not answer"),
];

/// What can be measured.
pub const METRICS: &[Entry] = &[
    ("moved", "the share of all keys that a change of the map has moved"),
    ("moved-keys", "keys that changes of the map have moved"),
    ("moved-bytes", "bytes that changes of the map and repairs have moved"),
    ("copied", "copies of keys that were streamed, counting each time"),
    ("balance", "keys on the fullest node over the mean of all serving nodes"),
    ("spread", "how uneven keys lie: their deviation over their mean"),
    ("edits", "splits, merges and moves of the table"),
    ("bytes", "bytes that nodes hold"),
    ("lost", "acknowledged keys of which no copy is left"),
    ("unavailable", "acknowledged keys that no running node holds, at worst"),
    ("unavailable-now", "acknowledged keys that no running node holds, at the moment"),
    ("unavailable-time", "the longest time for which some key was held by no running node"),
    ("joins", "nodes that have joined"),
    ("leaves", "nodes that have left"),
];

/// Of these, the ones that are times.
pub const TIMES: &[&str] = &["unavailable-time"];

/// Of these, the ones that say nothing of a run in which no client asked anything.
pub const OF_OPERATIONS: &[&str] = &[];

/// Laws by name: none but those of all stores.
pub const LAWS: &[Entry] = &[];

/// What one may expect at first.
pub const CLAIM: &str = "expect durable";
