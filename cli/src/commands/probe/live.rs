//! What a short look at a source shows, in figures.

use super::facts::Worth;
use super::histogram::{Bin, histogram};
use openentropy_core::SourceError;
use openentropy_core::health::CollectError;
use openentropy_host::{FoundSource, Look};
use openentropy_tests::sp800_90b::{Sequence, most_common_value};
use serde::Serialize;

/// What was seen.
#[derive(Serialize)]
pub(super) struct Live {
    pub(super) instance: u8,
    pub(super) digitisation: &'static str,
    pub(super) digitisation_version: u16,
    /// Bits of a sample.
    pub(super) sample_bits: u8,
    /// What answers behind the device, by its own name.
    pub(super) driver: Option<String>,
    /// `passed`, `failed` or `unfinished`.
    pub(super) start_up: &'static str,
    pub(super) start_up_reason: Option<String>,
    #[serde(flatten)]
    pub(super) worth: Worth,
    pub(super) samples: usize,
    pub(super) seconds: f64,
    pub(super) samples_per_second: f64,
    /// Nothing without samples.
    pub(super) figures: Option<Figures>,
    pub(super) histogram: Vec<Bin>,
    /// Why there are not more samples.
    pub(super) error: Option<&'static str>,
}

/// Figures of the samples.
#[derive(Serialize)]
pub(super) struct Figures {
    pub(super) distinct_values: usize,
    pub(super) most_common_value: u8,
    pub(super) most_common_share: f64,
    /// Bits per sample by the most common value (SP 800-90B §6.3.1): an estimate, and no claim.
    pub(super) min_entropy_estimate: f64,
}

impl Live {
    pub(super) fn of(found: &FoundSource, look: &Look) -> Self {
        let seconds = look.took.as_secs_f64();
        let samples = look.samples.len();
        let (start_up, start_up_reason) = start_up(look.start_up);
        Self {
            instance: found.candidate.instance,
            digitisation: look.digitisation.name,
            digitisation_version: look.digitisation.version,
            sample_bits: look.width.bits(),
            driver: look.device.clone(),
            start_up,
            start_up_reason,
            worth: Worth::of(look.claim),
            samples,
            seconds,
            samples_per_second: if samples == 0 {
                0.0
            } else {
                samples as f64 / seconds.max(f64::MIN_POSITIVE)
            },
            figures: Figures::of(&look.samples, look.width.bits()),
            histogram: histogram(&look.samples, look.width.bits()),
            error: look.error.map(|error| error.name()),
        }
    }

    /// Whether the source does what it should, as far as a short look tells.
    pub(super) fn works(&self) -> bool {
        self.error.is_none() && self.start_up != FAILED
    }
}

impl Figures {
    fn of(samples: &[u8], bits: u8) -> Option<Self> {
        let sequence = Sequence::literal(samples, u32::from(bits)).ok()?;
        let estimate = most_common_value::estimate(&sequence)?;
        let mut counts = [0_usize; 256];
        samples.iter().for_each(|sample| counts[usize::from(*sample)] += 1);
        Some(Self {
            distinct_values: counts.iter().filter(|count| **count > 0).count(),
            most_common_value: (0..=u8::MAX).zip(counts).find(|(_, count)| *count == estimate.count)?.0,
            most_common_share: estimate.p_hat,
            min_entropy_estimate: estimate.min_entropy,
        })
    }
}

const FAILED: &str = "failed";

fn start_up(ended: Result<(), CollectError>) -> (&'static str, Option<String>) {
    match ended {
        Ok(()) => ("passed", None),
        Err(error @ (CollectError::Starting { .. } | CollectError::Source(SourceError::NotReady))) => {
            ("unfinished", Some(error.to_string()))
        }
        Err(CollectError::Failed(test) | CollectError::Latched(test)) => {
            (FAILED, Some(format!("the {} test raised an alarm", test.name())))
        }
        Err(error) => (FAILED, Some(error.to_string())),
    }
}
