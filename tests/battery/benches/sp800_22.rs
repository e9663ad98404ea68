//! Processor time of the fifteen tests on one thread: `cargo bench -p openentropy-tests --bench sp800_22`.
//!
//! The data are 10 sequences of 1,000,000 bits, the promise is at most 2.5 s for all of them; the figures are medians
//! over five rounds.

use nix::time::{ClockId, clock_gettime};
use openentropy_tests::Bits;
use openentropy_tests::sp800_22::{self, Constants};

const SEQUENCES: usize = 10;
const BITS: usize = 1_000_000;
const ROUNDS: usize = 5;
/// Seconds.
const PROMISE: f64 = 2.5;

type Test = fn(&Bits<'_>) -> usize;

/// Each test by name, and as a function that gives the number of its results.
const TESTS: [(&str, Test); 15] = [
    ("Frequency", |bits| count([sp800_22::frequency::test(bits)])),
    ("BlockFrequency", |bits| count([sp800_22::block_frequency::test(bits, 128)])),
    ("CumulativeSums", |bits| count(sp800_22::cumulative_sums::test(bits))),
    ("Runs", |bits| count([sp800_22::runs::test(bits)])),
    ("LongestRun", |bits| count([sp800_22::longest_run::test(bits, Constants::Exact)])),
    ("Rank", |bits| count([sp800_22::rank::test(bits)])),
    ("FFT", |bits| count([sp800_22::dft::test(bits)])),
    ("NonOverlappingTemplate", |bits| count(sp800_22::non_overlapping_template::test(bits, 9))),
    ("OverlappingTemplate", |bits| count([sp800_22::overlapping_template::test(bits, Constants::Exact)])),
    ("Universal", |bits| count([sp800_22::universal::test(bits)])),
    ("ApproximateEntropy", |bits| count([sp800_22::approximate_entropy::test(bits, 10)])),
    ("RandomExcursions", |bits| count(sp800_22::random_excursions::test(bits))),
    ("RandomExcursionsVariant", |bits| count(sp800_22::random_excursions_variant::test(bits))),
    ("Serial", |bits| count(sp800_22::serial::test(bits, 16))),
    ("LinearComplexity", |bits| count([sp800_22::linear_complexity::test(bits, 500, Constants::Exact)])),
];

fn main() {
    let bytes = noise(SEQUENCES * BITS / 8);
    let bits = Bits::new(&bytes);
    let sequences: Vec<_> = sp800_22::sections(&bits, SEQUENCES).collect();
    println!("{SEQUENCES} x {BITS} bits, seconds of one thread, median of {ROUNDS}");
    let mut total = 0.0;
    for (name, test) in TESTS {
        let mut rounds: Vec<f64> =
            (0..ROUNDS).map(|_| seconds(|| sequences.iter().map(test).sum())).collect();
        rounds.sort_by(f64::total_cmp);
        total += rounds[ROUNDS / 2];
        println!("  {name:<24} {:7.4}", rounds[ROUNDS / 2]);
    }
    let verdict = if total <= PROMISE { "kept" } else { "BROKEN" };
    println!("  {:<24} {total:7.4}  promised {PROMISE}: {verdict}", "all");
}

fn count<T>(results: impl IntoIterator<Item = T>) -> usize {
    core::hint::black_box(results.into_iter().collect::<Vec<_>>()).len()
}

/// How long `work` keeps this thread busy.
fn seconds(work: impl FnOnce() -> usize) -> f64 {
    let before = thread_seconds();
    assert!(work() > 0);
    thread_seconds() - before
}

fn thread_seconds() -> f64 {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .map_or(f64::NAN, |time| time.tv_sec() as f64 + time.tv_nsec() as f64 * 1e-9)
}

/// A stream of xorshift64*, good enough to take the usual ways through every test.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
    };
    (0..len).map(|_| next()).collect()
}
