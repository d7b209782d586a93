//! Widgets: buttons, editor, scrubber and the rest; they know no engine and no geometry.

pub mod button;
pub mod editor;
pub mod fold;
pub mod follow;
pub mod icon;
pub mod keys;
pub mod live;
pub mod measure;
pub mod menu;
pub mod notice;
pub mod piece;
pub mod scrubber;
pub mod split;
pub mod store;
pub mod tabs;
pub mod term;
pub mod theme;
