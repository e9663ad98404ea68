//! Where bzip2 cuts the text into blocks.

use super::word::Word;

/// Characters after which a block is full: 5 times 100,000, less a reserve of 19.
const FULL: usize = 499_981;

/// A block, its text taken as a ring, since what is sorted are its rotations.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block<'a> {
    /// Words in a ring: perhaps one made of the digits at both edges of the block, then those of the samples.
    Words {
        /// The word that runs over the edge, if the block neither begins nor ends between words.
        seam: Option<Word>,
        /// The samples that lie in the block with all their digits and the blank after them.
        samples: &'a [u8],
    },
    /// The last digits of the text, one to three, without a blank among them.
    Digits(Word),
}

/// The blocks of the text that `samples` make, in order.
///
/// bzip2 first codes runs of four to 259 equal characters shorter. Here the longest run is three (`111`, `222`),
/// so that the text stays as it is; but as it moves whole runs only, a block ends where a run does.
pub(super) struct Blocks<'a> {
    samples: &'a [u8],
    counts: [usize; 256],
    lengths: [u8; 256],
    /// Characters from the first digit of the first sample to the last of the last.
    text: usize,
    /// How many digits of the first sample the block before has taken.
    taken: usize,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(samples: &'a [u8]) -> Self {
        let lengths = core::array::from_fn(|value| Word::of(value as u8).len() as u8);
        let mut counts = [0usize; 256];
        for &sample in samples {
            counts[usize::from(sample)] += 1;
        }
        let text: usize =
            counts.iter().zip(&lengths).map(|(count, length)| count * usize::from(length + 1)).sum();
        Self { samples, counts, lengths, text: text.saturating_sub(1), taken: 0 }
    }

    /// The values that occur in any block.
    pub(super) fn values(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=255).filter(|&value| self.counts[usize::from(value)] > 0)
    }

    /// Index of the sample, and number of its digits, before the end of a full block; `None` if all is the last block.
    fn end(&self) -> Option<(usize, usize)> {
        let full = self.taken + FULL;
        if self.text <= full {
            return None;
        }
        let (mut index, mut start) = (0, 0);
        loop {
            let after = start + usize::from(self.lengths[usize::from(*self.samples.get(index)?)]) + 1;
            if after > full {
                break;
            }
            (index, start) = (index + 1, after);
        }
        let word = Word::of(self.samples[index]);
        let mut digits = full - start;
        let digit = |place: usize| word.digits().nth(place);
        while digits > 0 && digits < word.len() && digit(digits) == digit(digits - 1) {
            digits += 1;
        }
        // The character that shows the run's end has been read: if it is the text's last, no block is left for it.
        (start + digits + 1 < self.text).then_some((index, digits))
    }

    fn block(&self, end: usize, digits: usize) -> Block<'a> {
        let word = |index: usize| self.samples.get(index).map_or(Word::EMPTY, |&sample| Word::of(sample));
        if end == 0 {
            return Block::Digits(word(0).without(self.taken));
        }
        let tail = word(end).first(digits);
        if self.taken == 0 && digits == 0 {
            return Block::Words { seam: None, samples: &self.samples[..end] };
        }
        let seam = Some(tail.joined(word(0).without(self.taken)));
        Block::Words { seam, samples: &self.samples[1..end] }
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        let last = self.samples.len().checked_sub(1)?;
        let Some((end, digits)) = self.end() else {
            let block = self.block(last, Word::of(self.samples[last]).len());
            self.samples = &[];
            return Some(block);
        };
        let block = self.block(end, digits);
        let used =
            self.samples[..end].iter().map(|&sample| usize::from(self.lengths[usize::from(sample)]) + 1);
        self.text -= used.sum::<usize>();
        (self.samples, self.taken) = (&self.samples[end..], digits);
        Some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Blocks, FULL, Word};

    #[test]
    fn a_short_text_is_one_block_whose_ends_meet() {
        let blocks: Vec<_> = Blocks::new(&[12, 3, 45]).collect();
        assert_eq!(blocks, [Block::Words { seam: Some(Word::of(45).joined(Word::of(12))), samples: &[3] }]);
        assert_eq!(Blocks::new(&[7]).collect::<Vec<_>>(), [Block::Digits(Word::of(7))]);
        assert_eq!(Blocks::new(&[]).next(), None);
    }

    #[test]
    fn a_block_ends_with_the_run_that_fills_it() {
        // 499,980 characters of "1 ", then a run: it begins one character before the block is full.
        let mut samples = vec![1; FULL / 2];
        samples.extend([222, 5, 6]);
        let blocks: Vec<_> = Blocks::new(&samples).collect();
        assert_eq!(blocks.len(), 2);
        assert_eq!(
            blocks[0],
            Block::Words { seam: Some(Word::of(222).joined(Word::of(1))), samples: &samples[1..FULL / 2] }
        );
        // The second begins with the blank after the run and ends with the last digit.
        assert_eq!(blocks[1], Block::Words { seam: Some(Word::of(6)), samples: &[5] });
    }

    #[test]
    fn a_single_character_left_over_stays_in_its_block() {
        let mut samples = vec![1; FULL / 2];
        samples.push(23);
        assert_eq!(Blocks::new(&samples).count(), 1, "the 3 is read before the block is seen to be full");
        samples[0] = 22;
        assert_eq!(Blocks::new(&samples).count(), 2, "here the 2 is");
    }
}
