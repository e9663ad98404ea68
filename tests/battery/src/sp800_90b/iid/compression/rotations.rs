//! The rotations of a ring of words, in order.

use crate::sp800_90b::suffix_array::suffix_array;

/// Low bits of an entry that hold a position: a block has fewer than 2^18 words.
const PLACE_BITS: u32 = 18;
const PLACE: u64 = (1 << PLACE_BITS) - 1;

/// Passes over all words that may go into resolving repetitions before all is sorted in linear time instead.
const PASSES: usize = 3;

/// Sorts rings of words; keeps its memory from one to the next.
#[derive(Default)]
pub(super) struct Rotations {
    /// The ring, with its first words once more at the end.
    words: Vec<u16>,
    /// The first words of each rotation as one number.
    heads: Vec<u32>,
    /// Where the rotations with each such number begin, later end.
    buckets: Vec<u32>,
    /// A rotation each: its next words as a number, then where it starts.
    entries: Vec<u64>,
    /// Ranges of entries not yet told apart.
    ties: Vec<Tie>,
}

#[derive(Clone, Copy)]
struct Tie {
    start: usize,
    end: usize,
    /// How many words these rotations share.
    shared: usize,
}

impl Rotations {
    /// Where the rotations of `ring` start, in ascending order; equal rotations in any order.
    ///
    /// The words are given by their ranks, below `alphabet`; there are 1 to 2^18 - 1 of them.
    pub(super) fn sort(&mut self, ring: &[u16], alphabet: usize) -> impl Iterator<Item = usize> + '_ {
        let radix = alphabet.max(2) as u64;
        // As many buckets as pay: a few per rotation at most, and at least one word each.
        let head = words_below(radix, 4 * ring.len() as u64).max(1);
        let tail = words_below(radix, u64::MAX >> PLACE_BITS);
        self.words.clear();
        self.words.extend(ring.iter().cycle().take(ring.len() + head + tail));
        self.scatter(ring.len(), radix, head, tail);
        self.sort_buckets(head + tail);
        if !self.resolve(ring.len(), radix, tail) {
            self.sort_as_suffixes(ring, alphabet);
        }
        self.entries.iter().map(|&entry| (entry & PLACE) as usize)
    }

    /// Brings every rotation into the bucket of its first `head` words, together with a number of the next `tail`.
    fn scatter(&mut self, len: usize, radix: u64, head: usize, tail: usize) {
        self.buckets.clear();
        self.buckets.resize(radix.pow(head as u32) as usize, 0);
        self.heads.clear();
        for number in numbers(&self.words, radix, head).take(len) {
            self.heads.push(number as u32);
            self.buckets[number as usize] += 1;
        }
        let mut start = 0;
        for bucket in &mut self.buckets {
            (*bucket, start) = (start, start + *bucket);
        }

        self.entries.clear();
        self.entries.resize(len, 0);
        let tails = numbers(&self.words[head..], radix, tail);
        for (place, (head, number)) in self.heads.iter().zip(tails).enumerate() {
            let end = &mut self.buckets[*head as usize];
            self.entries[*end as usize] = number << PLACE_BITS | place as u64;
            *end += 1;
        }
    }

    /// Sorts each bucket, and notes what shares all `shared` words.
    fn sort_buckets(&mut self, shared: usize) {
        self.ties.clear();
        let mut start = 0;
        for &end in &self.buckets {
            let end = end as usize;
            if end - start > 1 {
                sort_range(&mut self.entries, Tie { start, end, shared }, &mut self.ties);
            }
            start = end;
        }
    }

    /// Tells apart what is tied by the words further on; `false` if that takes too long.
    fn resolve(&mut self, len: usize, radix: u64, tail: usize) -> bool {
        let mut left = PASSES * len;
        while let Some(tie) = self.ties.pop() {
            if tie.shared >= len {
                continue;
            }
            let entries = &mut self.entries[tie.start..tie.end];
            if entries.len() > left {
                return false;
            }
            left -= entries.len();
            for entry in entries {
                let place = *entry & PLACE;
                let from = (place as usize + tie.shared) % len;
                let words = self.words[from..from + tail].iter();
                let number = words.fold(0, |number, &word| number * radix + u64::from(word));
                *entry = number << PLACE_BITS | place;
            }
            sort_range(&mut self.entries, Tie { shared: tie.shared + tail, ..tie }, &mut self.ties);
        }
        true
    }

    /// Sorts all rotations by a suffix array, in linear time whatever repeats.
    fn sort_as_suffixes(&mut self, ring: &[u16], alphabet: usize) {
        // With a word that occurs once at the end, no suffix is the beginning of another, and so
        // suffixes sort as rotations do; without one, the ring is written out twice.
        let once = ring.first().is_some_and(|first| !ring[1..].contains(first));
        let len = if once { ring.len() } else { 2 * ring.len() };
        let text: Vec<u32> = ring.iter().cycle().skip(1).take(len).map(|&word| u32::from(word)).collect();
        let places = suffix_array(&text, alphabet).into_iter().filter(|&place| (place as usize) < ring.len());
        self.entries.clear();
        self.entries.extend(places.map(|place| (u64::from(place) + 1) % ring.len() as u64));
    }
}

/// Sorts a range of entries, and notes what stays tied in it.
fn sort_range(entries: &mut [u64], Tie { start, end, shared }: Tie, ties: &mut Vec<Tie>) {
    let entries = &mut entries[start..end];
    entries.sort_unstable();
    let mut first = start;
    for tied in entries.chunk_by(|a, b| a >> PLACE_BITS == b >> PLACE_BITS) {
        let next = first + tied.len();
        if tied.len() > 1 {
            ties.push(Tie { start: first, end: next, shared });
        }
        first = next;
    }
}

/// Every `count` successive words as one number.
fn numbers(words: &[u16], radix: u64, count: usize) -> impl Iterator<Item = u64> + '_ {
    let top = radix.pow(count as u32 - 1);
    let (first, rest) = words.split_at(count - 1);
    let start = first.iter().fold(0, |number, &word| number * radix + u64::from(word));
    rest.iter().zip(words).scan(start, move |number, (&next, &leaving)| {
        let whole = *number * radix + u64::from(next);
        *number = whole - u64::from(leaving) * top;
        Some(whole)
    })
}

/// How many words of an alphabet of `radix` make numbers of at most `limit`.
fn words_below(radix: u64, limit: u64) -> usize {
    limit.ilog(radix) as usize
}

#[cfg(test)]
mod tests {
    use super::super::numbers::Numbers;
    use super::Rotations;

    /// Rotations that compare equal may stand in any order, so texts are compared, not places.
    fn check(rotations: &mut Rotations, ring: &[u16]) {
        let alphabet = usize::from(*ring.iter().max().unwrap()) + 1;
        let text =
            |place: usize| ring.iter().cycle().skip(place).take(ring.len()).copied().collect::<Vec<_>>();
        let places: Vec<usize> = rotations.sort(ring, alphabet).collect();
        let mut all = places.clone();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..ring.len()));
        assert!(places.is_sorted_by_key(|&place| text(place)), "{ring:?}");
    }

    #[test]
    fn every_short_ring_is_sorted() {
        let mut rotations = Rotations::default();
        for length in 1..=11 {
            for bits in 0..1u32 << length {
                check(&mut rotations, &(0..length).map(|i| (bits >> i & 1) as u16).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn repetitive_and_irregular_rings_are_sorted() {
        let mut rotations = Rotations::default();
        let mut numbers = Numbers(1);
        let mut next = |below| numbers.below(below) as u16;
        for alphabet in [2, 3, 17, 257] {
            let random: Vec<u16> = (0..2000).map(|_| next(alphabet)).collect();
            check(&mut rotations, &random);
            // Long repetitions, with and without a word that occurs once.
            check(&mut rotations, &random[..700].repeat(2));
            let mut once = vec![alphabet as u16];
            once.extend(random[..300].repeat(3));
            check(&mut rotations, &once);
            let rare: Vec<u16> = (0..1500).map(|_| u16::from(next(200) == 0)).collect();
            check(&mut rotations, &rare);
        }
        let mut constant = vec![0; 1500];
        check(&mut rotations, &constant);
        constant[0] = 1;
        check(&mut rotations, &constant);
    }
}
