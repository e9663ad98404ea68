//! What is known of a source before a sample is taken.

use crate::select;
use openentropy_core::Claim;
use openentropy_host::claims::Claims;
use openentropy_host::{FoundSource, SourceKind};
use serde::Serialize;

/// The facts that hold on every machine.
#[derive(Serialize)]
pub(super) struct Facts {
    pub(super) name: &'static str,
    pub(super) aliases: &'static [&'static str],
    pub(super) description: &'static str,
    pub(super) physics: &'static str,
    pub(super) category: &'static str,
    pub(super) group: &'static str,
    pub(super) class: &'static str,
    /// What an assessed min-entropy is divided by; null where an assessment alone gives no claim.
    pub(super) divisor: Option<u32>,
    pub(super) platform: &'static str,
    pub(super) requirement: &'static str,
    /// Bits of a reading.
    pub(super) width: u8,
    pub(super) fast: bool,
    pub(super) default: bool,
    pub(super) opt_in: bool,
}

impl Facts {
    pub(super) fn of(kind: &dyn SourceKind) -> Self {
        let info = kind.info();
        Self {
            name: info.name,
            aliases: kind.aliases(),
            description: info.description,
            physics: info.physics,
            category: info.category.name(),
            group: info.independence.group.name(),
            class: kind.class().letter(),
            divisor: kind.class().divisor(),
            platform: info.platform.name(),
            requirement: info.requirement.name(),
            width: info.width.bits(),
            fast: kind.is_fast(),
            default: kind.is_default(),
            opt_in: kind.is_opt_in(),
        }
    }
}

/// How an instance stands on this machine.
#[derive(Serialize)]
pub(super) struct Instance {
    pub(super) instance: u8,
    /// The device behind it; a peer is nobody's business.
    pub(super) device: Option<String>,
    pub(super) access: &'static str,
    pub(super) reason: String,
    pub(super) virtualised: &'static str,
    /// What is then sampled; empty where that is the hardware it names.
    pub(super) sampled: &'static str,
    /// The rule that makes its samples.
    pub(super) digitisation: Option<&'static str>,
    pub(super) digitisation_version: Option<u16>,
    #[serde(flatten)]
    pub(super) worth: Worth,
}

impl Instance {
    pub(super) fn of(found: &FoundSource, claims: &Claims) -> Self {
        let candidate = &found.candidate;
        let digitisation = claims.digitisation(found);
        let path = candidate.path.as_ref().filter(|_| found.kind.peer().is_none());
        Self {
            instance: candidate.instance,
            device: path.map(|path| path.display().to_string()),
            access: candidate.access.name(),
            reason: select::help(found),
            virtualised: candidate.virtualised.name(),
            sampled: found.sampled(),
            digitisation: digitisation.map(|rule| rule.name),
            digitisation_version: digitisation.map(|rule| rule.version),
            worth: Worth::of(claims.of(found)),
        }
    }
}

/// What a sample is held to be worth.
#[derive(Serialize)]
pub(super) struct Worth {
    pub(super) claim_millibits: u16,
    /// On whose word.
    pub(super) claim_by: &'static str,
}

impl Worth {
    pub(super) fn of(claim: Claim) -> Self {
        let claim_by = match claim {
            Claim::BuiltIn(_) => "built-in",
            Claim::Assessed { .. } => "assessed",
            Claim::OperatorDeclared(_) => "operator-declared",
            _ => "nobody",
        };
        Self { claim_millibits: claim.min_entropy().millibits(), claim_by }
    }

    pub(super) fn sentence(&self) -> String {
        let by = match self.claim_by {
            "built-in" => "on the recordings that come with the program",
            "assessed" => "on an assessment of this machine",
            "operator-declared" => "on the operator's word",
            _ => return "none: nobody says that a sample is worth anything".to_owned(),
        };
        format!("{:.3} bits per sample, {by}", f64::from(self.claim_millibits) / 1000.0)
    }
}
