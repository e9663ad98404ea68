//! Stores that pass the caches by.

use core::arch::x86_64::{_mm_sfence, _mm_stream_si64};

/// Writes every word straight to memory (MOVNTI) and waits until the stores are seen everywhere (Intel SDM vol. 1 §10.4.6.2).
pub(crate) fn stream(words: &mut [i64]) {
    for word in &mut *words {
        // SAFETY: SSE2, which every x86-64 processor has; the pointer is that of a live word, borrowed exclusively.
        unsafe { _mm_stream_si64(word, 1) };
    }
    // SAFETY: SSE2.
    unsafe { _mm_sfence() };
}
