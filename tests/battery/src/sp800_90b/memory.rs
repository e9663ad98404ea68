//! How much memory an assessment may take.

/// Bytes for a symbol, nearly all of which go into counting the tuples of data made of long repetitions.
const PER_SYMBOL: u64 = 28;
/// Bytes for the contexts of samples, which are limited in number.
const CONTEXTS: u64 = 96_000_000;
/// Bytes for the contexts of bits, all of which have their place.
const BIT_CONTEXTS: u64 = 4_000_000;

/// An upper estimate of the bytes that [`assess`](super::assess) takes for so many samples of `bits` bits, beside the
/// samples themselves.
///
/// It holds for constant data with a single exception, which take most. Noise takes a quarter or less: 60 MB for 1,000,000
/// samples of eight bits.
/// A program that reads files can refuse one before it reads it. [`restart::assess`](super::restart::assess)
/// takes two bytes more for each sample.
///
/// ```
/// use openentropy_tests::sp800_90b::memory_needed;
///
/// assert_eq!(memory_needed(1_000_000, 8), 9 * 28_000_000 + 100_000_000);
/// assert_eq!(memory_needed(1_000_000, 1), 28_000_000 + 4_000_000);
/// ```
pub fn memory_needed(samples: u64, bits: u32) -> u64 {
    let (symbols, contexts) = match bits {
        ..2 => (samples, 0),
        _ => (samples.saturating_mul(1 + u64::from(bits)), CONTEXTS),
    };
    symbols.saturating_mul(PER_SYMBOL).saturating_add(contexts + BIT_CONTEXTS)
}
