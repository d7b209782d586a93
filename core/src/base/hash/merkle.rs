//! Merkle trees as in RFC 6962: one root over many leaves, so that two copies are compared by one
//! hash and their differences are found in a few steps.
//!
//! A leaf and an inner node are hashed with another first byte, so that neither can pass for the
//! other; a tree is split at the largest power of two below its size.

use alloc::vec::Vec;
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Root = [u8; 32];

/// The hash of a leaf.
#[must_use]
pub fn leaf(bytes: &[u8]) -> Root {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// The hash of an inner node.
#[must_use]
pub fn node(left: &Root, right: &Root) -> Root {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over some leaves in their order; that of none is the hash of nothing.
#[must_use]
pub fn root<B: AsRef<[u8]>>(leaves: impl IntoIterator<Item = B>) -> Root {
    // Full trees that wait for a neighbour of their size, largest first.
    let mut waiting: Vec<(u32, Root)> = Vec::new();
    for bytes in leaves {
        let mut tree = (0, leaf(bytes.as_ref()));
        while let Some((height, left)) = waiting.last().filter(|(height, _)| *height == tree.0) {
            tree = (height + 1, node(left, &tree.1));
            waiting.pop();
        }
        waiting.push(tree);
    }
    let mut trees = waiting.into_iter().rev().map(|(_, root)| root);
    match trees.next() {
        Some(last) => trees.fold(last, |right, left| node(&left, &right)),
        None => Sha256::digest([]).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(root: &Root) -> alloc::string::String {
        root.iter().map(|byte| alloc::format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_roots_of_the_reference_come_out() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        for (count, wanted) in [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ] {
            assert_eq!(hex(&root(&leaves[..count])), wanted, "{count} leaves");
        }
    }
}
