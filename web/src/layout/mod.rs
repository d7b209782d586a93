//! Pure geometry: numbers and words in, shapes and sentences out; no screen, no engine.
//!
//! Everything here runs natively, so everything here is tested natively. A layout never knows a
//! color and never reads a clock.

pub mod beside;
pub mod chord;
pub mod column;
pub mod curve;
pub mod group;
pub mod history;
pub mod mix;
pub mod place;
pub mod point;
pub mod ring;
pub mod seeds;
pub mod series;
pub mod survey;
pub mod timeline;
pub mod trace;
pub mod unit;
