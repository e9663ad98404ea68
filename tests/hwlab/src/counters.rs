//! What every device of the laboratory delivers: counters of 32 bits, big end first, each once.

use anyhow::{Result, ensure};
use core::ops::Range;
use std::collections::BTreeSet;

/// Bytes of a counter.
pub(crate) const BYTES: usize = 4;

/// The bytes of these counters, in order.
pub(crate) fn bytes(counters: Range<u32>) -> Vec<u8> {
    counters.flat_map(u32::to_be_bytes).collect()
}

/// `length` bytes of all counters in order, from any byte on.
pub(crate) fn from_byte(start: usize, length: usize) -> Vec<u8> {
    // reads need not end between two counters
    let (first, end) = (start / BYTES, (start + length).div_ceil(BYTES));
    let skipped = start % BYTES;
    bytes(first as u32..end as u32)[skipped..skipped + length].to_vec()
}

/// The counters that came out of a device.
#[derive(Default)]
pub(crate) struct Counters(BTreeSet<u32>);

impl Counters {
    /// Adds what was read, in whatever order.
    ///
    /// # Errors
    /// If a counter is not below `end`, came before, or is cut in two.
    pub(crate) fn add(&mut self, read: &[u8], end: u32) -> Result<()> {
        let (counters, rest) = read.as_chunks::<BYTES>();
        ensure!(rest.is_empty(), "{} bytes are no whole number of counters", read.len());
        for counter in counters.iter().copied().map(u32::from_be_bytes) {
            ensure!(counter < end, "{counter:#x} was never fed");
            ensure!(self.0.insert(counter), "{counter:#x} came twice");
        }
        Ok(())
    }

    /// How many came.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Checks that what is missing between the first and the last are whole blocks of `size` counters.
    ///
    /// # Errors
    /// If a block lacks some of its counters and has others.
    pub(crate) fn whole_blocks(&self, size: u32) -> Result<()> {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else {
            return Ok(());
        };
        // the first and the last block may be cut by where reading began and ended
        for block in first / size + 1..last / size {
            let came = self.0.range(block * size..(block + 1) * size).count();
            ensure!(
                came == 0 || came == size as usize,
                "block {block} came in part: {came} of {size} counters"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foreign_double_or_cut_is_seen() {
        let mut counters = Counters::default();
        assert!(counters.add(&bytes(8..16), 16).is_ok());
        assert!(
            counters.add(&bytes(16..17), 16).is_err_and(|error| error.to_string() == "0x10 was never fed")
        );
        assert!(counters.add(&bytes(9..10), 16).is_err_and(|error| error.to_string() == "0x9 came twice"));
        assert!(counters.add(&[0; 5], 16).is_err());
        assert_eq!(counters.count(), 8);
    }

    #[test]
    fn blocks_are_missing_as_a_whole() {
        let mut counters = Counters::default();
        for range in [2..4, 4..8, 12..16, 16..17] {
            assert!(counters.add(&bytes(range), 100).is_ok());
        }
        assert!(counters.whole_blocks(4).is_ok());
        assert!(counters.add(&bytes(9..10), 100).is_ok());
        assert!(counters.whole_blocks(4).is_err());
    }
}
