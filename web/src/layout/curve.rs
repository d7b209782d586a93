//! Curves: sines, powers and logarithms.
//!
//! In the page they are the browser's own, which is there already; natively they are those of the
//! standard library. Nothing but pixels follows from them.

/// The power of ten at or below `value`, which is above zero.
#[must_use]
pub fn decade(value: f64) -> f64 {
    10_f64.powi(log10(value).floor() as i32)
}

macro_rules! curve {
    ($($(#[$doc:meta])* $name:ident($($argument:ident),+) = $native:ident;)+) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name($($argument: f64),+) -> f64 {
                #[cfg(target_arch = "wasm32")]
                return js_sys::Math::$name($($argument),+);
                #[cfg(not(target_arch = "wasm32"))]
                return f64::$native($($argument),+);
            }
        )+
    };
}

curve! {
    /// The sine.
    sin(angle) = sin;
    /// The cosine.
    cos(angle) = cos;
    /// The angle of a direction.
    atan2(y, x) = atan2;
    /// The power of *e*.
    exp(value) = exp;
    /// The decimal logarithm.
    log10(value) = log10;
}
