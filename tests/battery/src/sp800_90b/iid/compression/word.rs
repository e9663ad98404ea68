//! A decimal number as it stands in the text.

const BLANK: u64 = 0x20;

/// Up to six digits and the blank that closes them, as bytes from the top down.
///
/// Words compare as the texts do that begin with them, since no word is the beginning of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word(u64);

impl Word {
    /// No digits: two blanks that meet at the edge of a block.
    pub(super) const EMPTY: Self = Self(BLANK << 56);

    /// The decimal digits of a sample.
    pub(super) fn of(value: u8) -> Self {
        let digits = [value / 100, value / 10 % 10, value % 10];
        let leading = digits.iter().take(2).take_while(|digit| **digit == 0).count();
        digits[leading..].iter().fold(Self::EMPTY, |word, digit| word.with(*digit))
    }

    /// The same with one more digit at its end.
    pub(super) fn with(self, digit: u8) -> Self {
        let closing = 56 - 8 * self.len() as u32;
        Self(self.0 ^ BLANK << closing | u64::from(b'0' + digit) << closing | BLANK << (closing - 8))
    }

    /// Number of digits.
    pub(super) fn len(self) -> usize {
        7 - self.0.trailing_zeros() as usize / 8
    }

    /// The digits, 0 to 9 each.
    pub(super) fn digits(self) -> impl DoubleEndedIterator<Item = u8> {
        (0..self.len()).map(move |index| (self.0 >> (56 - 8 * index)) as u8 - b'0')
    }

    /// What is left without the first `count` digits.
    pub(super) fn without(self, count: usize) -> Self {
        Self(self.0 << (8 * count))
    }

    /// The first `count` digits.
    pub(super) fn first(self, count: usize) -> Self {
        self.digits().take(count).fold(Self::EMPTY, Self::with)
    }

    /// These digits followed by those of `end`; six in all at most.
    pub(super) fn joined(self, end: Self) -> Self {
        end.digits().fold(self, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::Word;

    #[test]
    fn words_are_the_decimal_digits_and_sort_as_text() {
        let mut words: Vec<(Word, String)> =
            (0..=255).map(|value: u8| (Word::of(value), format!("{value} "))).collect();
        for (word, text) in &words {
            let digits: String = word.digits().map(|digit| char::from(b'0' + digit)).collect();
            assert_eq!((digits, word.len() + 1), (text.trim().to_owned(), text.len()));
        }
        words.sort();
        assert!(words.is_sorted_by_key(|(_, text)| text));
    }

    #[test]
    fn words_are_cut_and_joined_at_digits() {
        let word = Word::of(251);
        assert_eq!(word.without(1), Word::of(51));
        assert_eq!(word.without(3), Word::EMPTY);
        assert_eq!(word.first(2), Word::of(25));
        assert_eq!(word.first(0).joined(word), word);
        let joined = word.joined(Word::of(30));
        assert!(joined.digits().eq([2, 5, 1, 3, 0]));
        assert_eq!(joined.without(3), Word::of(30));
        assert!(Word::EMPTY < Word::of(0) && word < joined);
    }
}
