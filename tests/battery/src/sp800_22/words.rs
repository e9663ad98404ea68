//! Sixty-four bits at a time.

use crate::Bits;

/// `len` bits from `start` on in words: the bits left-aligned, zeros after them, and how many they are.
pub(super) fn words<'a>(
    bits: &'a Bits<'_>,
    start: usize,
    len: usize,
) -> impl Iterator<Item = (u64, u32)> + 'a {
    (0..len).step_by(64).map(move |offset| match len - offset {
        left @ 1..64 => (bits.word(start + offset) & (u64::MAX << (64 - left)), left as u32),
        _ => (bits.word(start + offset), 64),
    })
}

/// Number of ones among `len` bits from `start` on.
pub(super) fn ones(bits: &Bits<'_>, start: usize, len: usize) -> u64 {
    words(bits, start, len).map(|(word, _)| u64::from(word.count_ones())).sum()
}

/// Counts into `counts`, which has 2^`width` places, the windows of `width` bits (1 to 32) that begin at the
/// `positions` places from `start` on.
pub(super) fn count_windows(bits: &Bits<'_>, start: usize, positions: usize, width: u32, counts: &mut [u64]) {
    debug_assert_eq!(counts.len(), 1 << width);
    let whole = 65 - width as usize;
    for first in (0..positions).step_by(whole) {
        let mut word = bits.word(start + first);
        for _ in 0..whole.min(positions - first) {
            counts[(word >> (64 - width)) as usize] += 1;
            word <<= 1;
        }
    }
}

/// How often each pattern of `width` bits (0 to 31) occurs when the sequence, not empty, is read as a circle.
pub(super) fn circular_counts(bits: &Bits<'_>, width: u32) -> Vec<u64> {
    let (len, mut counts) = (bits.len(), vec![0; 1 << width]);
    if width == 0 {
        counts[0] = len as u64;
        return counts;
    }
    let inside = (len + 1).saturating_sub(width as usize);
    count_windows(bits, 0, inside, width, &mut counts);
    for start in inside..len {
        let pattern = (start..start + width as usize)
            .fold(0, |pattern, index| pattern << 1 | usize::from(bits.get(index % len)));
        counts[pattern] += 1;
    }
    counts
}

/// The counts of the patterns one bit shorter: what a pattern is continued by, taken together.
pub(super) fn shorten(counts: &[u64]) -> Vec<u64> {
    counts.chunks_exact(2).map(|pair| pair[0] + pair[1]).collect()
}

#[cfg(test)]
mod tests {
    use super::{circular_counts, ones, shorten, words};
    use crate::Bits;

    fn sample() -> Vec<u8> {
        (0..50u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 21) as u8).collect()
    }

    #[test]
    fn words_are_the_bits_and_no_more() {
        let bytes = sample();
        let bits = Bits::prefix(&bytes, 397).unwrap();
        for (start, len) in [(0, 397), (3, 64), (5, 130), (8, 1), (100, 0)] {
            let widths: usize = words(&bits, start, len).map(|(_, width)| width as usize).sum();
            assert_eq!(widths, len);
            let expected: u64 = bits.iter().skip(start).take(len).map(u64::from).sum();
            assert_eq!(ones(&bits, start, len), expected, "{len} bits from {start}");
        }
    }

    #[test]
    fn patterns_are_counted_round_the_circle() {
        let bytes = sample();
        for len in [1, 2, 5, 63, 64, 65, 200, 397] {
            let bits = Bits::prefix(&bytes, len).unwrap();
            for width in 0..8 {
                let mut expected = vec![0; 1 << width];
                for start in 0..len {
                    let read = |at: usize| usize::from(bits.get((start + at) % len));
                    expected[(0..width as usize).fold(0, |pattern, at| pattern << 1 | read(at))] += 1;
                }
                assert_eq!(circular_counts(&bits, width), expected, "{width} of {len} bits");
            }
        }
    }

    #[test]
    fn shorter_patterns_need_no_second_count() {
        let bytes = sample();
        let bits = Bits::prefix(&bytes, 395).unwrap();
        assert_eq!(shorten(&circular_counts(&bits, 6)), circular_counts(&bits, 5));
        assert_eq!(shorten(&circular_counts(&bits, 1)), circular_counts(&bits, 0));
    }
}
