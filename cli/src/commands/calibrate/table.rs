//! A calibration as a table for people.

use super::report::Report;
use openentropy_host::calibrate::cross::{FALSE_DISCOVERY_RATE, Pair};
use openentropy_host::calibrate::{Calibration, RestartFigure, SequentialFigure, Verdict};
use openentropy_host::claims::{Basis, ClaimEntry};

/// A line per source and rule, one per pair of groups, and what is taken on the operator's word.
pub(super) fn page(report: &Report<'_>) -> String {
    let mut page = String::new();
    if !report.calibrations.is_empty() {
        page += "min-entropy in bits per sample, claims in thousandths of a bit\n\n";
        let head = ["samples/s", "idle", "load", "restart"].map(str::to_owned);
        page += &row("source", "digitisation", head, "verdict");
        page.extend(report.calibrations.iter().map(line));
    }
    if !report.pairs.is_empty() {
        page += &format!("\ngroups, merged where q < {FALSE_DISCOVERY_RATE} or nobody knows\n\n");
        page.extend(report.pairs.iter().map(pair));
    }
    let declared: Vec<String> = report.file.entries.iter().filter_map(declared).collect();
    if !declared.is_empty() {
        page += "\non the operator's word\n\n";
        page.extend(declared);
    }
    page
}

fn line(calibration: &Calibration) -> String {
    let Calibration { found, digitisation, figures, verdict, .. } = calibration;
    let name = match found.candidate.instance {
        0 => found.name().to_owned(),
        instance => format!("{}-{instance}", found.name()),
    };
    let sequential =
        |figure: &Option<SequentialFigure>| bits(figure.as_ref().map(|figure| figure.min_entropy));
    let restart = |RestartFigure { rows, columns, .. }: &RestartFigure| rows.min(*columns);
    let numbers = [
        figures.samples_per_second.map_or_else(dash, |rate| format!("{rate:.0}")),
        sequential(&figures.idle),
        sequential(&figures.load),
        bits(figures.restart.as_ref().map(restart)),
    ];
    row(&name, digitisation.name, numbers, &words(found.name(), verdict))
}

fn words(name: &str, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Claim { min_entropy, carried } if carried > min_entropy => format!(
            "{} (its ceiling; the recordings carry {carried}: --accept {name}={carried} takes that on your word)",
            min_entropy.millibits(),
            carried = carried.millibits()
        ),
        Verdict::Claim { min_entropy, .. } => min_entropy.millibits().to_string(),
        Verdict::None(reason) => format!("none: {reason}"),
        _ => String::from("none"),
    }
}

fn pair(pair: &Pair) -> String {
    let [one, other] = pair.groups.map(|group| group.to_string());
    let [source, other_source] = pair.sources;
    let names = format!("{one} and {other} ({source}, {other_source})");
    let verdict = if pair.is_merged() { "merged" } else { "apart" };
    let why = match pair.outcome {
        Ok(shared) => format!(
            "q {:.2e}; {:.6} bits shared, {:.6} when shifted; {} samples within {} ns",
            shared.q_value,
            shared.information,
            shared.shifted,
            shared.samples,
            shared.tolerance.as_nanos()
        ),
        Err(reason) => format!("not judged: {reason}"),
    };
    format!("{names:<52} {verdict:<6}  {why}\n")
}

fn declared(entry: &ClaimEntry) -> Option<String> {
    let word = match entry.basis {
        Basis::Accepted(_) => "accepted",
        Basis::Trusted => "trusted",
        _ => return None,
    };
    Some(format!(
        "{:<18} {:<16} {word} {}\n",
        entry.source,
        entry.digitisation,
        entry.min_entropy.millibits()
    ))
}

fn bits(figure: Option<f64>) -> String {
    figure.map_or_else(dash, |bits| format!("{bits:.3}"))
}

fn dash() -> String {
    String::from("-")
}

fn row(name: &str, digitisation: &str, [rate, idle, load, restart]: [String; 4], verdict: &str) -> String {
    format!("{name:<18} {digitisation:<16} {rate:>9}  {idle:>7} {load:>7} {restart:>7}  {verdict}\n")
}
