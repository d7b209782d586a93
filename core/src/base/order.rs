//! Order: sorting in little code.
//!
//! The sort of the standard library brings several kilobytes of machine code for every type that is
//! sorted, and the page is downloaded. This one brings a few hundred bytes, and is quick enough for
//! lists of thousands.

/// Puts items in order, where they lie. Items that are equal must be the same: they may change
/// places.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::lt);
}

/// Puts items in an order of their own, where they lie.
#[inline(never)]
pub fn sort_by<T>(items: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    for root in (0..items.len() / 2).rev() {
        sink(items, root, &is_less);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sink(&mut items[..end], 0, &is_less);
    }
}

/// Lets the item at `root` sink below those that are greater.
#[inline(never)]
fn sink<T>(items: &mut [T], mut root: usize, is_less: &impl Fn(&T, &T) -> bool) {
    loop {
        let mut child = 2 * root + 1;
        if child >= items.len() {
            return;
        }
        if child + 1 < items.len() && is_less(&items[child], &items[child + 1]) {
            child += 1;
        }
        if !is_less(&items[root], &items[child]) {
            return;
        }
        items.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::sort;
    use crate::base::Rng;
    use alloc::vec::Vec;

    #[test]
    fn whatever_is_sorted_is_in_order_and_all_there() {
        let mut rng = Rng::derive(1, 1);
        for count in 0..200_u64 {
            let mut items: Vec<u64> = (0..count).map(|_| rng.below(50)).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort(&mut items);
            assert_eq!(items, expected);
        }
    }
}
