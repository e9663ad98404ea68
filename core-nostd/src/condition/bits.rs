//! Bits into bytes.

/// Packs bits into bytes, the first bit the most significant.
#[derive(Default)]
pub(super) struct Bits {
    byte: u8,
    used: u8,
}

impl Bits {
    pub(super) const fn new() -> Self {
        Self { byte: 0, used: 0 }
    }

    /// Adds a bit; emits the byte that it completes.
    pub(super) fn push(&mut self, bit: bool, emit: &mut impl FnMut(u8)) {
        self.byte = self.byte << 1 | u8::from(bit);
        self.used += 1;
        if self.used == 8 {
            emit(core::mem::take(self).byte);
        }
    }
}

impl Drop for Bits {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.byte);
    }
}
