//! Min-entropy assessment of raw noise samples by NIST SP 800-90B (non-IID track).
//!
//! [`assess`] runs the ten estimators of §6.3 on the samples and on their bit string and keeps the
//! smallest figure; [`restart::assess`] judges a 1000 × 1000 matrix of samples taken after
//! restarts (§3.1.4); [`conditioning`] says what is left behind a conditioning component (§3.1.5).
//! One sample is one byte, its value in the low bits.
//!
//! The figures bound, from below, how well a list of fixed predictors does on stationary data. They
//! never show that a source is unpredictable: a deterministic generator passes them all. Ideal data
//! does not reach its ideal figure either (about 7.2 of 8 bits at 1,000,000 samples).
//!
//! ```
//! use openentropy_tests::sp800_90b::assess;
//!
//! let biased: Vec<u8> = (0u32..20_000).map(|i| u8::from(i * i % 7 == 1)).collect();
//! let assessment = assess(&biased, 1)?;
//! assert!(assessment.min_entropy() < 0.01, "a period of seven is predictable");
//! assert!(!assessment.meets_minimum_length());
//! # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
//! ```
//!
//! The estimators can be called one by one on a [`Sequence`]: each lies in the module of its name
//! and answers `None` where the standard does not define it, or where there are too few samples
//! to compute it.
//!
//! ```
//! use openentropy_tests::sp800_90b::{Sequence, collision, lag};
//!
//! let samples: Vec<u8> = (0..3000).map(|i| [0, 1, 2][i % 3]).collect();
//! let sequence = Sequence::literal(&samples, 2)?;
//! assert!(collision::estimate(&sequence).is_none(), "defined for binary data only");
//! let lag = lag::estimate(&sequence).ok_or("too short")?;
//! assert_eq!(lag.predictions - lag.correct, 3, "after three misses lag 3 is always right");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod assessment;
mod blocks;
mod bound;
pub mod collision;
pub mod compression;
pub mod conditioning;
mod contexts;
mod estimate;
mod estimator;
mod families;
pub mod iid;
mod jobs;
pub mod lag;
pub mod lrs;
pub mod lz78y;
pub mod markov;
mod memory;
pub mod most_common_value;
pub mod multi_mcw;
pub mod multi_mmc;
mod prediction;
pub mod restart;
mod scoreboard;
mod sequence;
mod suffix_array;
mod sum;
pub mod t_tuple;
mod tuple_counts;
mod windows;

pub use assessment::{Assessment, Limit, MIN_SAMPLES, Row, View, assess, assess_with};
pub use estimate::Estimate;
pub use estimator::Estimator;
pub use memory::memory_needed;
pub use prediction::Prediction;
pub use sequence::{InputError, Sequence};
pub use tuple_counts::TupleCounts;
