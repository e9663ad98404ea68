//! Incremental parsing of Ziv and Lempel (1978).

use crate::Bits;

/// Most bits of a block: its phrases then have numbers of 16 bits.
pub(super) const MOST_BITS: usize = 1 << 16;

/// The phrases of a block as a tree: where each goes on with 0 and with 1; 0, the root, where it does not.
pub(super) type Tree = Vec<[u16; 2]>;

/// Number of whole phrases, each a former one and one more bit, in the `len` bits from `start` on.
///
/// `len` is at most [`MOST_BITS`]. The tree is cleared first: it is passed in for its memory.
pub(super) fn phrases(bits: &Bits<'_>, start: usize, len: usize, tree: &mut Tree) -> usize {
    debug_assert!(len <= MOST_BITS);
    tree.clear();
    tree.push([0; 2]);
    let mut phrase = 0;
    for offset in (0..len).step_by(64) {
        let mut word = bits.word(start + offset);
        for _ in 0..(len - offset).min(64) {
            let bit = (word >> 63) as usize;
            word <<= 1;
            let longer = tree[phrase][bit];
            if longer == 0 {
                tree[phrase][bit] = tree.len() as u16;
                tree.push([0; 2]);
            }
            phrase = usize::from(longer);
        }
    }
    tree.len() - 1
}

#[cfg(test)]
mod tests {
    use super::{Tree, phrases};
    use crate::Bits;

    /// 1 011 010 100 010 parsed as 1, 0, 11, 01, 010, 00, 10, as in Cover and Thomas, section 13.4.
    #[test]
    fn the_textbook_example() {
        let bits = Bits::from_ascii(b"1011010100010").unwrap();
        assert_eq!(phrases(&bits, 0, 13, &mut Tree::new()), 7);
        assert_eq!(phrases(&bits, 0, 12, &mut Tree::new()), 6, "the open phrase is not counted");
        assert_eq!(phrases(&bits, 0, 0, &mut Tree::new()), 0);
    }

    #[test]
    fn a_constant_block_has_phrases_of_every_length() {
        let bits = [0; 8192];
        for (len, whole) in [(1, 1), (3, 2), (5, 2), (5050, 100), (65_536, 361)] {
            assert_eq!(phrases(&Bits::new(&bits), 0, len, &mut Tree::new()), whole, "{len} bits");
        }
    }
}
