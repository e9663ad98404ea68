//! The two forms in which samples are estimated: literal and bit string.

use core::error::Error;
use core::fmt;

/// Symbols numbered `0..alphabet`, ready for the estimators.
///
/// Literal data are the samples themselves, renumbered in numerical order of the values that
/// occur; a bit string is every sample written out with its full width, most significant bit
/// first (SP 800-90B §3.1.3, §6.3).
///
/// ```
/// use openentropy_tests::sp800_90b::Sequence;
///
/// let literal = Sequence::literal(&[7, 2, 7, 4], 3)?;
/// assert_eq!((literal.symbols(), literal.alphabet()), (&[2, 0, 2, 1][..], 3));
///
/// let bits = Sequence::bit_string(&[7, 2], 3)?;
/// assert_eq!((bits.symbols(), bits.alphabet()), (&[1, 1, 1, 0, 1, 0][..], 2));
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    symbols: Vec<u8>,
    alphabet: usize,
}

impl Sequence {
    /// Renumbers samples of `bits` bits each.
    ///
    /// # Errors
    /// [`InputError::Width`], [`InputError::Length`] and [`InputError::Symbol`].
    pub fn literal(samples: &[u8], bits: u32) -> Result<Self, InputError> {
        check(samples, bits)?;
        let mut occurs = [false; 256];
        for &sample in samples {
            occurs[usize::from(sample)] = true;
        }
        let mut number = [0u8; 256];
        let mut alphabet = 0;
        for (value, _) in occurs.iter().enumerate().filter(|(_, occurs)| **occurs) {
            number[value] = alphabet as u8;
            alphabet += 1;
        }
        let symbols = samples.iter().map(|&sample| number[usize::from(sample)]).collect();
        Ok(Self { symbols, alphabet })
    }

    /// Writes out samples of `bits` bits each.
    ///
    /// # Errors
    /// [`InputError::Width`], [`InputError::Length`] and [`InputError::Symbol`].
    pub fn bit_string(samples: &[u8], bits: u32) -> Result<Self, InputError> {
        check(samples, bits)?;
        let mut symbols = Vec::with_capacity(samples.len() * bits as usize);
        for &sample in samples {
            symbols.extend((0..bits).rev().map(|bit| sample >> bit & 1));
        }
        let alphabet = if symbols.iter().all(|&bit| bit == symbols[0]) { 1 } else { 2 };
        Ok(Self { symbols, alphabet })
    }

    /// The symbols, each below [`alphabet`](Self::alphabet); at least two.
    pub fn symbols(&self) -> &[u8] {
        &self.symbols
    }

    /// Number of different symbols (the standard's `k`); 1 for constant data.
    pub fn alphabet(&self) -> usize {
        self.alphabet
    }

    /// The symbols if there are exactly two of them, as some estimators ask.
    pub(super) fn binary(&self) -> Option<&[u8]> {
        (self.alphabet == 2).then_some(&self.symbols)
    }
}

fn check(samples: &[u8], bits: u32) -> Result<(), InputError> {
    if !(1..=8).contains(&bits) {
        return Err(InputError::Width);
    }
    if samples.len() < 2 || samples.len() > MAX_SAMPLES {
        return Err(InputError::Length);
    }
    if samples.iter().any(|&sample| u32::from(sample) >> bits != 0) {
        return Err(InputError::Symbol);
    }
    Ok(())
}

/// Most samples a sequence may hold, so that the positions of its bits and all counts fit 31 bits.
pub(super) const MAX_SAMPLES: usize = i32::MAX as usize / 8;

/// Why samples cannot be assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputError {
    /// The width of a sample is not 1 to 8 bits.
    Width,
    /// A sample does not fit the given width.
    Symbol,
    /// Fewer than two samples, or more than 2^28 - 1; for restart data, not rows × columns.
    Length,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Width => "a sample must be 1 to 8 bits wide",
            Self::Symbol => "a sample does not fit the given width",
            Self::Length => "the number of samples is outside what can be assessed",
        })
    }
}

impl Error for InputError {}

#[cfg(test)]
mod tests {
    use super::{InputError, Sequence};

    #[test]
    fn refuses_what_is_not_a_list_of_samples() {
        assert_eq!(Sequence::literal(&[0, 1], 0), Err(InputError::Width));
        assert_eq!(Sequence::literal(&[0, 1], 9), Err(InputError::Width));
        assert_eq!(Sequence::literal(&[0, 4], 2), Err(InputError::Symbol));
        assert_eq!(Sequence::bit_string(&[0, 4], 2), Err(InputError::Symbol));
        assert_eq!(Sequence::bit_string(&[1], 1), Err(InputError::Length));
    }

    #[test]
    fn all_256_values_are_numbered() {
        let samples: Vec<u8> = (0..=255).rev().collect();
        let literal = Sequence::literal(&samples, 8).unwrap();
        assert_eq!((literal.symbols(), literal.alphabet()), (&samples[..], 256));
    }

    #[test]
    fn constant_bits_have_one_symbol() {
        assert_eq!(Sequence::bit_string(&[255, 255], 8).unwrap().alphabet(), 1);
        assert_eq!(Sequence::bit_string(&[0, 0], 8).unwrap().alphabet(), 1);
        assert_eq!(Sequence::literal(&[9, 9], 8).unwrap().alphabet(), 1);
    }
}
