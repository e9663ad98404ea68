//! `openentropy condition-entropy`: what the output of a conditioning component is worth.

use crate::args::ConditionEntropy;
use crate::exit::{Failure, Outcome};
use crate::output::{json, print};
use openentropy_tests::sp800_90b::conditioning::{Component, ConditioningError, Vetted};
use serde::Serialize;

/// The figures, as `--json` prints them; entropies in bits of one output.
#[derive(Serialize)]
struct Report {
    vetted: Option<&'static str>,
    n_in: u32,
    n_out: u32,
    nw: u32,
    h_in: f64,
    /// Assessed min-entropy per bit of output, of a component that is not vetted.
    h_prime: Option<f64>,
    /// `Output_Entropy(n_in, n_out, nw, h_in)`.
    output_entropy: f64,
    /// What that lacks to `n_out`, to the last digits.
    deficit: f64,
    /// What may be credited.
    min_entropy: f64,
    min_entropy_per_bit: f64,
    full_entropy: bool,
}

/// Computes and prints.
pub(crate) fn run(args: &ConditionEntropy) -> Result<Outcome, Failure> {
    let vetted = args.vetted.as_deref().map(find).transpose()?;
    let report = report(args, vetted).map_err(|error| Failure::Usage(error.to_string()))?;
    print(&if args.json { json(&report) } else { text(&report) })
}

fn report(args: &ConditionEntropy, vetted: Option<Vetted>) -> Result<Report, ConditioningError> {
    let component = match vetted {
        Some(function) => Component::vetted(function, args.n_in, args.n_out, args.h_in)?,
        None => Component::new(args.n_in, args.n_out, args.nw, args.h_in)?,
    };
    let output_entropy = component.output_entropy();
    let min_entropy = match args.h_prime {
        Some(measured) => component.not_vetted_entropy(measured)?,
        None => output_entropy,
    };
    Ok(Report {
        vetted: vetted.map(Vetted::id),
        n_in: args.n_in,
        n_out: args.n_out,
        nw: vetted.map_or(args.nw, Vetted::narrowest),
        h_in: args.h_in,
        h_prime: args.h_prime,
        output_entropy,
        deficit: component.deficit(),
        min_entropy,
        min_entropy_per_bit: min_entropy / f64::from(args.n_out),
        full_entropy: component.full_entropy(),
    })
}

/// The vetted function of that name; `-` and `_` are the same.
fn find(name: &str) -> Result<Vetted, Failure> {
    let id = name.to_ascii_lowercase().replace('-', "_");
    Vetted::ALL.into_iter().find(|function| function.id() == id).ok_or_else(|| {
        let known = Vetted::ALL.map(Vetted::id).join(", ");
        Failure::Usage(format!("no vetted component is called '{name}'; there are {known}"))
    })
}

fn text(report: &Report) -> String {
    let Report { n_in, n_out, nw, h_in, output_entropy, min_entropy, deficit, .. } = report;
    let function = report.vetted.unwrap_or("not vetted");
    let measured = report
        .h_prime
        .map(|h| format!("assessed output: {h} bits per bit, {:.6} in all\n", h * f64::from(*n_out)));
    let full = match (report.full_entropy, report.vetted) {
        (true, _) => "full entropy: yes (SP 800-90C)",
        (false, Some(_)) => {
            "full entropy: no; it takes 64 bits more than the output's width, and nowhere narrower inside"
        }
        (false, None) => "full entropy: no; the component is not vetted",
    };
    format!(
        "component: {function}, {n_in} bits in, {n_out} out, {nw} at the narrowest, {h_in} bits of min-entropy go in\n\
         Output_Entropy: {output_entropy:.6} bits ({deficit:.3e} short of {n_out})\n{}\
         Min-entropy: {min_entropy:.6} bits per output, {:.6} per bit.\n{full}\n",
        measured.unwrap_or_default(),
        report.min_entropy_per_bit
    )
}
