//! Points that a converter gave in a row, judged together before any of them is a reading.

use crate::sources::batch::Batch;
use crate::sys::linux::sound::Layout;
use openentropy_core::SourceError;
use zeroize::{Zeroize, Zeroizing};

/// Points that are judged together: a few milliseconds.
const POINTS: usize = 256;

/// The points, and which of them were delivered.
pub(super) struct Chunk {
    layout: Layout,
    bytes: Zeroizing<Vec<u8>>,
    /// How many bytes of it came.
    filled: usize,
    readings: Batch,
}

impl Chunk {
    /// An empty one.
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            bytes: Zeroizing::new(vec![0; POINTS * layout.frame()]),
            filled: 0,
            readings: Batch::with_room(POINTS),
        }
    }

    /// The next reading, or `None` when all were delivered.
    pub(super) fn next(&mut self) -> Option<u64> {
        self.readings.next()
    }

    /// Forgets all of it.
    pub(super) fn clear(&mut self) {
        self.bytes.as_mut_slice().zeroize();
        self.readings.clear();
        self.filled = 0;
    }

    /// Goes on filling it by one call of `read`, which says how many bytes it wrote.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] until it is full, [`SourceError::Stuck`] where it is all one number or clipped, [`SourceError::Protocol`] when
    /// `read` says nonsense; as `read`.
    pub(super) fn fill(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> Result<usize, SourceError>,
    ) -> Result<(), SourceError> {
        let rest = self.bytes.get_mut(self.filled..).ok_or(SourceError::Protocol)?;
        let came = read(rest)?;
        if came > rest.len() {
            return Err(SourceError::Protocol);
        }
        self.filled += came;
        if self.filled < self.bytes.len() {
            return Err(SourceError::NotReady);
        }
        let judged = self.judge();
        self.bytes.as_mut_slice().zeroize();
        self.filled = 0;
        judged
    }

    /// Makes readings of the points, unless they are no noise.
    fn judge(&mut self) -> Result<(), SourceError> {
        self.readings.clear();
        let (least, most) = self.layout.ends();
        let mask = u64::MAX >> (u64::BITS - self.layout.given);
        let mut is_clipped = false;
        for frame in self.bytes.chunks_exact(self.layout.frame()) {
            let point = self.layout.first_point(frame).ok_or(SourceError::Protocol)?;
            is_clipped |= point <= least || point >= most;
            self.readings.push(point.cast_unsigned() & mask);
        }
        // Of points that fill the high end of their bits only, no sample would vary.
        if is_clipped || self.readings.is_one_sample() {
            self.readings.clear();
            return Err(SourceError::Stuck);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: Layout = Layout { stored: 2, used: 16, given: 16, channels: 2 };

    /// Frames whose first channel counts up from `from`, and whose second is clipped.
    fn frames(from: i16, count: i16) -> Vec<u8> {
        (from..from + count).flat_map(|point| [point, i16::MAX]).flat_map(i16::to_le_bytes).collect()
    }

    fn feed(chunk: &mut Chunk, bytes: &[u8]) -> Result<(), SourceError> {
        chunk.fill(|slots| {
            slots[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        })
    }

    #[test]
    fn pieces_make_one_chunk_of_the_first_channel() {
        let mut chunk = Chunk::new(STEREO);
        assert_eq!(feed(&mut chunk, &frames(-1, 100)), Err(SourceError::NotReady));
        assert_eq!(chunk.next(), None, "nothing before it was judged");
        assert_eq!(feed(&mut chunk, &frames(99, 156)), Ok(()));
        let readings: Vec<_> = core::iter::from_fn(|| chunk.next()).collect();
        assert_eq!((readings.len(), readings[0], readings[1], readings[255]), (256, 0xffff, 0, 254));
        assert!(chunk.bytes.iter().all(|byte| *byte == 0), "no sound is kept");
    }

    #[test]
    fn points_whose_low_bits_are_empty_are_no_noise() {
        let mut chunk = Chunk::new(Layout { channels: 1, ..STEREO });
        let coarse: Vec<u8> = (0..256).flat_map(|at| [0, at as u8 % 100]).collect();
        assert_eq!(feed(&mut chunk, &coarse), Err(SourceError::Stuck));
    }

    #[test]
    fn what_was_refused_or_cleared_is_gone() {
        let mut chunk = Chunk::new(STEREO);
        assert_eq!(feed(&mut chunk, &[0; 1024]), Err(SourceError::Stuck));
        assert_eq!(chunk.next(), None);
        assert_eq!(feed(&mut chunk, &frames(0, 7)), Err(SourceError::NotReady));
        chunk.clear();
        assert_eq!(feed(&mut chunk, &frames(0, 256)), Ok(()));
        assert_eq!(chunk.fill(|slots| Ok(slots.len() + 1)), Err(SourceError::Protocol));
    }
}
