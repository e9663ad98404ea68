//! A sequence of bits.

use core::fmt;
use std::borrow::Cow;

/// A sequence of bits, eight to a byte, the most significant first.
///
/// ```
/// use openentropy_tests::Bits;
///
/// let bits = Bits::new(&[0b1010_0000, 0xFF]);
/// assert_eq!((bits.len(), bits.ones()), (16, 10));
/// assert_eq!(bits.window(2, 4), 0b1000);
/// assert_eq!(bits.section(8, 8), Bits::new(&[0xFF]));
/// ```
#[derive(Clone)]
pub struct Bits<'a> {
    bytes: Cow<'a, [u8]>,
    len: usize,
}

impl<'a> Bits<'a> {
    /// All bits of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), len: bytes.len() * 8 }
    }

    /// The first `len` bits of `bytes`; `None` if there are fewer.
    pub fn prefix(bytes: &'a [u8], len: usize) -> Option<Self> {
        let bytes = bytes.get(..len.div_ceil(8))?;
        Some(Self { bytes: Cow::Borrowed(bytes), len })
    }

    /// The bits written as the characters `0` and `1`, white space aside; `None` if there are others.
    ///
    /// ```
    /// use openentropy_tests::Bits;
    ///
    /// assert_eq!(Bits::from_ascii(b"1100 1001\n00").map(|bits| bits.len()), Some(10));
    /// assert!(Bits::from_ascii(b"0102").is_none());
    /// ```
    pub fn from_ascii(text: &[u8]) -> Option<Bits<'static>> {
        let mut bytes = Vec::with_capacity(text.len() / 8 + 1);
        let mut len = 0;
        for &character in text.iter().filter(|character| !character.is_ascii_whitespace()) {
            let bit = match character {
                b'0' => 0,
                b'1' => 1,
                _ => return None,
            };
            if len % 8 == 0 {
                bytes.push(0);
            }
            if let Some(last) = bytes.last_mut() {
                *last |= bit << (7 - len % 8);
            }
            len += 1;
        }
        Some(Bits { bytes: Cow::Owned(bytes), len })
    }

    /// Number of bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes that are complete.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len / 8]
    }

    /// Bit `index`, 0 or 1.
    ///
    /// # Panics
    /// If there is no such bit.
    pub fn get(&self, index: usize) -> u8 {
        assert!(index < self.len, "bit {index} of {}", self.len);
        self.bytes[index / 8] >> (7 - index % 8) & 1
    }

    /// The 64 bits from `start` on, the first the most significant; zeros follow the last bit of the sequence.
    pub fn word(&self, start: usize) -> u64 {
        let (first, shift) = (start / 8, start % 8);
        let word = match self.bytes.get(first..first + 9) {
            Some(bytes) => {
                let mut head = [0; 8];
                head.copy_from_slice(&bytes[..8]);
                let word = u64::from_be_bytes(head) << shift;
                // One shift by eight, in two steps, where nothing is to be brought in.
                word | u64::from(bytes[8]) >> 1 >> (7 - shift)
            }
            None => self.word_near_the_end(first, shift),
        };
        match self.len.saturating_sub(start) {
            left @ 1..64 => word & (u64::MAX << (64 - left)),
            0 => 0,
            _ => word,
        }
    }

    /// The `width` bits from `start` on as a number, the first the most significant; `width` is 1 to 64.
    pub fn window(&self, start: usize, width: u32) -> u64 {
        debug_assert!((1..=64).contains(&width));
        self.word(start) >> (64 - width)
    }

    /// The bits in order, each 0 or 1.
    pub fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        let all = self.bytes.iter().flat_map(|&byte| (0..8).rev().map(move |place| byte >> place & 1));
        all.take(self.len)
    }

    /// Number of ones.
    pub fn ones(&self) -> usize {
        let ones = self.bytes().iter().map(|byte| byte.count_ones() as usize).sum::<usize>();
        ones + (self.len / 8 * 8..self.len).map(|index| usize::from(self.get(index))).sum::<usize>()
    }

    /// The `len` bits from `start` on; copied where `start` is not at a byte's edge.
    ///
    /// # Panics
    /// If the sequence ends before.
    pub fn section(&self, start: usize, len: usize) -> Bits<'_> {
        assert!(start + len <= self.len, "bits {start} to {} of {}", start + len, self.len);
        if start.is_multiple_of(8) {
            let bytes = Cow::Borrowed(&self.bytes[start / 8..(start + len).div_ceil(8)]);
            return Bits { bytes, len };
        }
        let bytes = (0..len.div_ceil(8)).map(|index| self.window(start + index * 8, 8) as u8).collect();
        Bits { bytes: Cow::Owned(bytes), len }
    }

    fn word_near_the_end(&self, first: usize, shift: usize) -> u64 {
        let byte = |index| self.bytes.get(index).copied().unwrap_or(0);
        let head = (first..first + 8).fold(0, |word, index| word << 8 | u64::from(byte(index)));
        head << shift | u64::from(byte(first + 8)) >> 1 >> (7 - shift)
    }
}

impl PartialEq for Bits<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same = |start| self.word(start) == other.word(start);
        self.len == other.len && (0..self.len).step_by(64).all(same)
    }
}

impl Eq for Bits<'_> {}

impl fmt::Debug for Bits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bits({} bits)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    fn bytes(len: usize) -> Vec<u8> {
        (0..len as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 23) as u8).collect()
    }

    #[test]
    fn words_hold_the_bits_one_by_one_and_zeros_after_the_last() {
        let bytes = bytes(40);
        for len in [0, 1, 7, 8, 9, 63, 64, 65, 130, 320] {
            let bits = Bits::prefix(&bytes, len).unwrap();
            for start in 0..len + 70 {
                let mut word = 0;
                for index in start..start + 64 {
                    word = word << 1 | if index < len { u64::from(bits.get(index)) } else { 0 };
                }
                assert_eq!(bits.word(start), word, "{len} bits from {start}");
            }
        }
    }

    #[test]
    fn sections_are_the_bits_from_there_on() {
        let bytes = bytes(40);
        let bits = Bits::prefix(&bytes, 315).unwrap();
        for start in [0, 1, 5, 8, 13, 64] {
            let section = bits.section(start, 200);
            assert!(section.iter().eq(bits.iter().skip(start).take(200)), "from {start}");
            assert_eq!(section.ones(), section.iter().map(usize::from).sum::<usize>());
        }
        assert!(Bits::prefix(&bytes, 321).is_none());
    }

    #[test]
    fn text_is_read_as_it_is_written() {
        let bits = Bits::from_ascii(b"1101 0010 111").unwrap();
        assert_eq!(bits.iter().collect::<Vec<_>>(), [1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1]);
        assert_eq!(bits.bytes(), [0b1101_0010]);
        assert!(Bits::from_ascii(b"").unwrap().is_empty());
    }
}
