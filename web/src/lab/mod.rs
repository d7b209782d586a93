//! The parts of the lab that compose what tenants bring: the stage, its legend, the inspector, the timeline.

pub mod branches;
pub mod inspector;
pub mod legend;
pub mod metrics;
pub mod sheet;
pub mod stage;
pub mod timeline;
pub mod transport;
