//! Painters on canvas, for what is too fast or too crowded to be marks one can point at.

pub mod glow;
