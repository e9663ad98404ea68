//! Whether bytes look like something else than what they are taken for.

use super::Words;
use crate::exit::Failure;

/// What all bytes so far have in common.
pub(crate) struct Looks {
    /// The characters 0, 1 and white space.
    are_text: bool,
    has_digit: bool,
    /// Bytes 0 and 1.
    are_low: bool,
}

impl Looks {
    /// Nothing seen yet.
    pub(crate) const fn new() -> Self {
        Self { are_text: true, has_digit: false, are_low: true }
    }

    /// Looks at the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        let is_digit = |byte: &u8| matches!(byte, b'0' | b'1');
        self.are_text =
            self.are_text && bytes.iter().all(|byte| is_digit(byte) || byte.is_ascii_whitespace());
        self.has_digit = self.has_digit || self.are_text && bytes.iter().any(is_digit);
        self.are_low = self.are_low && bytes.iter().all(|byte| *byte < 2);
    }

    /// Says so where bytes look like bits that are written out.
    pub(crate) fn hint_at_text(&self, place: &str, words: Words) -> Result<(), Failure> {
        if !self.are_text || !self.has_digit {
            return Ok(());
        }
        words.say(&format_args!(
            "warning: {place} holds the characters 0 and 1 only, taken as bytes here: \
             --format bits-text reads them as bits"
        ))
    }

    /// Says so where bytes look like one bit each.
    pub(crate) fn hint_at_low_bits(&self, place: &str, words: Words) -> Result<(), Failure> {
        if !self.are_low {
            return Ok(());
        }
        words.say(&format_args!(
            "warning: no byte of {place} is above 1, so that seven of eight tested bits are 0: \
             --bits 1 tests the low bits alone"
        ))
    }
}
