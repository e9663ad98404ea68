//! How often ideal input is accused, and how soon input that has lost half its entropy is.

use crate::cutoffs::upper_tails;
use crate::support::{Random, millibits};
use openentropy_core::health::{
    AdaptiveProportion, Alpha, Levels, RepetitionCount, Window, repetition_cutoff,
};

/// Independent samples whose likeliest value has a probability of exactly 2^-claim, and `others` values share the rest.
struct Ideal {
    claim: u16,
    window: Window,
    others: u16,
}

const IDEALS: [Ideal; 5] = [
    Ideal { claim: 1000, window: Window::Binary, others: 1 },
    Ideal { claim: 500, window: Window::Binary, others: 1 },
    Ideal { claim: 350, window: Window::Wide, others: 200 },
    Ideal { claim: 4000, window: Window::Wide, others: 15 },
    Ideal { claim: 8000, window: Window::Wide, others: 255 },
];

impl Ideal {
    fn likeliest(&self) -> f64 {
        (-f64::from(self.claim) / 1000.0).exp2()
    }

    /// Probability of each value.
    fn values(&self) -> impl Iterator<Item = f64> {
        let rest = (1.0 - self.likeliest()) / f64::from(self.others);
        core::iter::once(self.likeliest()).chain((0..self.others).map(move |_| rest))
    }

    fn fill(&self, random: &mut Random, block: &mut [u8]) {
        let likely = (self.likeliest() * (1u64 << 32) as f64) as u64;
        block.fill_with(|| random.biased(likely, u64::from(self.others)));
    }
}

/// Whether `count` events are what a mean of `expected` gives, four standard deviations either way; the seeds are fixed.
fn within(count: u32, expected: f64) -> bool {
    (f64::from(count) - expected).abs() <= 4.0 * expected.sqrt()
}

#[test]
fn repetition_count_accuses_ideal_input_as_often_as_alpha_allows() {
    for (alpha, samples) in [(&Alpha::POW_12, 1_u32 << 20), (&Alpha::POW_20, 1 << 22)] {
        for ideal in &IDEALS {
            let cutoff = repetition_cutoff(millibits(ideal.claim), alpha);
            let levels = Levels { intermittent: cutoff, permanent: u16::MAX };
            let mut test = RepetitionCount::<u8>::new(levels);
            let mut random = Random(ideal.claim.into());
            let mut block = [0; 4]; // shorter than any cutoff: at most one alarm in each
            let mut alarms = 0;
            for _ in 0..samples / 4 {
                ideal.fill(&mut random, &mut block);
                alarms += u32::from(test.test(&block).is_some());
            }
            let per_sample: f64 = ideal.values().map(|p| p.powi(cutoff.into()) * (1.0 - p)).sum();
            let expected = per_sample * f64::from(samples);
            assert!(per_sample <= (-f64::from(alpha.exponent())).exp2());
            let what = (ideal.claim, alpha.exponent(), alarms, expected);
            assert!(within(alarms, expected), "claim, alpha, alarms, expected: {what:?}");
        }
    }
}

#[test]
fn adaptive_proportion_accuses_ideal_input_as_often_as_alpha_allows() {
    for (alpha, samples) in [(&Alpha::POW_12, 1_u32 << 24), (&Alpha::POW_20, 1 << 21)] {
        let mut all = (0, 0.0);
        for ideal in &IDEALS {
            let cutoff = alpha.proportion_cutoff(millibits(ideal.claim), ideal.window);
            let levels = Levels { intermittent: cutoff, permanent: u16::MAX };
            let mut test = AdaptiveProportion::<u8>::new(ideal.window, levels);
            let mut random = Random(u64::from(ideal.claim) + 1);
            let mut block = vec![0; ideal.window.len() as usize];
            let windows = samples / ideal.window.len();
            let mut alarms = 0;
            for _ in 0..windows {
                ideal.fill(&mut random, &mut block);
                alarms += u32::from(test.test(&block).is_some());
            }
            let per_window: f64 = ideal.values().map(|p| p * reaches(cutoff, ideal.window, p)).sum();
            let expected = per_window * f64::from(windows);
            assert!(per_window <= (-f64::from(alpha.exponent())).exp2());
            let what = (ideal.claim, alpha.exponent(), alarms, expected);
            assert!(within(alarms, expected), "claim, alpha, alarms, expected: {what:?}");
            all = (all.0 + alarms, all.1 + expected);
        }
        println!("2^-{}: {} alarms, {:.2} expected", alpha.exponent(), all.0, all.1);
        assert!(within(all.0, all.1), "{all:?}");
    }
}

/// Probability that a window opened by a value of probability `p` reaches `cutoff`.
fn reaches(cutoff: u16, window: Window, p: f64) -> f64 {
    upper_tails(window.len() as usize - 1, p)[usize::from(cutoff) - 1]
}

/// Samples within which half the entropy gone must be noticed with a probability of 1/2 (SP 800-90B §4.5).
const HALF_GONE_WITHIN: u32 = 50_000;

#[test]
fn half_the_entropy_gone_is_noticed_in_theory() {
    for (window, from, to) in [(Window::Binary, 100, 1000), (Window::Wide, 200, 8000)] {
        for claim in (from..=to).step_by(50) {
            let cutoff = Alpha::POW_30.proportion_cutoff(millibits(claim), window);
            let p = (-f64::from(claim) / 2000.0).exp2();
            let missed = 1.0 - p * reaches(cutoff, window, p);
            let missed = missed.powi((HALF_GONE_WITHIN / window.len()) as i32);
            assert!(missed <= 0.5, "{claim} millibits, {window:?}: missed with {missed}");
        }
    }
}

#[test]
fn half_the_entropy_gone_is_noticed_by_the_tests() {
    let default = [(100, Window::Binary), (1000, Window::Binary), (200, Window::Wide), (333, Window::Wide)];
    let default =
        default.into_iter().chain([(1500, Window::Wide), (4000, Window::Wide), (8000, Window::Wide)]);
    let low = [(50, Window::Wide), (150, Window::Wide), (50, Window::Binary)];
    let cases = default.map(|case| (case, &Alpha::POW_30)).chain(low.map(|case| (case, &Alpha::POW_20)));
    for ((claim, window), alpha) in cases {
        const TRIALS: u64 = 15;
        let noticed = (0..TRIALS).filter(|&trial| notices(claim, window, alpha, trial)).count();
        assert!(noticed > TRIALS as usize / 2, "{claim} millibits, {window:?}: {noticed} of {TRIALS}");
    }
}

fn notices(claim: u16, window: Window, alpha: &Alpha, seed: u64) -> bool {
    let levels = |cutoff| Levels { intermittent: cutoff, permanent: u16::MAX };
    let mut repetition = RepetitionCount::<u8>::new(levels(repetition_cutoff(millibits(claim), alpha)));
    let cutoff = alpha.proportion_cutoff(millibits(claim), window);
    let mut proportion = AdaptiveProportion::<u8>::new(window, levels(cutoff));
    let mut random = Random(seed);
    let halved = Ideal { claim: claim / 2, window, others: if window == Window::Binary { 1 } else { 200 } };
    let mut block = [0; 500];
    (0..HALF_GONE_WITHIN / 500).any(|_| {
        halved.fill(&mut random, &mut block);
        repetition.test(&block).or(proportion.test(&block)).is_some()
    })
}
