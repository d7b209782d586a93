//! The harness of Shardlab: everything behind `cargo lab`, and the suites that prove the house.
//!
//! Read from the bottom: `place` and `say` know folders and words, `tool` brings what is missing,
//! `site` and `webdriver` put the page in front of a real browser, and the commands use them all.

pub mod place;
pub mod route;
pub mod say;
pub mod tool;

pub mod site;
pub mod webdriver;

pub mod page;

pub mod look;

pub mod bench;
pub mod check;
pub mod house;
pub mod node;
pub mod noise;
pub mod scenario;
pub mod suite;
pub mod table;
pub mod vector;
pub mod visit;
