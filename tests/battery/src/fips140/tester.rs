//! Blocks of a stream, one after the other.

use super::{BLOCK_BYTES, Block, Limits};

/// Bytes before the first block, with which only the first word of it is compared.
const PRIMING: usize = 4;

/// Judges a stream of any length block by block, in bounded memory.
///
/// As `rngtest` does, it takes the first four bytes of the stream to prime the continuous-run test,
/// cuts the rest into blocks of 2500 bytes and leaves an incomplete last one out.
///
/// ```
/// use openentropy_tests::fips140::{Limits, Tester};
///
/// let mut tester = Tester::new(Limits::FIPS_140_2);
/// tester.update(&[0xA5; 4 + 2 * 2500]);
/// assert_eq!((tester.blocks(), tester.rejected()), (2, 2));
/// ```
#[derive(Clone, Debug)]
pub struct Tester {
    limits: Limits,
    buffer: Vec<u8>,
    /// The last word of the block before, or of the priming bytes.
    previous: Option<[u8; PRIMING]>,
    blocks: u64,
    failures: [u64; 5],
    rejected: u64,
}

impl Tester {
    /// Waits for the first bytes.
    pub fn new(limits: Limits) -> Self {
        let buffer = Vec::with_capacity(BLOCK_BYTES);
        Self { limits, buffer, previous: None, blocks: 0, failures: [0; 5], rejected: 0 }
    }

    /// Takes the next bytes of the stream.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let wanted = if self.previous.is_some() { BLOCK_BYTES } else { PRIMING };
            let (taken, rest) = bytes.split_at(bytes.len().min(wanted - self.buffer.len()));
            bytes = rest;
            self.buffer.extend_from_slice(taken);
            if self.buffer.len() == wanted {
                self.judge();
                self.previous = self.buffer.last_chunk().copied();
                self.buffer.clear();
            }
        }
    }

    /// Number of complete blocks so far.
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// Number of blocks that failed monobit, poker, runs, long run, continuous run.
    pub fn failures(&self) -> [u64; 5] {
        self.failures
    }

    /// Number of blocks that failed at least one test.
    pub fn rejected(&self) -> u64 {
        self.rejected
    }

    /// Bytes after the last complete block, in no block so far.
    pub fn left_over(&self) -> usize {
        self.buffer.len()
    }

    fn judge(&mut self) {
        let (Some(block), Some(previous)) = (self.buffer.first_chunk(), self.previous) else {
            return; // the priming bytes
        };
        let [monobit, poker, runs, long_run] = self.limits.failed(&Block::of(block));
        let failed = [monobit, poker, runs, long_run, repeats(block, previous)];
        self.blocks += 1;
        self.rejected += u64::from(failed.contains(&true));
        for (count, failed) in self.failures.iter_mut().zip(failed) {
            *count += u64::from(failed);
        }
    }
}

/// Whether two words of 32 bits in a row are equal.
fn repeats(block: &[u8; BLOCK_BYTES], previous: [u8; PRIMING]) -> bool {
    let words = block.as_chunks::<PRIMING>().0;
    words[0] == previous || words.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::{Limits, Tester};
    use crate::test_streams::Good;

    #[test]
    fn pieces_of_any_size_give_the_same_counts() {
        let mut bytes = Good::ChaCha20.bytes(1, 26_000);
        bytes[7000..7400].fill(0x35);
        let whole = {
            let mut tester = Tester::new(Limits::FIPS_140_2);
            tester.update(&bytes);
            tester
        };
        assert_eq!((whole.blocks(), whole.rejected(), whole.left_over()), (10, 1, 996));
        for size in [1, 3, 4, 2500, 2503, 9999] {
            let mut tester = Tester::new(Limits::FIPS_140_2);
            bytes.chunks(size).for_each(|piece| tester.update(piece));
            assert_eq!((tester.failures(), tester.left_over()), (whole.failures(), 996), "pieces of {size}");
        }
    }

    #[test]
    fn a_word_repeated_across_blocks_is_seen() {
        let mut bytes = Good::ChaCha20.bytes(2, 4 + 2 * 2500);
        bytes.copy_within(2500..2504, 2504);
        let mut tester = Tester::new(Limits::FIPS_140_2);
        tester.update(&bytes);
        assert_eq!((tester.blocks(), tester.failures()), (2, [0, 0, 0, 0, 1]));
    }

    #[test]
    fn the_first_word_only_primes() {
        let mut bytes = Good::ChaCha20.bytes(3, 4 + 2500);
        bytes.copy_within(0..4, 4);
        let mut tester = Tester::new(Limits::FIPS_140_2);
        tester.update(&bytes[..2500]);
        assert_eq!((tester.blocks(), tester.left_over()), (0, 2496));
        tester.update(&bytes[2500..]);
        assert_eq!((tester.blocks(), tester.failures()[4]), (1, 1));
    }
}
