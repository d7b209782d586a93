//! The laws of clusters with a map: none but those of all stores. Their numbers are read from the disks
//! where the trace cannot tell what was lost.

use super::{Note, Process};
use crate::metric::Common;
use crate::sim::Fault;
pub use crate::tenant::NoLaw as Law;
use crate::tenant::{Moment, Seen, Site, Watched};

/// What is watched: nothing that must be remembered.
#[derive(Clone, Debug, Default)]
pub struct Laws;

impl Laws {
    /// Reads an event. What a lying disk lost, a torn batch or a damaged record is read from the disk: a
    /// number that trusted the node would be wrong.
    pub fn read(
        &mut self,
        moment: Moment,
        seen: Seen<'_, Note>,
        site: &Site<'_, Process>,
        common: &mut Common,
    ) -> Watched {
        let Seen::Fault(Fault::Unsynced { .. } | Fault::Torn { .. } | Fault::Corrupted) = seen
        else {
            return Watched::default();
        };
        let Some(durable) = site.durable(moment.node) else { return Watched::default() };
        common.ledger.resync(moment.node, durable.disk.shelf.iter(), moment.at);
        Watched { counted: true, ..Watched::default() }
    }
}
