//! Sixty-four positions at a time: one word for what one sub-predictor did at each of them.

/// Positions of a block; the first is the most significant bit of its words.
pub(super) const BLOCK: usize = 64;

/// Bit `plane` of each of the bytes.
pub(super) fn plane(bytes: &[u8; BLOCK], plane: u32) -> u64 {
    // The product moves the lowest bit of byte k, counted from the right, to bit 56 + k; no two terms meet.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().fold(0, |word, eight| {
        let bits = u64::from_be_bytes(*eight) >> plane & 0x0101_0101_0101_0101;
        word << 8 | bits.wrapping_mul(GATHER) >> 56
    })
}

/// The blocks of `symbols`, the last filled up with zeros, and how many symbols each holds.
pub(super) fn blocks(symbols: &[u8]) -> impl Iterator<Item = ([u8; BLOCK], usize)> {
    symbols.chunks(BLOCK).map(|chunk| {
        let mut block = [0; BLOCK];
        block[..chunk.len()].copy_from_slice(chunk);
        (block, chunk.len())
    })
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, blocks, plane};

    #[test]
    fn planes_hold_the_bits_in_order() {
        let bytes: [u8; BLOCK] = core::array::from_fn(|i| (i * i * 37 + i * 11) as u8);
        for bit in 0..8 {
            let word = plane(&bytes, bit);
            for (index, byte) in bytes.iter().enumerate() {
                assert_eq!((word >> (63 - index) & 1) as u8, byte >> bit & 1, "byte {index}, bit {bit}");
            }
        }
    }

    #[test]
    fn the_last_block_is_filled_up() {
        let lengths: Vec<usize> = blocks(&[1; 130]).map(|(_, length)| length).collect();
        assert_eq!(lengths, [64, 64, 2]);
        let (last, _) = blocks(&[1; 130]).last().unwrap();
        assert_eq!((last[1], last[2]), (1, 0));
    }
}
