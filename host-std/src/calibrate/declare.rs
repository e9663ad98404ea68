//! What an operator declares beyond what an assessment gives, and where no word helps.

use crate::claims::{Basis, ClaimEntry, most, most_trusted};
use crate::{Class, FoundSource, Virtualised};
use openentropy_core::{Digitisation, MinEntropy};

/// Why an operator's word does not credit a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeclareError {
    /// No word credits a source of this class.
    Class(Class),
    /// It is an existing generator, which can only be trusted.
    Generator,
    /// It is no existing generator: what can be assessed is accepted, not trusted.
    NotGenerator,
    /// What answers is a model in software.
    Emulated,
    /// A sample cannot hold so much.
    TooMuch {
        /// The most that it can.
        most: MinEntropy,
    },
}

impl core::fmt::Display for DeclareError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Class(class) => write!(f, "no word credits a source of class {}", class.name()),
            Self::Generator => {
                f.write_str("an existing generator is trusted or not, whatever its samples look like")
            }
            Self::NotGenerator => {
                f.write_str("only existing generators are trusted: what can be assessed is accepted")
            }
            Self::Emulated => f.write_str("emulated: a hypervisor makes the samples"),
            Self::TooMuch { most } => {
                write!(f, "a sample of it cannot hold more than {} millibits", most.millibits())
            }
        }
    }
}

impl core::error::Error for DeclareError {}

/// The entry by which an operator accepts `min_entropy` for `found`, above what its ceiling or an assessment gives.
///
/// Where it was assessed as well, [`Calibration::recordings`](super::Calibration::recordings) belong into its basis, to be seen beside the word.
///
/// ```
/// use openentropy_core::MinEntropy;
/// use openentropy_host::calibrate::{DeclareError, accepted};
/// use openentropy_host::{Candidate, FoundSource, find_by_name};
/// let accept = |name| {
///     let kind = find_by_name(name).expect("a known name")[0];
///     let found = FoundSource { kind, candidate: Candidate::ready() };
///     accepted(&found, kind.digitisations()[0], MinEntropy::at_most(400))
/// };
/// assert_eq!(accept("sleep_overshoot")?.min_entropy.millibits(), 400);
/// assert_eq!(accept("rdseed"), Err(DeclareError::Generator));
/// # Ok::<(), DeclareError>(())
/// ```
///
/// # Errors
/// [`DeclareError::Generator`], [`DeclareError::Class`], [`DeclareError::Emulated`], [`DeclareError::TooMuch`].
pub fn accepted(
    found: &FoundSource,
    digitisation: Digitisation,
    min_entropy: MinEntropy,
) -> Result<ClaimEntry, DeclareError> {
    let class = found.kind.class();
    let most = most(found.sample_width());
    match class {
        Class::Generator => Err(DeclareError::Generator),
        class if class.divisor().is_none() => Err(DeclareError::Class(class)),
        _ if found.candidate.virtualised == Virtualised::Emulated => Err(DeclareError::Emulated),
        _ if min_entropy > most => Err(DeclareError::TooMuch { most }),
        _ => Ok(ClaimEntry::new(found, digitisation, min_entropy, Basis::Accepted(None))),
    }
}

/// The entry by which an operator trusts the existing generator `found` for half the width of its samples.
///
/// ```
/// use openentropy_host::calibrate::{DeclareError, trusted};
/// use openentropy_host::{Candidate, FoundSource, find_by_name};
/// let kind = find_by_name("rdseed").expect("a known name")[0];
/// let found = FoundSource { kind, candidate: Candidate::ready() };
/// assert_eq!(trusted(&found, kind.digitisations()[0])?.min_entropy.millibits(), 4000);
/// # Ok::<(), DeclareError>(())
/// ```
///
/// # Errors
/// [`DeclareError::NotGenerator`], [`DeclareError::Class`], [`DeclareError::Emulated`].
pub fn trusted(found: &FoundSource, digitisation: Digitisation) -> Result<ClaimEntry, DeclareError> {
    match found.kind.class() {
        Class::Generator if found.candidate.virtualised == Virtualised::Emulated => {
            Err(DeclareError::Emulated)
        }
        Class::Generator => {
            let half = most_trusted(found.sample_width());
            Ok(ClaimEntry::new(found, digitisation, half, Basis::Trusted))
        }
        class if class.divisor().is_none() => Err(DeclareError::Class(class)),
        _ => Err(DeclareError::NotGenerator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common::{DIGITISATION, Double, millibits};
    use crate::{Candidate, find_by_name};
    use openentropy_core::Group;

    fn named(name: &str) -> FoundSource {
        let kind = find_by_name(name).unwrap()[0];
        FoundSource { kind, candidate: Candidate::ready() }
    }

    fn accept(found: &FoundSource, amount: u16) -> Result<ClaimEntry, DeclareError> {
        accepted(found, DIGITISATION, millibits(amount))
    }

    #[test]
    fn what_can_be_assessed_is_accepted_and_generators_are_trusted() {
        let noise = Double::new("double_declared", Group::Memory).keep().found();
        let entry = accept(&noise, 8000).unwrap();
        assert_eq!((entry.min_entropy, entry.basis), (millibits(8000), Basis::Accepted(None)));
        assert_eq!(trusted(&noise, DIGITISATION), Err(DeclareError::NotGenerator));
        let generator = named("rdseed");
        let entry = trusted(&generator, DIGITISATION).unwrap();
        assert_eq!((entry.min_entropy, entry.basis), (millibits(4000), Basis::Trusted));
        assert_eq!(accept(&generator, 50), Err(DeclareError::Generator));
    }

    #[test]
    fn no_word_credits_what_others_make_or_see() {
        for name in ["control_prng", "control_constant", "os_rng", "irq_counters", "dns_rtt"] {
            let found = named(name);
            let refused = Err(DeclareError::Class(found.kind.class()));
            assert_eq!(accept(&found, 50), refused, "{name}");
            assert_eq!(trusted(&found, DIGITISATION), refused, "{name}");
        }
        for (name, refused) in
            [("rdseed", trusted as fn(&_, _) -> _), ("jitter_loop", |found, _| accept(found, 50))]
        {
            let mut emulated = named(name);
            emulated.candidate.virtualised = Virtualised::Emulated;
            assert_eq!(refused(&emulated, DIGITISATION), Err(DeclareError::Emulated), "{name}");
        }
    }
}
