//! Between which figures a block must lie.

use super::Block;

/// The limits of one edition of the standard.
///
/// The four tests were part of FIPS 140-1 (1994) and FIPS 140-2 (2001); change notice 2 of December 2002
/// removed them. They live on as a custom, in `rngtest` and in AIS 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Smallest and largest number of ones.
    pub ones: (u32, u32),
    /// Smallest and largest sum of squared nibble counts.
    pub nibble_squares: (u32, u32),
    /// Smallest and largest number of runs by length, for zeros and ones each.
    pub runs: [(u32, u32); 6],
    /// A run of this length or more is too long.
    pub long_run: u32,
}

impl Limits {
    /// FIPS 140-1 §4.11.1: also tests T1 to T4 of AIS 31.
    pub const FIPS_140_1: Self = Self {
        ones: (9655, 10_345),
        nibble_squares: (1_562_822, 1_580_437),
        runs: [(2267, 2733), (1079, 1421), (502, 748), (223, 402), (90, 223), (90, 223)],
        long_run: 34,
    };

    /// FIPS 140-2 with change notice 1 of October 2001: what `rngtest` and `rngd` use.
    pub const FIPS_140_2: Self = Self {
        ones: (9726, 10_274),
        nibble_squares: (1_563_176, 1_576_928),
        runs: [(2315, 2685), (1114, 1386), (527, 723), (240, 384), (103, 209), (103, 209)],
        long_run: 26,
    };

    /// Which of the four tests `block` fails, in the order monobit, poker, runs, long run.
    pub fn failed(&self, block: &Block) -> [bool; 4] {
        let outside = |(low, high): (u32, u32), count| !(low..=high).contains(&count);
        let runs =
            |runs: &[u32; 6]| runs.iter().zip(self.runs).any(|(&count, limits)| outside(limits, count));
        [
            outside(self.ones, block.ones),
            outside(self.nibble_squares, block.nibble_squares),
            block.runs.iter().any(runs),
            block.longest_run >= self.long_run,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;
    use crate::fips140::Block;

    const TYPICAL: Block = Block {
        ones: 10_000,
        nibble_squares: 1_567_200,
        runs: [[2500, 1250, 625, 312, 156, 156]; 2],
        longest_run: 14,
    };

    fn poker(nibble_squares: u32) -> f64 {
        Block { nibble_squares, ..TYPICAL }.poker()
    }

    #[test]
    fn integer_limits_are_the_printed_ones() {
        let (low, high) = Limits::FIPS_140_1.nibble_squares;
        assert!(poker(low - 1) <= 1.03 && poker(low) > 1.03 && poker(high) < 57.4 && poker(high + 1) >= 57.4);
        let (low, high) = Limits::FIPS_140_2.nibble_squares;
        assert!(
            poker(low - 1) <= 2.16 && poker(low) > 2.16 && poker(high) < 46.17 && poker(high + 1) >= 46.17
        );
    }

    #[test]
    fn each_count_fails_its_own_test() {
        let limits = Limits::FIPS_140_2;
        assert_eq!(limits.failed(&TYPICAL), [false; 4]);
        assert_eq!(limits.failed(&Block { ones: 10_275, ..TYPICAL }), [true, false, false, false]);
        assert_eq!(
            limits.failed(&Block { nibble_squares: 1_576_929, ..TYPICAL }),
            [false, true, false, false]
        );
        let mut runs = TYPICAL.runs;
        runs[1][5] = 210;
        assert_eq!(limits.failed(&Block { runs, ..TYPICAL }), [false, false, true, false]);
        assert_eq!(limits.failed(&Block { longest_run: 26, ..TYPICAL }), [false, false, false, true]);
        assert_eq!(Limits::FIPS_140_1.failed(&Block { longest_run: 33, ..TYPICAL }), [false; 4]);
    }
}
