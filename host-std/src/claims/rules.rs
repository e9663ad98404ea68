//! What a sample pays: the claim that a source comes with, and what claims files say of it.

use super::entry::{Basis, ClaimEntry};
use super::stale::Stale;
use crate::{Class, Virtualised};
use openentropy_core::{Claim, MinEntropy, ReportId, Width};

/// The source in question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) class: Class,
    pub(super) virtualised: Virtualised,
    /// Bits of a sample.
    pub(super) width: Width,
    /// What it comes with.
    pub(super) ceiling: Claim,
    /// Whether whoever runs this program trusts it.
    pub(super) is_trusted: bool,
}

/// What the system's claims file says of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'e> {
    pub(super) entry: &'e ClaimEntry,
    /// The file.
    pub(super) report: ReportId,
    pub(super) stale: Option<Stale>,
}

/// What a sample of `subject` pays where the system's file says `word` and the user's own says `own`.
///
/// Nothing that a hypervisor makes up pays, and nothing of a class that no word makes pay. Existing generators pay on an operator's word, up
/// to half of their width. For what can be assessed the claim that it comes with is a ceiling: an assessment lowers it or fills a none, and only
/// the operator's word goes beyond. What has expired still lowers, so that time alone never raises a claim; the user's own file does
/// nothing else.
pub(super) fn effective(subject: &Subject, word: Option<Word<'_>>, own: Option<MinEntropy>) -> Claim {
    let claim = match subject.class {
        _ if subject.virtualised == Virtualised::Emulated => Claim::None,
        Class::Generator => trusted(subject, word),
        class if class.divisor().is_some() => measured(subject, word),
        _ => Claim::None,
    };
    claim.lowered_to(most(subject.width)).lowered_to(own.unwrap_or(MinEntropy::MAX))
}

/// The most that a sample of this width can hold.
pub(crate) fn most(width: Width) -> MinEntropy {
    MinEntropy::at_most(u32::from(width.bits()) * 1000)
}

/// The most that a sample of an existing generator is worth on anybody's word: half its width.
pub(crate) fn most_trusted(width: Width) -> MinEntropy {
    MinEntropy::at_most(u32::from(width.bits()) * 500)
}

fn trusted(subject: &Subject, word: Option<Word<'_>>) -> Claim {
    let half = Claim::OperatorDeclared(most_trusted(subject.width));
    match word {
        _ if subject.is_trusted => half,
        Some(Word { entry, stale: None, .. }) if entry.basis == Basis::Trusted => {
            half.lowered_to(entry.min_entropy)
        }
        _ => Claim::None,
    }
}

fn measured(subject: &Subject, word: Option<Word<'_>>) -> Claim {
    let ceiling = subject.ceiling;
    let Some(Word { entry, report, stale }) = word else { return ceiling };
    match &entry.basis {
        _ if stale.is_some() => ceiling.lowered_to(entry.min_entropy),
        Basis::Trusted => ceiling, // trust is for generators: this is a mistake, which says nothing of the noise
        Basis::Accepted(_) => declared(entry.min_entropy),
        Basis::Assessed(recordings) => {
            let amount = entry.min_entropy.min(recordings.support(subject.class));
            assessed(amount.min(limit(ceiling)), report)
        }
    }
}

/// The ceiling's amount, or no limit where there is none to lower.
const fn limit(ceiling: Claim) -> MinEntropy {
    match ceiling {
        Claim::None => MinEntropy::MAX,
        ceiling => ceiling.min_entropy(),
    }
}

const fn declared(amount: MinEntropy) -> Claim {
    match amount {
        MinEntropy::ZERO => Claim::None,
        amount => Claim::OperatorDeclared(amount),
    }
}

const fn assessed(amount: MinEntropy, report: ReportId) -> Claim {
    match amount {
        MinEntropy::ZERO => Claim::None,
        min_entropy => Claim::Assessed { min_entropy, report },
    }
}

#[cfg(test)]
mod tests;
