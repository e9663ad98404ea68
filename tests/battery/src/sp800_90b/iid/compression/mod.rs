//! The length that bzip2 makes of samples, without writing a byte (SP 800-90B §5.1.11).
//!
//! The samples are written in decimal with a blank between two of them, and compressed with a block size of
//! 500,000 characters. Only the length is wanted, and of many orders of the same samples: so the text is never
//! written out. Rotations are sorted by words, characters follow from them ([`transform`]), and what the codes
//! cost depends only on how often each symbol occurs in each group of fifty ([`coding`]).

mod blocks;
mod coding;
mod front;
mod huffman;
#[cfg(test)]
mod numbers;
mod ring;
mod rotations;
mod transform;
mod word;

use blocks::{Block, Blocks};
use coding::Coding;
use front::Front;
use ring::Ring;
use rotations::Rotations;
use transform::Transform;
use word::Word;

/// Room for the thirteen symbols there are at most: two for runs, places 1 to 10 of eleven characters, the end.
const MAX_SYMBOLS: usize = 16;

/// How often each symbol occurs.
type Histogram = [u32; MAX_SYMBOLS];

/// Signature of the file with its block size, and signature and checksum at its end.
const FILE_BITS: u64 = 32 + 48 + 32;

/// Signature and checksum of a block, whether it was randomised, and the place of the unrotated text.
const BLOCK_BITS: u64 = 48 + 32 + 1 + 24;

/// Which sixteens of characters occur, and, for each that does, which characters.
const MAP_BITS: u64 = 16;

/// Measures how far bzip2 compresses samples; keeps its memory from one measurement to the next.
///
/// ```
/// use openentropy_tests::sp800_90b::iid::Compressor;
///
/// let samples: Vec<u8> = (0..100).map(|i| i % 10).collect();
/// // The bytes of `bzip2 -5` for "0 1 2 3 4 5 6 7 8 9 0 1 2 ... 8 9".
/// assert_eq!(Compressor::default().length(&samples), 60);
/// ```
#[derive(Default)]
pub struct Compressor {
    /// The values that occur, in the order of their decimal texts.
    values: Vec<u8>,
    ring: Ring,
    rotations: Rotations,
    transform: Transform,
    front: Front,
    coding: Coding,
}

impl Compressor {
    /// Bytes of the compressed text of `samples`.
    pub fn length(&mut self, samples: &[u8]) -> u64 {
        let blocks = Blocks::new(samples);
        self.values.clear();
        self.values.extend(blocks.values());
        self.values.sort_by_cached_key(|&value| Word::of(value));
        let bits: u64 = blocks.map(|block| BLOCK_BITS + self.block_bits(&block)).sum();
        (FILE_BITS + bits).div_ceil(8)
    }

    fn block_bits(&mut self, block: &Block<'_>) -> u64 {
        self.front.clear();
        let (characters, map_bits) = match *block {
            Block::Words { seam, samples } => {
                self.ring.set(seam, samples, &self.values);
                let rotations = self.rotations.sort(&self.ring.ranks, self.ring.words.len());
                self.transform.feed(&self.ring, rotations, &mut self.front);
                (self.ring.characters, 3 * MAP_BITS)
            }
            Block::Digits(word) => (feed_digits(word, &mut self.front), 2 * MAP_BITS),
        };
        let coded = self.front.finish(characters as u8 + 1);
        map_bits + self.coding.bits(coded, characters + 2)
    }
}

/// Feeds `front` with the last characters of the sorted rotations of a few digits; how many different ones there are.
fn feed_digits(word: Word, front: &mut Front) -> usize {
    let digits: Vec<u8> = word.digits().collect();
    let mut different = digits.clone();
    different.sort_unstable();
    different.dedup();
    let mut rotations: Vec<Vec<u8>> =
        (0..digits.len()).map(|start| [&digits[start..], &digits[..start]].concat()).collect();
    rotations.sort();
    let lasts = rotations.iter().filter_map(|rotation| rotation.last());
    let numbers: Vec<u8> =
        lasts.filter_map(|last| different.binary_search(last).ok()).map(|n| n as u8).collect();
    front.extend(&numbers);
    different.len()
}

#[cfg(test)]
mod tests;
