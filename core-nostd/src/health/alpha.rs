//! Alpha, the probability of a false alarm, and the adaptive-proportion cutoffs that belong to it.

use crate::{
    MinEntropy,
    health::{Levels, Window, cutoff::floored, repetition_cutoff},
};

/// Rows of [`Alpha::wide`]: 50, 100, .. 2,000 millibits, then 2,250, 2,500, .. 8,000.
const WIDE_ROWS: usize = 64;
/// Rows of [`Alpha::binary`]: 50, 100, .. 1,000 millibits.
const BINARY_ROWS: usize = 20;

/// How often a source that holds exactly its claim may be accused: `2^-exponent` per run of samples and per window.
///
/// Each value is a constant that carries its own table, so that an image holds the tables of the alphas it names and no
/// others. SP 800-90B §4.4 recommends 2^-20 to 2^-40; choose by the source's rate.
///
/// The tables hold `min(W, 2 + critbinom(W - 1, 2^-H, 1 - alpha))`: the first sample of a window always counts, hence one trial less
/// and one success more than in the standard's spreadsheet formula, from which the result differs by at most one; and
/// never more than the window, so that a stuck source always fails. Computed with 400 decimal digits; the tests recompute
/// every entry.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Alpha {
    exponent: u8,
    wide: [u16; WIDE_ROWS],
    binary: [u16; BINARY_ROWS],
}

impl Alpha {
    /// The negative binary logarithm.
    #[must_use]
    pub const fn exponent(&self) -> u8 {
        self.exponent
    }

    /// The cutoff of the adaptive-proportion test for a claim of `claim` per sample, rounded down to the table's row, so that it is never
    /// below the exact one; a claim of zero counts as [`MinEntropy::FLOOR`].
    ///
    /// ```
    /// use openentropy_core::{MinEntropy, health::{Alpha, Window}};
    /// let bit = MinEntropy::from_millibits(1000).unwrap();
    /// assert_eq!(Alpha::POW_30.proportion_cutoff(bit, Window::Binary), 609);
    /// ```
    #[must_use]
    pub fn proportion_cutoff(&self, claim: MinEntropy, window: Window) -> u16 {
        let claim = floored(claim);
        let rows: &[u16] = match window {
            Window::Binary => &self.binary,
            Window::Wide => &self.wide,
        };
        // Walked, not indexed: a Cortex-M0 would link a division routine for the index.
        let (mut row, mut cutoff) = (MinEntropy::FLOOR.millibits(), 0);
        for of_row in rows {
            if row > claim {
                break;
            }
            cutoff = *of_row;
            row += if row < 2000 { 50 } else { 250 };
        }
        cutoff
    }

    /// 2^-12: for measuring the rate of false alarms, not for use.
    pub const POW_12: Self = Self {
        exponent: 12,
        wide: [
            508, 497, 484, 472, 459, 447, 434, 422, 410, 398, 387, 376, 365, 354, 344, 334, 324, 315, 306,
            297, 288, 280, 272, 264, 256, 249, 241, 234, 227, 221, 214, 208, 202, 196, 191, 185, 180, 175,
            170, 165, 143, 124, 107, 93, 81, 71, 62, 55, 48, 42, 37, 33, 30, 26, 24, 21, 19, 17, 16, 15, 13,
            12, 11, 10,
        ],
        binary: [
            1009, 983, 956, 929, 902, 875, 849, 824, 799, 775, 752, 729, 707, 686, 665, 644, 625, 606, 587,
            569,
        ],
    };

    /// 2^-20: the largest that the standard recommends.
    pub const POW_20: Self = Self {
        exponent: 20,
        wide: [
            511, 502, 491, 480, 468, 457, 445, 433, 422, 411, 400, 389, 378, 368, 358, 348, 338, 329, 320,
            311, 303, 294, 286, 278, 270, 263, 256, 249, 242, 235, 229, 222, 216, 210, 204, 199, 193, 188,
            183, 178, 155, 136, 119, 104, 91, 80, 71, 63, 56, 50, 44, 40, 36, 32, 29, 26, 24, 22, 20, 18, 17,
            16, 15, 14,
        ],
        binary: [
            1014, 991, 966, 941, 915, 890, 865, 841, 817, 793, 770, 748, 726, 705, 684, 664, 645, 626, 607,
            590,
        ],
    };

    /// 2^-30: the default of intermittent failures.
    pub const POW_30: Self = Self {
        exponent: 30,
        wide: [
            512, 507, 498, 488, 477, 466, 455, 444, 433, 422, 412, 401, 391, 381, 371, 361, 352, 343, 334,
            325, 316, 308, 300, 292, 284, 277, 270, 263, 256, 249, 242, 236, 230, 224, 218, 212, 207, 201,
            196, 191, 168, 148, 130, 115, 102, 90, 80, 71, 64, 57, 51, 46, 42, 38, 35, 32, 29, 27, 25, 23,
            21, 20, 18, 17,
        ],
        binary: [
            1019, 999, 976, 952, 928, 904, 880, 856, 833, 810, 788, 766, 744, 724, 703, 683, 664, 645, 627,
            609,
        ],
    };

    /// 2^-40: the smallest that the standard recommends.
    pub const POW_40: Self = Self {
        exponent: 40,
        wide: [
            512, 510, 502, 493, 484, 473, 463, 453, 442, 432, 421, 411, 401, 392, 382, 372, 363, 354, 345,
            337, 328, 320, 312, 304, 296, 289, 281, 274, 267, 261, 254, 248, 241, 235, 229, 224, 218, 213,
            207, 202, 178, 158, 140, 124, 110, 98, 88, 79, 71, 64, 58, 52, 48, 43, 40, 36, 33, 31, 29, 27,
            25, 23, 22, 20,
        ],
        binary: [
            1022, 1005, 984, 962, 939, 915, 892, 869, 846, 824, 802, 781, 760, 739, 719, 699, 680, 662, 643,
            626,
        ],
    };

    /// 2^-60: the default of permanent failures.
    pub const POW_60: Self = Self {
        exponent: 60,
        wide: [
            512, 512, 509, 502, 494, 485, 476, 466, 457, 447, 437, 428, 418, 409, 400, 390, 381, 373, 364,
            355, 347, 339, 331, 323, 316, 308, 301, 294, 287, 280, 273, 267, 261, 254, 248, 243, 237, 231,
            226, 221, 196, 175, 156, 140, 125, 112, 101, 92, 83, 75, 69, 63, 57, 53, 48, 45, 41, 38, 36, 33,
            31, 29, 27, 26,
        ],
        binary: [
            1024, 1014, 996, 976, 955, 934, 912, 890, 868, 847, 826, 805, 784, 764, 745, 726, 707, 688, 670,
            653,
        ],
    };
}

/// The alphas of a source's two levels, for its repetition-count and adaptive-proportion tests.
///
/// ```
/// use openentropy_core::health::{Alpha, Alphas};
/// static RARE: Alphas = Alphas { intermittent: &Alpha::POW_40, permanent: &Alpha::POW_60 };
/// assert!(RARE.intermittent.exponent() > Alphas::DEFAULT.intermittent.exponent());
/// ```
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "one alpha per level")]
pub struct Alphas {
    /// Alpha of [`Level::Intermittent`](crate::health::Level::Intermittent).
    pub intermittent: &'static Alpha,
    /// Alpha of [`Level::Permanent`](crate::health::Level::Permanent).
    pub permanent: &'static Alpha,
}

impl Alphas {
    /// 2^-30 and 2^-60, as in jitterentropy.
    pub const DEFAULT: Self = Self { intermittent: &Alpha::POW_30, permanent: &Alpha::POW_60 };

    /// The cutoffs of the repetition-count test.
    #[must_use]
    pub fn repetition(self, claim: MinEntropy) -> Levels {
        Levels {
            intermittent: repetition_cutoff(claim, self.intermittent),
            permanent: repetition_cutoff(claim, self.permanent),
        }
    }

    /// The cutoffs of the adaptive-proportion test.
    #[must_use]
    pub fn proportion(self, claim: MinEntropy, window: Window) -> Levels {
        Levels {
            intermittent: self.intermittent.proportion_cutoff(claim, window),
            permanent: self.permanent.proportion_cutoff(claim, window),
        }
    }
}
