//! Random orders of samples.

use crate::split_mix::SplitMix;

/// Brings `samples` into a random order, every order equally likely (SP 800-90B §5.1, Fisher–Yates).
///
/// The order depends on `seed` and `number` alone.
pub(super) fn shuffle(samples: &mut [u8], seed: u64, number: u64) {
    let mut generator = Xoshiro::new(seed, number);
    for last in (1..samples.len()).rev() {
        let chosen = generator.up_to(last as u64);
        samples.swap(last, chosen as usize);
    }
}

/// xoshiro256++ (Blackman and Vigna, 2021): fast, and good enough to order samples; not to keep secrets.
struct Xoshiro([u64; 4]);

impl Xoshiro {
    fn new(seed: u64, number: u64) -> Self {
        // Mixed once before the number is added, so that neighbouring seeds do not share orders.
        let start = SplitMix(seed).next().wrapping_add(number);
        let mut mix = SplitMix(SplitMix(start).next());
        Self([mix.next(), mix.next(), mix.next(), mix.next()])
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number from 0 to `last`, each equally likely (Lemire, 2019).
    fn up_to(&mut self, last: u64) -> u64 {
        let count = last + 1;
        loop {
            let product = u128::from(self.next()) * u128::from(count);
            let low = product as u64;
            // The lowest 2^64 mod count of the low halves would make some numbers likelier.
            if low >= count || low >= count.wrapping_neg() % count {
                return (product >> 64) as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Xoshiro, shuffle};

    /// From the generator's published implementation.
    #[test]
    fn the_generator_gives_its_known_answers() {
        let mut xoshiro = Xoshiro([1, 2, 3, 4]);
        let known =
            [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205];
        assert_eq!(known.map(|_| xoshiro.next()), known);
    }

    /// 24 orders of four, 120,000 times: chi-square with 23 degrees of freedom above 100 has probability 1e-11.
    #[test]
    fn every_order_is_equally_likely() {
        let mut counts = std::collections::BTreeMap::<[u8; 4], f64>::new();
        for number in 0..120_000 {
            let mut order = [0, 1, 2, 3];
            shuffle(&mut order, 1, number);
            *counts.entry(order).or_default() += 1.0;
        }
        let chi_square: f64 = counts.values().map(|count| (count - 5000.0).powi(2) / 5000.0).sum();
        assert!(counts.len() == 24 && chi_square < 100.0, "{chi_square} over {}", counts.len());
    }

    #[test]
    fn seed_and_number_both_matter() {
        let order = |seed, number| {
            let mut order: Vec<u8> = (0..100).collect();
            shuffle(&mut order, seed, number);
            order
        };
        assert_eq!(order(1, 2), order(1, 2));
        assert_ne!(order(1, 2), order(1, 3));
        assert_ne!(order(1, 2), order(2, 2));
        assert_ne!(order(1, 2), order(2, 1));
    }
}
