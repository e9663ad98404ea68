//! A block's text as a ring of words.

use super::word::Word;

/// The words of a block by rank, and the symbols of its characters; keeps its memory between blocks.
#[derive(Default)]
pub(super) struct Ring {
    /// The different words in ascending order; some may not occur in this block.
    pub(super) words: Vec<Word>,
    /// The ring: each word's place among the different ones.
    pub(super) ranks: Vec<u16>,
    /// How often each word occurs.
    pub(super) counts: Vec<usize>,
    /// The number of each digit among the characters that occur; the blank is number 0.
    digits: [u8; 10],
    /// How many characters occur.
    pub(super) characters: usize,
}

impl Ring {
    /// Takes a block of `samples`, before them perhaps a word at its seam.
    ///
    /// `values` are the samples that may occur, in the order of their words.
    pub(super) fn set(&mut self, seam: Option<Word>, samples: &[u8], values: &[u8]) {
        self.words.clear();
        self.words.extend(values.iter().map(|&value| Word::of(value)));
        let seam = seam.map(|word| match self.words.binary_search(&word) {
            Ok(rank) => rank,
            Err(rank) => {
                self.words.insert(rank, word);
                rank
            }
        });
        let mut rank_of = [0; 256];
        for &value in values {
            rank_of[usize::from(value)] = self.words.binary_search(&Word::of(value)).unwrap_or(0) as u16;
        }
        self.ranks.clear();
        self.ranks.extend(seam.map(|rank| rank as u16));
        self.ranks.extend(samples.iter().map(|&sample| rank_of[usize::from(sample)]));
        self.counts.clear();
        self.counts.resize(self.words.len(), 0);
        for &rank in &self.ranks {
            self.counts[usize::from(rank)] += 1;
        }
        self.number_characters();
    }

    fn number_characters(&mut self) {
        let mut occurs = [false; 10];
        for (word, _) in self.words.iter().zip(&self.counts).filter(|(_, count)| **count > 0) {
            for digit in word.digits() {
                occurs[usize::from(digit)] = true;
            }
        }
        self.characters = 1;
        for (number, _) in self.digits.iter_mut().zip(occurs).filter(|(_, occurs)| *occurs) {
            *number = self.characters as u8;
            self.characters += 1;
        }
    }

    /// The number of a digit that occurs.
    pub(super) fn symbol(&self, digit: u8) -> u8 {
        self.digits[usize::from(digit)]
    }
}
