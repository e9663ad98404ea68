//! Several sessions joined into one figure.

use super::significance::at_least;
use super::trials::TrialAnalysis;
use crate::Reason;
use crate::special::normal_two_sided;

/// Sessions joined by Stouffer's method.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Stouffer {
    /// Number of sessions.
    pub num_sessions: usize,
    /// Terminal z of each.
    pub session_z_scores: Vec<f64>,
    /// The joined z.
    pub stouffer_z: f64,
    /// Its two-sided p-value.
    pub p_value: f64,
    /// `stouffer_z / sqrt(all trials)`.
    pub combined_effect_size: f64,
    /// Number of trials of all sessions.
    pub total_trials: usize,
}

/// Joins the terminal z of sessions: `Z = Σ w z / sqrt(Σ w²)` with w the root of the session's bits.
///
/// Standard normal for independent sessions of fair bits. For trials of one length the weights are those of the
/// root of the number of trials, and Z is the z of all bits together.
///
/// Source: Stouffer et al., "The American Soldier", 1949; weights: Lipták 1958.
///
/// # Errors
/// [`Reason::TooFew`]: no session.
///
/// ```
/// use openentropy_tests::analysis::{stouffer_combine, trial_analysis};
///
/// let session = trial_analysis(&[0x57; 250], 200)?;
/// let joined = stouffer_combine(&[session.clone(), session.clone()])?;
/// assert!((joined.stouffer_z - 2f64.sqrt() * session.terminal_z).abs() < 1e-12);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn stouffer_combine(sessions: &[TrialAnalysis]) -> Result<Stouffer, Reason> {
    at_least("sessions", sessions.len(), 1)?;
    let bits = |session: &TrialAnalysis| (session.num_trials * session.bits_per_trial) as f64;
    let sum: f64 = sessions.iter().map(|session| bits(session).sqrt() * session.terminal_z).sum();
    let stouffer_z = sum / sessions.iter().map(bits).sum::<f64>().sqrt();
    let total_trials = sessions.iter().map(|session| session.num_trials).sum::<usize>();
    Ok(Stouffer {
        num_sessions: sessions.len(),
        session_z_scores: sessions.iter().map(|session| session.terminal_z).collect(),
        stouffer_z,
        p_value: normal_two_sided(stouffer_z),
        combined_effect_size: stouffer_z / (total_trials as f64).sqrt(),
        total_trials,
    })
}

#[cfg(test)]
mod tests {
    use super::stouffer_combine;
    use crate::analysis::trial_analysis;
    use crate::test_streams::Good;

    /// With these weights the joined z is the z of all bits together.
    #[test]
    fn sessions_joined_are_all_their_bits() {
        let data = Good::AesCtr.bytes(5, 10_000);
        let (head, tail) = data.split_at(2500);
        let sessions = [head, tail].map(|part| trial_analysis(part, 200).unwrap());
        let whole = trial_analysis(&data, 200).unwrap();
        let joined = stouffer_combine(&sessions).unwrap();
        assert!((joined.stouffer_z - whole.terminal_z).abs() < 1e-12);
        assert!((joined.p_value - whole.terminal_p_value).abs() < 1e-12);
        assert_eq!((joined.total_trials, joined.num_sessions), (400, 2));
        assert!((joined.combined_effect_size - whole.effect_size).abs() < 1e-13);
    }

    /// By hand: z of 2 over 100 bits and of 0 over 300: Z = 10 · 2 / sqrt 400 = 1.
    #[test]
    fn longer_sessions_weigh_more() {
        let mut tilted = [0u8; 25];
        tilted[..15].fill(0xFF);
        let tilted = trial_analysis(&tilted, 200).unwrap();
        let even = trial_analysis(&[0x0F; 75], 200).unwrap();
        let joined = stouffer_combine(&[tilted.clone(), even]).unwrap();
        assert!((joined.stouffer_z - tilted.terminal_z / 2.0).abs() < 1e-14);
        assert!(stouffer_combine(&[]).is_err());
    }
}
