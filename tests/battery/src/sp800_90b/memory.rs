//! How much memory an assessment may take.

/// Bytes for a symbol, of which the suffix array of data made of long repetitions takes nearly all.
const PER_SYMBOL: u64 = 32;
/// Bytes for the contexts of samples, which are limited in number.
const CONTEXTS: u64 = 96_000_000;
/// Bytes for the contexts of bits, all of which have their place.
const BIT_CONTEXTS: u64 = 4_000_000;

/// An upper estimate of the bytes that [`assess`](super::assess) takes for so many samples of `bits` bits, beside the
/// samples themselves.
///
/// It holds for periodic data, which take most. Noise takes about a fifth: 60 MB for 1,000,000 samples of eight bits.
/// A program that reads files can refuse one before it reads it. [`restart::assess`](super::restart::assess)
/// takes two bytes more for each sample.
///
/// ```
/// use openentropy_tests::sp800_90b::memory_needed;
///
/// assert_eq!(memory_needed(1_000_000, 8), 384_000_000 + 4_000_000);
/// assert_eq!(memory_needed(1_000_000, 1), 32_000_000 + 4_000_000);
/// ```
pub fn memory_needed(samples: u64, bits: u32) -> u64 {
    let (symbols, contexts) = match bits {
        ..2 => (samples, 0),
        _ => (samples.saturating_mul(1 + u64::from(bits)), CONTEXTS),
    };
    symbols.saturating_mul(PER_SYMBOL).saturating_add(contexts + BIT_CONTEXTS)
}
