//! The IID track against known answers, definitions, and data of known faults.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up is a failed test")]

use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::HashSet;

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
use openentropy_tests::Progress;
use openentropy_tests::sp800_90b::iid::{self, Options, Statistic};
use openentropy_tests::sp800_90b::{InputError, assess};

mod definition;
mod faults;
mod known_answers;

/// The statistics of the samples as they are, and no shuffle.
const INITIAL: Options = Options { permutations: 0, early_stop: false, seed: 0 };

/// Samples of `bits` bits from a stream cipher.
fn good(seed: u64, len: usize, bits: u32) -> Vec<u8> {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    let mut samples = vec![0; len];
    ChaCha20::new(&key.into(), &[0; 12].into()).apply_keystream(&mut samples);
    samples.iter_mut().for_each(|sample| *sample >>= 8 - bits);
    samples
}

#[test]
#[cfg(feature = "threads")]
fn results_do_not_depend_on_threads() {
    let samples = good(5, 3000, 3);
    for early_stop in [false, true] {
        let options = Options { permutations: 300, early_stop, seed: 9 };
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| iid::test(&samples, 3, &options).unwrap())
        };
        assert_eq!(on(1), on(3));
        let other = iid::test(&samples, 3, &Options { seed: 10, ..options }).unwrap();
        assert_ne!(on(1).permutations, other.permutations);
    }
}

#[test]
fn early_stop_changes_counts_but_no_verdict() {
    let counter = (0..4000u32).map(|i| (i % 16) as u8).collect();
    let mut drifting = good(6, 4000, 4);
    drifting[..1000].iter_mut().for_each(|sample| *sample &= 11);
    for samples in [good(7, 4000, 4), drifting, counter] {
        let run = |early_stop| {
            iid::test(&samples, 4, &Options { permutations: 2000, early_stop, seed: 1 }).unwrap()
        };
        let (complete, early) = (run(false), run(true));
        assert!(complete.failures().eq(early.failures()));
        assert_eq!(complete.shuffles, 2000);
        for (complete, early) in complete.permutations.iter().zip(&early.permutations) {
            assert_eq!(complete.above + complete.equal + complete.below, 2000);
            assert_eq!(complete.initial, early.initial);
            let counted = early.above + early.equal + early.below;
            assert!(counted % 64 == 0 || counted == 2000, "{early:?}");
            let left_alone = early.statistic == Statistic::Compression && counted == 1024;
            assert!(early.passes() || complete == early || left_alone, "what fails is counted to the end");
        }
    }
}

#[test]
fn what_no_shuffle_reaches_is_not_compressed_to_the_end() {
    let counter: Vec<u8> = (0..4000u32).map(|i| (i % 16) as u8).collect();
    let result = iid::test(&counter, 4, &Options { permutations: 2000, ..Options::default() }).unwrap();
    let compression = result.permutations[Statistic::Compression as usize];
    assert_eq!((compression.above, compression.equal, compression.below), (1024, 0, 0));
    assert!(!compression.passes() && result.shuffles == 2000, "others go on");
}

/// Every order of the samples has the same statistics, so that each shuffle ties.
#[test]
fn samples_without_order_are_flagged() {
    for samples in [&[0; 2][..], &[7; 500], &[255; 100_000]] {
        let options = Options { permutations: 20, early_stop: false, seed: 0 };
        let result = iid::test(samples, 8, &options).unwrap();
        assert!(result.permutations.iter().all(|test| test.equal == 20 && test.passes()));
        assert_eq!((result.alphabet, result.independence, result.goodness_of_fit), (1, None, None));
        let untested = ["chi_square_independence", "chi_square_goodness_of_fit"];
        assert!(result.failures().eq(untested) && !result.meets_minimum_length());
        assert_eq!((result.h_original, result.min_entropy()), (0.0, None));
    }
}

#[test]
fn few_samples_have_results_without_surprises() {
    for len in 2..70 {
        for bits in [1, 3, 8] {
            let result = iid::test(
                &good(len as u64, len, bits),
                bits,
                &Options { permutations: 20, ..Options::default() },
            )
            .unwrap();
            assert!(result.permutations.iter().all(|test| test.initial.is_finite()));
            assert!((0.0..=1.0).contains(&result.longest_repeat.p));
            assert!(result.h_original.is_finite() && !result.meets_minimum_length());
        }
    }
}

#[test]
fn what_is_no_list_of_samples_is_refused() {
    let test = |samples: &[u8], bits| iid::test(samples, bits, &INITIAL).map(|_| ());
    assert_eq!(test(&[], 1), Err(InputError::Length));
    assert_eq!(test(&[1], 1), Err(InputError::Length));
    assert_eq!(test(&[0, 1], 0), Err(InputError::Width));
    assert_eq!(test(&[0, 1], 9), Err(InputError::Width));
    assert_eq!(test(&[0, 4], 2), Err(InputError::Symbol));
}

#[test]
fn the_figure_is_the_most_common_values() {
    let samples = good(0, 20_000, 2);
    let result = iid::test(&samples, 2, &Options::default()).unwrap();
    assert!(result.passes(), "{:?}", result.failures().collect::<Vec<_>>());
    let table = assess(&samples, 2).unwrap().table();
    assert_eq!(Some(result.h_original), table[0].literal);
    assert_eq!(result.h_bitstring, table[0].bitstring);
    let bits = 2.0 * result.h_bitstring.unwrap();
    assert_eq!(result.min_entropy(), Some(result.h_original.min(bits)));
}

#[derive(Default)]
struct Counter {
    expected: AtomicU64,
    done: AtomicU64,
}

impl Progress for Counter {
    fn expect(&self, units: u64) {
        self.expected.fetch_add(units, Ordering::Relaxed);
    }
    fn advance(&self, units: u64) {
        self.done.fetch_add(units, Ordering::Relaxed);
    }
}

#[test]
fn progress_ends_where_it_was_expected() {
    let counter = Counter::default();
    let result = iid::test_with(&good(8, 1000, 4), 4, &Options::default(), &counter).unwrap();
    assert!(result.shuffles < 10_000, "stopped early");
    assert_eq!((counter.expected.into_inner(), counter.done.into_inner()), (10_000, 10_000));
}

#[test]
fn statistics_are_numbered_and_named_apart() {
    let names: HashSet<_> = Statistic::ALL.map(Statistic::name).into();
    assert_eq!(names.len(), Statistic::ALL.len());
    let result = iid::test(&good(0, 100, 4), 4, &INITIAL).unwrap();
    assert_eq!(result.permutations.map(|test| test.statistic), Statistic::ALL);
    assert!(Statistic::ALL.iter().enumerate().all(|(place, &statistic)| statistic as usize == place));
}
