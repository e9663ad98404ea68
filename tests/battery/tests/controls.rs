//! Broken generators fail the tests that are named for them; good ones pass as often as the level says.

#[path = "../src/test_streams.rs"]
mod test_streams;

use openentropy_tests::{Bits, Finding, Verdict, ais31, battery, controls, fips140, sp800_22, sp800_90b};
use test_streams::Good;

const ALPHA: f64 = 0.01;

fn rejected(findings: &[Finding]) -> Vec<&'static str> {
    Verdict::over(findings, ALPHA).rejected.iter().map(|&index| findings[index].info.name).collect()
}

#[test]
fn broken_generators_fail_the_tests_that_are_named_for_them() {
    assert!(controls::BROKEN.len() >= 12);
    for control in controls::BROKEN {
        let rejected = rejected(&battery::run(&Bits::new(&control.bytes(1 << 17))));
        assert!(!control.failed_by.is_empty());
        for name in control.failed_by {
            assert!(rejected.contains(name), "{} passes {name}; it fails {rejected:?}", control.name);
        }
    }
}

/// What the other suites see. RANDU's planes and the faint sine are beyond all of them.
#[test]
fn broken_generators_fail_the_standard_suites() {
    const BEYOND: [&str; 2] = ["randu", "faint_hum"];
    for control in controls::BROKEN {
        let bytes = control.bytes(1 << 17);
        let named = rejected(&sp800_22::run(&Bits::new(&bytes), &sp800_22::Options::default()));
        assert_eq!(named.is_empty(), BEYOND.contains(&control.name), "{}: {named:?}", control.name);
    }
    for (name, test) in [("ones_55", "Monobit"), ("alternating", "Runs"), ("stuck_bit", "Poker")] {
        let control = controls::BROKEN.iter().find(|control| control.name == name).unwrap();
        assert!(rejected(&fips140::run(&control.bytes(1 << 18))).contains(&test), "{name}");
    }
    for (name, test) in
        [("ones_55", "T1"), ("markov", "T6"), ("short_period", "T0"), ("stuck_now_and_then", "T7")]
    {
        let control = controls::BROKEN.iter().find(|control| control.name == name).unwrap();
        let named = rejected(&ais31::run(&Bits::new(&control.bytes(2_200_000))));
        assert!(named.contains(&test), "{name}: {named:?}");
    }
}

/// A broken generator's min-entropy is low where the fault is one that predictors see.
#[test]
fn predictable_generators_are_assessed_as_such() {
    for (name, most) in [("counter", 0.1), ("text", 2.0), ("short_period", 0.5), ("lcg_low_byte", 0.1)] {
        let control = controls::BROKEN.iter().find(|control| control.name == name).unwrap();
        let assessed = sp800_90b::assess(&control.bytes(100_000), 8).unwrap().min_entropy();
        assert!(assessed < most, "{name}: {assessed} bits per byte");
    }
}

/// 300 streams; as many as 12 rejections have a probability below 1e-4 at the family-wise level, and the seeds are fixed.
#[test]
fn good_generators_pass_at_the_family_wise_rate() {
    let mut failing = Vec::new();
    for good in Good::ALL {
        for seed in 0..100 {
            let rejected = rejected(&battery::run(&Bits::new(&good.bytes(seed, 1 << 15))));
            failing.extend(rejected.first().map(|name| (good, seed, *name)));
        }
    }
    assert!(failing.len() < 12, "{failing:?}");
}

/// All p-values of SP 800-22 over 100 streams of 1,000,000 bits: failures lie in the 99 % band of the nominal rate.
#[test]
fn failures_on_good_streams_lie_in_the_band_of_the_nominal_rate() {
    let options = sp800_22::Options::default();
    let findings: Vec<Finding> = (0..100)
        .flat_map(|seed| sp800_22::run(&Bits::new(&Good::ChaCha20.bytes(seed, 125_000)), &options))
        .collect();
    let verdict = Verdict::over(&findings, ALPHA);
    let (low, high) = verdict.band;
    println!("{} failures of {}, {low} to {high} expected", verdict.failures, verdict.tested);
    assert!((low..=high).contains(&(verdict.failures as u64)), "{} of {low} to {high}", verdict.failures);
}
