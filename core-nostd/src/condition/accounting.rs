//! How much entropy a conditioning component lets out (SP 800-90B §3.1.5.1.2).

/// log2(1 + 2^-d) in millibits, rounded up, for d = 0, 1, 2 …; below one millibit from there on.
const LOSS: [u32; 12] = [1000, 585, 322, 170, 88, 45, 23, 12, 6, 3, 2, 1];

/// ½·log2(2·ln 2) in millibits, rounded up, without the halving: the constant part of [`overlap`].
const LOG2_2LN2: u64 = 472;

/// A lower bound of `Output_Entropy(input_bits, output_bits, narrowest_bits, input_entropy)` in millibits, for a vetted function.
///
/// `input_entropy` is in millibits, the widths are in bits; `narrowest_bits` is the function's narrowest internal width. Never above
/// the standard's formula and at most 0.03 bits below it where the smaller of the two widths is a power of two (half a bit
/// elsewhere): with n = min(output_bits, narrowest_bits), P_low ≤ 2^-input_bits turns both of the formula's terms into 2^-n + 2^-x,
/// with x the input entropy, or (input_bits + n - log2(2n·ln 2)) / 2 if that is smaller; -log2 of the sum is taken from a table,
/// with chords between its rows, which lie above the convex curve.
///
/// ```
/// use openentropy_core::condition::output_entropy;
/// // SHA-256 of 1,024 bits that hold 128, 256 and 320 bits of entropy
/// assert_eq!(output_entropy(1024, 128_000, 256, 256), 127_999);
/// assert_eq!(output_entropy(1024, 256_000, 256, 256), 255_000);
/// assert_eq!(output_entropy(1024, 320_000, 256, 256), 255_999);
/// ```
#[must_use]
pub const fn output_entropy(
    input_bits: u32,
    input_entropy: u32,
    output_bits: u32,
    narrowest_bits: u32,
) -> u32 {
    let narrow = if output_bits < narrowest_bits { output_bits } else { narrowest_bits };
    let (width, input) = (narrow as u64 * 1000, input_bits as u64 * 1000);
    let entropy = least(least(input_entropy as u64, input), overlap(input, narrow));
    let bound = least(width, entropy).saturating_sub(loss(width.abs_diff(entropy)));
    if bound > u32::MAX as u64 { u32::MAX } else { bound as u32 }
}

/// The entropy above which outputs that several inputs share weigh more than the likeliest input: the formula's second term.
const fn overlap(input: u64, narrow: u32) -> u64 {
    let log2 = match narrow {
        0 => 0,
        _ => u32::BITS - (narrow - 1).leading_zeros(),
    };
    let shared = log2 as u64 * 1000 + LOG2_2LN2;
    (input + narrow as u64 * 1000).saturating_sub(shared) / 2
}

/// log2(1 + 2^-d) for `distance` d, all in millibits, rounded up.
const fn loss(distance: u64) -> u64 {
    let mut rows: &[u32] = &LOSS;
    let mut left = distance;
    while let [above, below @ ..] = rows {
        if let [next, ..] = below
            && left < 1000
        {
            let drop = (*above - *next) as u64;
            return *above as u64 - drop * left / 1000;
        }
        left = left.saturating_sub(1000);
        rows = below;
    }
    1
}

const fn least(a: u64, b: u64) -> u64 {
    if a < b { a } else { b }
}
