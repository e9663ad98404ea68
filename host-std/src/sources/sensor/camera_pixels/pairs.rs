//! From pictures to differences: two consecutive ones make a pair, and none belongs to two.

use super::layout::Layout;
use crate::sources::batch::Batch;
use core::cmp::Ordering;
use openentropy_core::SourceError;
use zeroize::{Zeroize, Zeroizing};

/// The pair that is made, and what the last one gave.
pub(super) struct Pairs {
    layout: &'static Layout,
    /// The number of the last picture.
    last: Option<u32>,
    /// The points of the first of the pair; empty before it has come.
    first: Zeroizing<Vec<u16>>,
    readings: Batch,
}

impl Pairs {
    /// None yet, of pictures of which so many pixels are looked at.
    pub(super) fn new(layout: &'static Layout, pixels: usize) -> Self {
        Self {
            layout,
            last: None,
            first: Zeroizing::new(Vec::with_capacity(pixels)),
            readings: Batch::with_room(pixels),
        }
    }

    /// The next difference, or `None` when all were delivered.
    pub(super) fn next(&mut self) -> Option<u64> {
        self.readings.next()
    }

    /// Takes the picture of this number: the first of a pair, or the second, which completes it.
    ///
    /// # Errors
    /// [`SourceError::Protocol`] where it came before or ends early; [`SourceError::Stuck`] where the pair shows no noise.
    pub(super) fn see(
        &mut self,
        sequence: u32,
        points: impl Iterator<Item = Option<u16>>,
    ) -> Result<(), SourceError> {
        let is_next = self.count(sequence)?;
        self.readings.clear();
        let taken = match is_next && !self.first.is_empty() {
            true => self.complete(points),
            false => self.begin(points),
        };
        if taken.is_err() {
            self.first.zeroize();
            self.readings.clear();
        }
        taken
    }

    /// Takes note of a picture that cannot be used.
    ///
    /// # Errors
    /// [`SourceError::Protocol`] where it came before.
    pub(super) fn miss(&mut self, sequence: u32) -> Result<(), SourceError> {
        self.first.zeroize();
        self.count(sequence).map(drop)
    }

    /// Whether the picture of this number is the one after the last; those between them were lost.
    fn count(&mut self, sequence: u32) -> Result<bool, SourceError> {
        let Some(last) = self.last.replace(sequence) else { return Ok(false) };
        match sequence.wrapping_sub(last).cast_signed().cmp(&1) {
            Ordering::Equal => Ok(true),
            Ordering::Greater => Ok(false),
            Ordering::Less => {
                self.first.zeroize();
                Err(SourceError::Protocol)
            }
        }
    }

    fn begin(&mut self, points: impl Iterator<Item = Option<u16>>) -> Result<(), SourceError> {
        self.first.zeroize();
        for point in points {
            self.first.push(point.ok_or(SourceError::Protocol)?);
        }
        Ok(())
    }

    fn complete(&mut self, points: impl Iterator<Item = Option<u16>>) -> Result<(), SourceError> {
        let most = self.layout.most();
        let mask = u64::MAX >> (u64::BITS - u32::from(self.layout.bits) - 1);
        let mut clipped = 0;
        for (first, second) in self.first.iter().zip(points) {
            let second = second.ok_or(SourceError::Protocol)?;
            clipped += usize::from(second == 0 || second == most);
            let difference = i64::from(second) - i64::from(*first);
            self.readings.push(difference.cast_unsigned() & mask);
        }
        self.first.zeroize();
        // Of numbers that fill the high end of their bytes only, no sample would vary.
        match self.readings.is_one_sample() || clipped > self.readings.len() / 2 {
            true => Err(SourceError::Stuck),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(code: &[u8; 4]) -> Pairs {
        Pairs::new(Layout::best(&[*code]).unwrap(), 4)
    }

    fn see(pairs: &mut Pairs, sequence: u32, points: [u16; 4]) -> Result<(), SourceError> {
        pairs.see(sequence, points.into_iter().map(Some))
    }

    fn all(pairs: &mut Pairs) -> Vec<u64> {
        core::iter::from_fn(|| pairs.next()).collect()
    }

    #[test]
    fn each_picture_is_used_once() {
        let mut pairs = pairs(b"GREY");
        assert_eq!(see(&mut pairs, 0, [10, 20, 30, 40]), Ok(()));
        assert!(all(&mut pairs).is_empty(), "half a pair");
        assert_eq!(see(&mut pairs, 1, [11, 18, 30, 255]), Ok(()));
        assert_eq!(all(&mut pairs), [1, 0x1fe, 0, 215], "two's complement of nine bits");
        assert_eq!(see(&mut pairs, 2, [12, 19, 31, 41]), Ok(()));
        assert!(all(&mut pairs).is_empty(), "the second picture was in a pair already");
        assert_eq!(see(&mut pairs, 3, [12, 19, 31, 40]), Ok(()));
        assert_eq!(all(&mut pairs), [0, 0, 0, 0x1ff]);
    }

    #[test]
    fn a_lost_or_damaged_picture_begins_the_pair_anew() {
        let mut pairs = pairs(b"RG10");
        see(&mut pairs, 7, [1, 2, 3, 4]).unwrap();
        see(&mut pairs, 9, [5, 6, 7, 8]).unwrap();
        assert!(all(&mut pairs).is_empty(), "picture 8 was lost");
        see(&mut pairs, 10, [5, 6, 7, 1000]).unwrap();
        assert_eq!(all(&mut pairs), [0, 0, 0, 992]);
        see(&mut pairs, 11, [5, 6, 7, 8]).unwrap();
        assert_eq!(pairs.miss(12), Ok(()));
        see(&mut pairs, 13, [6, 6, 6, 6]).unwrap();
        assert!(all(&mut pairs).is_empty(), "picture 12 was damaged");
        see(&mut pairs, 14, [6, 6, 6, 7]).unwrap();
        assert_eq!(all(&mut pairs), [0, 0, 0, 1]);
    }

    #[test]
    fn a_picture_that_comes_again_is_an_error() {
        for again in [5, 4] {
            let mut pairs = pairs(b"GREY");
            see(&mut pairs, 5, [1, 2, 3, 4]).unwrap();
            assert_eq!(see(&mut pairs, again, [2, 2, 3, 5]), Err(SourceError::Protocol));
            assert!(all(&mut pairs).is_empty());
        }
        let mut pairs = pairs(b"GREY");
        see(&mut pairs, u32::MAX, [1, 2, 3, 4]).unwrap();
        see(&mut pairs, 0, [2, 2, 3, 5]).unwrap();
        assert_eq!(all(&mut pairs), [1, 0, 0, 1], "the number began anew");
    }

    #[test]
    fn pictures_without_noise_are_errors_and_never_samples() {
        for (first, second) in [
            ([10, 20, 30, 40], [10, 20, 30, 40]),     // the same again
            ([10, 20, 30, 40], [11, 21, 31, 41]),     // the light alone
            ([1, 0, 0, 0], [0, 0, 0, 1]),             // covered
            ([254, 255, 9, 255], [255, 255, 8, 255]), // dazzled
        ] {
            let mut pairs = pairs(b"GREY");
            see(&mut pairs, 1, first).unwrap();
            assert_eq!(see(&mut pairs, 2, second), Err(SourceError::Stuck), "{second:?}");
            assert!(all(&mut pairs).is_empty());
            see(&mut pairs, 3, [1, 2, 3, 4]).unwrap();
            see(&mut pairs, 4, [1, 2, 3, 5]).unwrap();
            assert_eq!(all(&mut pairs), [0, 0, 0, 1], "it came back");
        }
    }

    #[test]
    fn numbers_whose_low_bits_are_empty_are_no_noise() {
        let mut pairs = pairs(b"Y16 ");
        see(&mut pairs, 1, [0x1200, 0x3400, 0x5600, 0x7800]).unwrap();
        assert_eq!(see(&mut pairs, 2, [0x1300, 0x3400, 0x5500, 0x7800]), Err(SourceError::Stuck));
    }

    #[test]
    fn a_picture_that_ends_early_is_an_error() {
        let mut pairs = pairs(b"GREY");
        assert_eq!(pairs.see(1, [Some(1), None].into_iter()), Err(SourceError::Protocol));
        see(&mut pairs, 2, [1, 2, 3, 4]).unwrap();
        assert_eq!(pairs.see(3, [Some(1), None].into_iter()), Err(SourceError::Protocol));
        assert!(all(&mut pairs).is_empty());
        assert!(pairs.first.is_empty(), "nothing of a picture is kept");
    }
}
