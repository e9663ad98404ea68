//! What one source has earned, window by window.

use super::FULL;
use crate::samples::WindowCredit;

/// The account of one source: credit is pending until the health-test window it lies in has closed.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    /// The adaptive-proportion window that `pending` lies in.
    window: u32,
    /// Millibits of closed windows.
    confirmed: u32,
    /// Millibits of the open window.
    pending: u32,
}

impl Account {
    /// Nothing earned.
    pub(crate) const EMPTY: Self = Self { window: 0, confirmed: 0, pending: 0 };

    /// Books what a block pays.
    pub(crate) fn book(&mut self, credit: WindowCredit) {
        if self.window != credit.window {
            self.pending = 0; // the window that the pending samples lay in never closed: it was cancelled, or its source dropped
        }
        if credit.closes > 0 {
            let earned = self.pending.saturating_add(credit.closed);
            self.confirmed = self.confirmed.saturating_add(earned).min(FULL);
            self.pending = 0;
        }
        self.window = WindowCredit::delivered(credit.window.wrapping_add(credit.closes));
        self.pending = self.pending.saturating_add(credit.open).min(FULL);
    }

    /// Millibits of closed windows, at most 320,000.
    pub(crate) const fn confirmed(&self) -> u32 {
        self.confirmed
    }
}
