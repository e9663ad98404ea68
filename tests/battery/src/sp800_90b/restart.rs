//! Restart tests (SP 800-90B §3.1.4): does a source start anew each time, or the same?
//!
//! The data are the first 1000 samples after each of 1000 restarts (a power cycle, or what amounts
//! to a complete new initialisation), one restart after the other: a row is a restart.

use core::error::Error;
use core::fmt;

use super::{Assessment, InputError, assess as assess_sequence};

/// Number of restarts, and of samples after each.
pub const SIDE: usize = 1000;
/// Chance that a sound source exceeds the cutoff in one line: 1 % over all rows and columns.
const ALPHA: f64 = 0.01 / (2 * SIDE) as f64;

/// Assesses 1,000,000 samples of `bits` bits from 1000 restarts, row by row and column by column.
///
/// Takes twice the time of [`assess`](super::assess).
///
/// # Errors
/// [`InputError::Length`] unless there are 1,000,000 samples, [`InputError::Width`], [`InputError::Symbol`].
///
/// ```no_run
/// use openentropy_tests::sp800_90b::restart;
///
/// let result = restart::assess(&std::fs::read("restarts.bin")?, 8)?;
/// println!("{} rows are copies", result.repeated_rows.len());
/// match result.judge(1.5) {
///     Ok(min_entropy) => println!("{min_entropy} bits per sample"),
///     Err(failure) => println!("restarts fail: {failure}"),
/// }
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn assess(matrix: &[u8], bits: u32) -> Result<Restart, InputError> {
    if matrix.len() != SIDE * SIDE {
        return Err(InputError::Length);
    }
    let columns = transpose(matrix);
    Ok(Restart {
        row_peak: peak(matrix),
        column_peak: peak(&columns),
        repeated_rows: repeated_rows(matrix),
        rows: assess_sequence(matrix, bits)?,
        columns: assess_sequence(&columns, bits)?,
    })
}

/// The largest count of one symbol that a line of 1000 samples may hold, for a claim of `min_entropy` bits per sample.
///
/// The smallest `U` with `P(X > U) <= 0.01/2000` for X binomial with 1000 trials of probability
/// `2^-min_entropy`. It judges a single symbol, as the standard's text does; newer releases of the
/// reference tool simulate the worst distribution instead, which allows slightly more.
///
/// ```
/// use openentropy_tests::sp800_90b::restart::cutoff;
///
/// assert_eq!(cutoff(1.0), 570);
/// ```
pub fn cutoff(min_entropy: f64) -> usize {
    let trials = SIDE as f64;
    let p = (-min_entropy).exp2();
    let ln_odds = p.ln() - (-p).ln_1p();
    let mut ln_mass = trials * p.ln();
    let mut tail = 0.0;
    let mut count = SIDE;
    while count > 0 {
        tail += ln_mass.exp();
        if tail > ALPHA {
            break;
        }
        ln_mass += (count as f64).ln() - (trials - count as f64 + 1.0).ln() - ln_odds;
        count -= 1;
    }
    count
}

/// What the restart data show, before it is held against an initial estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Restart {
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
    /// The min-entropy in bits per sample that stands after the restart tests: the least of the initial, the row
    /// and the column estimate.
    ///
    /// `initial` is what the sequential samples were assessed at, and not more than the designer claims.
    ///
    /// # Errors
    /// [`Failure::Sanity`] and [`Failure::HalfOfInitial`], tried in this order; nothing may be claimed then.
    pub fn judge(&self, initial: f64) -> Result<f64, Failure> {
        let lowest = self.rows.min_entropy().min(self.columns.min_entropy());
        if self.row_peak.count.max(self.column_peak.count) > cutoff(initial) {
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
#[non_exhaustive]
pub enum Failure {
    /// One symbol occurs more often in a row or column than the [`cutoff`] allows (§3.1.4.3).
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
pub struct Peak {
    /// Row or column, from 0.
    pub line: usize,
    /// The symbol.
    pub symbol: u8,
    /// How often it occurs there.
    pub count: usize,
}

fn peak(matrix: &[u8]) -> Peak {
    let mut highest = Peak { line: 0, symbol: 0, count: 0 };
    for (line, samples) in matrix.chunks_exact(SIDE).enumerate() {
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

fn repeated_rows(matrix: &[u8]) -> Vec<usize> {
    let mut rows: Vec<(&[u8], usize)> = matrix.chunks_exact(SIDE).zip(0..).collect();
    rows.sort_unstable();
    let mut repeated: Vec<usize> =
        rows.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1).collect();
    repeated.sort_unstable();
    repeated
}

fn transpose(matrix: &[u8]) -> Vec<u8> {
    (0..SIDE).flat_map(|column| matrix.iter().skip(column).step_by(SIDE).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Failure, InputError, Peak, SIDE, assess, cutoff, repeated_rows, transpose};

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
    fn cutoff_is_the_binomial_quantile() {
        // From exact rational arithmetic; for a fair coin P(X >= 570) = 5.35e-6 is still above 5e-6.
        let exact = [(0.0, 1000), (1.0, 570), (2.0, 312), (4.0, 99), (8.0, 15)];
        assert_eq!(exact.map(|(min_entropy, _)| cutoff(min_entropy)), exact.map(|(_, count)| count));
    }

    #[test]
    fn sound_restarts_pass() {
        let result = assess(&symbols(1), 1).unwrap();
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
        assert_eq!(repeated_rows(&matrix), [7, 900]);
    }

    #[test]
    fn equal_first_samples_fail_the_sanity_check() {
        let mut matrix = symbols(1);
        matrix.iter_mut().step_by(SIDE).for_each(|first| *first = 1);
        let result = assess(&matrix, 1).unwrap();
        assert_eq!(result.column_peak, Peak { line: 0, symbol: 1, count: SIDE });
        assert!(result.row_peak.count < cutoff(0.7));
        assert_eq!(result.judge(0.7), Err(Failure::Sanity));
    }

    #[test]
    fn columns_that_alternate_fail_against_the_initial_estimate() {
        // Every column alternates from a start of its own: rows look random, each column is predictable.
        let start = symbols(1);
        let matrix: Vec<u8> = (0..SIDE * SIDE).map(|i| start[i % SIDE] ^ (i / SIDE % 2) as u8).collect();
        assert_eq!(assess(&matrix, 1).unwrap().judge(0.5), Err(Failure::HalfOfInitial));
    }

    #[test]
    fn the_matrix_must_be_complete() {
        assert_eq!(assess(&[0; 999], 1), Err(InputError::Length));
        let matrix: Vec<u8> = (0..SIDE * SIDE).map(|i| (i % 256) as u8).collect();
        assert_eq!(assess(&matrix, 7), Err(InputError::Symbol));
        assert_eq!(transpose(&transpose(&matrix)), matrix);
    }
}
