//! The two pages: the gallery one arrives at, and the lab one works in.

pub mod gallery;
pub mod hero;
pub mod key;
pub mod lab;
pub mod scenarios;
