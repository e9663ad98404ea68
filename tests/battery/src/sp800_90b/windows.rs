//! The order of the suffixes of bits, by the 64 bits that each begins with.

use super::blocks::{BLOCK, blocks, plane};

/// First bits by which positions are parted into buckets, each sorted on its own, in the cache.
const BUCKET_BITS: u32 = 8;
/// Bits by which a bucket is sorted in one pass; two passes follow the first bits.
const DIGIT_BITS: u32 = 10;
/// Bits that are sorted after both passes.
const SORTED_BITS: u32 = BUCKET_BITS + 2 * DIGIT_BITS;
/// Bits whose frequencies tell whether 64 of them are likely to repeat.
const SAMPLE_BITS: u32 = 16;
/// Most repeats of 64 bits that may be expected.
const MAX_EXPECTED: f64 = 0.01;

/// Says, for one suffix of `bits` after the other in lexicographic order, how many bits it shares with the one before;
/// `None` as soon as some share 64 or more, or are likely to, and the order is not known.
///
/// A prefix sorts first. Memory is five bytes per bit and what the largest bucket takes, about nine if one value were
/// in all of them.
pub(super) fn shared_with_previous(bits: &[u8], mut next: impl FnMut(u32)) -> Option<()> {
    let text = Text::new(bits);
    let frequencies = text.frequencies();
    if expected_repeats(&frequencies, bits.len()) > MAX_EXPECTED {
        return None;
    }
    let (positions, ends) = text.buckets(&frequencies);
    let (mut keys, mut spare) = (Vec::new(), Vec::new());
    let mut previous = None;
    let mut start = 0;
    for end in ends {
        let bucket = &positions[start..end];
        start = end;
        keys.clear();
        keys.extend(bucket.iter().map(|&position| text.window(position as usize)));
        sort(&mut keys, &mut spare);
        let mut short = text.short_suffixes(bucket, &keys).into_iter().peekable();
        for (rank, &key) in keys.iter().enumerate() {
            let length = short.next_if(|&(at, _)| at == rank).map_or(64, |(_, length)| length);
            if let Some((before, its_length)) = previous {
                let shared = u64::leading_zeros(key ^ before).min(length).min(its_length);
                if shared == 64 {
                    return None;
                }
                next(shared);
            }
            previous = Some((key, length));
        }
    }
    Some(())
}

/// Pairs of positions at which the same 64 bits are to be expected, by the frequencies of shorter tuples.
fn expected_repeats(frequencies: &[u32], positions: usize) -> f64 {
    let n = positions as f64;
    let equal: f64 = frequencies.iter().map(|&count| (f64::from(count) / n).powi(2)).sum();
    0.5 * n * n * equal.powi((64 / SAMPLE_BITS) as i32)
}

/// Bits, 64 to a word, with zeros after them.
struct Text {
    len: usize,
    words: Vec<u64>,
}

impl Text {
    fn new(bits: &[u8]) -> Self {
        let words = blocks(bits).map(|(block, _)| plane(&block, 0)).chain([0]).collect();
        Self { len: bits.len(), words }
    }

    /// The 64 bits from `position` on.
    fn window(&self, position: usize) -> u64 {
        let (word, shift) = (position / BLOCK, position % BLOCK);
        self.words[word] << shift | self.words[word + 1] >> 1 >> (63 - shift)
    }

    fn frequencies(&self) -> Vec<u32> {
        let mut frequencies = vec![0; 1 << SAMPLE_BITS];
        for position in 0..self.len {
            frequencies[(self.window(position) >> (64 - SAMPLE_BITS)) as usize] += 1;
        }
        frequencies
    }

    /// All positions, those with the same first bits together, and where each bucket ends.
    fn buckets(&self, frequencies: &[u32]) -> (Vec<u32>, Vec<usize>) {
        let mut places = Vec::with_capacity(1 << BUCKET_BITS);
        let mut total = 0;
        for bucket in frequencies.chunks(1 << (SAMPLE_BITS - BUCKET_BITS)) {
            places.push(total);
            total += bucket.iter().map(|&count| count as usize).sum::<usize>();
        }
        let mut positions = vec![0; self.len];
        for position in 0..self.len {
            let place = &mut places[(self.window(position) >> (64 - BUCKET_BITS)) as usize];
            positions[*place] = position as u32;
            *place += 1;
        }
        (positions, places)
    }

    /// The ranks and lengths of the suffixes in a sorted bucket that are shorter than a window, in order.
    ///
    /// Filled up with zeros, such a suffix is the least that begins like it, and of equal ones the shorter comes first.
    fn short_suffixes(&self, bucket: &[u32], keys: &[u64]) -> Vec<(usize, u32)> {
        // Positions ascend within a bucket, so the short suffixes come last, the shortest at the very end.
        let lengths = bucket.iter().rev().map(|&position| self.len - position as usize);
        let mut short: Vec<(u64, usize)> = lengths
            .take_while(|&length| length < 64)
            .map(|length| (self.window(self.len - length), length))
            .collect();
        short.sort_unstable();
        let mut taken = 0;
        short
            .iter()
            .map(|&(key, length)| {
                let rank = keys.partition_point(|&other| other < key).max(taken);
                taken = rank + 1;
                (rank, length as u32)
            })
            .collect()
    }
}

/// Sorts keys that agree in their first bits.
fn sort(keys: &mut Vec<u64>, spare: &mut Vec<u64>) {
    for pass in 0..2 {
        let digit =
            |key: u64| (key >> (64 - SORTED_BITS + pass * DIGIT_BITS)) as usize & ((1 << DIGIT_BITS) - 1);
        let mut places = [0u32; 1 << DIGIT_BITS];
        for &key in &*keys {
            places[digit(key)] += 1;
        }
        let mut total = 0;
        for place in &mut places {
            (*place, total) = (total, total + *place);
        }
        spare.resize(keys.len(), 0);
        for &key in &*keys {
            let place = &mut places[digit(key)];
            spare[*place as usize] = key;
            *place += 1;
        }
        core::mem::swap(keys, spare);
    }
    for equal in keys.chunk_by_mut(|a, b| (a ^ b) >> (64 - SORTED_BITS) == 0) {
        equal.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::super::suffix_array::{longest_common_prefixes, suffix_array};
    use super::shared_with_previous;

    fn irregular(length: usize, bias: u64) -> Vec<u8> {
        let mut state = length as u64;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
                u8::from(state >> 56 >= bias)
            })
            .collect()
    }

    #[test]
    fn equals_the_suffix_array() {
        for (length, bias) in
            [(100_000, 128), (30_000, 150), (20_000, 100), (65, 128), (64, 128), (63, 128), (10, 128)]
        {
            // Ends that are filled up with what they could be taken for.
            for end in [0, 7, 70] {
                let bits: Vec<u8> = irregular(length, bias).into_iter().chain(vec![0; end.min(40)]).collect();
                let mut shared = vec![0];
                if shared_with_previous(&bits, |length| shared.push(length)).is_some() {
                    assert_eq!(
                        shared,
                        longest_common_prefixes(&bits, suffix_array(&bits, 2)),
                        "{length} {bias} {end}"
                    );
                } else {
                    assert!(length < 100, "{length} {bias} {end} should be possible");
                }
            }
        }
    }

    #[test]
    fn every_short_sequence_is_sorted_or_left_to_others() {
        let mut sorted = 0;
        for length in 1..=10 {
            for number in 0..1u32 << length {
                let bits: Vec<u8> = (0..length).map(|i| (number >> i & 1) as u8).collect();
                let mut shared = vec![0];
                if shared_with_previous(&bits, |length| shared.push(length)).is_some() {
                    sorted += 1;
                    assert_eq!(shared, longest_common_prefixes(&bits, suffix_array(&bits, 2)), "{bits:?}");
                }
            }
        }
        assert!(sorted > 1000, "{sorted}");
    }

    #[test]
    fn long_repeats_are_left_to_others() {
        let once = irregular(5_000, 128);
        let twice = [&once[..], &once[..]].concat();
        assert_eq!(shared_with_previous(&twice, |_| ()), None);
        assert_eq!(shared_with_previous(&irregular(50_000, 250), |_| ()), None);
    }
}
