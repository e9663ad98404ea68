//! Calibration end to end: what doubles and the sources that nothing credits come out as.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::{DIGITISATION, Deed, Double, millibits};
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use openentropy_core::{Claim, Group, MinEntropy, SourceError};
use openentropy_host::calibrate::cross::{CrossPlan, Leader, NotJudged, cross, leaders};
use openentropy_host::calibrate::{
    CalibrateError, Calibration, Figures, Plan, Reason, Stage, Verdict, Watch, calibrate,
};
use openentropy_host::{Access, Candidate, Class, FoundSource, find_by_name};
use std::fs;
use std::path::PathBuf;

/// So short that a claim is out of the question, and so patient that the machine's speed decides nothing.
fn short() -> Plan {
    Plan { samples: 20_000, limit: Duration::from_secs(600), keep: None }
}

fn double(double: Double, plan: &Plan) -> Calibration {
    found(&double.keep().found(), plan)
}

fn named(name: &str, plan: &Plan) -> Calibration {
    let kind = find_by_name(name).unwrap()[0];
    found(&FoundSource { kind, candidate: kind.find().remove(0) }, plan)
}

fn found(found: &FoundSource, plan: &Plan) -> Calibration {
    calibrate(found, found.kind.digitisations()[0], plan, &()).unwrap()
}

/// A source that an assessment may credit.
fn noise(name: &'static str) -> Double {
    Double::new(name, Group::Oscillator)
}

#[test]
fn the_controls_and_the_systems_generator_claim_nothing_however_good_they_look() {
    for name in ["control_prng", "os_rng"] {
        let calibration = named(name, &short());
        let Figures { idle: Some(idle), load: Some(load), .. } = &calibration.figures else {
            panic!("{calibration:?}");
        };
        assert!(idle.min_entropy.min(load.min_entropy) > 4.0, "{name} looks good: {calibration:?}");
        assert_eq!(calibration.verdict, Verdict::None(Reason::Class(Class::Uncredited)), "{name}");
    }
    let constant = named("control_constant", &short());
    assert_eq!(constant.figures.lowest(), Some(0.0));
    assert_eq!(constant.verdict, Verdict::None(Reason::Class(Class::Uncredited)));
}

/// Whatever this machine's counters do, and where they cannot be read at all.
#[test]
fn counters_of_the_kernel_claim_nothing() {
    let plan = Plan { limit: Duration::from_millis(300), ..short() };
    let calibration = named("irq_counters", &plan);
    let is_expected = matches!(
        calibration.verdict,
        Verdict::None(Reason::Class(Class::Counters) | Reason::Unavailable { .. } | Reason::Failed(_))
    );
    assert!(is_expected, "{calibration:?}");
}

/// A full calibration: three million samples of a double whose claim is a bit.
#[test]
fn a_source_is_claimed_for_what_its_recordings_carry_below_its_ceiling() {
    let plan = Plan { limit: Duration::from_secs(600), ..Plan::default() };
    let ceiling = noise("double_ceiling").claiming(Claim::BuiltIn(millibits(1000)));
    let calibration = double(ceiling, &plan);
    let Verdict::Claim { min_entropy, carried } = calibration.verdict else { panic!("{calibration:?}") };
    assert_eq!(min_entropy, millibits(1000), "only the operator's word goes beyond");
    let lowest = calibration.figures.lowest().unwrap();
    assert_eq!(u32::from(carried.millibits()), (lowest * 1000.0) as u32 / 3);
    assert!(carried > min_entropy && lowest > 6.0, "{lowest}");
    let restart = calibration.figures.restart.unwrap();
    assert_eq!((restart.repeated_rows, restart.failure), (0, None));
}

#[test]
fn a_failure_is_the_verdict_of_the_source_that_failed() {
    let failing = |deed: fn() -> Deed| move |call| if call < 5000 { Deed::Noise } else { deed() };
    for (name, deed, error) in [
        ("double_io", (|| Deed::Fail(SourceError::Io)) as fn() -> Deed, SourceError::Io),
        ("double_panic", || Deed::Panic, SourceError::Panicked),
    ] {
        let calibration = double(noise(name).doing(failing(deed)), &short());
        assert_eq!(calibration.verdict, Verdict::None(Reason::Failed(error)));
        assert_eq!(calibration.figures.idle, None, "nothing of a recording that failed is assessed");
    }
    let denied = double(noise("double_denied").unopenable(SourceError::Denied), &short());
    assert_eq!(denied.verdict, Verdict::None(Reason::Failed(SourceError::Denied)));
    let kind = noise("double_absent").keep();
    let candidate = Candidate::missing(Access::Absent, "nothing is plugged in");
    let absent = found(&FoundSource { kind, candidate }, &short());
    let reason = Reason::Unavailable { access: Access::Absent, reason: "nothing is plugged in".to_owned() };
    assert_eq!(absent.verdict, Verdict::None(reason));
    assert_eq!(kind.calls(), 0);
}

/// A sample takes two milliseconds at least, and there is time for a hundred.
#[test]
fn what_is_too_slow_has_figures_of_what_fits_and_no_claim() {
    let plan = Plan { limit: Duration::from_millis(200), ..short() };
    let slow = noise("double_slow").doing(|_| Deed::Hang(Duration::from_millis(2)));
    let calibration = double(slow, &plan);
    let Verdict::None(Reason::Slow { stage: Stage::Idle, needs }) = calibration.verdict else {
        panic!("{calibration:?}");
    };
    assert!(needs >= Duration::from_secs(40), "{needs:?} for 20,000 samples");
    let idle = calibration.figures.idle.unwrap();
    assert!((2..=100).contains(&idle.samples), "{}", idle.samples);
    assert!(calibration.figures.load.is_none() && calibration.figures.restart.is_none());
}

/// Opening takes ten milliseconds, a thousand times.
#[test]
fn restarts_that_are_too_slow_are_not_waited_for() {
    let plan = Plan { samples: 2000, limit: Duration::from_secs(4), ..short() };
    let slow = noise("double_slow_restart").doing(|call| match call % 1000 {
        0 => Deed::Hang(Duration::from_millis(10)),
        _ => Deed::Noise,
    });
    let calibration = double(slow, &plan);
    let is_slow = matches!(calibration.verdict, Verdict::None(Reason::Slow { stage: Stage::Restart, .. }));
    assert!(is_slow, "{calibration:?}");
}

struct Cancelling(AtomicU32);

impl Watch for Cancelling {
    fn is_cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) >= 3
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone_already = fs::remove_dir_all(&self.0);
    }
}

fn folder(name: &str) -> Folder {
    Folder(std::env::temp_dir().join(format!("openentropy-calibrate-{}-{name}", std::process::id())))
}

#[test]
fn cancelling_ends_it_and_leaves_no_file() {
    let folder = folder("cancel");
    let plan = Plan { samples: 1_000_000, keep: Some(folder.0.clone()), ..short() };
    let found = noise("double_cancelled").keep().found();
    let cancelled = calibrate(&found, DIGITISATION, &plan, &Cancelling(AtomicU32::new(0)));
    assert!(matches!(cancelled, Err(CalibrateError::Cancelled)), "{cancelled:?}");
    assert!(!folder.0.exists());
}

#[test]
fn recordings_are_kept_where_that_is_asked_and_the_figures_name_them() {
    let folder = folder("keep");
    let plan = Plan { samples: 3000, keep: Some(folder.0.clone()), ..short() };
    let calibration = double(noise("double_kept"), &plan);
    assert_eq!(calibration.verdict, Verdict::None(Reason::Few { samples: 3000 }));
    let figures = calibration.figures;
    for (state, sha256) in [
        ("idle", figures.idle.unwrap().sha256),
        ("load", figures.load.unwrap().sha256),
        ("restart", figures.restart.unwrap().sha256),
    ] {
        let header = folder.0.join(format!("double_kept.double.{state}.json"));
        let header: serde_json::Value = serde_json::from_slice(&fs::read(header).unwrap()).unwrap();
        assert_eq!(header["samples_sha256"], sha256);
    }
    let plan = Plan { keep: Some(folder.0.join("double_kept.double.idle.json")), ..plan };
    let unwritable = calibrate(&noise("double_unkept").keep().found(), DIGITISATION, &plan, &());
    assert!(matches!(unwritable, Err(CalibrateError::Keep(..))));
}

fn leader(double: Double, amount: u16) -> Leader {
    let found = double.keep().found();
    Leader { found, digitisation: DIGITISATION, min_entropy: MinEntropy::from_millibits(amount).unwrap() }
}

#[test]
fn the_source_with_the_most_claim_leads_its_group() {
    let sources = [
        leader(Double::new("double_a", Group::Memory), 100),
        leader(Double::new("double_b", Group::Memory), 300),
        leader(Double::new("double_c", Group::Memory), 200),
        leader(Double::new("double_d", Group::Oscillator), 0),
        leader(Double::new("double_e", Group::Radio), 50),
    ];
    let names: Vec<_> = leaders(sources).iter().map(|leader| leader.found.name()).collect();
    assert_eq!(names, ["double_b", "double_e"]);
}

#[test]
fn groups_that_could_not_be_heard_are_merged_and_the_reason_is_said() {
    let plan = CrossPlan { samples: 2000, limit: Duration::from_millis(200) };
    let slow = noise("double_rare").doing(|_| Deed::Hang(Duration::from_millis(2)));
    let failing = Double::new("double_broken", Group::Radio).doing(|call| match call {
        0..100 => Deed::Noise,
        _ => Deed::Fail(SourceError::Disconnected),
    });
    let steady = Double::new("double_steady", Group::Memory);
    let leaders = [leader(steady, 100), leader(slow, 100), leader(failing, 100)];
    let pairs = cross(&leaders, &plan, &()).unwrap();
    let outcomes: Vec<_> = pairs.iter().map(|pair| (pair.sources, pair.outcome)).collect();
    assert!(matches!(
        outcomes[0],
        (["double_steady", "double_rare"], Err(NotJudged::Few { samples: 0..=100 }))
    ));
    let broken = |place| Err(NotJudged::Failed { place, error: SourceError::Disconnected });
    assert_eq!(outcomes[1], (["double_steady", "double_broken"], broken(1)));
    assert_eq!(outcomes[2].0, ["double_rare", "double_broken"]);
    assert!(pairs.iter().all(openentropy_host::calibrate::cross::Pair::is_merged));
    let cancelled = cross(&leaders, &plan, &Cancelling(AtomicU32::new(3)));
    assert!(matches!(cancelled, Err(CalibrateError::Cancelled)));
}
