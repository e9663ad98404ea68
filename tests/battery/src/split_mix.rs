//! A small generator for orders, surrogates and controls; not to keep secrets.

/// SplitMix64 (Steele, Lea and Flood 2014): equidistributed over its period of 2^64.
#[derive(Clone, Debug, Default)]
pub(crate) struct SplitMix(pub(crate) u64);

impl SplitMix {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::SplitMix;

    /// From the generator's published implementation.
    #[test]
    fn numbers_are_the_published_ones() {
        for (seed, first, second) in [
            (0, 0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4),
            (1_234_567, 6_457_827_717_110_365_317, 3_203_168_211_198_807_973),
        ] {
            let mut mix = SplitMix(seed);
            assert_eq!([mix.next(), mix.next()], [first, second]);
        }
    }
}
