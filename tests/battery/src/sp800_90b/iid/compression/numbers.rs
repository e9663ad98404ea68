//! Numbers from a fixed seed, for tests.

/// A linear congruential generator, of which the upper half is used.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    /// A number below `limit`, which is at most 2^32.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 32) * limit) >> 32
    }

    /// Samples below `limit`.
    pub(super) fn samples(&mut self, len: usize, limit: u64) -> Vec<u8> {
        (0..len).map(|_| self.below(limit) as u8).collect()
    }
}
