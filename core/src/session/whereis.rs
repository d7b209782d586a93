//! Where one key goes: by the rule of every cluster, and of products.

use super::run::Run;
use super::script::Script;
use crate::base::hash::{Family, md5, random_token};
use crate::placement::slots::{redis_slot, tag};
use crate::tenant::Found;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Where one key goes by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereFact {
    /// Whose rule: a cluster of the text, or a product.
    pub rule: String,
    /// The place of that cluster in the text.
    pub cluster: Option<usize>,
    /// Where on the circle of 2^64 places, or in which piece or range, by whichever the rule goes.
    pub place: u64,
    /// The steps from the key to its place, each with a name and a value.
    pub steps: Vec<(&'static str, String)>,
    /// The node that owns it; empty where the rule knows no nodes.
    pub owner: String,
    /// The nodes that would hold its copies.
    pub copies: Vec<String>,
}

/// Where a key goes at this moment: in every cluster, and by the rules of products.
#[must_use]
pub(super) fn where_is(run: &Run, script: &Script, key: &str) -> Vec<WhereFact> {
    let mut facts = Vec::new();
    for (at, spec) in script.scenario.clusters.iter().enumerate() {
        let found = run.built.get(at).and_then(|it| it.find(&run.world, &run.nodes, at, key));
        let Some(Found { place, steps, owners: mut names }) = found else { continue };
        let owner = if names.is_empty() { String::new() } else { names.remove(0) };
        let word = spec.kind.word(&spec.head);
        let rule = if spec.name.is_empty() { String::from(word) } else { spec.name.clone() };
        facts.push(WhereFact { rule, cluster: Some(at), place, steps, owner, copies: names });
    }
    let digest = md5(key.as_bytes());
    let [a, b, c, d, .., w, x, y, z] = digest;
    let product = |rule: &str, steps: Vec<(&'static str, String)>| WhereFact {
        rule: String::from(rule),
        cluster: None,
        place: 0,
        steps,
        owner: String::new(),
        copies: Vec::new(),
    };
    let tagged = String::from_utf8_lossy(tag(key.as_bytes())).into_owned();
    facts.push(product(
        "Redis Cluster",
        alloc::vec![("hashed part", tagged), ("slot", redis_slot(key.as_bytes()).to_string())],
    ));
    let token = Family::Cassandra.of(key.as_bytes()) as i64;
    facts.push(product("Cassandra, Murmur3", alloc::vec![("token", token.to_string())]));
    let token = random_token(key.as_bytes());
    facts.push(product("Cassandra, random", alloc::vec![("token", token.to_string())]));
    let point = u32::from_le_bytes([a, b, c, d]);
    facts.push(product("memcached, ketama", alloc::vec![("point", point.to_string())]));
    let point = u32::from_be_bytes([w, x, y, z]);
    facts.push(product("md5(key) % 2^32", alloc::vec![("point", point.to_string())]));
    facts
}
