//! Assesses recorded noise samples by SP 800-90B: `assess FILE BITS [--restart]`.
//!
//! FILE holds one sample per byte, BITS is their width. Every estimate is printed, then the
//! smallest and where it came from. With `--restart` the file holds 1000 samples of each of 1000
//! restarts; they are tested against the estimate of the matrix read row by row.

use core::error::Error;
use std::process::ExitCode;

use openentropy_tests::sp800_90b::{Assessment, Estimate, MIN_SAMPLES, View, assess, restart};

const USAGE: &str = "usage: assess FILE BITS [--restart]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("assess: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let (path, bits, restarts) = match arguments {
        [path, bits] => (path, bits, false),
        [path, bits, flag] if flag == "--restart" => (path, bits, true),
        _ => return Err(USAGE.into()),
    };
    let bits = bits.parse().map_err(|_| USAGE)?;
    let samples = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    if !restarts {
        print(&assess(&samples, bits)?);
        return Ok(());
    }
    let initial = assess(&samples, bits)?.min_entropy();
    let result = restart::assess(&samples, bits, initial)?;
    println!("row by row");
    print(&result.rows);
    println!("\ncolumn by column");
    print(&result.columns);
    println!(
        "\nlargest count in a row     {:>5}   row {}",
        result.row_peak.count, result.row_peak.line
    );
    println!(
        "largest count in a column  {:>5}   column {}",
        result.column_peak.count, result.column_peak.line
    );
    println!("cutoff                     {:>5}", result.cutoff);
    println!("repeated rows              {:>5}", result.repeated_rows.len());
    match result.failure() {
        Some(failure) => println!("failed: {}", failure.name()),
        None => println!("passed: {:.6} bits per sample", result.min_entropy()),
    }
    Ok(())
}

fn print(assessment: &Assessment) {
    println!(
        "{} samples of {} bits, {} values",
        assessment.samples, assessment.bits, assessment.alphabet
    );
    table(View::Literal, &assessment.literal);
    table(View::BitString, &assessment.bit_string);
    match assessment.limit() {
        Some(limit) => println!(
            "minimum: {:.6} bits per sample, by {} ({})",
            limit.min_entropy,
            limit.estimate.name(),
            limit.view.name()
        ),
        None => println!("minimum: 0 bits per sample: the samples are constant"),
    }
    if !assessment.meets_minimum_length() {
        println!("not an assessment: fewer than {MIN_SAMPLES} samples");
    }
}

fn table(view: View, estimates: &[Estimate]) {
    for estimate in estimates {
        println!(
            "{:<11} {:<18} {:.9}",
            view.name(),
            estimate.name(),
            estimate.min_entropy()
        );
    }
}
