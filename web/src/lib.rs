//! The page of Shardlab: views over one session, and the engine as a JavaScript package.

pub mod layout;
pub mod widgets;
