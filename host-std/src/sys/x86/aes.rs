//! AES instructions.

use core::arch::x86_64::{__m128i, _mm_aesenc_si128, _mm_setzero_si128};
use core::mem::transmute;

/// Whether the processor has AES-NI, which makes AES fast and free of tables.
pub(crate) fn has_aes() -> bool {
    std::arch::is_x86_feature_detected!("aes")
}

/// A chain of 64 AES rounds with a key of zeros, if the processor has the instruction (Intel SDM vol. 2, AESENC).
pub(crate) fn aes_chain() -> Option<fn(u128) -> u128> {
    has_aes().then_some(|block| {
        // SAFETY: the processor has the instructions, as was just asked.
        unsafe { chain(block) }
    })
}

#[target_feature(enable = "aes")]
fn chain(block: u128) -> u128 {
    // SAFETY: both are 16 plain bytes.
    let mut block = unsafe { transmute::<u128, __m128i>(block) };
    for _ in 0..64 {
        block = _mm_aesenc_si128(block, _mm_setzero_si128());
    }
    // SAFETY: as above.
    unsafe { transmute::<__m128i, u128>(block) }
}
