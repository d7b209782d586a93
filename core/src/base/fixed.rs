//! Logarithm and power in whole numbers, so that chance decides the same on every machine.

/// One, in the fixed-point numbers of this file: 32 bits before the point and 32 behind it.
pub const ONE: u64 = 1 << 32;

/// 2^(1/2), 2^(1/4), 2^(1/8) … with 62 bits behind the point.
const ROOTS: [u64; 32] = roots();

const fn roots() -> [u64; 32] {
    let mut roots = [0; 32];
    let mut last: u128 = 2 << 62;
    let mut at = 0;
    while at < 32 {
        last = square_root(last << 62);
        roots[at] = last as u64;
        at += 1;
    }
    roots
}

const fn square_root(number: u128) -> u128 {
    let mut low: u128 = 0;
    let mut high: u128 = 1 << 64;
    while low + 1 < high {
        let middle = (low + high) / 2;
        if middle * middle <= number {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The logarithm to base two of a whole number, in fixed point; 0 for 0.
#[must_use]
pub fn log2(number: u64) -> u64 {
    if number == 0 {
        return 0;
    }
    let whole = 63 - number.leading_zeros();
    let mut mantissa = number << (63 - whole);
    let mut result = u64::from(whole);
    for _ in 0..32 {
        let square = u128::from(mantissa) * u128::from(mantissa);
        result <<= 1;
        if square >> 127 == 1 {
            result |= 1;
            mantissa = (square >> 64) as u64;
        } else {
            mantissa = (square >> 63) as u64;
        }
    }
    result
}

/// Two to a fixed-point power, in fixed point; the largest number if it does not fit.
#[must_use]
pub fn exp2(power: i64) -> u64 {
    let whole = power >> 32;
    let part = (power & 0xffff_ffff) as u64;
    let mut mantissa: u64 = 1 << 62;
    for (at, &root) in ROOTS.iter().enumerate() {
        if part >> (31 - at) & 1 == 1 {
            mantissa = ((u128::from(mantissa) * u128::from(root)) >> 62) as u64;
        }
    }
    match whole - 30 {
        shift @ 0..=63 => {
            mantissa.checked_shl(shift as u32).filter(|_| shift < 2).unwrap_or(u64::MAX)
        }
        shift @ -63..=-1 => mantissa >> -shift,
        shift if shift < 0 => 0,
        _ => u64::MAX,
    }
}

/// Minus the natural logarithm of a uniform variate from 0 to 1, in fixed point: exponential waits.
#[must_use]
pub fn exponential(bits: u64) -> u64 {
    let below_one = (bits >> 11).max(1);
    let log = (53 << 32) - log2(below_one);
    ((u128::from(log) * 2_977_044_471) >> 32) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(fixed: u64, wanted: f64) {
        let got = fixed as f64 / ONE as f64;
        assert!((got - wanted).abs() <= wanted.abs() * 1e-6 + 1e-8, "{got} is not {wanted}");
    }

    #[test]
    fn logarithm_and_power_agree_with_the_textbook() {
        for number in [1_u64, 2, 3, 10, 1_000, 65_537, 1 << 40, u64::MAX] {
            close(log2(number), (number as f64).log2());
        }
        for tenths in -100_i64..200 {
            let power = (tenths * ONE as i64) / 10;
            close(exp2(power), (power as f64 / ONE as f64).exp2());
        }
        assert_eq!(exp2(i64::MAX), u64::MAX);
        assert_eq!(exp2(i64::MIN), 0);
    }

    #[test]
    fn exponential_waits_have_mean_one() {
        let mut rng = crate::base::Rng::derive(3, 3);
        let sum: u64 = (0..20_000).map(|_| exponential(rng.bits()) >> 16).sum();
        assert!((63_000..68_000).contains(&(sum / 20_000)), "{}", sum / 20_000);
    }
}
