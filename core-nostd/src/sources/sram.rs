//! Power-up state of static memory.
//!
//! **Effect.** A memory cell that gets its supply falls into one of its two states; most cells always into the same,
//! by their transistors' mismatch, a few (2 to 10 %) by thermal noise (D. E. Holcomb, W. P. Burleson and K. Fu,
//! "Power-Up SRAM State as an Identifying Fingerprint and Source of True Random Numbers", IEEE Transactions on
//! Computers 58 (9), 2009).
//!
//! **What is read.** A region that nothing has written since power-up, byte by byte, once. Reading wipes it.
//!
//! **What an attacker could influence.** Cold and short power cuts keep old contents (remanence lasts up to minutes);
//! ageing with constant data fixes cells; whoever can read the memory before it is wiped knows all of it. A warm
//! reset keeps everything, which is why a marker is placed: found again, even partly decayed, it means that the
//! region is no power-up state.
//!
//! **How to assess it.** Per part number, over the temperature range, from at least a thousand cold starts with the
//! supply off for minutes: the restart matrix (SP 800-90B §3.1.4) *is* the assessment here. Expect 1 to 5 % of the
//! bits, and claim half of the lowest estimate or less. The credit comes once per cold start; count it for the first
//! seed, never for reseeding.
//!
//! **Bound.** No wait: a block is copied.

use crate::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError, SourceInfo,
    Width,
};
use zeroize::Zeroize;

const INFO: SourceInfo = SourceInfo {
    name: "sram_startup",
    description: "contents of static memory after power-up, once",
    physics: "thermal noise deciding which way balanced memory cells fall when they get their supply",
    category: SourceCategory::Microarch,
    platform: Platform::BareMetal,
    requirement: Requirement::Device,
    width: Width::BYTE,
    independence: Independence::of(Group::Sram),
};

/// Words that mark memory as used: half the bits set, so that a region that powers up all-zero or all-one is far from it.
const MARK: [u32; 4] = [0x4f50_454e, 0xb0af_bab1, 0x5352_414d, 0xacad_beb2];

/// Bits in which the marker may differ from [`MARK`] and still count as found, since memory decays bit by bit without
/// supply. 128 independent unbiased bits come this near with probability 6.5e-9.
const DECAYED_BITS: u32 = 32;

/// The power-up state of a memory region, delivered once.
///
/// Region and marker lie side by side in a section that start-up code leaves alone (`.uninit` of most linker scripts)
/// and are borrowed as whatever the program uses to reach such memory soundly. Since the health tests discard what
/// they start up on, at least 1,024 samples, the region should have several KiB.
///
/// ```
/// use openentropy_core::{EntropySource, Raw, SourceError, sources::SramStartup};
/// # let (mut region, mut marker) = ([0x5a; 64], [0x1234_5678, 0x9abc_def0, 0x0f1e_2d3c, 0x4b5a_6978]);
/// // `region` and `marker` come from uninitialised memory
/// let mut source = SramStartup::new(&mut region, &mut marker)?;
/// let mut block = Raw::<[u8; 64]>::new();
/// source.sample(&mut block)?;
/// assert_eq!(source.sample(&mut block), Err(SourceError::Absent)); // once per power-up
/// # drop(source);
/// assert!(matches!(SramStartup::new(&mut region, &mut marker), Err(SourceError::Absent))); // a warm reset
/// # Ok::<(), SourceError>(())
/// ```
pub struct SramStartup<'m> {
    /// What has not been delivered yet.
    rest: &'m mut [u8],
}

impl<'m> SramStartup<'m> {
    /// The `region` as it powered up, if `marker` shows that it did; the marker is set in any case.
    ///
    /// # Errors
    /// [`SourceError::Absent`] when at most 32 of the marker's 128 bits differ from what was placed there: the memory
    /// kept its contents over a reset or a short power cut, and `region` holds nothing new. It is wiped then.
    pub fn new(region: &'m mut [u8], marker: &mut [u32; 4]) -> Result<Self, SourceError> {
        let differing: u32 = marker.iter().zip(MARK).map(|(found, mark)| (found ^ mark).count_ones()).sum();
        *marker = MARK;
        if differing <= DECAYED_BITS {
            region.zeroize();
            return Err(SourceError::Absent);
        }
        Ok(Self { rest: region })
    }

    /// How many samples are left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }
}

impl EntropySource for SramStartup<'_> {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Moves the region's next bytes into the block.
    ///
    /// # Errors
    /// [`SourceError::Absent`] when fewer samples are left than the block holds, now and ever after, whatever the
    /// block's length: what is left is wiped.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            let rest = core::mem::take(&mut self.rest);
            if rest.len() < slots.len() {
                rest.zeroize();
                return Err(SourceError::Absent);
            }
            let (now, later) = rest.split_at_mut_checked(slots.len()).ok_or(SourceError::Absent)?;
            slots.iter_mut().zip(now.iter()).for_each(|(slot, byte)| *slot = *byte);
            now.zeroize();
            self.rest = later;
            Ok(())
        })
    }
}

impl Drop for SramStartup<'_> {
    fn drop(&mut self) {
        self.rest.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazmat::show;

    const COLD: [u32; 4] = [!MARK[0], MARK[1], !MARK[2], MARK[3]];

    #[test]
    fn a_cold_start_delivers_every_byte_once() {
        let mut region: [u8; 10] = core::array::from_fn(|i| i as u8 + 1);
        let mut marker = COLD;
        let mut source = SramStartup::new(&mut region, &mut marker).ok().unwrap();
        let mut block = Raw::<[u8; 4]>::new();
        assert_eq!(source.sample(&mut block), Ok(()));
        assert_eq!(show(block), [1, 2, 3, 4]);
        let mut block = Raw::<[u8; 4]>::new();
        assert_eq!(source.sample(&mut block), Ok(()));
        assert_eq!(show(block), [5, 6, 7, 8]);
        assert_eq!(source.remaining(), 2);
        for _ in 0..2 {
            let mut block = Raw::<[u8; 4]>::new();
            assert_eq!(source.sample(&mut block), Err(SourceError::Absent));
            assert_eq!(show(block), [0; 4]);
        }
        assert_eq!(source.sample(&mut Raw::<[u8; 1]>::new()), Err(SourceError::Absent));
        drop(source);
        assert_eq!(region, [0; 10]);
        assert_eq!(marker, MARK);
    }

    #[test]
    fn what_was_not_read_is_wiped_with_the_source() {
        let (mut region, mut marker) = ([9; 8], COLD);
        drop(SramStartup::new(&mut region, &mut marker));
        assert_eq!(region, [0; 8]);
    }

    #[test]
    fn a_marker_counts_as_found_up_to_thirty_two_decayed_bits() {
        for (flipped, warm) in [(0, true), (32, true), (33, false), (128, false)] {
            let mut marker = MARK;
            for bit in 0..flipped {
                marker[bit % 4] ^= 1 << (bit / 4);
            }
            let mut region = [9; 8];
            let source = SramStartup::new(&mut region, &mut marker);
            assert_eq!(source.is_err(), warm, "{flipped} bits");
            drop(source);
            assert_eq!((marker, region), (MARK, [0; 8]));
        }
    }

    #[test]
    fn blank_memory_is_not_taken_for_the_marker() {
        for blank in [0, u32::MAX] {
            assert!(SramStartup::new(&mut [0; 8], &mut [blank; 4]).is_ok());
        }
    }
}
