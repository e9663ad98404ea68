//! The IID track: are the samples independent and equally distributed? (SP 800-90B §5)
//!
//! If they are, every order of them is equally likely. The permutation tests compare nineteen statistics of the
//! order in which the samples came with those of 10,000 random orders; chi-square tests compare neighbours, and
//! tenths of the data; the last test judges the longest repetition. One failure, and the samples are not IID.
//!
//! Each of the nineteen fails IID samples about once in a thousand times, and the other three at their level of 0.001:
//! together some two in a hundred good data sets fail.
//!
//! ```
//! use openentropy_tests::sp800_90b::iid::{self, Options};
//!
//! let counter: Vec<u8> = (0..4000).map(|i| (i % 16) as u8).collect();
//! let result = iid::test(&counter, 4, &Options { permutations: 200, ..Options::default() })?;
//! assert!(!result.passes() && result.min_entropy().is_none());
//! assert!(result.failures().any(|name| name == "covariance_16"));
//! # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
//! ```

mod chi_square;
mod collision;
mod compression;
mod excursion;
mod lag;
mod permutation;
mod repeat;
mod report;
mod runs;
mod scores;
mod shuffle;
mod statistic;

pub use chi_square::ChiSquare;
pub use compression::Compressor;
pub use permutation::Permutation;
pub use repeat::LongestRepeat;
pub use report::Iid;
pub use statistic::Statistic;

use super::{InputError, Sequence, most_common_value};
use crate::Progress;

/// Most samples for which every statistic is computed exactly.
const MAX_SAMPLES: usize = 1 << 28;

/// How the permutation tests are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Number of shuffles; the standard asks for 10,000. With fewer than six nothing can pass.
    pub permutations: u32,
    /// Whether a statistic is left alone once it is certain to pass, and the compression, which takes most of the time,
    /// once a thousand shuffles have shown the samples to be out of reach. Verdicts are the same, counts incomplete.
    pub early_stop: bool,
    /// Chooses the shuffles: the same seed gives the same result, with any number of threads.
    pub seed: u64,
}

impl Default for Options {
    /// The standard's 10,000 shuffles with early stop, from a fixed seed (the first digits of pi, a number with
    /// nothing up its sleeve).
    fn default() -> Self {
        Self { permutations: 10_000, early_stop: true, seed: 3_141_592_653_589_793_238 }
    }
}

/// Tests samples of `bits` bits each, one per byte.
///
/// Fewer than 1,000,000 samples are tested too, but [`Iid::meets_minimum_length`] then says no.
///
/// # Errors
/// [`InputError::Width`] and [`InputError::Symbol`]; [`InputError::Length`] for fewer than two samples, or more
/// than 2^28.
///
/// ```
/// use openentropy_tests::sp800_90b::iid::{self, Options};
///
/// let stuck = iid::test(&[5; 1000], 4, &Options::default())?;
/// assert!(!stuck.passes(), "nothing can be tested");
/// assert_eq!(stuck.h_original, 0.0);
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
pub fn test(samples: &[u8], bits: u32, options: &Options) -> Result<Iid, InputError> {
    test_with(samples, bits, options, &())
}

/// The same, with word of how far it is: one unit for each shuffle.
///
/// # Errors
/// As for [`test()`].
pub fn test_with(
    samples: &[u8],
    bits: u32,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Iid, InputError> {
    let sequence = Sequence::literal(samples, bits)?;
    if samples.len() > MAX_SAMPLES {
        return Err(InputError::Length);
    }
    let h_bitstring = match bits {
        1 => None,
        _ => Some(most_common(&Sequence::bit_string(samples, bits)?)),
    };
    let (permutations, shuffles) = permutation::run(samples, sequence.alphabet(), options, progress);
    Ok(Iid {
        samples: samples.len(),
        bits,
        alphabet: sequence.alphabet(),
        shuffles,
        permutations,
        independence: chi_square::independence(&sequence),
        goodness_of_fit: chi_square::goodness_of_fit(&sequence),
        longest_repeat: repeat::longest(&sequence),
        h_original: most_common(&sequence),
        h_bitstring,
    })
}

fn most_common(sequence: &Sequence) -> f64 {
    most_common_value::estimate(sequence).map_or(0.0, |estimate| estimate.min_entropy)
}
