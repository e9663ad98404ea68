//! Which test catches which pattern, and how soon.

use crate::support::millibits;
use openentropy_core::health::{AdaptiveProportion, Alphas, Lag, LagCutoffs, RepetitionCount, Window};

/// The first sample, counted from 1, at which each test raised an alarm.
#[derive(Debug, Default, PartialEq)]
struct Caught {
    repetition: Option<usize>,
    proportion: Option<usize>,
    lag: Option<usize>,
}

fn caught<const HISTORY: usize>(claim: u16, window: Window, samples: impl Iterator<Item = u8>) -> Caught {
    let claim = millibits(claim);
    let mut repetition = RepetitionCount::<u8>::new(Alphas::DEFAULT.repetition(claim));
    let mut proportion = AdaptiveProportion::<u8>::new(window, Alphas::DEFAULT.proportion(claim, window));
    let mut lag = Lag::<HISTORY>::new();
    lag.set_cutoffs(LagCutoffs::of(claim));
    let mut caught = Caught::default();
    for (at, sample) in (1..).zip(samples) {
        let note = |slot: &mut Option<usize>, failed: bool| {
            if failed {
                slot.get_or_insert(at);
            }
        };
        note(&mut caught.repetition, repetition.test(&[sample]).is_some());
        note(&mut caught.proportion, proportion.test(&[sample]).is_some());
        note(&mut caught.lag, lag.test(&[sample]).is_some());
    }
    caught
}

/// `period` different values over and over.
fn cycle(period: usize, samples: usize) -> impl Iterator<Item = u8> {
    (0..samples).map(move |i| (i % period) as u8)
}

#[test]
fn constant_input_is_caught_by_the_repetition_count_first() {
    for claim in [50, 100, 333, 1000, 2000, 8000] {
        for window in [Window::Binary, Window::Wide] {
            let cutoff = usize::from(Alphas::DEFAULT.repetition(millibits(claim)).intermittent);
            let caught = caught::<8>(claim, window, [9; 1201].into_iter());
            if claim > 50 {
                assert_eq!(caught.repetition, Some(cutoff));
                assert!(caught.proportion > caught.repetition);
            } else {
                assert_eq!(caught.repetition, Some(601), "and the window of 512 is a little sooner");
                assert!(window == Window::Binary || caught.proportion == Some(512));
            }
        }
    }
}

#[test]
fn periods_up_to_eight_are_caught_by_the_lag_test_within_one_window() {
    for window in [Window::Binary, Window::Wide] {
        for claim in [72, 100, 333, 500, 1000] {
            let longest = if window == Window::Binary { 2 } else { 8 };
            for period in 2..=longest {
                let caught = caught::<8>(claim, window, cycle(period, window.len() as usize));
                let local = LagCutoffs::of(millibits(claim)).unwrap().local.intermittent;
                assert_eq!(caught.repetition, None);
                assert_eq!(
                    caught.lag,
                    Some(8 + 1 + usize::from(local)),
                    "period {period}, {claim} millibits"
                );
            }
        }
        // below 72 millibits a run of 8 + 684 right guesses does not fit into 512 samples: two windows
        let caught = caught::<8>(50, window, cycle(2, 1024));
        assert_eq!(caught.lag, Some(692));
    }
}

#[test]
fn patterns_of_bits_are_caught_by_the_lag_test_within_one_window() {
    for period in 1..=8 {
        for pattern in 0..1_u16 << period {
            let samples = (0..1024).map(|i| (pattern >> (i % period) & 1) as u8);
            let caught = caught::<8>(1000, Window::Binary, samples);
            assert!(caught.lag.is_some_and(|at| at < 64), "{pattern:b} of {period}: {caught:?}");
        }
    }
}

/// Without the lag test, the adaptive proportion sees a short period from a claim on, which the module's documentation lists; with it, a
/// history of eight sees them all.
#[test]
fn short_periods_above_a_bit_are_caught() {
    let from = [(2, 1450), (3, 2250), (4, 3000), (5, 3250), (6, 3750), (7, 4000), (8, 4250)];
    for (period, claim) in from {
        let caught = |claim| caught::<8>(claim, Window::Wide, cycle(period, 512));
        assert!(caught(claim).proportion.is_some(), "period {period} at {claim}");
        assert!(caught(8000).proportion.is_some());
        assert_eq!(caught(claim - 1).proportion, None, "period {period} just below");
        for claim in [1001, claim - 1, claim, 8000] {
            assert!(caught(claim).lag.is_some_and(|at| at < 64), "period {period} at {claim}");
        }
    }
}

#[test]
fn periods_up_to_128_are_caught_by_the_long_history() {
    for claim in [50, 333, 1000] {
        for period in 9..=128 {
            let caught = caught::<128>(claim, Window::Wide, cycle(period, 1 << 10));
            let local = LagCutoffs::of(millibits(claim)).unwrap().local.intermittent;
            assert_eq!(caught.lag, Some(128 + 1 + usize::from(local)), "period {period}, {claim} millibits");
        }
    }
    let short = caught::<8>(1000, Window::Wide, cycle(9, 1 << 10));
    assert_eq!(short, Caught::default(), "a history of 8 does not see them");
}
