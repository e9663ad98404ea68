//! How often each source failed its start-up, for the whole life of the process.

use core::sync::atomic::{AtomicU64, Ordering};
use openentropy_core::Sha256;

/// The third failed start-up latches a source (it could otherwise be started again and again until its noise looks good once).
pub(crate) const LATCHED_AT: u8 = 3;

/// One cell per source that has failed: its key in the upper 56 bits, its failures in the lower 8; 0 is free.
///
/// Cells are never freed, so that closing, opening and plugging in again do not forget. No lock: a forked child inherits the
/// counts, and can use them whatever its parent was doing. Should 1,024 sources ever have failed, further ones are counted by
/// their own worker only.
static CELLS: [AtomicU64; 1024] = [const { AtomicU64::new(0) }; 1024];
const COUNT: u64 = 0xff;

/// A source's line in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StartLedger {
    /// Lower 8 bits clear, not zero.
    key: u64,
}

impl StartLedger {
    /// The line of instance `instance` of the kind `name` at `place` (a device path or serial number, or empty).
    pub(crate) fn of(name: &str, instance: u8, place: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(&[instance, name.len() as u8]);
        hash.update(name.as_bytes());
        hash.update(place);
        let [a, b, c, d, e, f, g, ..] = hash.finish();
        let key = u64::from_be_bytes([a, b, c, d, e, f, g | 1, 0]);
        Self { key }
    }

    /// Failed start-ups since the operator's last reset.
    pub(crate) fn failures(self) -> u8 {
        let found = CELLS.iter().map(|cell| cell.load(Ordering::Acquire));
        found.filter(|value| value & !COUNT == self.key).fold(0, |_, value| (value & COUNT) as u8)
    }

    /// Whether the source stays off until an operator resets it.
    pub(crate) fn is_latched(self) -> bool {
        self.failures() >= LATCHED_AT
    }

    /// Books `failures` more, in whichever pool.
    pub(crate) fn book(self, failures: u8) {
        if failures > 0 {
            self.update(|before| before.saturating_add(failures));
        }
    }

    /// Forgets the failures, on an operator's word.
    pub(crate) fn reset(self) {
        if self.failures() > 0 {
            self.update(|_| 0);
        }
    }

    fn update(self, change: impl Fn(u8) -> u8) {
        let Some(cell) = self.cell() else { return };
        let changed = |value: u64| Some(value & !COUNT | u64::from(change((value & COUNT) as u8)));
        // Infallible: `changed` always answers.
        let _previous = cell.fetch_update(Ordering::AcqRel, Ordering::Acquire, changed);
    }

    /// The cell with this key, taken now if need be; `None` when all belong to others.
    fn cell(self) -> Option<&'static AtomicU64> {
        CELLS.iter().find(|cell| {
            let found = match cell.compare_exchange(0, self.key, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => self.key,
                Err(found) => found,
            };
            found & !COUNT == self.key
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_failure_latches_until_reset() {
        let line = StartLedger::of("ledger_test", 0, b"");
        for failures in 0..LATCHED_AT {
            assert_eq!((line.failures(), line.is_latched()), (failures, false));
            line.book(1);
        }
        line.book(0);
        line.book(u8::MAX);
        assert!(StartLedger::of("ledger_test", 0, b"").is_latched());
        assert!(!StartLedger::of("ledger_test", 1, b"").is_latched());
        assert!(!StartLedger::of("ledger_test", 0, b"/dev/x").is_latched());
        line.reset();
        assert_eq!(line.failures(), 0);
    }
}
