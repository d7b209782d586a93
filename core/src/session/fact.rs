//! What a screen may know: plain facts about a moment of a run, in the words of the screen.
//!
//! Facts say `n2: serving, 812 keys`; they never say red, left or 40 pixels.

pub use crate::base::Role;
pub use crate::base::told::Lane;
use crate::base::{Form, NodeId, Span, Time};
pub use crate::tenant::{Standing, StreamFact};
use alloc::string::String;
use alloc::vec::Vec;

/// Everything about one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// The moment.
    pub now: Time,
    /// The clusters that hold keys, by number.
    pub clusters: Vec<ClusterFact>,
    /// All nodes that exist at this moment.
    pub nodes: Vec<NodeFact>,
    /// Messages on their way, in the order of their arrival; at most [`FLIGHTS_MAX`].
    pub flights: Vec<FlightFact>,
    /// How many messages are on their way in all.
    pub flight_count: u32,
    /// Data that moves between two nodes at this moment.
    pub streams: Vec<StreamFact>,
    /// Cuts in force, each as the names on its two sides.
    pub cuts: Vec<CutFact>,
    /// The caption in force, if one has been said.
    pub caption: Option<CaptionFact>,
}

/// More flights than this are counted, not listed.
pub const FLIGHTS_MAX: usize = 2_000;

/// One cluster: nodes that hold one set of keys.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterFact {
    /// Its name in the text.
    pub name: String,
    /// How it places keys, such as `ring` or `modulo`; `raft` if every replica holds all of them.
    pub strategy: String,
    /// Points on the ring for a node of weight one; 0 where there are none.
    pub vnodes: u32,
    /// Copies of each key.
    pub replicas: u32,
    /// The number of the map in force.
    pub epoch: u32,
    /// What the cluster is doing: `steady`, `joining n5`, `repairing n2` …
    pub doing: String,
    /// Different keys that the cluster has acknowledged.
    pub keys: u64,
    /// Keys that no running node can serve now.
    pub unavailable: u64,
    /// Keys of which no copy is left.
    pub lost: u64,
    /// Keys that a change of the map has moved so far.
    pub moved: u64,
    /// Bytes that changes of the map have moved so far.
    pub moved_bytes: u64,
    /// Points on the circle of 2^64 places, by position; empty where the strategy has none.
    /// The node owns what lies before its point, up to the point before.
    pub points: Vec<PointFact>,
    /// Pieces of a table in their order, slots or ranges: the node of some neighbours, and how many
    /// they are; empty where there are none, or too many to be told apart.
    pub pieces: Vec<(NodeId, u32)>,
}

/// One point of a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointFact {
    /// Where on the circle of 2^64 places.
    pub position: u64,
    /// Whose point.
    pub node: NodeId,
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeFact {
    /// Its number in this run.
    pub id: NodeId,
    /// Its name in the text: `n3`, or `a.n3` where there are several clusters.
    pub name: String,
    /// The place of its cluster in [`Snapshot::clusters`].
    pub cluster: u32,
    /// What it is for.
    pub role: Role,
    /// Whether it runs: `up`, `paused` or `down`.
    pub power: Power,
    /// What it is to the map; clients and controllers are [`Standing::Outside`].
    pub standing: Standing,
    /// It can be told to hand over its keys and go.
    pub may_leave: bool,
    /// Its weight in hundredths.
    pub weight: u32,
    /// Keys that it holds.
    pub keys: u64,
    /// Bytes that it holds.
    pub bytes: u64,
    /// Its share of all places, in millionths, by the map in force.
    pub share: u32,
    /// How far its clock is ahead, in microseconds.
    pub clock_error: i64,
    /// Writes that its disk has not yet made safe.
    pub unsafe_writes: u32,
    /// Messages in line now, if work costs time here.
    pub queue: Option<u32>,
    /// The share of the time for which it has worked, in millionths.
    pub busy: u32,
    /// What is wrong with its machine now, in two words each: `disk full`, `slow 10×`, `disk lies`.
    pub ails: Vec<String>,
    /// What its machine is about, in two or three words each: `2 hints`.
    pub signs: Vec<String>,
    /// What it has to say about itself: a label and a value each.
    pub state: Vec<(String, String)>,
}

pub use crate::sim::Power;

/// One message on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct FlightFact {
    /// The number of the event that sent it: its name for as long as it flies.
    pub seq: u32,
    /// Who sent it.
    pub from: NodeId,
    /// For whom.
    pub to: NodeId,
    /// When it left.
    pub left: Time,
    /// When it arrives.
    pub due: Time,
    /// How long it is.
    pub bytes: u32,
    /// What kind of message: `get`, `put`, `batch` …
    pub kind: &'static str,
    /// How it is drawn.
    pub form: Form,
    /// What it says, in a line.
    pub text: String,
    /// Which one it is on its link, soonest first, from one: `drop n1 -> n2 2`.
    pub number: u32,
}

/// One cut in the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutFact {
    /// The nodes on one side; empty for "all others".
    pub left: Vec<NodeId>,
    /// The nodes on the other side; empty for "all others".
    pub right: Vec<NodeId>,
    /// True if only the way from left to right is broken.
    pub one_way: bool,
}

/// A caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionFact {
    /// Since when.
    pub at: Time,
    /// What it says.
    pub text: String,
}

/// What an event is, in any tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A message left.
    Sent(Form),
    /// A message arrived.
    Delivered,
    /// A message was lost.
    Lost,
    /// An alarm went off.
    Rang,
    /// A write is on the disk.
    Landed,
    /// Somebody outside wanted something.
    Requested,
    /// A request was answered.
    Replied,
    /// A machine let something be seen.
    Noted,
    /// The world was changed from outside.
    Fault,
}

/// One event, as a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFact {
    /// Its number in the run.
    pub seq: u32,
    /// When.
    pub at: Time,
    /// Where; [`NodeId::WORLD`] for none.
    pub node: NodeId,
    /// The name of that node, or `world`.
    pub place: String,
    /// The event that led to it.
    pub cause: Option<u32>,
    /// Its lane.
    pub lane: Lane,
    /// What it is, in any tenant.
    pub what: What,
    /// A word for its kind: `sent`, `delivered`, `crashed`, `joined` …
    pub kind: &'static str,
    /// What happened, in a line.
    pub text: String,
}

/// A mark on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkFact {
    /// When.
    pub at: Time,
    /// The event behind it, if there is one.
    pub seq: Option<u32>,
    /// A short text: `crash n3`, `n5 joined`.
    pub text: String,
}

/// The timeline as far as the run is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// What was done to the world.
    pub faults: Vec<MarkFact>,
    /// Trace annotations of machines, but for the everyday.
    pub notes: Vec<MarkFact>,
    /// Captions.
    pub captions: Vec<MarkFact>,
    /// Terms of replicated stores, in the order in which their leaders came.
    pub terms: Vec<TermFact>,
    /// Operations that ended well and badly, in equal stretches from zero to the end of the script.
    pub operations: Vec<OperationBar>,
    /// How long such a stretch is.
    pub stretch: Span,
    /// Verdicts at the moment that decided them: true if it held.
    pub verdicts: Vec<(MarkFact, bool)>,
}

/// A term in which a replica led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermFact {
    /// The place of its cluster.
    pub cluster: u32,
    /// The term.
    pub term: u32,
    /// Who led.
    pub leader: NodeId,
    /// Its name.
    pub name: String,
    /// Since when.
    pub from: Time,
    /// Until it followed again, was turned off, or another led; nothing while it leads on.
    pub until: Option<Time>,
    /// The event with which it began.
    pub seq: u32,
}

/// Client operations in one stretch of the timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperationBar {
    /// Ended well.
    pub good: u32,
    /// Ended badly, or with a wrong answer.
    pub bad: u32,
}

/// What became of an expectation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The expectation as it stands in the text.
    pub text: String,
    /// Its place in the text: first byte and the byte behind the last.
    pub span: (u32, u32),
    /// True if it held, false if not, nothing while the run has not decided it.
    pub holds: Option<bool>,
    /// What was measured: `18.9 %`.
    pub measured: String,
    /// A sentence about it.
    pub reason: String,
    /// When it was decided.
    pub at: Option<Time>,
    /// The events that prove it.
    pub evidence: Vec<u32>,
    /// On what it rests.
    pub ground: Ground,
}

/// On what a verdict rests. Two failures on different grounds are different failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// On what was measured, or judged.
    #[default]
    Measured,
    /// The expectation is about a name or a number that is not there.
    Missing,
    /// Nothing happened that it could be judged by.
    Nothing,
    /// The judge's budget was spent before it was clear.
    Budget,
    /// The run was cut before it was clear.
    Truncated,
}

/// One measured number.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricFact {
    /// Its name as the text knows it: `moved(b)`.
    pub name: String,
    /// The number in its unit, ready to be read: `18.9 %`.
    pub shown: String,
    /// The number itself, in millionths of its base unit.
    pub value: i64,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

/// A number over time, in equal stretches from zero to the end of the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesFact {
    /// Its name.
    pub name: String,
    /// Its unit: `operations/s`, `keys`.
    pub unit: &'static str,
    /// How long a stretch is.
    pub stretch: Span,
    /// One number a stretch, as far as the run is known.
    pub values: Vec<f64>,
    /// The band that an expectation allows, if there is one.
    pub band: Option<(f64, f64)>,
}

/// A key on the circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFact {
    /// The key.
    pub key: String,
    /// Where it lies among 2^64 places.
    pub position: u64,
    /// The nodes that hold it now.
    pub holders: Vec<NodeId>,
}

/// Where an edit of a run's text differs from another, by what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of the first event that differs.
    pub seq: u32,
    /// That event in this run, unless it ended before.
    pub here: Option<EventFact>,
    /// That event in the other run, unless it ended before.
    pub there: Option<EventFact>,
}
