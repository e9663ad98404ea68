//! The sorted rotations of a block's text, from those of its words.

use super::front::Front;
use super::ring::Ring;
use super::word::Word;

/// Number of the blank among the characters that occur.
const BLANK: u8 = 0;

/// Brings the characters of a block into the order of its sorted rotations; keeps its memory between blocks.
///
/// A rotation that begins within a word is ordered by what is left of the word, and then by the rotation of words
/// that follows. So one pass over the words' rotations in order brings the characters of all others into spans,
/// one for each end of a word.
#[derive(Default)]
pub(super) struct Transform {
    ends: Vec<End>,
    spans: Vec<Span>,
    /// For each word the characters it adds to mixed spans, as many for all.
    additions: Vec<Addition>,
    /// For each word its last character.
    lasts: Vec<u8>,
    /// The spans' characters: first those before blanks, then the mixed ones in order.
    text: Vec<u8>,
    /// Where in the text each mixed span goes on.
    nexts: Vec<usize>,
}

/// Part of a word up to its blank, and the character before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct End {
    text: Word,
    rank: usize,
    before: u8,
}

/// The characters before all rotations that begin with the same end of a word.
#[derive(Clone, Copy)]
enum Span {
    /// Always the same.
    Constant { symbol: u8, count: usize },
    /// Different ones.
    Mixed { count: usize },
}

/// A character that a word adds to a mixed span.
#[derive(Clone, Copy)]
struct Addition {
    span: usize,
    symbol: u8,
    /// One, or nothing where a word has fewer characters to add than others.
    step: usize,
}

impl Transform {
    /// Feeds `front` with the characters of `ring`, whose words' rotations are given in ascending order.
    pub(super) fn feed(&mut self, ring: &Ring, rotations: impl Iterator<Item = usize>, front: &mut Front) {
        self.find_ends(ring);
        let per_word = self.find_spans(ring);
        self.place(ring, rotations, per_word);

        let (before_blanks, mut mixed) = self.text.split_at(ring.ranks.len());
        front.extend(before_blanks);
        for span in &self.spans {
            match *span {
                Span::Constant { symbol, count } => front.extend_run(symbol, count),
                Span::Mixed { count } => {
                    let (text, rest) = mixed.split_at(count);
                    front.extend(text);
                    mixed = rest;
                }
            }
        }
    }

    fn find_ends(&mut self, ring: &Ring) {
        self.ends.clear();
        self.lasts.clear();
        for (rank, (word, &count)) in ring.words.iter().zip(&ring.counts).enumerate() {
            let mut before = BLANK;
            for (taken, digit) in word.digits().enumerate().filter(|_| count > 0) {
                self.ends.push(End { text: word.without(taken), rank, before });
                before = ring.symbol(digit);
            }
            self.lasts.push(before);
        }
        self.ends.sort_unstable();
    }

    /// Makes a span of each different end; how many characters a word adds to mixed ones at most.
    fn find_spans(&mut self, ring: &Ring) -> usize {
        let is_mixed = |same: &&[End]| same.iter().any(|end| end.before != same[0].before);
        let spans = || self.ends.chunk_by(|a, b| a.text == b.text);
        let mut added = vec![0; ring.words.len()];
        for end in spans().filter(is_mixed).flatten() {
            added[end.rank] += 1;
        }
        let per_word = added.iter().copied().max().unwrap_or(0);

        // A place after the text takes what words with fewer characters add.
        let nothing = Addition { span: spans().filter(is_mixed).count(), symbol: 0, step: 0 };
        self.additions.clear();
        self.additions.resize(ring.words.len() * per_word, nothing);
        self.spans.clear();
        self.nexts.clear();
        let mut next = ring.ranks.len();
        for same in spans() {
            let count = same.iter().map(|end| ring.counts[end.rank]).sum();
            if !is_mixed(&same) {
                self.spans.push(Span::Constant { symbol: same[0].before, count });
                continue;
            }
            for end in same {
                added[end.rank] -= 1;
                let addition = &mut self.additions[end.rank * per_word + added[end.rank]];
                *addition = Addition { span: self.nexts.len(), symbol: end.before, step: 1 };
            }
            self.spans.push(Span::Mixed { count });
            self.nexts.push(next);
            next += count;
        }
        self.nexts.push(next);
        self.text.clear();
        self.text.resize(next + 1, 0);
        per_word
    }

    /// Brings the characters into their spans.
    fn place(&mut self, ring: &Ring, rotations: impl Iterator<Item = usize>, per_word: usize) {
        let Self { additions, lasts, text, nexts, .. } = self;
        let end = ring.ranks.len() - 1;
        for (order, start) in rotations.enumerate() {
            let rank = usize::from(ring.ranks[if start == 0 { end } else { start - 1 }]);
            text[order] = lasts[rank];
            for addition in &additions[rank * per_word..][..per_word] {
                let next = &mut nexts[addition.span];
                text[*next] = addition.symbol;
                *next += addition.step;
            }
        }
    }
}
