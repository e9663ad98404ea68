//! Trials of a fixed number of bits, as the PEAR laboratory counted them.

use super::significance::at_least;
use crate::special::normal_two_sided;
use crate::{Bits, Reason};

/// Bits of a trial in the literature.
pub const BITS_PER_TRIAL: usize = 200;

/// The trials of one session.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TrialAnalysis {
    /// Bits of a trial.
    pub bits_per_trial: usize,
    /// Bytes that trials were made of; the bits after the last whole trial are left out.
    pub bytes_consumed: usize,
    /// Number of trials.
    pub num_trials: usize,
    /// Each trial, in order.
    pub trials: Vec<Trial>,
    /// Ones beyond one half of all bits.
    pub terminal_cumulative_deviation: f64,
    /// That in standard deviations: `Σ (ones - b/2) / (sqrt(b/4) sqrt N)`.
    pub terminal_z: f64,
    /// `terminal_z / sqrt N`.
    pub effect_size: f64,
    /// Mean of the trials' z.
    pub mean_z: f64,
    /// Standard deviation of the trials' z, with N - 1; `None` for a single trial.
    pub std_z: Option<f64>,
    /// Two-sided p-value of the terminal z.
    pub terminal_p_value: f64,
}

/// One trial.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Trial {
    /// Its number, from 0.
    pub index: usize,
    /// Its ones.
    pub ones_count: u32,
    /// `(ones - b/2) / sqrt(b/4)`.
    pub z_score: f64,
    /// Ones beyond one half up to and with this trial.
    pub cumulative_deviation: f64,
}

/// Counts the ones of successive trials of `bits_per_trial` bits, the most significant bit of a byte first.
///
/// The ones of a trial of b fair bits are binomial (b, 1/2); the terminal z is standard normal in the limit of many bits
/// (its p-value is good from a hundred bits on). It sees a share of ones that stays away from one half. Bytes of several
/// sessions are to be analysed one by one and joined by [`stouffer_combine`](super::stouffer_combine), so that no trial
/// crosses a border.
///
/// Source: Jahn, Dunne, Nelson, "Engineering anomalies research", 1987.
///
/// # Errors
/// [`Reason::Parameter`]: trials of no bits, or of 2^32 or more; [`Reason::TooFew`] bits for one trial, at least 100.
///
/// ```
/// use openentropy_tests::analysis::trial_analysis;
///
/// let session = trial_analysis(&[0x55; 100], 200)?;
/// assert_eq!((session.num_trials, session.terminal_z, session.terminal_p_value), (4, 0.0, 1.0));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn trial_analysis(data: &[u8], bits_per_trial: usize) -> Result<TrialAnalysis, Reason> {
    if bits_per_trial == 0 || u32::try_from(bits_per_trial).is_err() {
        return Err(Reason::Parameter("a trial has 1 to 2^32 - 1 bits"));
    }
    at_least("bits", data.len() * 8, bits_per_trial.max(100))?;
    let bits = Bits::new(data);
    let num_trials = bits.len() / bits_per_trial;
    let half = bits_per_trial as f64 / 2.0;
    let deviation = (bits_per_trial as f64 / 4.0).sqrt();
    let mut ones_so_far = 0u64;
    let trial = |index: usize| {
        let ones_count = ones(&bits, index * bits_per_trial, bits_per_trial);
        ones_so_far += u64::from(ones_count);
        Trial {
            index,
            ones_count,
            z_score: (f64::from(ones_count) - half) / deviation,
            cumulative_deviation: ones_so_far as f64 - (index + 1) as f64 * half,
        }
    };
    let trials: Vec<Trial> = (0..num_trials).map(trial).collect();
    let number = num_trials as f64;
    let terminal_cumulative_deviation = ones_so_far as f64 - number * half;
    let terminal_z = terminal_cumulative_deviation / (deviation * number.sqrt());
    let mean_z = terminal_z / number.sqrt();
    let squares: f64 = trials.iter().map(|trial| (trial.z_score - mean_z).powi(2)).sum();
    Ok(TrialAnalysis {
        bits_per_trial,
        bytes_consumed: (num_trials * bits_per_trial).div_ceil(8),
        num_trials,
        terminal_cumulative_deviation,
        terminal_z,
        effect_size: mean_z,
        mean_z,
        std_z: (num_trials > 1).then(|| (squares / (number - 1.0)).sqrt()),
        terminal_p_value: normal_two_sided(terminal_z),
        trials,
    })
}

/// Ones among `len` bits from `start` on.
fn ones(bits: &Bits<'_>, start: usize, len: usize) -> u32 {
    let chunk = |at: usize| bits.window(start + at, (len - at).min(64) as u32).count_ones();
    (0..len).step_by(64).map(chunk).sum()
}

#[cfg(test)]
mod tests {
    use super::trial_analysis;

    /// By hand: trials of 100 and 60 ones of 100: z 10 and 2, deviation 60, Z = 60 / (5 sqrt 2).
    #[test]
    fn figures_follow_the_formulas() {
        let mut data = [0u8; 25];
        data[..12].fill(0xFF);
        data[12] = 0xF0;
        data[13..20].fill(0xFF);
        data[20] = 0xF0;
        let session = trial_analysis(&data, 100).unwrap();
        let ones: Vec<u32> = session.trials.iter().map(|trial| trial.ones_count).collect();
        let z: Vec<f64> = session.trials.iter().map(|trial| trial.z_score).collect();
        assert_eq!((ones, z), (vec![100, 60], vec![10.0, 2.0]));
        assert_eq!(session.trials[1].cumulative_deviation, 60.0);
        assert!((session.terminal_z - 60.0 / (5.0 * 2f64.sqrt())).abs() < 1e-14);
        assert!((session.effect_size - 6.0).abs() < 1e-14 && (session.mean_z - 6.0).abs() < 1e-14);
        assert!((session.std_z.unwrap() - 32f64.sqrt()).abs() < 1e-14);
    }

    /// scipy 1.17: `2 norm.sf(2)` for 120 ones of 200... z = 20 / sqrt 50.
    #[test]
    fn a_single_trial_has_no_spread() {
        let mut data = [0u8; 25];
        data[..15].fill(0xFF);
        let session = trial_analysis(&data, 200).unwrap();
        assert_eq!((session.num_trials, session.std_z, session.bytes_consumed), (1, None, 25));
        assert!((session.terminal_z - 8f64.sqrt()).abs() < 1e-14);
        assert!((session.terminal_p_value - 0.004_677_734_981_047_266).abs() < 1e-14);
    }

    #[test]
    fn trials_need_bits() {
        assert!(trial_analysis(&[0; 24], 200).is_err());
        assert!(trial_analysis(&[0; 24], 0).is_err());
        assert!(trial_analysis(&[0; 10], 1).is_err());
        assert_eq!(trial_analysis(&[0; 26], 7).unwrap().bytes_consumed, 26);
    }
}
