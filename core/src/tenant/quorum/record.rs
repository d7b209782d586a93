//! What a copy holds of a key: one or more values, each with the version that its writer gave it.

use crate::base::hash::Fold;
use crate::base::{Span, Time};
use crate::quorum::{Actor, Context, Siblings};
use crate::store::{Item, Key, Keyed, Value, Version};
use alloc::sync::Arc;

/// One value of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// The time on the wall clock of the client that wrote it. A write that is tried again keeps its version.
    pub version: Version,
    /// The value; gone if the key was deleted: a tombstone.
    pub value: Value,
}

/// All values of a key that a copy holds, with what it knows of the key.
pub type Cells = Siblings<Cell>;

/// A key with its values, shared by messages, memory and disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The key.
    pub key: Key,
    /// Its values.
    pub cells: Arc<Cells>,
}

impl core::hash::Hash for Record {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.key.hash(state);
        self.cells.hash(state);
    }
}

impl Keyed for Record {
    fn position(&self) -> u64 {
        self.key.position()
    }
    fn key(&self) -> &str {
        self.key.text()
    }
}

/// Who has written what is there before the start.
pub const LOADER: Actor = Actor(0);

/// What a value takes beside its bytes: its version and its dot.
const CELL: u64 = 24;
/// What a context takes for each actor.
const DOT: u64 = 16;

/// How many bytes values take with what is known of them.
#[must_use]
pub fn cells_bytes(cells: &Cells) -> u64 {
    let values = cells.values().iter().map(|(_, cell)| CELL + cell.value.bytes());
    values.sum::<u64>() + DOT * cells.context().dots().len() as u64
}

/// The value that a reader who wants one takes: the one of the greatest version, and among equals of the
/// greatest dot.
#[must_use]
pub fn newest(cells: &Cells) -> Option<&Cell> {
    let values = cells.values().iter();
    values.max_by_key(|(dot, cell)| (cell.version, *dot)).map(|(_, cell)| cell)
}

/// Last write wins: keeps the value of the greatest version.
pub fn settle(cells: &mut Cells) {
    cells.settle(|cell| cell.version);
}

/// A number that differs for different values and for different knowledge of them.
#[must_use]
pub fn digest(cells: &Cells) -> u64 {
    Fold::of(cells)
}

/// True if the key is deleted: there is no value but tombstones.
#[must_use]
pub fn is_dead(cells: &Cells) -> bool {
    cells.values().iter().all(|(_, cell)| cell.value == Value::Gone)
}

impl Record {
    /// A record that is there before the start.
    #[must_use]
    pub fn loaded(item: Item) -> Self {
        let mut cells = Cells::default();
        let cell = Cell { version: item.version, value: item.value };
        cells.write(&Context::default(), LOADER, cell);
        Self { key: item.key, cells: Arc::new(cells) }
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.key.text().len() as u64 + cells_bytes(&self.cells)
    }

    /// True if it is deleted, and every tombstone is older than the grace period.
    #[must_use]
    pub fn is_past(&self, grace: Span, wall: Time) -> bool {
        let old = |version: Version| wall.since(Time(version.0 >> 8)) > grace;
        is_dead(&self.cells) && self.cells.values().iter().all(|(_, cell)| old(cell.version))
    }

    /// The item that readers who want one value see, as a number of keys and versions counts it; nothing if
    /// nobody has written here.
    #[must_use]
    pub fn item(&self) -> Option<Item> {
        let cell = newest(&self.cells)?;
        Some(Item { key: self.key.clone(), version: cell.version, value: cell.value.clone() })
    }
}
