//! Analysis: what researchers look at, each figure beside the law it is to be held against.
//!
//! A function takes bytes and answers with a report, or with the [`Reason`](crate::Reason) why there is none; no figure is
//! ever NaN. A p-value is against independent uniform bytes unless said otherwise, with that law for bytes and for
//! their number; decisions are made at level [`ALPHA`] over all tests of a report together, and by no fixed
//! threshold. None of it shows that bytes are unpredictable: that is argued from the source, and bounded by
//! [`min_entropy_report`].
//!
//! ```
//! use openentropy_tests::analysis::{full_analysis, Judgement};
//!
//! let counter: Vec<u8> = (0u32..8192).map(|i| i as u8).collect();
//! let analysis = full_analysis(&counter, "counter");
//! assert_eq!(analysis.shannon_entropy, Some(8.0));
//! assert_eq!(analysis.verdicts.autocorrelation, Judgement::Fail);
//! ```
//!
//! # Names of other tools
//!
//! Members bear the names that users of other tools know. Some of those tools' members are not here:
//!
//! | elsewhere | here |
//! |---|---|
//! | `is_valid` | an error, or an entry of `missing`, that says why there is no figure |
//! | `is_uniform`, `is_significant`, `is_homogeneous`, `is_drifting`, `is_stable`, `is_coherent`, `is_synchronized`, `has_serial_correlation`, `is_uniform_gaps`, `critical_values` | the p-value, which decides at a level that the caller chooses, corrected together with the others |
//! | verdicts on Hurst, Lyapunov, correlation dimension, BiEntropy and compression | none: no value of these is evidence for or against entropy ([`chaos`]) |
//! | `compression_ratio` of the quality | `compression_ratio` of [`chaos::epiplexity`] |
//! | `…_a` and `…_b` of a comparison | the members `a` and `b` of [`comparison::Both`] |
//! | `chi_squared` and `p_value` of the bit bias | both in `chi_square` |

mod autocorrelation;
mod bit_bias;
mod calibration;
pub mod chaos;
pub mod comparison;
mod distribution;
mod histogram;
mod judgement;
mod kolmogorov;
mod min_entropy;
mod quality;
mod report;
mod runs;
mod shannon;
mod significance;
mod source_analysis;
mod spectrum;
mod stationarity;
pub mod statistics;
mod stouffer;
pub mod synchrony;
pub mod temporal;
mod trials;

pub use autocorrelation::{Autocorrelation, LagCorrelation, autocorrelation_profile};
pub use bit_bias::{BitBias, bit_bias};
pub use calibration::{Calibration, calibration_check};
pub use distribution::{Distribution, distribution_stats};
pub use judgement::Judged;
pub use min_entropy::{MinEntropyReport, min_entropy_report};
pub use quality::{Grade, Quality, quick_quality};
pub use report::{AnalysisConfig, AnalysisReport, SourceReport, analyze};
pub use runs::{Runs, runs_analysis};
pub use shannon::{Shannon, quick_shannon, shannon};
pub use significance::Significance;
pub use source_analysis::{Judgement, SourceAnalysis, Verdicts, full_analysis};
pub use spectrum::{Peak, Spectrum, spectral_analysis};
pub use stationarity::{Stationarity, stationarity_test};
pub use stouffer::{Stouffer, stouffer_combine};
pub use trials::{BITS_PER_TRIAL, Trial, TrialAnalysis, trial_analysis};

/// Level at which reports judge; where they judge several tests together, of all of them.
pub const ALPHA: f64 = 0.01;
