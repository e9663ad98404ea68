//! Restart tests (SP 800-90B §3.1.4): does a source start anew each time, or the same?
//!
//! The data are the first 1000 samples after each of 1000 restarts (a power cycle, or what amounts
//! to a complete new initialisation), one restart after the other: a row is a restart.

mod shape;

use core::error::Error;
use core::fmt;

pub use shape::Shape;

use super::assessment::Views;
use super::{Assessment, InputError};
use crate::Progress;

/// Assesses samples of `bits` bits, row by row and column by column.
///
/// Takes twice the time of [`assess`](super::assess). Only 1000 × 1000 samples are what the standard asks for
/// ([`Restart::meets_the_standard`]); other shapes are judged by the cutoffs of their own line lengths.
///
/// # Errors
/// [`InputError::Length`] unless there are rows × columns samples, two at least, [`InputError::Width`], [`InputError::Symbol`].
///
/// ```no_run
/// use openentropy_tests::sp800_90b::restart::{self, Shape};
///
/// let result = restart::assess(&std::fs::read("restarts.bin")?, Shape::default(), 8)?;
/// println!("{} rows are copies", result.repeated_rows.len());
/// match result.judge(1.5) {
///     Ok(min_entropy) => println!("{min_entropy} bits per sample"),
///     Err(failure) => println!("restarts fail: {failure}"),
/// }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn assess(matrix: &[u8], shape: Shape, bits: u32) -> Result<Restart, InputError> {
    assess_with(matrix, shape, bits, &())
}

/// Like [`assess`], and tells `progress` how far it is, in about nanoseconds of one thread.
///
/// # Errors
/// Those of [`assess`], before anything is expected.
pub fn assess_with(
    matrix: &[u8],
    shape: Shape,
    bits: u32,
    progress: &dyn Progress,
) -> Result<Restart, InputError> {
    if matrix.is_empty() || shape.rows.checked_mul(shape.columns) != Some(matrix.len()) {
        return Err(InputError::Length);
    }
    let by_row = Views::new(matrix, bits)?;
    // The columns hold the same samples, so they take the same work.
    progress.expect(2 * by_row.units());
    let transposed = transpose(matrix, shape.columns);
    let row_peak = peak(matrix, shape.columns);
    let column_peak = peak(&transposed, shape.rows);
    let repeated_rows = repeated_rows(matrix, shape.columns);
    let rows = by_row.assess(progress);
    let columns = Views::new(&transposed, bits)?.assess(progress);
    Ok(Restart { shape, row_peak, column_peak, repeated_rows, rows, columns })
}

/// What the restart data show, before it is held against an initial estimate.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Restart {
    /// Rows and columns of the data.
    pub shape: Shape,
    /// The row in which one symbol is most frequent.
    pub row_peak: Peak,
    /// The column in which one symbol is most frequent.
    pub column_peak: Peak,
    /// Rows equal to an earlier row, ascending: the sign of a restart from the same state.
    ///
    /// The standard does not ask for them; with any entropy worth a claim there are none.
    pub repeated_rows: Vec<usize>,
    /// Assessment of the samples row by row.
    pub rows: Assessment,
    /// Assessment of the samples column by column.
    pub columns: Assessment,
}

impl Restart {
    /// Whether there were 1000 restarts with 1000 samples each; if not, the figures are no restart tests of the standard.
    pub fn meets_the_standard(&self) -> bool {
        self.shape.is_standard()
    }

    /// The min-entropy in bits per sample that stands after the restart tests: the least of the initial, the row
    /// and the column estimate.
    ///
    /// `initial` is what the sequential samples were assessed at, and not more than the designer claims.
    ///
    /// # Errors
    /// [`Failure::Sanity`] and [`Failure::HalfOfInitial`], tried in this order; nothing may be claimed then.
    pub fn judge(&self, initial: f64) -> Result<f64, Failure> {
        let lowest = self.rows.min_entropy().min(self.columns.min_entropy());
        let Self { shape, row_peak, column_peak, .. } = self;
        if row_peak.count > shape.row_cutoff(initial) || column_peak.count > shape.column_cutoff(initial) {
            Err(Failure::Sanity)
        } else if lowest < initial / 2.0 {
            Err(Failure::HalfOfInitial)
        } else {
            Ok(lowest.min(initial))
        }
    }
}

/// Why a source does not pass the restart tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Failure {
    /// One symbol occurs more often in a row or column than its cutoff in the [`Shape`] allows (§3.1.4.3).
    Sanity,
    /// The row or column estimate is below half of the initial one (§3.1.4.2).
    HalfOfInitial,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sanity => "a symbol is too frequent in a row or column",
            Self::HalfOfInitial => "a row or column estimate is below half of the initial one",
        })
    }
}

impl Error for Failure {}

/// The line in which one symbol occurs most often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Peak {
    /// Row or column, from 0.
    pub line: usize,
    /// The symbol.
    pub symbol: u8,
    /// How often it occurs there.
    pub count: usize,
}

fn peak(matrix: &[u8], width: usize) -> Peak {
    let mut highest = Peak { line: 0, symbol: 0, count: 0 };
    for (line, samples) in matrix.chunks_exact(width).enumerate() {
        let mut counts = [0; 256];
        for &sample in samples {
            counts[usize::from(sample)] += 1;
        }
        for (symbol, count) in (0..=255).zip(counts) {
            if count > highest.count {
                highest = Peak { line, symbol, count };
            }
        }
    }
    highest
}

fn repeated_rows(matrix: &[u8], width: usize) -> Vec<usize> {
    let mut rows: Vec<(&[u8], usize)> = matrix.chunks_exact(width).zip(0..).collect();
    rows.sort_unstable();
    let mut repeated: Vec<usize> =
        rows.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1).collect();
    repeated.sort_unstable();
    repeated
}

fn transpose(matrix: &[u8], width: usize) -> Vec<u8> {
    (0..width).flat_map(|column| matrix.iter().skip(column).step_by(width).copied()).collect()
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicU64, Ordering};

    use super::{Failure, InputError, Peak, Progress, Shape, assess, assess_with, repeated_rows, transpose};

    const SIDE: usize = 1000;
    const STANDARD: Shape = Shape { rows: SIDE, columns: SIDE };

    /// Symbols of a small generator: independent enough to pass, the same on every run.
    fn symbols(bits: u32) -> Vec<u8> {
        let mut state = 0x9E37_79B9_7F4A_7C15u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> (64 - bits)) as u8
        };
        (0..SIDE * SIDE).map(|_| next()).collect()
    }

    #[test]
    fn all_of_the_work_is_announced_and_done() {
        #[derive(Default)]
        struct Counter([AtomicU64; 2]);
        impl Progress for Counter {
            fn expect(&self, units: u64) {
                self.0[0].fetch_add(units, Ordering::Relaxed);
            }
            fn advance(&self, units: u64) {
                self.0[1].fetch_add(units, Ordering::Relaxed);
            }
        }
        let counter = Counter::default();
        assess_with(&symbols(2)[..600], Shape { rows: 20, columns: 30 }, 2, &counter).unwrap();
        let [expected, done] = counter.0.map(AtomicU64::into_inner);
        assert_eq!(expected, done);
        // Nanoseconds, as a bar that shows the time left takes them: some tenths of a microsecond a sample.
        assert!((2 * 600 * 100..2 * 600 * 1000).contains(&expected), "{expected}");
    }

    #[test]
    fn a_matrix_of_another_shape_is_judged_by_its_own_lines() {
        let shape = Shape { rows: 4, columns: 20 };
        let mut matrix: Vec<u8> = symbols(1)[..4 * 20].to_vec();
        matrix[20..40].fill(1);
        matrix.copy_within(20..40, 60);
        let result = assess(&matrix, shape, 1).unwrap();
        assert_eq!(
            (result.row_peak, &result.repeated_rows[..]),
            (Peak { line: 1, symbol: 1, count: 20 }, &[3][..])
        );
        assert_eq!(result.judge(1.0), Err(Failure::Sanity));
        assert!(!result.meets_the_standard());
        assert_eq!(transpose(&transpose(&matrix, 20), 4), matrix);
    }

    #[test]
    fn sound_restarts_pass() {
        let result = assess(&symbols(1), STANDARD, 1).unwrap();
        assert_eq!(result.judge(0.7), Ok(0.7));
        assert!(result.repeated_rows.is_empty());
        let lowest = result.rows.min_entropy().min(result.columns.min_entropy());
        assert_eq!(result.judge(0.99), Ok(lowest));
    }

    #[test]
    fn a_repeated_restart_is_named() {
        let mut matrix = symbols(1);
        matrix.copy_within(3 * SIDE..4 * SIDE, 7 * SIDE);
        matrix.copy_within(3 * SIDE..4 * SIDE, 900 * SIDE);
        assert_eq!(repeated_rows(&matrix, SIDE), [7, 900]);
    }

    #[test]
    fn equal_first_samples_fail_the_sanity_check() {
        let mut matrix = symbols(1);
        matrix.iter_mut().step_by(SIDE).for_each(|first| *first = 1);
        let result = assess(&matrix, STANDARD, 1).unwrap();
        assert_eq!(result.column_peak, Peak { line: 0, symbol: 1, count: SIDE });
        assert!(result.row_peak.count < STANDARD.row_cutoff(0.7));
        assert_eq!(result.judge(0.7), Err(Failure::Sanity));
    }

    #[test]
    fn columns_that_alternate_fail_against_the_initial_estimate() {
        // Every column alternates from a start of its own: rows look random, each column is predictable.
        let start = symbols(1);
        let matrix: Vec<u8> = (0..SIDE * SIDE).map(|i| start[i % SIDE] ^ (i / SIDE % 2) as u8).collect();
        assert_eq!(assess(&matrix, STANDARD, 1).unwrap().judge(0.5), Err(Failure::HalfOfInitial));
    }

    #[test]
    fn the_matrix_must_be_complete() {
        assert_eq!(assess(&[0; 999], STANDARD, 1), Err(InputError::Length));
        assert_eq!(assess(&[], Shape { rows: 0, columns: 7 }, 1), Err(InputError::Length));
        assert_eq!(assess(&[0], Shape { rows: 1, columns: 1 }, 1), Err(InputError::Length));
        assert_eq!(assess(&[0; 4], Shape { rows: usize::MAX, columns: 4 }, 1), Err(InputError::Length));
        let matrix: Vec<u8> = (0..SIDE * SIDE).map(|i| (i % 256) as u8).collect();
        assert_eq!(assess(&matrix, STANDARD, 7), Err(InputError::Symbol));
        assert_eq!(transpose(&transpose(&matrix, SIDE), SIDE), matrix);
    }
}
