//! Every cutoff against the committed tables, and every table recomputed from its definition.

use crate::support::millibits;
use openentropy_core::MinEntropy;
use openentropy_core::health::{Alpha, LagCutoffs, Window, repetition_cutoff};
use serde_json::Value;

const ALPHAS: [&Alpha; 5] = [&Alpha::POW_12, &Alpha::POW_20, &Alpha::POW_30, &Alpha::POW_40, &Alpha::POW_60];
const WINDOWS: [Window; 2] = [Window::Binary, Window::Wide];

fn table(name: &str) -> Value {
    let path = format!("{}/../tests/vectors/health/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Millibits of a claim as the table writes it: "0.25" or "1/3", fractions of a millibit dropped.
fn claim_of(text: &str) -> MinEntropy {
    let bits = match text.split_once('/') {
        Some((over, under)) => over.parse::<f64>().unwrap() / under.parse::<f64>().unwrap(),
        None => text.parse().unwrap(),
    };
    millibits((bits * 1000.0 + 1e-6) as u16)
}

#[test]
fn repetition_cutoffs_equal_the_table() {
    let mut compared = 0;
    for (claim, row) in table("cutoffs")["rct"].as_object().unwrap() {
        for alpha in &ALPHAS[1..] {
            let expected = row[alpha.exponent().to_string()].as_u64().unwrap();
            let ours = u64::from(repetition_cutoff(claim_of(claim), alpha));
            // 333 millibits are less than 1/3 of a bit: one repetition more may be due, never one less
            let slack = u64::from(claim.contains('/'));
            assert!(
                (expected..=expected + slack).contains(&ours),
                "{claim} bits, 2^-{}: {ours}",
                alpha.exponent()
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 80);
}

#[test]
fn proportion_cutoffs_equal_the_table() {
    let table = table("apt_cutoffs_millibits");
    let columns: Vec<_> =
        table["columns"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let mut compared = 0;
    for window in WINDOWS {
        for row in table["windows"][window.len().to_string()].as_array().unwrap() {
            let claim = millibits(row[0].as_u64().unwrap() as u16);
            for alpha in &ALPHAS[1..] {
                let column = |form: &str| {
                    let name = format!("{form}_{}", alpha.exponent());
                    row[columns.iter().position(|column| *column == name).unwrap()].as_u64().unwrap()
                };
                let ours = u64::from(alpha.proportion_cutoff(claim, window));
                assert_eq!(ours, column("corrected"), "{claim:?}, {window:?}, 2^-{}", alpha.exponent());
                assert!(ours.abs_diff(column("nist")) <= 1, "the standard's form is at most one away");
                compared += 1;
            }
        }
    }
    println!("{compared} cutoffs compared");
    assert_eq!(compared, (64 + 20) * 4);
}

#[test]
fn proportion_cutoffs_of_the_printed_table_agree() {
    let mut compared = 0;
    for (key, row) in table("cutoffs")["apt_corrected"].as_object().unwrap() {
        let (window, claim) = key.split_once(",H=").unwrap();
        if claim.contains('/') {
            continue; // no row of ours: see `claims_between_rows_are_rounded_down`
        }
        let window = WINDOWS.into_iter().find(|kind| window == format!("W={}", kind.len())).unwrap();
        for alpha in &ALPHAS[1..] {
            let expected = row[alpha.exponent().to_string()].as_u64().unwrap();
            assert_eq!(u64::from(alpha.proportion_cutoff(claim_of(claim), window)), expected, "{key}");
            compared += 1;
        }
    }
    assert_eq!(compared, 30 * 4);
}

#[test]
fn proportion_cutoffs_are_those_of_the_binomial_distribution() {
    for window in WINDOWS {
        let trials = window.len() as usize - 1;
        for claim in rows(window) {
            let tails = upper_tails(trials, probability(claim, 1000.0));
            for alpha in ALPHAS {
                let allowed = -f64::from(alpha.exponent());
                // the least c with P(Bin(W - 1) > c) <= alpha, and 2 for the first sample and the step from > to >=
                let least = (0..=trials).find(|&c| tails[c + 1].log2() <= allowed).unwrap();
                let expected = (least + 2).min(window.len() as usize);
                let ours = alpha.proportion_cutoff(millibits(claim), window);
                assert_eq!(usize::from(ours), expected, "{claim}, {window:?}, 2^-{}", alpha.exponent());
            }
        }
    }
}

#[test]
fn claims_between_rows_are_rounded_down() {
    for window in WINDOWS {
        for alpha in ALPHAS {
            let cutoff = |claim| alpha.proportion_cutoff(MinEntropy::at_most(claim), window);
            assert_eq!(cutoff(0), cutoff(50), "no claim is tested as the floor");
            let rows: Vec<u32> = rows(window).map(u32::from).collect();
            for pair in rows.windows(2) {
                assert!((pair[0]..pair[1]).all(|claim| cutoff(claim) == cutoff(pair[0])));
                assert!(cutoff(pair[0]) >= cutoff(pair[1]));
            }
            assert_eq!(cutoff(8000), cutoff(*rows.last().unwrap()), "beyond the last row");
        }
    }
}

#[test]
fn lag_cutoffs_are_those_of_runs_and_of_the_binomial_distribution() {
    let guesses = (1 << 17) - 8;
    let mut before: Option<LagCutoffs> = None;
    for rate in 1..=20_u16 {
        let row = LagCutoffs::of(millibits(1000 / rate)).unwrap();
        let p = probability(1000, f64::from(rate) * 1000.0);
        let tails = upper_tails(guesses, p);
        let levels = [
            (22.0, row.local.intermittent, row.global.intermittent),
            (44.0, row.local.permanent, row.global.permanent),
        ];
        for (exponent, local, global) in levels {
            let local = usize::from(local);
            assert!(run_of(local, guesses, p).log2() <= -exponent, "rate {rate}: {local} too few");
            assert!(run_of(local - 1, guesses, p).log2() > -exponent, "rate {rate}: {local} too many");
            // critbinom: the least c with P(Bin <= c) >= 1 - alpha
            let global = global as usize;
            assert!(tails[global + 1].log2() <= -exponent, "rate {rate}: {global} too few");
            assert!(tails[global].log2() > -exponent, "rate {rate}: {global} too many");
        }
        if let Some(before) = before {
            // every claim between two rows has the cutoffs of the lower one
            let between = MinEntropy::at_most(u32::from(1000 / (rate - 1)) - 1);
            assert!(LagCutoffs::of(between) == Some(row) && before != row);
        }
        before = Some(row);
    }
    for above in [1001, 8000] {
        assert_eq!(
            LagCutoffs::of(millibits(above)),
            LagCutoffs::of(millibits(1000)),
            "the first row is the strictest"
        );
    }
    assert_eq!(LagCutoffs::of(MinEntropy::ZERO), None);
}

/// The claims that have a row of their own.
fn rows(window: Window) -> impl Iterator<Item = u16> {
    let dense = (50..=2000).step_by(50);
    let sparse = (2250..=8000).step_by(250);
    let last = if window == Window::Binary { 1000 } else { 8000 };
    dense.chain(sparse).filter(move |claim| *claim <= last)
}

fn probability(over: u16, under: f64) -> f64 {
    (-f64::from(over) / under).exp2()
}

/// P(Bin(n, p) >= k) for every k up to n + 1.
pub(crate) fn upper_tails(n: usize, p: f64) -> Vec<f64> {
    let factorials: Vec<f64> = core::iter::once(0.0)
        .chain((1..=n).scan(0.0, |sum, k| {
            *sum += (k as f64).ln();
            Some(*sum)
        }))
        .collect();
    let mut tails = vec![0.0; n + 2];
    for k in (0..=n).rev() {
        let ways = factorials[n] - factorials[k] - factorials[n - k];
        tails[k] = tails[k + 1] + (ways + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()).exp();
    }
    tails
}

/// Probability that `n` trials of success `p` hold `run` successes in a row.
fn run_of(run: usize, n: usize, p: f64) -> f64 {
    let run_ends = p.powi(run as i32);
    let mut held = vec![0.0; n + 1];
    held[run] = run_ends;
    for i in run + 1..=n {
        held[i] = held[i - 1] + (1.0 - held[i - run - 1]) * (1.0 - p) * run_ends;
    }
    held[n]
}
