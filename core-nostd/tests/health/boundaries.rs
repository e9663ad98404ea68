//! One below a cutoff passes, the cutoff fails, and no count outlives its window.

use crate::support::{Random, millibits};
use openentropy_core::health::{
    AdaptiveProportion, Alpha, Alphas, Lag, LagCutoffs, Level, RepetitionCount, Window,
};

const EVERY_ALPHA: [Alphas; 3] = [
    Alphas::DEFAULT,
    Alphas { intermittent: &Alpha::POW_20, permanent: &Alpha::POW_40 },
    Alphas { intermittent: &Alpha::POW_12, permanent: &Alpha::POW_60 },
];
const CLAIMS: [u16; 8] = [50, 100, 333, 500, 1000, 2000, 4321, 8000];

#[test]
fn repetition_count_fails_at_its_cutoffs() {
    for alphas in EVERY_ALPHA {
        for claim in CLAIMS {
            let cutoffs = alphas.repetition(millibits(claim));
            let mut test = RepetitionCount::<u8>::new(cutoffs);
            let alarms = alarm_positions((0..2000).map(|_| 7), |sample| test.test(&[sample]));
            let expected = [
                (usize::from(cutoffs.intermittent), Level::Intermittent),
                (usize::from(cutoffs.permanent), Level::Permanent),
            ];
            assert_eq!(alarms, expected, "each level once, at the cutoff, {claim} millibits");
            // a run that ends one short, again and again
            let mut test = RepetitionCount::<u8>::new(cutoffs);
            let short = usize::from(cutoffs.intermittent) - 1;
            let samples = (0..10_000).map(|i| (i / short % 251) as u8);
            assert_eq!(alarm_positions(samples, |sample| test.test(&[sample])), []);
        }
    }
}

#[test]
fn repetition_count_sees_a_run_whatever_the_blocks() {
    let cutoffs = Alphas::DEFAULT.repetition(millibits(1000));
    let mut run = vec![1, 0];
    run.extend([9; 31]);
    run.extend([0; 100]);
    for split in 0..run.len() {
        let mut test = RepetitionCount::<u8>::new(cutoffs);
        let (head, tail) = run.split_at(split);
        let worst = test.test(head).max(test.test(tail));
        assert_eq!(worst, Some(Level::Permanent));
        let mut test = RepetitionCount::<u8>::new(cutoffs);
        assert_eq!(test.test(&run[..33]).or(test.test(&[])), Some(Level::Intermittent));
    }
}

#[test]
fn adaptive_proportion_fails_at_its_cutoffs() {
    for alphas in EVERY_ALPHA {
        for window in [Window::Binary, Window::Wide] {
            for claim in CLAIMS {
                let cutoffs = alphas.proportion(millibits(claim), window);
                let verdict = |count: u16| {
                    let mut test = AdaptiveProportion::<u8>::new(window, cutoffs);
                    let worst = test.test(&window_with(count.into(), window));
                    assert_eq!(test.left(), 0, "one window exactly");
                    worst
                };
                assert_eq!(verdict(cutoffs.permanent), Some(Level::Permanent));
                assert!(verdict(cutoffs.permanent - 1) < Some(Level::Permanent));
                assert!(verdict(cutoffs.intermittent) >= Some(Level::Intermittent));
                assert_eq!(verdict(cutoffs.intermittent - 1), None, "{claim} millibits, {window:?}");
            }
        }
    }
}

#[test]
fn adaptive_proportion_does_not_count_across_windows() {
    let cutoffs = Alphas::DEFAULT.proportion(millibits(1000), Window::Wide);
    let mut test = AdaptiveProportion::<u8>::new(Window::Wide, cutoffs);
    let short = usize::from(cutoffs.intermittent) - 1;
    // the value fills the end of one window and the start of the next: twice the cutoff together, never reached in one
    let mut late = window_with(1, Window::Wide);
    late[513 - short..].fill(0);
    let early = window_with(short, Window::Wide);
    for samples in [&late[..], &early, &late, &early] {
        for block in samples.chunks(48) {
            assert_eq!(test.test(block), None);
        }
    }
    // an alarm does not outlive its window, and the next window can raise one again
    for _ in 0..3 {
        let failing = window_with(cutoffs.intermittent.into(), Window::Wide);
        assert_eq!(alarm_positions(failing, |sample| test.test(&[sample])).len(), 1);
        assert_eq!(test.test(&early), None);
    }
}

#[test]
fn adaptive_proportion_counts_the_value_that_opens_the_window() {
    let cutoffs = Alphas::DEFAULT.proportion(millibits(1000), Window::Wide);
    let mut test = AdaptiveProportion::<u8>::new(Window::Wide, cutoffs);
    let mut samples = vec![0; 512];
    samples[0] = 1;
    assert_eq!(test.test(&samples), None, "511 zeros in a window that a one opened");
    assert_eq!(test.test(&[0; 512]), Some(Level::Permanent));
}

#[test]
fn lag_fails_at_its_local_cutoffs() {
    for claim in (1..=20).map(|rate| 1000 / rate) {
        let cutoffs = LagCutoffs::of(millibits(claim)).unwrap();
        let mut lag = lag(claim);
        // a constant: 8 samples fill the history, every one after is guessed
        let alarms = alarm_positions([5; 2000], |sample| lag.test(&[sample]));
        let expected = [
            (8 + usize::from(cutoffs.local.intermittent), Level::Intermittent),
            (8 + usize::from(cutoffs.local.permanent), Level::Permanent),
        ];
        assert_eq!(alarms, expected, "claim {claim}");
        // one wrong guess before the cutoff, again and again
        let mut lag = self::lag(claim);
        let period = usize::from(cutoffs.local.intermittent);
        let samples = (0..20_000).map(|i| if i % period == 7 { (i / period % 2) as u8 + 1 } else { 0 });
        assert_eq!(alarm_positions(samples, |sample| lag.test(&[sample])), [], "claim {claim}");
    }
}

#[test]
fn lag_fails_at_its_global_cutoffs() {
    let cutoffs = LagCutoffs::of(millibits(1000)).unwrap().global;
    // three of four guesses are right, never 38 in a row
    let samples = |i: usize| if i % 4 == 3 { (i / 4 % 200) as u8 + 1 } else { 0 };
    let mut lag = lag(1000);
    let mut right = 0;
    let mut alarms = Vec::new();
    for i in 0..1 << 17 {
        // after the first 8 the nearest place that guesses best is one whose guess is 0: right for each 0
        right += u32::from(i >= 8 && samples(i) == 0);
        if let Some(level) = lag.test(&[samples(i)]) {
            alarms.push((right, level));
        }
    }
    assert_eq!(alarms.len(), 2, "each level once");
    for ((right, level), (cutoff, expected)) in alarms
        .into_iter()
        .zip([(cutoffs.intermittent, Level::Intermittent), (cutoffs.permanent, Level::Permanent)])
    {
        assert_eq!(level, expected);
        // the first guesses may miss until a place leads
        assert!((cutoff..cutoff + 16).contains(&right), "{right} zeros against {cutoff}");
    }
}

#[test]
fn lag_starts_each_window_from_nothing() {
    let mut lag = lag(1000);
    let mut random = Random(3);
    // 30 right guesses end the first window, 30 more begin the next: 38 are never reached in one
    let fill = (1 << 17) - 30;
    for _ in 0..fill {
        assert_eq!(lag.test(&[random.byte()]), None);
    }
    assert_eq!(lag.test(&[1; 30]), None);
    assert_eq!(lag.test(&[1; 8 + 37]), None, "the new window fills its history first");
    assert_eq!(lag.test(&[1]), Some(Level::Intermittent));
}

#[test]
fn verdicts_do_not_depend_on_the_blocks() {
    let mut random = Random(8);
    let samples: Vec<u8> = (0..200).flat_map(|_| episode(&mut random)).collect();
    let claim = millibits(1000);
    let tests = || {
        let repetition = RepetitionCount::<u8>::new(Alphas::DEFAULT.repetition(claim));
        let cutoffs = Alphas::DEFAULT.proportion(millibits(8000), Window::Wide);
        (repetition, AdaptiveProportion::<u8>::new(Window::Wide, cutoffs), lag(1000))
    };
    let (mut repetition, mut proportion, mut lag) = tests();
    let one_by_one: Vec<_> = samples
        .iter()
        .map(|&sample| (repetition.test(&[sample]), proportion.test(&[sample]), lag.test(&[sample])))
        .collect();
    let (mut repetition, mut proportion, mut lag) = tests();
    let (mut rest, mut expected) = (&samples[..], &one_by_one[..]);
    let mut alarms = [0; 3];
    while !rest.is_empty() {
        let (block, later) = rest.split_at(rest.len().min(random.word() as usize % 40));
        let (verdicts, later_verdicts) = expected.split_at(block.len());
        let raised = [repetition.test(block), proportion.test(block), lag.test(block)];
        assert_eq!(raised[0], verdicts.iter().map(|verdict| verdict.0).max().flatten());
        assert_eq!(raised[1], verdicts.iter().map(|verdict| verdict.1).max().flatten());
        assert_eq!(raised[2], verdicts.iter().map(|verdict| verdict.2).max().flatten());
        alarms.iter_mut().zip(raised).for_each(|(alarms, level)| *alarms += u32::from(level.is_some()));
        (rest, expected) = (later, later_verdicts);
    }
    assert!(alarms.iter().all(|&alarms| alarms > 3), "each test had something to say: {alarms:?}");
}

/// The predictor as jitterentropy writes it, with whole scores, against ours, which only knows how far each step is behind.
#[test]
fn lag_guesses_as_jitterentropy_does() {
    let cutoffs = LagCutoffs::of(millibits(1000)).unwrap().local;
    let mut alarms = 0;
    for seed in 0..50 {
        let mut random = Random(seed);
        // few enough that no step is ever 255 behind
        let samples: Vec<u8> = (0..12).flat_map(|_| episode(&mut random)).collect();
        let (mut scores, mut best, mut run) = ([0; 8], 0, 0);
        let mut expected = Vec::new();
        for at in 8..samples.len() {
            let past = |lag: usize| samples[at - 1 - lag];
            run = if past(best) == samples[at] { run + 1 } else { 0 };
            if run == cutoffs.intermittent {
                expected.push((at + 1, Level::Intermittent));
            }
            if run == cutoffs.permanent {
                expected.push((at + 1, Level::Permanent));
            }
            for lag in 0..8 {
                scores[lag] += u32::from(past(lag) == samples[at]);
                if scores[lag] > scores[best] {
                    best = lag;
                }
            }
        }
        alarms += expected.len();
        let mut lag = lag(1000);
        assert_eq!(alarm_positions(samples, |sample| lag.test(&[sample])), expected, "seed {seed}");
    }
    assert!(alarms > 50);
}

/// Some samples of one kind: random, or with a period of 1 to 8.
fn episode(random: &mut Random) -> Vec<u8> {
    let period = (random.word() % 9) as usize;
    let values: [u8; 8] = core::array::from_fn(|_| random.byte());
    let length = 20 + random.word() % 80;
    (0..length as usize).map(|i| if period == 0 { random.byte() } else { values[i % period] }).collect()
}

fn lag(claim: u16) -> Lag<8> {
    let mut lag = Lag::new();
    lag.set_cutoffs(LagCutoffs::of(millibits(claim)));
    lag
}

/// A window opened by 0, which comes `count` times.
fn window_with(count: usize, window: Window) -> Vec<u8> {
    (0..window.len() as usize).map(|i| if i < count { 0 } else { 1 + (i % 255) as u8 }).collect()
}

/// The samples, counted from 1, at which `test` raised an alarm.
fn alarm_positions(
    samples: impl IntoIterator<Item = u8>,
    mut test: impl FnMut(u8) -> Option<Level>,
) -> Vec<(usize, Level)> {
    (1..).zip(samples).filter_map(|(at, sample)| test(sample).map(|level| (at, level))).collect()
}
