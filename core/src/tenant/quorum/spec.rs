//! How a quorum store is set up: `quorum: 5 nodes, 3 replicas, read 2, write 2, sloppy`.

use super::bugs::Bug;
use super::layout::Layout;
use super::node::NodeConfig;
use crate::base::Span;
use crate::tenant::NODES_MAX;
use crate::text::reader::{Read, Reader};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

/// A key has at most so many copies.
const REPLICAS_MAX: u64 = 8;
/// Anti-entropy, tombstones and hints are about spans of at least so long.
const SHORTEST: Span = Span::millis(10);

/// Tombstones stay for at least so many waits: longer than an operation repairs copies and leaves hints.
const GRACE_WAITS: u64 = 8;

/// What the text says of a store, beside its nodes and copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Copies of each key: N.
    pub replicas: u32,
    /// Copies that a read waits for; a majority if `None`: R.
    pub read: Option<u32>,
    /// Copies that a write waits for; a majority if `None`: W.
    pub write: Option<u32>,
    /// Last write wins, by the wall clocks of clients; otherwise siblings are kept.
    pub lww: bool,
    /// A node that stands in for a home counts for a write.
    pub sloppy: bool,
    /// Hints are kept for homes that are away.
    pub hints: bool,
    /// Reads repair copies that are behind.
    pub read_repair: bool,
    /// How often a node compares hashes with another one.
    pub entropy: Option<Span>,
    /// How long tombstones stay at least.
    pub grace: Span,
    /// How long hints are kept, where none of them counts for a write.
    pub hints_last: Span,
    /// A node has room for so many hints.
    pub hint_room: u32,
    /// How long a coordinator waits for copies before it gives a home up.
    pub wait: Span,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            replicas: 3,
            read: None,
            write: None,
            lww: false,
            sloppy: false,
            hints: true,
            read_repair: true,
            entropy: Some(Span::seconds(1)),
            grace: Span::seconds(10),
            hints_last: Span::seconds(8),
            hint_room: 10_000,
            wait: Span::millis(50),
        }
    }
}

impl Spec {
    /// How many copies a read waits for if it does not say.
    #[must_use]
    pub fn reads(&self) -> u32 {
        self.read.unwrap_or(self.replicas / 2 + 1)
    }

    /// How many copies a write waits for if it does not say.
    #[must_use]
    pub fn writes(&self) -> u32 {
        self.write.unwrap_or(self.replicas / 2 + 1)
    }

    /// How long a node keeps a hint. A hint of a sloppy store may be one of the copies that a write has counted,
    /// so it has no end but its home.
    #[must_use]
    pub fn lasts(&self) -> Span {
        if self.sloppy { Span(u64::MAX) } else { self.hints_last }
    }

    /// Reads one option, or how many nodes there are.
    pub fn option(&mut self, reader: &mut Reader<'_, '_>, nodes: &mut u32) -> Read<()> {
        match reader.ahead() {
            "read" => {
                reader.take();
                self.read = Some(copies(reader, "how many copies a read waits for")?);
            }
            "write" => {
                reader.take();
                self.write = Some(copies(reader, "how many copies a write waits for")?);
            }
            "lww" => {
                reader.take();
                self.lww = true;
            }
            "siblings" => {
                reader.take();
                self.lww = false;
            }
            "sloppy" => {
                reader.take();
                self.sloppy = true;
            }
            "anti-entropy" => {
                reader.take();
                reader.accept("every");
                self.entropy = Some(span(reader, "how often nodes compare what they hold")?);
            }
            "tombstones" => {
                reader.take();
                reader.accept("keep");
                self.grace = span(reader, "how long tombstones stay")?;
                self.hints_last = self.hints_last.min(Span(self.grace.0 * 4 / 5));
            }
            "hints" => {
                reader.take();
                reader.accept("keep");
                self.hints_last = span(reader, "how long hints are kept")?;
            }
            "wait" => {
                reader.take();
                self.wait = span(reader, "how long a coordinator waits for copies")?;
            }
            "no" => {
                reader.take();
                match reader.word("read-repair, anti-entropy or hints")? {
                    "read-repair" => self.read_repair = false,
                    "read" if reader.accept("repair") => self.read_repair = false,
                    "anti-entropy" => self.entropy = None,
                    "hints" => self.hints = false,
                    other => {
                        return reader.refuse(format!(
                            "\"{other}\" is not one of: read-repair, anti-entropy, hints."
                        ));
                    }
                }
            }
            _ => {
                let count = reader.count("a number of nodes, or an option", 0, 1_000_000)?;
                let what = reader.ahead();
                reader.take();
                match (what, count) {
                    ("nodes" | "node", 1..=NODES_MAX) => *nodes = count as u32,
                    ("replicas" | "replica" | "copies", 1..=REPLICAS_MAX) => {
                        self.replicas = count as u32;
                    }
                    ("nodes" | "node" | "replicas" | "replica" | "copies", _) => {
                        return reader.refuse(format!(
                            "A quorum store has 1 to {NODES_MAX} nodes, and 1 to {REPLICAS_MAX} replicas."
                        ));
                    }
                    (other, _) => {
                        return reader.refuse(format!(
                            "\"{other}\" is nothing that a quorum store has. It has: nodes, replicas, read 2, \
                             write 2, lww, siblings, sloppy, anti-entropy every 1s, tombstones keep 10s, hints \
                             keep 8s, wait 50ms, no read-repair, no anti-entropy, no hints, timeout, deadline."
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// Refuses what does not fit together, once everything was said.
    pub fn check(&self, reader: &mut Reader<'_, '_>, nodes: u32) -> Read<()> {
        if self.replicas > nodes {
            return reader.refuse(format!(
                "{} copies of a key need as many nodes, and there are {nodes}.",
                self.replicas
            ));
        }
        if self.reads().max(self.writes()) > self.replicas {
            return reader.refuse(format!(
                "Nobody can wait for more copies than there are: {}.",
                self.replicas
            ));
        }
        if self.hints_last >= self.grace {
            return reader.refuse(String::from(
                "Hints must be given up before tombstones are: a hint could bring back what was deleted.",
            ));
        }
        if self.grace < Span(self.wait.0.saturating_mul(GRACE_WAITS)) {
            return reader.refuse(format!(
                "Tombstones must stay for {GRACE_WAITS} waits at least: an older write may be under way."
            ));
        }
        Ok(())
    }

    /// What a node is told at first, with the mistakes that the text switches on.
    #[must_use]
    pub fn build(&self, layout: Arc<Layout>, bugs: &[Bug]) -> NodeConfig {
        NodeConfig { layout, spec: *self, bugs: bugs.into() }
    }
}

fn copies(reader: &mut Reader<'_, '_>, what: &str) -> Read<u32> {
    Ok(reader.count(what, 1, REPLICAS_MAX)? as u32)
}

fn span(reader: &mut Reader<'_, '_>, what: &str) -> Read<Span> {
    let span = reader.time(what)?;
    if span < SHORTEST {
        return reader.refuse(format!("No shorter than {SHORTEST}."));
    }
    Ok(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn read(text: &str) -> Result<(Spec, u32), String> {
        let lines = crate::text::token::lines(text);
        let mut problems = Vec::new();
        let mut reader = Reader::new(&lines[0], &mut problems);
        let (mut spec, mut nodes) = (Spec::default(), 3);
        let mut done = spec.option(&mut reader, &mut nodes);
        while done.is_ok() && reader.accept(",") {
            done = spec.option(&mut reader, &mut nodes);
        }
        match done.and_then(|()| spec.check(&mut reader, nodes)) {
            Ok(()) => Ok((spec, nodes)),
            Err(_) => Err(problems.remove(0).message),
        }
    }

    #[test]
    fn what_is_said_is_what_is_built() {
        let text = "5 nodes, 3 copies, read 1, write 3, lww, sloppy, no read repair, no hints, \
                    anti-entropy every 5s, tombstones keep 4s, wait 20ms";
        let (spec, nodes) = read(text).expect("it reads");
        assert_eq!((nodes, spec.replicas, spec.reads(), spec.writes()), (5, 3, 1, 3));
        assert!(spec.lww && spec.sloppy && !spec.read_repair && !spec.hints);
        assert_eq!((spec.entropy, spec.grace), (Some(Span::seconds(5)), Span::seconds(4)));
        assert!(spec.hints_last < spec.grace);
        assert_eq!(spec.wait, Span::millis(20));
        let built = spec.build(Arc::new(Layout::new(&[], 3)), &[Bug::DropHints]);
        assert_eq!((built.spec, &built.bugs[..]), (spec, &[Bug::DropHints][..]));
        assert_eq!(read("5 nodes, no read-repair").map(|(spec, _)| spec.read_repair), Ok(false));
        let (plain, _) = read("4 copies, 5 nodes").expect("it reads");
        assert_eq!((plain.reads(), plain.writes()), (3, 3));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let refused = |text: &str| read(text).map(|_| ()).unwrap_err();
        assert!(refused("2 nodes").contains("need as many nodes"));
        assert!(refused("read 4").contains("more copies than there are"));
        assert!(refused("hints keep 10s").contains("before tombstones"));
        assert!(refused("tombstones keep 300ms").contains("8 waits"));
        assert!(refused("no election").contains("is not one of"));
        assert!(refused("5 vnodes").contains("nothing that a quorum store has"));
        assert!(refused("anti-entropy every 1ms").contains("No shorter"));
        assert!(refused("9 replicas").contains("1 to 8"));
    }
}
