//! Seven recordings of time stamps, each with the alarms that it must raise.

use openentropy_core::MinEntropy;
use openentropy_core::health::{AdaptiveProportion, Lag, LagCutoffs, Level, Levels, RepetitionCount, Window};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn recordings_raise_exactly_the_listed_alarms() {
    let expected: Value = serde_json::from_str(&read("expected.json")).unwrap();
    let files = expected["files"].as_object().unwrap();
    for (name, file) in files {
        let stamps: Vec<u64> = read(name).lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(stamps.len() as u64 - 1, file["measurements"].as_u64().unwrap(), "{name}");
        let listed: BTreeSet<&str> =
            file["expect"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
        assert_eq!(alarms(&stamps, &expected["settings"]), listed, "{name}");
    }
    println!("{} recordings replayed", files.len());
    assert_eq!(files.len(), 7);
}

fn read(name: &str) -> String {
    let path = format!("{}/../tests/vectors/jitter-health/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Replays stamps as jitterentropy takes them: the first one twice, every stamp a measurement.
fn alarms(stamps: &[u64], settings: &Value) -> BTreeSet<&'static str> {
    let setting = |name: &str| settings[name].as_u64().unwrap() as u16;
    let levels =
        |name: &str| Levels { intermittent: setting(name), permanent: setting(&format!("{name}_permanent")) };
    // their count of stuck measurements starts at 0, our count of equal values at 1
    let rct = levels("rct_cutoff");
    let mut repetition = RepetitionCount::<u64>::new(Levels {
        intermittent: rct.intermittent + 1,
        permanent: rct.permanent + 1,
    });
    let mut proportion = AdaptiveProportion::<u64>::new(Window::Wide, levels("apt_cutoff"));
    let mut lag = Lag::<8, u64>::new();
    let cutoffs = LagCutoffs::of(MinEntropy::at_most(1000 / settings["osr"].as_u64().unwrap() as u32));
    assert_eq!(cutoffs.map(|cutoffs| cutoffs.local), Some(levels("lag_local_cutoff")));
    lag.set_cutoffs(cutoffs);

    let mut raised = BTreeSet::new();
    let mut note = |names: [&'static str; 2], level: Option<Level>| match level {
        None => {}
        Some(Level::Intermittent) => drop(raised.insert(names[0])),
        Some(Level::Permanent) => drop(raised.insert(names[1])),
    };
    let (mut last, mut last_delta, mut last_change) = (0, 0, 0);
    let mut unstuck = 0;
    repetition.test(&[unstuck]);
    for &stamp in stamps.first().into_iter().chain(stamps) {
        let delta = u64::wrapping_sub(stamp, last);
        let change = delta.wrapping_sub(last_delta);
        let stuck = delta == 0 || change == 0 || change == last_change;
        (last, last_delta, last_change) = (stamp, delta, change);
        unstuck += u64::from(!stuck);
        note(["rct_intermittent", "rct_permanent"], repetition.test(&[unstuck]));
        note(["apt_intermittent", "apt_permanent"], proportion.test(&[delta]));
        note(["lag_intermittent", "lag_permanent"], lag.test(&[delta]));
    }
    raised
}
