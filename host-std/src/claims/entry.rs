//! One line of a claims file: what the samples of one source are held to be worth on this machine, and on whose word.

use super::file::hexadecimal;
use crate::sys::os;
use crate::{Candidate, Class, FoundSource};
use openentropy_core::{Digitisation, MinEntropy, Sha256};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the samples of one source under one digitisation are held to be worth.
///
/// ```
/// use openentropy_core::{Digitisation, MinEntropy};
/// use openentropy_host::{FoundSource, claims::{Basis, ClaimEntry}, find_by_name};
/// let kind = find_by_name("rdrand")?[0];
/// let found = FoundSource { kind, candidate: kind.find().remove(0) };
/// let bytes = Digitisation { name: "word-bytes", version: 1 };
/// let entry = ClaimEntry::new(&found, bytes, MinEntropy::at_most(2000), Basis::Trusted);
/// assert!(entry.is_about(&found, bytes));
/// # Ok::<(), openentropy_host::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimEntry {
    /// The source's canonical name.
    pub source: String,
    /// Which physical instance of its kind.
    pub instance: u8,
    /// The device behind it, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// What tells that device from another in its place: 16 hexadecimal digits of the SHA-256 of its serial number, model and the like, as far as
    /// the kernel shows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Name of the rule that made the samples.
    pub digitisation: String,
    /// Version of that rule.
    pub digitisation_version: u16,
    /// What a sample is worth, already divided by the source class's divisor.
    #[serde(rename = "min_entropy_millibits", with = "millibits")]
    pub min_entropy: MinEntropy,
    /// On whose word.
    pub basis: Basis,
    /// When that was found, in seconds since 1970.
    pub dated_unix: u64,
}

/// On whose word a source pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Basis {
    /// These recordings, assessed on this machine. They bound the claim: the lowest of their figures, divided.
    Assessed(Recordings),
    /// The operator's, who accepts more than a ceiling or an assessment gives, in the face of these recordings or without any.
    Accepted(Option<Recordings>),
    /// The operator's, who trusts the maker of an existing generator.
    Trusted,
}

/// Samples of a recording below which it is no assessment (SP 800-90B §3.1.1, §3.1.4.1).
const ASSESSABLE: u64 = 1_000_000;

/// The recordings of one source on one machine; where one is missing or has fewer than 1,000,000 samples, nothing was assessed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recordings {
    /// Consecutive samples on an idle machine.
    #[serde(default)]
    pub idle: Option<Recording>,
    /// Consecutive samples on a loaded machine.
    #[serde(default)]
    pub load: Option<Recording>,
    /// The first samples after opening, a thousand times (SP 800-90B §3.1.4).
    #[serde(default)]
    pub restart: Option<Recording>,
}

/// One recording and its assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// SHA-256 of the samples, in hexadecimal digits.
    pub sha256: String,
    /// How many samples.
    pub samples: u64,
    /// The assessed min-entropy of a sample, in millibits; of a restart recording, of its rows and columns. 0: it failed a test.
    pub assessed_millibits: u32,
}

impl Recordings {
    /// The lowest assessed min-entropy in millibits; 0 where a recording is missing or too short.
    #[must_use]
    pub fn lowest_millibits(&self) -> u32 {
        let all = [&self.idle, &self.load, &self.restart];
        let whole = |recording: &&Recording| recording.samples >= ASSESSABLE;
        let assessed = all.map(|recording| {
            recording.as_ref().filter(whole).map_or(0, |recording| recording.assessed_millibits)
        });
        assessed.into_iter().fold(u32::MAX, u32::min)
    }

    /// What they support for a source of `class`: the lowest of them, divided; nothing for a class that no assessment may credit.
    ///
    /// ```
    /// use openentropy_host::{Class, claims::{Recording, Recordings}};
    /// let recording = |millibits| Some(Recording {
    ///     sha256: "0".repeat(64), samples: 1_000_000, assessed_millibits: millibits,
    /// });
    /// let recordings = Recordings { idle: recording(2253), load: recording(2349), restart: recording(2136) };
    /// assert_eq!(recordings.support(Class::Processor).millibits(), 712);
    /// assert_eq!(recordings.support(Class::Network).millibits(), 0);
    /// ```
    #[must_use]
    pub fn support(&self, class: Class) -> MinEntropy {
        let lowest = self.lowest_millibits();
        class.divisor().map_or(MinEntropy::ZERO, |divisor| MinEntropy::at_most(lowest / divisor))
    }
}

impl ClaimEntry {
    /// An entry about `found`, of today.
    #[must_use]
    pub fn new(
        found: &FoundSource,
        digitisation: Digitisation,
        min_entropy: MinEntropy,
        basis: Basis,
    ) -> Self {
        Self {
            source: found.name().to_owned(),
            instance: found.candidate.instance,
            path: found.candidate.path.clone(),
            device: found.candidate.path.as_deref().and_then(device),
            digitisation: digitisation.name.to_owned(),
            digitisation_version: digitisation.version,
            min_entropy,
            basis,
            dated_unix: unix_seconds(SystemTime::now()),
        }
    }

    /// Whether another device stands in the place of the one that it is about; one that is merely gone may come back.
    pub(super) fn is_replaced(&self) -> bool {
        let stands = self.path.as_deref().and_then(device);
        stands.is_some() && stands != self.device
    }

    /// Whether it is about `found`, under whatever digitisation.
    #[must_use]
    pub fn is_about_source(&self, found: &FoundSource) -> bool {
        let Candidate { instance, path, .. } = &found.candidate;
        self.source == found.name() && self.instance == *instance && self.path == *path
    }

    /// Whether it is about the samples of `found` under `digitisation`.
    #[must_use]
    pub fn is_about(&self, found: &FoundSource, digitisation: Digitisation) -> bool {
        let is_rule =
            self.digitisation == digitisation.name && self.digitisation_version == digitisation.version;
        is_rule && self.is_about_source(found)
    }
}

/// What tells the device at `path`, if there is one, from others.
fn device(path: &Path) -> Option<String> {
    let mut hash = Sha256::new();
    hash.update(os::device_marks(path)?.as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = hash.finish();
    Some(hexadecimal(&[a, b, c, d, e, f, g, h]))
}

/// Seconds since 1970.
pub(super) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A claimable amount as a number: others are refused.
mod millibits {
    use openentropy_core::MinEntropy;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(amount: &MinEntropy, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u16(amount.millibits())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<MinEntropy, D::Error> {
        let amount = MinEntropy::from_millibits(u16::deserialize(from)?);
        amount.ok_or_else(|| D::Error::custom("an amount is 0 or 50 to 8000 millibits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(assessed_millibits: u32) -> Option<Recording> {
        Some(Recording { sha256: "0".repeat(64), samples: 1_000_000, assessed_millibits })
    }

    #[test]
    fn another_device_in_the_same_place_is_known() {
        let kind = crate::find_by_name("rdrand").expect("a known name")[0];
        let at = |path: &str| {
            let candidate = Candidate { path: Some(path.into()), ..Candidate::ready() };
            let rule = kind.digitisations()[0];
            ClaimEntry::new(&FoundSource { kind, candidate }, rule, MinEntropy::FLOOR, Basis::Trusted)
        };
        let entry = at("/dev/null");
        assert!(entry.device.as_ref().is_some_and(|device| device.len() == 16) && !entry.is_replaced());
        for device in [None, Some("0".repeat(16))] {
            assert!(ClaimEntry { device, ..entry.clone() }.is_replaced());
        }
        let gone = at("/dev/no such device");
        assert!(gone.device.is_none() && !gone.is_replaced());
        assert!(!ClaimEntry { device: Some("0".repeat(16)), ..gone }.is_replaced(), "it may come back");
    }

    #[test]
    fn recordings_support_the_lowest_of_them_divided() {
        let all = Recordings { idle: recording(900), load: recording(600), restart: recording(1200) };
        for (class, millibits) in [
            (Class::Processor, 200),
            (Class::Kernel, 200),
            (Class::Memory, 200),
            (Class::Controller, 200),
            (Class::Oscillator, 300),
            (Class::Analogue, 300),
            (Class::Counters, 0),
            (Class::Network, 0),
            (Class::Human, 0),
            (Class::Generator, 0),
            (Class::Uncredited, 0),
        ] {
            assert_eq!(all.support(class).millibits(), millibits, "{}", class.name());
        }
    }

    #[test]
    fn a_recording_that_is_missing_or_short_or_failed_supports_nothing() {
        let all = Recordings { idle: recording(900), load: recording(900), restart: recording(900) };
        let short = recording(900).map(|recording| Recording { samples: ASSESSABLE - 1, ..recording });
        let lacking = [
            Recordings { load: short.clone(), ..all.clone() },
            Recordings { restart: short, ..all.clone() },
            Recordings { idle: None, ..all.clone() },
            Recordings { load: None, ..all.clone() },
            Recordings { restart: None, ..all.clone() },
            Recordings { restart: recording(0), ..all },
            Recordings::default(),
        ];
        assert!(lacking.iter().all(|recordings| recordings.support(Class::Processor) == MinEntropy::ZERO));
    }
}
