//! A calibration as `--json` prints it.

use super::report::Report;
use openentropy_host::calibrate::cross::Pair;
use openentropy_host::calibrate::{Calibration, RestartFigure, SequentialFigure, Verdict};
use openentropy_host::claims::{Basis, ClaimEntry};
use serde::Serialize;

/// The one object.
#[derive(Serialize)]
pub(super) struct Listing {
    /// Where the claims were written.
    file: String,
    sources: Vec<Source>,
    /// What is taken on the operator's word.
    declared: Vec<Declared>,
    /// Pairs of groups; empty without `--cross`.
    cross: Vec<Cross>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    instance: u8,
    digitisation: &'static str,
    digitisation_version: u16,
    class: &'static str,
    /// What the lowest figure is divided by; null where no assessment credits the class.
    divisor: Option<u32>,
    samples_per_second: Option<f64>,
    idle: Option<Sequential>,
    load: Option<Sequential>,
    restart: Option<Restart>,
    /// `claim` or `none`.
    verdict: &'static str,
    claim_millibits: u16,
    /// What the recordings carry, above the claim where a ceiling holds it down.
    carried_millibits: u16,
    /// Why there is no claim, in a word and in a sentence.
    reason: Option<&'static str>,
    explanation: Option<String>,
}

/// Figures in bits per sample.
#[derive(Serialize)]
struct Sequential {
    samples: usize,
    min_entropy: f64,
    sha256: String,
}

#[derive(Serialize)]
struct Restart {
    samples: usize,
    rows: f64,
    columns: f64,
    repeated_rows: usize,
    passes: bool,
    sha256: String,
}

#[derive(Serialize)]
struct Declared {
    name: String,
    instance: u8,
    digitisation: String,
    /// `accepted` or `trusted`.
    word: &'static str,
    millibits: u16,
}

#[derive(Serialize)]
struct Cross {
    groups: [String; 2],
    sources: [&'static str; 2],
    merged: bool,
    samples: Option<usize>,
    tolerance_ns: Option<u64>,
    /// Bits per pair of samples, and what counting alone brings.
    information: Option<f64>,
    shifted: Option<f64>,
    p_value: Option<f64>,
    q_value: Option<f64>,
    /// Why the pair was not judged.
    reason: Option<&'static str>,
    explanation: Option<String>,
}

impl Listing {
    pub(super) fn of(report: &Report<'_>) -> Self {
        Self {
            file: report.path.display().to_string(),
            sources: report.calibrations.iter().map(source).collect(),
            declared: report.file.entries.iter().filter_map(declared).collect(),
            cross: report.pairs.iter().map(cross).collect(),
        }
    }
}

fn source(calibration: &Calibration) -> Source {
    let Calibration { found, digitisation, figures, verdict, .. } = calibration;
    let (claim, carried, reason) = match verdict {
        Verdict::Claim { min_entropy, carried } => (min_entropy.millibits(), carried.millibits(), None),
        Verdict::None(reason) => (0, 0, Some(reason)),
        _ => (0, 0, None),
    };
    Source {
        name: found.name(),
        instance: found.candidate.instance,
        digitisation: digitisation.name,
        digitisation_version: digitisation.version,
        class: found.kind.class().name(),
        divisor: found.kind.class().divisor(),
        samples_per_second: figures.samples_per_second,
        idle: figures.idle.as_ref().map(sequential),
        load: figures.load.as_ref().map(sequential),
        restart: figures.restart.as_ref().map(restart),
        verdict: if claim > 0 { "claim" } else { "none" },
        claim_millibits: claim,
        carried_millibits: carried,
        reason: reason.map(|reason| reason.name()),
        explanation: reason.map(ToString::to_string),
    }
}

fn sequential(figure: &SequentialFigure) -> Sequential {
    Sequential { samples: figure.samples, min_entropy: figure.min_entropy, sha256: figure.sha256.clone() }
}

fn restart(figure: &RestartFigure) -> Restart {
    Restart {
        samples: figure.samples,
        rows: figure.rows,
        columns: figure.columns,
        repeated_rows: figure.repeated_rows,
        passes: figure.failure.is_none() && figure.repeated_rows == 0,
        sha256: figure.sha256.clone(),
    }
}

fn declared(entry: &ClaimEntry) -> Option<Declared> {
    let word = match entry.basis {
        Basis::Accepted(_) => "accepted",
        Basis::Trusted => "trusted",
        _ => return None,
    };
    Some(Declared {
        name: entry.source.clone(),
        instance: entry.instance,
        digitisation: entry.digitisation.clone(),
        word,
        millibits: entry.min_entropy.millibits(),
    })
}

fn cross(pair: &Pair) -> Cross {
    let shared = pair.outcome.ok();
    let not_judged = pair.outcome.err();
    Cross {
        groups: pair.groups.map(|group| group.to_string()),
        sources: pair.sources,
        merged: pair.is_merged(),
        samples: shared.map(|shared| shared.samples),
        tolerance_ns: shared.and_then(|shared| u64::try_from(shared.tolerance.as_nanos()).ok()),
        information: shared.map(|shared| shared.information),
        shifted: shared.map(|shared| shared.shifted),
        p_value: shared.map(|shared| shared.p_value),
        q_value: shared.map(|shared| shared.q_value),
        reason: not_judged.map(|reason| reason.name()),
        explanation: not_judged.map(|reason| reason.to_string()),
    }
}
