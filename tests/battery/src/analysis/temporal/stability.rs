//! Whether sessions are alike.

use super::summary::{entropy, mean, variance};
use crate::analysis::histogram;
use crate::analysis::statistics::{anova, levene_test};
use crate::special::chi_square_upper;
use crate::{Correction, Reason};

/// Fewest samples of a session.
const MIN_SAMPLES: usize = 32;
/// Smallest expectation of a cell with which chi-square is used.
const MIN_EXPECTED: f64 = 5.0;

/// Figures of one session.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Session {
    /// Number of samples.
    pub samples: usize,
    /// Their mean.
    pub mean: f64,
    /// Their variance, divisor n − 1.
    pub variance: f64,
    /// Shannon entropy of the histogram, in bits per sample.
    pub entropy: f64,
}

/// What [`stability`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Stability {
    /// The sessions, in order.
    pub session_stats: Vec<Session>,
    /// Standard deviation of the sessions' means over their mean; `None` where that is 0.
    pub cv_mean: Option<f64>,
    /// The same of their variances.
    pub cv_variance: Option<f64>,
    /// The same of their entropies.
    pub cv_entropy: Option<f64>,
    /// p-value of equal means; `None` where no session varies.
    pub mean_p_value: Option<f64>,
    /// p-value of equal spread; `None` where the samples' distances from their medians do not vary.
    pub variance_p_value: Option<f64>,
    /// p-value of equal histograms; `None` where a single value fills them.
    pub histogram_p_value: Option<f64>,
    /// The smallest of the three, corrected together (Holm): that of "the sessions are alike".
    pub p_value: f64,
}

/// Whether sessions have the same mean, spread and histogram.
///
/// Means: [`anova`], F = (between / (k − 1)) / (within / (N − k)). Spread: the same of the
/// distances from each session's median ([`levene_test`]). Histograms: chi-square of homogeneity over the values,
/// neighbouring ones joined until each cell of the shortest session expects at least 5.
///
/// Null: the samples are independent and all of one distribution. F is exact for normal samples and good for bytes at
/// this size; chi-square is asymptotic. Dependence between successive samples makes all three p-values too small. The
/// coefficients of variation shrink with the sessions' length and decide nothing.
///
/// At least two sessions of 32 samples. Cost O(N).
///
/// Sources: Brown and Forsythe, J. Am. Stat. Assoc. 69 (1974) 364; Holm 1979 ([`Correction`]).
///
/// # Errors
/// [`Reason::TooFew`] below two sessions, or 32 samples in one; [`Reason::Constant`] if all samples are equal.
///
/// ```
/// use openentropy_tests::analysis::temporal;
///
/// let monday: Vec<u8> = (0..1000u32).map(|i| (i * i % 101) as u8).collect();
/// let tuesday: Vec<u8> = monday.iter().map(|sample| sample + 20).collect();
/// let found = temporal::stability(&[&monday, &tuesday])?;
/// assert!(found.mean_p_value.is_some_and(|p| p < 1e-9) && found.variance_p_value.is_some_and(|p| p > 0.9));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn stability(sessions: &[&[u8]]) -> Result<Stability, Reason> {
    if sessions.len() < 2 {
        return Err(Reason::TooFew { what: "sessions", have: sessions.len() as u64, need: 2 });
    }
    let shortest = sessions.iter().map(|session| session.len()).min().unwrap_or(0);
    if shortest < MIN_SAMPLES {
        return Err(Reason::TooFew {
            what: "samples in a session",
            have: shortest as u64,
            need: MIN_SAMPLES as u64,
        });
    }
    if sessions.iter().all(|session| session.iter().all(|sample| *sample == sessions[0][0])) {
        return Err(Reason::Constant);
    }
    let session_stats: Vec<Session> = sessions.iter().map(|session| figures(session)).collect();
    let mean_p_value = anova(sessions).ok().map(|found| found.p_value);
    let variance_p_value = levene_test(sessions).ok().map(|found| found.p_value);
    let histogram_p_value = homogeneity(sessions);
    let p_values: Vec<f64> =
        [mean_p_value, variance_p_value, histogram_p_value].into_iter().flatten().collect();
    Ok(Stability {
        cv_mean: variation(session_stats.iter().map(|session| session.mean)),
        cv_variance: variation(session_stats.iter().map(|session| session.variance)),
        cv_entropy: variation(session_stats.iter().map(|session| session.entropy)),
        session_stats,
        mean_p_value,
        variance_p_value,
        histogram_p_value,
        p_value: Correction::Holm.adjust(&p_values).into_iter().fold(1.0, f64::min),
    })
}

fn figures(session: &[u8]) -> Session {
    Session {
        samples: session.len(),
        mean: mean(session),
        variance: variance(session),
        entropy: entropy(session),
    }
}

/// Coefficient of variation, divisor k − 1.
fn variation(figures: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let count = figures.clone().count() as f64;
    let mean = figures.clone().sum::<f64>() / count;
    let squares: f64 = figures.map(|figure| (figure - mean).powi(2)).sum();
    (mean > 0.0).then(|| (squares / (count - 1.0)).sqrt() / mean)
}

/// p-value of chi-square of homogeneity; `None` with a single cell.
fn homogeneity(sessions: &[&[u8]]) -> Option<f64> {
    let total: usize = sessions.iter().map(|session| session.len()).sum();
    let shortest = sessions.iter().map(|session| session.len()).min()?;
    let counts: Vec<[u64; 256]> = sessions.iter().map(|session| histogram::counts(session)).collect();
    let all: Vec<u64> = (0..256).map(|value| counts.iter().map(|counts| counts[value]).sum()).collect();
    let cell_of = cells(&all, MIN_EXPECTED * total as f64 / shortest as f64);
    let number = cell_of[255] + 1;
    let joined = |counts: &[u64]| {
        let mut cells = vec![0; number];
        counts.iter().zip(&cell_of).for_each(|(count, &cell)| cells[cell] += count);
        cells
    };
    let sums = joined(&all);
    let mut chi_square = 0.0;
    for (session, counts) in sessions.iter().zip(&counts) {
        for (count, sum) in joined(counts).into_iter().zip(&sums) {
            let expected = *sum as f64 * session.len() as f64 / total as f64;
            chi_square += (count as f64 - expected).powi(2) / expected;
        }
    }
    let freedom = (number - 1) * (sessions.len() - 1);
    (number > 1).then(|| chi_square_upper(chi_square, freedom as f64))
}

/// The cell of each value: values are joined from the lowest on until a cell holds at least `least`; what is left at
/// the end joins the last.
fn cells(counts: &[u64], least: f64) -> Vec<usize> {
    let (mut cell, mut held, mut left) = (0, 0, counts.iter().sum::<u64>());
    let mut cells = Vec::with_capacity(counts.len());
    for count in counts {
        if held as f64 >= least && left as f64 >= least {
            cell += 1;
            held = 0;
        }
        held += count;
        left -= count;
        cells.push(cell);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    #[test]
    fn every_cell_holds_enough() {
        for counts in [vec![3, 0, 9, 1, 1, 1, 20, 4], vec![1, 2, 0], vec![100, 0, 0], vec![0, 0, 100]] {
            let cells = cells(&counts, 5.0);
            let mut sums = vec![0; cells[counts.len() - 1] + 1];
            cells.iter().zip(&counts).for_each(|(&cell, count)| sums[cell] += count);
            assert!(sums.len() == 1 || sums.iter().all(|&sum| sum >= 5), "{counts:?}: {sums:?}");
        }
    }

    #[test]
    fn p_values_of_good_sessions_are_uniform() {
        let mut all = [Vec::new(), Vec::new(), Vec::new()];
        let mut rejected = 0;
        for seed in 0..500 {
            let bytes = Good::ALL[seed as usize % 3].bytes(seed, 8000);
            let found = stability(&[&bytes[..2000], &bytes[2000..5000], &bytes[5000..]]).unwrap();
            let p_values = [found.mean_p_value, found.variance_p_value, found.histogram_p_value];
            all.iter_mut().zip(p_values).for_each(|(all, p)| all.push(p.unwrap()));
            rejected += usize::from(found.p_value <= 0.05);
        }
        all.iter().for_each(|all| assert_uniform(all));
        // Binomial with mean 25 at most: more than 47 with probability 2e-5.
        assert!(rejected <= 47, "{rejected}");
    }

    #[test]
    fn each_kind_of_difference_is_seen() {
        let base = Good::ChaCha20.bytes(1, 3000);
        let wide: Vec<u8> = Good::ChaCha20.bytes(2, 3000);
        let narrow: Vec<u8> = wide.iter().map(|x| 64 + x / 2).collect();
        let even: Vec<u8> = wide.iter().map(|x| x & 0xF0).collect();
        assert!(stability(&[&base, &narrow]).unwrap().variance_p_value.unwrap() < 1e-9);
        assert!(stability(&[&base, &even]).unwrap().histogram_p_value.unwrap() < 1e-9);
        assert!(stability(&[&base, &wide]).unwrap().p_value > 1e-4);
        let low: Vec<u8> = base.iter().map(|x| x / 2).collect();
        assert!(stability(&[&base, &low]).unwrap().mean_p_value.unwrap() < 1e-9);
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        assert_eq!(stability(&[&[7; 40], &[7; 50]]), Err(Reason::Constant));
        assert!(matches!(stability(&[&[7; 40]]), Err(Reason::TooFew { what: "sessions", .. })));
        assert!(matches!(stability(&[&[7; 40], &[]]), Err(Reason::TooFew { have: 0, .. })));
        let found = stability(&[&[0; 40], &[8; 50]]).unwrap();
        assert_eq!((found.mean_p_value, found.variance_p_value), (None, None));
        assert!(found.p_value < 1e-15, "their histograms differ");
    }
}
