//! A queue between an interrupt that brings samples and the main loop that uses them.

use crate::{EntropySource, Raw, SourceError, SourceInfo};
use core::cell::{RefCell, RefMut};
use critical_section::{CriticalSection, Mutex};
use heapless::spsc::Queue;

/// A noise source that an interrupt feeds: the handler [`push`](Self::push)es samples, the main loop takes blocks of them through
/// `&Shared`, which is an [`EntropySource`].
///
/// Stands in a static and holds at most `N` - 1 samples, one per byte. A block is always of consecutive samples: when the queue is
/// full, what comes is dropped and counted until the main loop has taken the blocks from before the gap. It is then told of the gap, once,
/// by [`SourceError::Overrun`]; that breaks a start-up, which takes 1,024 samples in a row, and costs a running source nothing.
///
/// # Interrupts off
/// For one sample on one side, for copying one block on the other; testing and hashing come after, with interrupts on.
///
/// # Bound
/// Nothing waits: without a whole block the answer is [`SourceError::NotReady`], and nothing is consumed.
///
/// ```
/// # use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
/// use openentropy_core::{EntropySource, Raw, Shared, SourceError};
/// # static INFO: SourceInfo = SourceInfo {
/// #     name: "chip_rng", description: "a generator's interrupt", physics: "none: an example",
/// #     category: SourceCategory::System, platform: Platform::BareMetal, requirement: Requirement::None, width: Width::BYTE,
/// #     independence: Independence::of(Group::ChipGenerator),
/// # };
/// static QUEUE: Shared<64> = Shared::new::<16>(&INFO); // blocks of 16 samples, room for 63
///
/// fn on_interrupt(register: u8) { QUEUE.push(register); }
///
/// let mut block = Raw::<[u8; 16]>::new();
/// for value in 0..15 { on_interrupt(value); }
/// assert_eq!((&QUEUE).sample(&mut block), Err(SourceError::NotReady));
/// on_interrupt(15);
/// assert_eq!((&QUEUE).sample(&mut block), Ok(())); // `Tested::new(&QUEUE, id, claim)` does this
/// ```
///
/// A queue that cannot hold one block does not compile:
///
/// ```compile_fail
/// # use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Shared, Width};
/// # static INFO: SourceInfo = SourceInfo {
/// #     name: "chip_rng", description: "a generator's interrupt", physics: "none: an example",
/// #     category: SourceCategory::System, platform: Platform::BareMetal, requirement: Requirement::None, width: Width::BYTE,
/// #     independence: Independence::of(Group::ChipGenerator),
/// # };
/// static QUEUE: Shared<16> = Shared::new::<16>(&INFO);
/// ```
pub struct Shared<const N: usize> {
    buffer: Mutex<RefCell<Buffer<N>>>,
    info: &'static SourceInfo,
}

struct Buffer<const N: usize> {
    queue: Queue<u8, N>,
    /// Samples were dropped after those in the queue.
    gap: bool,
    /// Samples were dropped before those in the queue, and the main loop does not know yet.
    untold: bool,
    overruns: u32,
}

impl<const N: usize> Shared<N> {
    /// An empty queue, to be read in blocks of at most `BLOCK` samples.
    #[must_use]
    pub const fn new<const BLOCK: usize>(info: &'static SourceInfo) -> Self {
        const { assert!(BLOCK > 0 && BLOCK < N, "a queue of N holds N - 1 samples: at least one block") };
        let buffer = Buffer { queue: Queue::new(), gap: false, untold: false, overruns: 0 };
        Self { buffer: Mutex::new(RefCell::new(buffer)), info }
    }

    /// Brings one sample, from an interrupt handler or from anywhere else.
    pub fn push(&self, sample: u8) {
        critical_section::with(|section| {
            if let Some(mut buffer) = self.borrow(section) {
                buffer.push(sample);
            }
        });
    }

    /// How many samples were dropped because the main loop took too few; saturates.
    #[must_use]
    pub fn overruns(&self) -> u32 {
        critical_section::with(|section| self.borrow(section).map_or(0, |buffer| buffer.overruns))
    }

    /// The buffer; nobody else holds it, since every borrow ends with its critical section.
    fn borrow<'s>(&'s self, section: CriticalSection<'s>) -> Option<RefMut<'s, Buffer<N>>> {
        self.buffer.borrow(section).try_borrow_mut().ok()
    }
}

/// Takes the oldest block. [`SourceError::Overrun`] says that samples were lost since the last one; a block longer than the queue gets
/// no other answer, for it could only be filled with gaps.
impl<const N: usize> EntropySource for &Shared<N> {
    fn info(&self) -> &SourceInfo {
        self.info
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            critical_section::with(|section| {
                let mut buffer = self.borrow(section).ok_or(SourceError::NotReady)?;
                buffer.take(slots)
            })
        })
    }
}

impl<const N: usize> Buffer<N> {
    fn push(&mut self, sample: u8) {
        if self.gap || self.queue.enqueue(sample).is_err() {
            self.gap = true;
            self.overruns = self.overruns.saturating_add(1);
        }
    }

    /// Moves the oldest samples to `slots`, which hold zeros, or none.
    fn take(&mut self, slots: &mut [u8]) -> Result<(), SourceError> {
        if slots.len() >= N || core::mem::take(&mut self.untold) {
            return Err(SourceError::Overrun);
        }
        let ready = self.queue.len() >= slots.len();
        if ready {
            for (slot, queued) in slots.iter_mut().zip(self.queue.iter_mut()) {
                core::mem::swap(slot, queued); // leaves no sample behind in the queue
            }
            self.drop_oldest(slots.len());
        }
        if self.gap && self.queue.len() < slots.len() {
            let cut_off = self.queue.len();
            self.queue.iter_mut().for_each(|queued| *queued = 0);
            self.drop_oldest(cut_off);
            self.overruns = self.overruns.saturating_add(cut_off as u32);
            (self.gap, self.untold) = (false, true);
        }
        if ready { Ok(()) } else { Err(SourceError::NotReady) }
    }

    fn drop_oldest(&mut self, count: usize) {
        for _ in 0..count {
            self.queue.dequeue();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::CollectError;
    use crate::{Claim, Group, Independence, Platform, Requirement, SourceCategory, SourceId, Tested, Width};

    static INFO: SourceInfo = SourceInfo {
        name: "pushed",
        description: "what the test pushes",
        physics: "none: a test",
        category: SourceCategory::System,
        platform: Platform::Any,
        requirement: Requirement::None,
        width: Width::BYTE,
        independence: Independence::of(Group::Test),
    };

    fn take<const BLOCK: usize, const N: usize>(mut queue: &Shared<N>) -> Result<[u8; BLOCK], SourceError> {
        let mut block = Raw::<[u8; BLOCK]>::new();
        queue.sample(&mut block).map(|()| block.shown())
    }

    #[test]
    fn too_few_samples_stay_where_they_are() {
        let queue = Shared::<4>::new::<3>(&INFO);
        for sample in 1..=3 {
            assert_eq!(take::<3, 4>(&queue), Err(SourceError::NotReady));
            queue.push(sample);
        }
        assert_eq!(take(&queue), Ok([1, 2, 3]));
        assert_eq!((take::<3, 4>(&queue), queue.overruns()), (Err(SourceError::NotReady), 0));
    }

    #[test]
    fn a_block_never_spans_a_gap() {
        let queue = Shared::<6>::new::<2>(&INFO);
        (1..=7).for_each(|sample| queue.push(sample)); // 6 and 7 find it full
        assert_eq!((take(&queue), take(&queue)), (Ok([1, 2]), Ok([3, 4]))); // 5 is cut off
        assert_eq!(queue.overruns(), 3);
        (8..=9).for_each(|sample| queue.push(sample));
        assert_eq!(take::<2, 6>(&queue), Err(SourceError::Overrun), "the gap is told of once, in its place");
        assert_eq!((take(&queue), queue.overruns()), (Ok([8, 9]), 3));
    }

    #[test]
    fn after_a_gap_samples_wait_for_the_blocks_before_it() {
        let queue = Shared::<5>::new::<2>(&INFO);
        (1..=5).for_each(|sample| queue.push(sample));
        assert_eq!(take(&queue), Ok([1, 2]));
        queue.push(6); // between 4 and 6 one is missing
        assert_eq!((take(&queue), queue.overruns()), (Ok([3, 4]), 2));
        (7..=8).for_each(|sample| queue.push(sample));
        assert_eq!(take::<2, 5>(&queue), Err(SourceError::Overrun));
        assert_eq!(take(&queue), Ok([7, 8]));
    }

    /// Start-up takes 1,024 samples in a row: what was lost between two blocks begins it anew.
    #[test]
    fn a_gap_breaks_a_start_up() {
        let queue = Shared::<5>::new::<4>(&INFO);
        let mut source = Tested::new(&queue, SourceId::new(1), Claim::None);
        let mut block = Raw::<[u8; 4]>::new();
        let mut collect = || source.collect(&mut block).map(drop);
        (1..=5).for_each(|sample| queue.push(sample)); // 5 finds it full
        assert_eq!(collect(), Err(CollectError::Starting { remaining: 1020 }));
        (6..=9).for_each(|sample| queue.push(sample));
        assert_eq!(collect(), Err(CollectError::Source(SourceError::Overrun)));
        assert_eq!(collect(), Err(CollectError::Starting { remaining: 1020 }));
    }

    #[test]
    fn a_block_that_never_fits_is_refused() {
        let queue = Shared::<4>::new::<3>(&INFO);
        (1..=3).for_each(|sample| queue.push(sample));
        assert_eq!(take::<4, 4>(&queue), Err(SourceError::Overrun));
        assert_eq!(take(&queue), Ok([1, 2, 3]), "and takes nothing");
    }
}
