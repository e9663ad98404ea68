//! AES instructions.

use core::arch::aarch64::{uint8x16_t, vaeseq_u8, vaesmcq_u8, vdupq_n_u8};
use core::mem::transmute;

/// Whether the processor has the AES instructions of Armv8, which make AES fast and free of tables.
pub(crate) fn has_aes() -> bool {
    std::arch::is_aarch64_feature_detected!("aes")
}

/// A chain of 64 AES rounds with a key of zeros, if the processor has the instructions (Arm ARM §C7.2, AESE and AESMC).
pub(crate) fn aes_chain() -> Option<fn(u128) -> u128> {
    has_aes().then_some(|block| {
        // SAFETY: the processor has the instructions, as was just asked.
        unsafe { chain(block) }
    })
}

#[target_feature(enable = "neon,aes")]
fn chain(block: u128) -> u128 {
    // SAFETY: both are 16 plain bytes.
    let mut block = unsafe { transmute::<u128, uint8x16_t>(block) };
    for _ in 0..64 {
        block = vaesmcq_u8(vaeseq_u8(block, vdupq_n_u8(0)));
    }
    // SAFETY: as above.
    unsafe { transmute::<uint8x16_t, u128>(block) }
}
