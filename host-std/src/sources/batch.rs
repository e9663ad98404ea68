//! Readings that one look at a device or a table brings, delivered one by one.

use super::measured::low_bits;
use zeroize::{Zeroize as _, Zeroizing};

/// Readings in the order in which they came, and how many of them were delivered.
///
/// With room for all that one look can bring, none is copied by growing.
pub(crate) struct Batch {
    readings: Zeroizing<Vec<u64>>,
    delivered: usize,
}

impl Batch {
    /// An empty one, with room for so many readings.
    pub(crate) fn with_room(readings: usize) -> Self {
        Self { readings: Zeroizing::new(Vec::with_capacity(readings)), delivered: 0 }
    }

    /// Whether all were delivered.
    pub(crate) fn is_over(&self) -> bool {
        self.delivered == self.readings.len()
    }

    /// The next reading, or `None` when all were delivered.
    pub(crate) fn next(&mut self) -> Option<u64> {
        let reading = self.readings.get(self.delivered).copied()?;
        self.delivered += 1;
        Some(reading)
    }

    /// Adds a reading behind the others.
    pub(crate) fn push(&mut self, reading: u64) {
        self.readings.push(reading);
    }

    /// How many there are, delivered or not.
    #[allow(dead_code, reason = "asked by sensors, which Linux alone has here")]
    pub(crate) fn len(&self) -> usize {
        self.readings.len()
    }

    /// Whether all would give the same sample by their low bits.
    #[allow(dead_code, reason = "asked by sensors, which Linux alone has here")]
    pub(crate) fn is_one_sample(&self) -> bool {
        self.readings.windows(2).all(|pair| low_bits(pair[0], 1) == low_bits(pair[1], 1))
    }

    /// Forgets and wipes all of them.
    pub(crate) fn clear(&mut self) {
        self.readings.zeroize();
        self.delivered = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_come_in_their_order_and_once() {
        let mut batch = Batch::with_room(3);
        assert!(batch.is_over() && batch.next().is_none());
        [7, 8, 9].into_iter().for_each(|reading| batch.push(reading));
        assert_eq!([batch.next(), batch.next()], [Some(7), Some(8)]);
        assert!(!batch.is_over());
        assert_eq!((batch.next(), batch.next(), batch.len()), (Some(9), None, 3));
        assert!(batch.is_over());
        batch.clear();
        assert!(batch.is_over() && batch.len() == 0);
    }

    #[test]
    fn readings_that_differ_above_the_sample_only_are_one_sample() {
        let mut batch = Batch::with_room(3);
        [0x105, 0x205].into_iter().for_each(|reading| batch.push(reading));
        assert!(batch.is_one_sample());
        batch.push(6);
        assert!(!batch.is_one_sample());
    }
}
