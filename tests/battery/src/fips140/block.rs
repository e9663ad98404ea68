//! What is counted in one block of 20,000 bits.

/// Bits in a block.
pub const BLOCK_BITS: usize = 20_000;
/// Bytes in a block.
pub const BLOCK_BYTES: usize = BLOCK_BITS / 8;

/// Positions handled at once; the other half of the word looks ahead.
const STEP: usize = 32;
/// Run lengths counted apart; longer ones count as the last.
const LENGTHS: usize = 6;

/// The counts of one block of 20,000 bits.
///
/// ```
/// use openentropy_tests::fips140::{BLOCK_BYTES, Block};
///
/// let block = Block::of(&[0b1100_0101; BLOCK_BYTES]);
/// assert_eq!((block.ones, block.longest_run), (10_000, 3));
/// assert_eq!(block.runs[1][..3], [2501, 1, 2499], "three ones where a byte meets the next");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Number of ones.
    pub ones: u32,
    /// Sum of the squared counts of the sixteen values of its 5000 nibbles.
    pub nibble_squares: u32,
    /// Number of runs by bit, then by length: 1, 2, 3, 4, 5, and 6 or more. A run that the block's end cuts off counts.
    pub runs: [[u32; LENGTHS]; 2],
    /// Length of the longest run, of zeros or of ones.
    pub longest_run: u32,
}

impl Block {
    /// Counts what is in a block, the most significant bit of each byte first.
    pub fn of(bytes: &[u8; BLOCK_BYTES]) -> Self {
        let nibbles = nibbles(bytes);
        let (runs, longest_run) = runs(bytes);
        Self {
            ones: bytes.iter().map(|byte| byte.count_ones()).sum(),
            nibble_squares: nibbles.iter().map(|count| count * count).sum(),
            runs,
            longest_run,
        }
    }

    /// The poker statistic `(16/5000)·Σf² - 5000`, chi-square with 15 degrees of freedom.
    pub fn poker(&self) -> f64 {
        16.0 / 5000.0 * f64::from(self.nibble_squares) - 5000.0
    }
}

fn nibbles(bytes: &[u8; BLOCK_BYTES]) -> [u32; 16] {
    // Two tables, so that equal neighbours do not wait for each other's count.
    let mut counts = [[0u32; 256]; 2];
    for pair in bytes.chunks_exact(2) {
        counts[0][usize::from(pair[0])] += 1;
        counts[1][usize::from(pair[1])] += 1;
    }
    let mut nibbles = [0; 16];
    for byte in 0..256 {
        let count = counts[0][byte] + counts[1][byte];
        nibbles[byte >> 4] += count;
        nibbles[byte & 15] += count;
    }
    nibbles
}

/// Runs by bit and length, and the length of the longest.
///
/// A run of length k begins at a position whose bit differs from the one before, and the next such
/// position lies k further on: both are found for 32 positions at once.
fn runs(bytes: &[u8; BLOCK_BYTES]) -> ([[u32; LENGTHS]; 2], u32) {
    let mut runs = [[0; LENGTHS]; 2];
    let (mut last_begin, mut longest) = (0usize, 0usize);
    for first in (0..BLOCK_BITS).step_by(STEP) {
        let begins = begins(bytes, first);
        let active = begins >> STEP << STEP;
        let ones = word(bytes, first);
        let mut open = active;
        for length in 1..LENGTHS {
            let closed = open & begins << length;
            runs[1][length - 1] += (closed & ones).count_ones();
            runs[0][length - 1] += (closed & !ones).count_ones();
            open &= !closed;
        }
        runs[1][LENGTHS - 1] += (open & ones).count_ones();
        runs[0][LENGTHS - 1] += (open & !ones).count_ones();
        // Only a run of six or more may be the longest, and those are few.
        let mut long = open;
        if active != 0 {
            let begin = first + active.leading_zeros() as usize;
            longest = longest.max(begin - last_begin);
            last_begin = first + 63 - active.trailing_zeros() as usize;
        }
        while long != 0 {
            let place = long.leading_zeros();
            long &= !(1 << (63 - place));
            let next = (active << place << 1).leading_zeros() as usize;
            if place as usize + 1 + next < STEP {
                longest = longest.max(next + 1);
            }
        }
    }
    longest = longest.max(BLOCK_BITS - last_begin);
    if longest < LENGTHS {
        longest =
            (1..LENGTHS).rev().find(|&length| runs[0][length - 1] + runs[1][length - 1] > 0).unwrap_or(0);
    }
    (runs, longest as u32)
}

/// The 64 bits from `first` on; zeros follow the block.
fn word(bytes: &[u8; BLOCK_BYTES], first: usize) -> u64 {
    let bytes = &bytes[first / 8..];
    match bytes.first_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            u64::from_be_bytes(padded)
        }
    }
}

/// At which of the 64 positions from `first` on a run begins; one begins right after the block.
fn begins(bytes: &[u8; BLOCK_BYTES], first: usize) -> u64 {
    let ones = word(bytes, first);
    let before = match first.checked_sub(8) {
        Some(earlier) => u64::from(bytes[earlier / 8]) << 63,
        None => !ones & 1 << 63,
    };
    let begins = ones ^ (ones >> 1 | before);
    match BLOCK_BITS - first {
        left @ 0..64 => begins & !(u64::MAX >> left) | 1 << (63 - left),
        _ => begins,
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_BITS, BLOCK_BYTES, Block};
    use crate::Bits;
    use crate::test_streams::Good;

    /// Counts bit by bit, as the standard is read.
    fn by_definition(bytes: &[u8; BLOCK_BYTES]) -> Block {
        let bits: Vec<u8> = Bits::new(bytes).iter().collect();
        let mut nibbles = [0u32; 16];
        for nibble in bits.chunks(4) {
            nibbles[nibble.iter().fold(0, |value, &bit| value << 1 | usize::from(bit))] += 1;
        }
        let mut block = Block { ones: 0, nibble_squares: 0, runs: [[0; 6]; 2], longest_run: 0 };
        for run in bits.chunk_by(|a, b| a == b) {
            block.ones += u32::from(run[0]) * run.len() as u32;
            block.runs[usize::from(run[0])][run.len().min(6) - 1] += 1;
            block.longest_run = block.longest_run.max(run.len() as u32);
        }
        block.nibble_squares = nibbles.iter().map(|count| count * count).sum();
        block
    }

    fn check(bytes: &[u8]) {
        let bytes = bytes.first_chunk().unwrap();
        assert_eq!(Block::of(bytes), by_definition(bytes));
    }

    #[test]
    fn counts_are_those_of_a_walk_bit_by_bit() {
        for seed in 0..40 {
            let mut bytes = Good::ChaCha20.bytes(seed, BLOCK_BYTES);
            check(&bytes);
            // Longer and longer runs: fewer and fewer bits differ from the one before.
            for _ in 0..6 {
                let more = Good::AesCtr.bytes(seed, BLOCK_BYTES);
                for (index, byte) in bytes.iter_mut().enumerate() {
                    *byte |= more[(index * 7 + 1) % BLOCK_BYTES].rotate_left(index as u32);
                }
                check(&bytes);
            }
        }
    }

    #[test]
    fn runs_of_every_length_at_every_edge() {
        check(&[0; BLOCK_BYTES]);
        check(&[0xFF; BLOCK_BYTES]);
        check(&[0x55; BLOCK_BYTES]);
        for length in (1..200).chain([640, 9_999, 10_000, 19_999]) {
            for start in [0, 1, 31, 32, 33, 63, 64, 5_000, BLOCK_BITS - length] {
                let mut bits = [0x55u8; BLOCK_BYTES];
                for index in start..(start + length).min(BLOCK_BITS) {
                    bits[index / 8] |= 128 >> (index % 8);
                }
                check(&bits);
            }
        }
    }
}
