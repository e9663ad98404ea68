//! The result of the IID track.

use super::{ChiSquare, LongestRepeat, Permutation, Statistic};
use crate::sp800_90b::MIN_SAMPLES;

/// Every test of the IID assumption, and the estimate that holds if all pass (SP 800-90B §5, §6.1).
///
/// To pass is no proof that samples are independent: a good generator passes, and so does bad data in which these
/// tests see nothing. The designer must claim independence for physical reasons before the figure counts.
///
/// ```
/// use openentropy_tests::sp800_90b::iid::{self, Options};
///
/// let samples: Vec<u8> = (0..3000u32).map(|i| u8::from(i * i % 7 == 1)).collect();
/// let result = iid::test(&samples, 1, &Options { permutations: 100, ..Options::default() })?;
/// let [runs, compression] = [4, 18].map(|place| result.permutations[place]);
/// assert_eq!((runs.statistic.name(), runs.initial, runs.above), ("median_runs", 1715.0, 0));
/// assert!(!runs.passes(), "no shuffle has more runs");
/// assert!(!compression.passes() && compression.below == 0, "none is compressed as well");
/// assert!(result.longest_repeat.p < 1e-9 && !result.meets_minimum_length());
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Iid {
    /// Number of samples.
    pub samples: usize,
    /// Bits per sample.
    pub bits: u32,
    /// Number of different sample values; with one alone nothing can be tested, and so nothing passes.
    pub alphabet: usize,
    /// Shuffles that were made.
    pub shuffles: u32,
    /// The statistics of the order of samples, in the order of [`Statistic::ALL`].
    pub permutations: [Permutation; Statistic::ALL.len()],
    /// Independence of neighbouring samples; `None` for constant data or too few samples, which does not pass.
    pub independence: Option<ChiSquare>,
    /// Equal distribution over the tenths of the data; `None` as before.
    pub goodness_of_fit: Option<ChiSquare>,
    /// The longest repetition.
    pub longest_repeat: LongestRepeat,
    /// Most common value estimate over the samples, in bits per sample (§6.3.1).
    pub h_original: f64,
    /// The same over their bits, in bits per bit; `None` for samples of one bit.
    pub h_bitstring: Option<f64>,
}

impl Iid {
    /// Whether every test passes.
    pub fn passes(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Names of the tests that do not pass: those of [`Statistic::name`], `chi_square_independence`,
    /// `chi_square_goodness_of_fit` and `longest_repeat`.
    pub fn failures(&self) -> impl Iterator<Item = &'static str> + '_ {
        let others = [
            ("chi_square_independence", self.independence.is_some_and(|test| test.passes())),
            ("chi_square_goodness_of_fit", self.goodness_of_fit.is_some_and(|test| test.passes())),
            ("longest_repeat", self.longest_repeat.passes()),
        ];
        let permutations = self.permutations.iter().map(|test| (test.statistic.name(), test.passes()));
        permutations.chain(others).filter_map(|(name, passes)| (!passes).then_some(name))
    }

    /// The assessed min-entropy in bits per sample, `min(H_original, bits × H_bitstring)`, if every test passes.
    ///
    /// If one fails the samples are not IID: `None`, and the figure is that of the ten estimators,
    /// [`assess`](crate::sp800_90b::assess).
    pub fn min_entropy(&self) -> Option<f64> {
        let of_bits = self.h_bitstring.map_or(f64::INFINITY, |h| f64::from(self.bits) * h);
        self.passes().then_some(self.h_original.min(of_bits))
    }

    /// Whether there are at least [`MIN_SAMPLES`] samples; if not, the figures are no assessment.
    pub fn meets_minimum_length(&self) -> bool {
        self.samples >= MIN_SAMPLES
    }
}
