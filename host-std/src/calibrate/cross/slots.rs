//! Samples of two sources paired by slots of time.

use core::cmp::Ordering;
use core::time::Duration;

/// Slots of a whole limit for each pair that is wanted: what they bound is memory, where the sources hardly ever meet.
const SLOTS_PER_PAIR: u128 = 16;

/// The last sample that was ready in a slot of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slotted {
    /// The slot's number.
    pub(super) slot: u32,
    pub(super) sample: u8,
}

/// The samples of one source, at most one in a slot, in the order of time.
pub(super) type Stream = Vec<Slotted>;

/// How long a slot is: as long as the slower source takes for a sample, in nanoseconds, so that both often have one in it.
pub(super) fn slot_ns(slower: Duration, samples: usize, limit: Duration) -> u64 {
    let slots = (samples as u128).max(1) * SLOTS_PER_PAIR;
    let least = limit.as_nanos() / slots;
    u64::try_from(slower.as_nanos().max(least)).unwrap_or(u64::MAX).max(1)
}

/// Keeps a sample that was ready in `slot`, in the place of an earlier one; whether it is the slot's first.
pub(super) fn keep(stream: &mut Stream, slot: u32, sample: u8) -> bool {
    match stream.last_mut() {
        Some(last) if last.slot == slot => {
            last.sample = sample;
            false
        }
        _ => {
            stream.push(Slotted { slot, sample });
            true
        }
    }
}

/// The samples of the slots in which both streams have one.
pub(super) fn pair(one: &[Slotted], other: &[Slotted]) -> [Vec<u8>; 2] {
    let mut pairs = [Vec::new(), Vec::new()];
    let (mut ones, mut others) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(one), Some(other)) = (ones.peek(), others.peek()) {
        match one.slot.cmp(&other.slot) {
            Ordering::Less => _ = ones.next(),
            Ordering::Greater => _ = others.next(),
            Ordering::Equal => {
                pairs[0].push(one.sample);
                pairs[1].push(other.sample);
                ones.next();
                others.next();
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(samples: &[(u32, u8)]) -> Stream {
        let mut stream = Stream::new();
        for (slot, sample) in samples {
            keep(&mut stream, *slot, *sample);
        }
        stream
    }

    #[test]
    fn the_last_sample_of_a_slot_is_kept() {
        let mut kept = Stream::new();
        let firsts = [(0, 7), (2, 8), (2, 9), (3, 1)].map(|(slot, sample)| keep(&mut kept, slot, sample));
        assert_eq!(firsts, [true, true, false, true]);
        assert_eq!(kept, [(0, 7), (2, 9), (3, 1)].map(|(slot, sample)| Slotted { slot, sample }));
    }

    #[test]
    fn slots_in_which_both_have_a_sample_make_pairs() {
        let one = stream(&[(0, 0), (1, 1), (3, 3), (4, 4), (9, 9)]);
        let other = stream(&[(1, 11), (2, 12), (4, 13), (4, 14), (7, 17)]);
        assert_eq!(pair(&one, &other), [vec![1, 4], vec![11, 14]]);
        assert_eq!(pair(&other, &one), [vec![11, 14], vec![1, 4]]);
        assert!(pair(&[], &one).iter().all(Vec::is_empty));
    }

    /// A minute has 16 million slots of 3.75 µs for a million pairs; where the slower source takes longer, it decides.
    #[test]
    fn a_slot_is_as_long_as_the_slower_source_takes_and_bounded_in_number() {
        let minute = Duration::from_secs(60);
        assert_eq!(slot_ns(Duration::from_nanos(50), 1_000_000, minute), 3750);
        assert_eq!(slot_ns(Duration::from_micros(30), 1_000_000, minute), 30_000);
        assert_eq!(slot_ns(Duration::ZERO, 0, Duration::ZERO), 1);
        assert_eq!(slot_ns(Duration::MAX, 1, minute), u64::MAX);
    }
}
