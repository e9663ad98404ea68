//! What jitterentropy's start-up and stuck tests compute.

use zeroize::Zeroize;

/// The greatest common divisor, with `gcd(0, n) = n`.
pub(super) const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// jitterentropy's test for readings that carry nothing: a difference of first, second or third order is zero.
///
/// The reading itself is the first difference (of time).
pub(super) struct StuckTest {
    reading: u64,
    change: u64,
}

impl StuckTest {
    pub(super) const fn new() -> Self {
        Self { reading: 0, change: 0 }
    }

    pub(super) const fn is_stuck(&mut self, reading: u64) -> bool {
        let change = reading.wrapping_sub(self.reading);
        let bend = change.wrapping_sub(self.change);
        self.reading = reading;
        self.change = change;
        reading == 0 || change == 0 || bend == 0
    }
}

impl Drop for StuckTest {
    fn drop(&mut self) {
        self.reading.zeroize();
        self.change.zeroize();
    }
}
