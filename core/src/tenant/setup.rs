//! How a tenant is set up by a text, and built into a run: what it says, and what it may ask for.

use super::{
    Bug, Config, Durable, Forgery, Found, MapFact, Order, Part, Past, Process, Request, Site, Spec,
    Step, Way, Wish,
};
use crate::base::{NodeId, Role, Span};
use crate::client::Op;
use crate::machine::Machine;
use crate::placement::Strategy;
use crate::placement::keys::KeySet;
use crate::placement::owners::Owners;
use crate::placement::placing::Given;
use crate::placement::site::Site as Place;
use crate::placement::strategy::Work;
use crate::sim::World;
use crate::store::{Batch, Item, Key, Value};
use crate::text::reader::{Read, Reader};
use crate::text::{Chapter, Entry};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Debug;

/// One of those that have nodes in a scenario, as its text sets it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSpec {
    /// Its name; empty if it is the only one and has none.
    pub name: String,
    /// Which tenant, and how that is set up.
    pub kind: Spec,
    /// What is said of every kind of cluster.
    pub head: Head,
}

/// What is said of every kind of cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How keys are placed.
    pub strategy: Strategy,
    /// How many nodes it has at the start.
    pub nodes: u32,
    /// Copies of each key.
    pub replicas: u32,
    /// How long a client waits for an answer, and how long it tries in all.
    pub timeout: (Span, Span),
}

impl Head {
    /// What holds if nothing more is said.
    #[must_use]
    pub fn of(strategy: Strategy) -> Self {
        Self { strategy, nodes: 3, replicas: 1, timeout: (Span::millis(250), Span::seconds(1)) }
    }

    /// Reads how long clients wait, and what `own` reads of the rest.
    pub fn options(
        &mut self,
        reader: &mut Reader<'_, '_>,
        mut own: impl FnMut(&mut Reader<'_, '_>, &mut Self) -> Read<()>,
    ) -> Read<()> {
        while reader.peek().is_some() {
            if !self.timeout(reader)? {
                own(reader, self)?;
            }
            if !reader.accept(",") {
                break;
            }
        }
        Ok(())
    }

    /// Reads how long clients wait; false if what comes is none of it.
    pub fn timeout(&mut self, reader: &mut Reader<'_, '_>) -> Read<bool> {
        let (wait, deadline) = &mut self.timeout;
        match reader.ahead() {
            "timeout" => {
                reader.take();
                *wait = reader.time("how long a client waits for an answer")?;
                *deadline = (*deadline).max(*wait);
            }
            "deadline" => {
                reader.take();
                *deadline = reader.time("how long a client tries in all")?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What is asked of a cluster by name, whether or not it has a machine of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A node comes.
    Join(Newcomer),
    /// A node goes. Machines are asked by themselves.
    Leave(Arc<str>),
    /// A node has this weight, in hundredths. Machines are asked by themselves.
    Weight(Arc<str>, u32),
    /// A range is cut at a key.
    Split(Arc<str>),
    /// The range that begins at a key joins the one before it.
    Merge(Arc<str>),
    /// What a key belongs to is laid on a node.
    Move(Arc<str>, Arc<str>),
}

/// What a text does that can make the wall clocks of nodes matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deeds {
    /// Keys are deleted.
    pub deletes: bool,
    /// Keys change their places.
    pub moves: bool,
}

/// A node that comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Its name in its cluster.
    pub short: Arc<str>,
    /// Its name as the text has it.
    pub name: Arc<str>,
    /// Its weight in hundredths.
    pub weight: u32,
    /// False if it only learns.
    pub votes: bool,
}

/// What a client is told to do.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Read a key.
    Get(Key),
    /// Write a key, or delete it.
    Put(Key, Value),
    /// All of it or nothing, and in this way; not every store can.
    Call(Arc<[Op]>, Option<Way>),
}

/// No way at all: there is no value of it, as nobody can make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoWay(());

/// No order at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOrder {}

/// What a tenant may ask of the run that it is built into.
pub trait Builder {
    /// The cluster that is built.
    fn cluster(&self) -> &ClusterSpec;
    /// The mistakes that the text switches on.
    fn bugs(&self) -> &[Bug];
    /// The node of the cluster with that short name.
    fn find(&self, short: &str) -> Option<NodeId>;
    /// The nodes of the cluster that are for this.
    fn of_role(&self, role: Role) -> Vec<NodeId>;
    /// Where a node stands, by its name in the cluster and in the text.
    fn site(&self, short: &str, name: &str) -> Place;
    /// A node's name in the run.
    fn full_name(&self, short: &str) -> String;
    /// The weight that the text gives a node from the start.
    fn weight(&self, short: &str) -> u32;
    /// All keys that the text loads into the cluster.
    fn key_set(&self) -> KeySet;
    /// The first so many items that the text loads into the cluster.
    fn items(&self, most: usize) -> Vec<Item>;
    /// What a survey begins with.
    fn survey(&self) -> Given;
    /// Gives a node a number and a place in the table. Its machine has to be added in the same order.
    fn enroll(&mut self, short: &str, role: Role) -> NodeId;
    /// Adds the machine of a node to the world. It is off.
    fn install(&mut self, node: NodeId, config: Config);
    /// The world.
    fn world(&mut self) -> &mut World<Process>;
    /// Turns a node on, if it is off.
    fn start(&mut self, node: NodeId);
    /// Asks a machine.
    fn request(&mut self, node: NodeId, request: Request);
    /// Asks a machine, once it has prepared itself for it in parts.
    fn prepare(&mut self, node: NodeId, request: Request);
}

/// What every tenant says of a cluster that is set up so.
pub trait Setup: Sized {
    /// What is kept of a cluster beside its machines.
    type Built;
    /// Its machines.
    type Process: Part;
    /// How one of its clients may want a single operation to be done: `by lease`.
    type Way: Copy + Debug + PartialEq + Eq;
    /// What a statement of its own tells its nodes to do; see [`Setup::ORDERS`].
    type Own: Clone + Debug + PartialEq + Eq;

    /// Words that bring it into being.
    const STATEMENTS: &[Entry];
    /// What such a statement can be told, to be completed.
    const OPTIONS: &[Entry] = &[];
    /// What may follow `no` in such a statement.
    const WITHOUT: &[Entry] = &[];
    /// Laws by name.
    const LAWS: &[Entry];
    /// A law that says that all others of its own hold, if there is one.
    const WHOLE: &str = "";
    /// What can be measured.
    const METRICS: &[Entry];
    /// A line that expects something, for one who expects nothing yet.
    const CLAIM: &str;
    /// Words for how an operation is to be done.
    const WAYS: &[Entry] = &[];
    /// Words of statements that only its nodes understand, each with a statement behind the last colon of its
    /// meaning: `keep the token for longer: hold n2 500ms`.
    const ORDERS: &[Entry] = &[];
    /// Words for how all reads are to be done, behind `reads` in such a statement.
    const READS: &[Entry] = &[];
    /// Faults of a nemesis that mean something here only.
    const CALAMITIES: &[&str] = &[];
    /// What such are called, and how many a scenario can have.
    const MANY: (&str, usize) = ("clusters", 16);
    /// It holds keys: it is a cluster that a screen shows, and stands before those that hold none.
    const HOLDS_KEYS: bool = true;
    /// Clients can ask it.
    const HAS_CLIENTS: bool = true;
    /// It has machines.
    const HAS_MACHINES: bool = true;
    /// Its keys are placed before the run begins, all of them: see [`Builder::survey`].
    const IS_SURVEYED: bool = false;
    /// Its keys are placed on its nodes by a strategy, by weight or by a table.
    const PLACES: bool = false;
    /// Its nodes elect a leader and keep a log, and can be told to.
    const VOTES: bool = false;
    /// A write can be acknowledged without nodes that are away, so that such a node bears as much as a lost
    /// disk until it has caught up.
    const GOES_ON_WITHOUT: bool = false;
    /// Its nodes look at their wall clocks.
    const READS_WALL: bool = true;
    /// Nodes can come to it.
    const GROWS: bool = true;

    /// True if what is done in a text can make the wall clocks of its nodes matter.
    fn reads_wall(&self, _: &Head, _: Deeds) -> bool {
        Self::READS_WALL
    }

    /// True if a statement that begins so brings it into being.
    fn begins(word: &str) -> bool {
        Self::STATEMENTS.iter().any(|(known, _)| *known == word)
    }

    /// Reads what stands behind the name, in a statement that begins with a word of this tenant.
    fn read(word: &str, reader: &mut Reader<'_, '_>) -> Read<(Self, Head)>;

    /// Reads how an operation is to be done: one of [`Self::WAYS`] comes next.
    fn way(reader: &mut Reader<'_, '_>) -> Read<Self::Way> {
        reader.refuse(String::from("There is one way only."))
    }

    /// Reads what stands behind one of [`Self::ORDERS`]: the nodes that are told, or nobody for the one that
    /// speaks for all, and what.
    fn read_order(word: &str, reader: &mut Reader<'_, '_>) -> Read<(Vec<String>, Self::Own)> {
        reader.refuse(alloc::format!("\"{word}\" is no order."))
    }

    /// What an order of its own asks of one of its machines; nothing if that one does not understand it.
    fn obey(
        _: &Self::Own,
        _: &<Self::Process as Machine>::Config,
    ) -> Option<<Self::Process as Machine>::Request> {
        None
    }

    /// Refuses what is too much together with others of its kind in the same scenario.
    fn check<'s>(&'s self, _: &mut Reader<'_, '_>, _: impl Iterator<Item = &'s Self>) -> Read<()> {
        Ok(())
    }

    /// Why it should not be set up so, if it should not, and the text does not switch that mistake on.
    fn flaw(&self, _: &[Bug]) -> Option<&'static str> {
        None
    }

    /// The words that alone can come next in such a statement, behind its first word and these: to be
    /// completed. None if it is an option's turn.
    fn next(_: &[&str]) -> Vec<Entry> {
        Vec::new()
    }

    /// What the book tells of its words, beside its statements, laws, measures and mistakes.
    fn chapters() -> Vec<Chapter> {
        Vec::new()
    }

    /// Its word: that of the tenant, or of the strategy.
    fn word(&self, head: &Head) -> &'static str;

    /// How many nodes it begins with.
    fn nodes(&self, head: &Head) -> u32 {
        head.nodes
    }

    /// How many copies of each key are laid on disks at the start, by a map.
    fn copies(&self, _: &Head) -> u32 {
        0
    }

    /// About how much work placing is.
    fn work(&self, _: &Head) -> Option<Work> {
        None
    }

    /// How many disks may be lost at once; nothing if a nemesis has nothing to do with it.
    fn bears(&self, head: &Head) -> Option<u32>;

    /// A lost disk is made good after so long by the cluster itself; nothing if it is not.
    fn heals(&self) -> Option<Span> {
        None
    }

    /// Adds its nodes.
    fn build(&self, builder: &mut impl Builder) -> Self::Built;

    /// The node that keeps the map, or speaks for all.
    fn desk(built: &Self::Built) -> NodeId;

    /// The nodes that hold a key at the start; nobody if no keys are laid on disks.
    fn homes(_: &Self::Built, _: &Key) -> Owners {
        Owners::NONE
    }

    /// The map that its nodes go by at this moment, if they go by one: for a screen.
    fn map(_: Site<'_, Self::Process>, _: &Self::Built) -> Option<MapFact> {
        None
    }

    /// Where a key goes at this moment, if it has a rule for it.
    fn find(_: Site<'_, Self::Process>, _: &Self::Built, _: &str) -> Option<Found> {
        None
    }

    /// Why a wish is still open at this moment; nothing if it has come about, was refused, or is none of what
    /// it understands.
    fn waits(_: Site<'_, Self::Process>, _: &Self::Built, _: &Wish) -> Option<String> {
        None
    }

    /// What a machine is about that a screen should show at its node, in two or three words each.
    fn signs(_: &Self::Process) -> Vec<String> {
        Vec::new()
    }

    /// What a machine holds from the start by what it was told at first, if it is told so.
    fn preloaded(_: &<Self::Process as Machine>::Config) -> Option<Vec<Item>> {
        None
    }

    /// Lays items on a disk before the start.
    fn lay(_: &mut Durable, _: &Arc<Batch>) {}

    /// Carries out a change; nothing changes where nodes neither come nor go and there is no table.
    fn change(&self, _: &Self::Built, _: &Change, _: &mut impl Builder) {}

    /// How the client of that short name is set up; nothing if it can have none.
    fn client(&self, _: &str, _: &Self::Built, _: &impl Builder) -> Option<Config> {
        None
    }

    /// What led to the event of that number, an answer to a client: nothing if there is nothing to be explained.
    fn story_of(_: Past<'_>, _: u32) -> Vec<Step> {
        Vec::new()
    }

    /// A message with this changed in it; nothing if there is nothing in it to change.
    fn forge(
        _: &<Self::Process as Machine>::Message,
        _: &Forgery,
    ) -> Option<<Self::Process as Machine>::Message> {
        None
    }

    /// Prepares a machine for a request that takes long, until so much work is done; true once it is ready.
    /// Time stands still meanwhile.
    fn prepare(
        _: &mut Self::Process,
        _: &<Self::Process as Machine>::Request,
        _: &mut u64,
    ) -> bool {
        true
    }

    /// How far a machine is that prepares itself: so much of so much.
    fn preparing(_: &Self::Process) -> Option<(usize, usize)> {
        None
    }

    /// What an order asks of one of its machines; nothing if they do not understand it.
    fn order(_: &Order) -> Option<<Self::Process as Machine>::Request> {
        None
    }

    /// What one of its clients is asked; nothing if it cannot do that.
    fn operate(_: &Operation) -> Option<Request> {
        None
    }
}
