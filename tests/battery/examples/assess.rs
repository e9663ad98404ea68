//! Assesses recorded noise samples by SP 800-90B: `assess FILE BITS [--restart [INITIAL]]`.
//!
//! FILE holds one sample per byte, BITS is their width. Every estimate is printed, then the
//! smallest and where it came from. With `--restart` the file holds 1000 samples of each of 1000
//! restarts, tested against INITIAL, the min-entropy per sample that sequential samples were
//! assessed at; without one, against the row by row estimate of the same file.
//!
//! The exit status is 0, 1 if the restart tests fail, or 2 if the samples cannot be assessed.

use core::error::Error;
use std::process::ExitCode;

use openentropy_tests::sp800_90b::restart::{self, Restart, Shape};
use openentropy_tests::sp800_90b::{Assessment, Estimate, MIN_SAMPLES, View, assess};

const USAGE: &str = "usage: assess FILE BITS [--restart [INITIAL]]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(&arguments).unwrap_or_else(|error| {
        eprintln!("assess: {error}");
        ExitCode::from(2)
    })
}

fn run(arguments: &[String]) -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (path, bits, restarts, initial) = match arguments[..] {
        [path, bits] => (path, bits, false, None),
        [path, bits, "--restart"] => (path, bits, true, None),
        [path, bits, "--restart", initial] => (path, bits, true, Some(initial)),
        _ => return Err(USAGE.into()),
    };
    let bits = bits.parse().map_err(|_| USAGE)?;
    let initial: Option<f64> = initial.map(str::parse).transpose().map_err(|_| USAGE)?;
    let samples = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    if restarts {
        return Ok(print_restart(&restart::assess(&samples, Shape::default(), bits)?, initial));
    }
    print(&assess(&samples, bits)?);
    Ok(ExitCode::SUCCESS)
}

fn print_restart(result: &Restart, initial: Option<f64>) -> ExitCode {
    let initial = initial.unwrap_or(result.rows.min_entropy());
    println!("row by row");
    print(&result.rows);
    println!("\ncolumn by column");
    print(&result.columns);
    println!();
    for (name, peak) in [("row", result.row_peak), ("column", result.column_peak)] {
        println!("largest count: {} of symbol {} in {name} {}", peak.count, peak.symbol, peak.line);
    }
    println!("cutoff for {initial:.6} bits per sample: {}", result.shape.row_cutoff(initial));
    println!("repeated rows: {}", result.repeated_rows.len());
    match result.judge(initial) {
        Ok(min_entropy) => {
            println!("passed: {min_entropy:.6} bits per sample");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("failed: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn print(assessment: &Assessment) {
    println!("{} samples of {} bits, {} values", assessment.samples, assessment.bits, assessment.alphabet);
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
        println!("{:<11} {:<18} {:.9}", view.name(), estimate.name(), estimate.min_entropy());
    }
}
