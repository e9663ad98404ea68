//! Complexity of Lempel and Ziv (1976) of blocks of bits.

use crate::Bits;

/// Bits of a block.
pub(super) const BLOCK: usize = 1024;

/// Bits by which positions that may match are found.
const KEY: u32 = 6;

/// No position.
const NONE: u16 = u16::MAX;

/// Number of phrases in the exhaustive history of the [`BLOCK`] bits from `start` on.
///
/// Each phrase is the shortest that does not begin earlier in the block too, former occurrences reaching into it
/// allowed; the last may be one that does.
pub(super) fn complexity(bits: &Bits<'_>, start: usize) -> usize {
    let windows: [u64; BLOCK] = core::array::from_fn(|position| bits.word(start + position));
    // Positions before the present one whose first bits are the key's, as a chain from the last to the first.
    let (mut last, mut former) = ([NONE; 1 << KEY], [NONE; BLOCK]);
    let (mut phrases, mut position) = (0, 0);
    while position < BLOCK {
        let key = (windows[position] >> (64 - KEY)) as usize;
        let chain =
            core::iter::successors(Some(last[key]), |&earlier| former.get(usize::from(earlier)).copied());
        let longest = chain
            .take_while(|&earlier| earlier != NONE)
            .map(|earlier| common(&windows, usize::from(earlier), position))
            .max();
        let longest = longest
            .or_else(|| (0..position).map(|earlier| common(&windows, earlier, position)).max())
            .unwrap_or(0);
        let next = (position + longest + 1).min(BLOCK);
        for passed in position..next {
            let key = (windows[passed] >> (64 - KEY)) as usize;
            former[passed] = core::mem::replace(&mut last[key], passed as u16);
        }
        (phrases, position) = (phrases + 1, next);
    }
    phrases
}

/// Number of bits, up to the block's end, in which what begins at `earlier` and at `later` agrees.
fn common(windows: &[u64; BLOCK], earlier: usize, later: usize) -> usize {
    for offset in (0..BLOCK - later).step_by(64) {
        let agree = (windows[earlier + offset] ^ windows[later + offset]).leading_zeros() as usize;
        if agree < 64 {
            return (offset + agree).min(BLOCK - later);
        }
    }
    BLOCK - later
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, complexity};
    use crate::Bits;
    use crate::test_streams::Good;

    /// By definition: the phrase grows while it occurs in what precedes its last bit.
    fn by_definition(block: &[u8]) -> usize {
        let (mut phrases, mut begin) = (0, 0);
        while begin < block.len() {
            let mut end = begin + 1;
            while end <= block.len()
                && block[..end - 1].windows(end - begin).any(|part| part == &block[begin..end])
            {
                end += 1;
            }
            (phrases, begin) = (phrases + 1, end);
        }
        phrases
    }

    /// 0·001·10·100·1000·101, the example of Lempel and Ziv.
    #[test]
    fn the_definition_is_the_papers() {
        let bits = Bits::from_ascii(b"0001101001000101").unwrap();
        assert_eq!(by_definition(&bits.iter().collect::<Vec<_>>()), 6);
    }

    #[test]
    fn blocks_have_the_complexity_of_the_definition() {
        let good = Good::ChaCha20.bytes(76, 3 * BLOCK / 8 + 8);
        let sparse: Vec<u8> = good.iter().map(|byte| byte & byte >> 1 & 0x24).collect();
        let periodic = good[..9].repeat(45);
        for bytes in [good, sparse, periodic, vec![0; 400], vec![0xFF; 400], vec![0x55; 400]] {
            let bits = Bits::new(&bytes);
            for start in [0, 1, 77, BLOCK, 2 * BLOCK] {
                let block: Vec<u8> = bits.iter().skip(start).take(BLOCK).collect();
                assert_eq!(complexity(&bits, start), by_definition(&block), "from {start}");
            }
        }
    }
}
