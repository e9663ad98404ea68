//! Samples that passed the health tests.

use crate::{Group, Independence, Raw, SourceId};

/// A block of tested samples on its way into a pool, with what it pays.
///
/// Made by [`Tested::collect`](crate::health::Tested::collect) only. It borrows the block it was collected in and wipes it when dropped, so
/// that samples which were absorbed can be shown to nobody afterwards.
pub struct Samples<'b> {
    block: &'b mut Raw,
    pub(crate) id: SourceId,
    pub(crate) independence: Independence,
    pub(crate) credit: WindowCredit,
}

/// What a block pays, in millibits, split where adaptive-proportion windows close.
///
/// Credit is final only when the window that the samples lie in has closed without an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WindowCredit {
    /// Number of the window in which the block begins, modulo [`UNDELIVERED`](Self::UNDELIVERED).
    pub(crate) window: u32,
    /// How many windows close within the block.
    pub(crate) closes: u32,
    /// Paid by the samples up to the last closing.
    pub(crate) closed: u32,
    /// Paid by the samples after the last closing (all of them if none closes), once that window closes too.
    pub(crate) open: u32,
}

impl WindowCredit {
    /// Set in the numbers of a source that has not delivered a block yet, and in no number that anybody waits for: the windows of a
    /// source that is opened anew are not those of its former life.
    pub(crate) const UNDELIVERED: u32 = 1 << 31;

    /// The number of the next window once a block was delivered, of `window`.
    pub(crate) const fn delivered(window: u32) -> u32 {
        window & !Self::UNDELIVERED
    }
}

impl<'b> Samples<'b> {
    pub(crate) const fn new(
        block: &'b mut Raw,
        id: SourceId,
        independence: Independence,
        credit: WindowCredit,
    ) -> Self {
        Self { block, id, independence, credit }
    }

    /// How many samples the block holds.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a block is never empty")]
    pub fn len(&self) -> usize {
        self.block.len()
    }

    /// The source they came from.
    #[must_use]
    pub const fn id(&self) -> SourceId {
        self.id
    }

    /// What they are independent of.
    #[must_use]
    pub const fn independence(&self) -> Independence {
        self.independence
    }

    /// Whether credit may ever come of them: not without a claim, and not from the operating system's generator, which is mixed and
    /// never counted.
    pub(crate) const fn pays(&self) -> bool {
        let claimed = self.credit.closed > 0 || self.credit.open > 0;
        claimed && !matches!(self.independence.group, Group::OsGenerator)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.block.samples()
    }
}

impl Drop for Samples<'_> {
    fn drop(&mut self) {
        self.block.wipe();
    }
}

/// A block of equal samples, for the tests of what absorbs them.
#[cfg(test)]
pub(crate) fn filled<const N: usize>(value: u8) -> Raw<[u8; N]> {
    let mut block = Raw::new();
    let Ok(()) = block.write(|slots| {
        slots.fill(value);
        Ok::<(), core::convert::Infallible>(())
    });
    block
}
