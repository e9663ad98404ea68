//! Conditioning against the known answers, and against the formula it bounds.

use openentropy_core::Width;
use openentropy_core::condition::{Delta, Peres, Toeplitz, Transform, VonNeumann, XorFold, output_entropy};

const EXTRACTORS: &str = include_str!("../../tests/vectors/extractors/known_answers.json");
const POINTS: &str = include_str!("../../tests/vectors/health/conditioning_output_entropy.json");

/// The value of `name` in `text`, without quotes: these files hold neither escapes nor nested names of the same spelling.
fn field<'t>(text: &'t str, name: &str) -> &'t str {
    let after = text.split_once(&format!("\"{name}\":")).expect(name).1.trim_start();
    after.trim_start_matches('"').split(['"', ',', '\n', '}']).next().unwrap_or_default()
}

fn bits(text: &str) -> Vec<u8> {
    text.bytes().map(|digit| digit - b'0').collect()
}

fn packed(bits: &[u8]) -> Vec<u8> {
    bits.chunks(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

fn run(mut transform: impl Transform, samples: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    samples.iter().for_each(|sample| transform.push(*sample, &mut |byte| out.push(byte)));
    out
}

/// What comes out in whole bytes is the known answer's, up to its last whole byte.
fn agrees(transform: impl Transform, samples: &[u8], answer: &str) {
    let answer = bits(answer);
    let whole = packed(&answer[..answer.len() / 8 * 8]);
    assert!(!whole.is_empty());
    assert_eq!(run(transform, samples), whole);
}

#[test]
fn extractors() {
    let cases: Vec<_> = EXTRACTORS.split("\"name\":").skip(1).collect();
    assert_eq!(cases.len(), 2);
    for case in cases {
        let input = bits(field(case, "input"));
        assert_eq!(input.len(), 256);
        agrees(VonNeumann::new(), &input, field(case, "von_neumann"));
        agrees(Peres::<1, 256>::new(), &input, field(case, "von_neumann"));
        agrees(Peres::<2, 256>::new(), &input, field(case, "peres_2"));
        agrees(Peres::<3, 256>::new(), &input, field(case, "peres_3"));
        agrees(Peres::<8, 256>::new(), &input, field(case, "peres_full"));
        agrees(Peres::<16, 256>::new(), &input, field(case, "peres_full"));
        assert_eq!(run(XorFold::<2>::new(), &input), bits(field(case, "xor_fold_2")));
        assert_eq!(run(XorFold::<5>::new(), &input), bits(field(case, "xor_fold_5")));
        toeplitz(&input, case);
    }
}

fn toeplitz(input: &[u8], case: &str) {
    assert_eq!(field(case, "m"), "64");
    let mut seed = bits(field(case, "seed"));
    assert_eq!(seed.len(), 256 + 64 - 1);
    let answer = packed(&bits(field(case, "output")));
    for unused in [0, 1] {
        seed.push(unused);
        let bytes = packed(&seed);
        let words: Vec<_> = bytes.as_chunks().0.iter().map(|four| u32::from_be_bytes(*four)).collect();
        let words = words.first_chunk::<10>().expect("320 bits");
        let twice = [packed(input), packed(input)].concat();
        let out = run(Toeplitz::<8, 2, 10>::new(words), &twice);
        assert_eq!(
            out,
            [answer.as_slice(), &answer].concat(),
            "each block begins anew; the last seed bit is unused"
        );
        seed.pop();
    }
}

/// Whole samples are corrected position by position: eight one-bit sequences side by side, against one at a time.
#[test]
fn positions_do_not_mix() {
    let state = &mut 1_u32;
    let samples: Vec<u8> = (0..256)
        .map(|_| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*state >> 24) as u8
        })
        .collect();
    let one_at_a_time: usize = (0..8)
        .map(|position| samples.iter().map(|sample| sample >> position & 1).collect::<Vec<_>>())
        .map(|column| pairs(&column).len())
        .sum();
    assert_eq!(run(VonNeumann::new(), &samples).len(), one_at_a_time / 8);
    let by_position: Vec<u8> = (0..8)
        .rev()
        .flat_map(|position| pairs(&samples.iter().map(|sample| sample >> position & 1).collect::<Vec<_>>()))
        .collect();
    let whole = packed(&by_position[..by_position.len() / 8 * 8]);
    assert_eq!(run(Peres::<1, 256>::new(), &samples), whole);
}

/// Von Neumann's rule, spelled out.
fn pairs(bits: &[u8]) -> Vec<u8> {
    bits.chunks_exact(2).filter(|pair| pair[0] != pair[1]).map(|pair| pair[0]).collect()
}

#[test]
fn correctors_of_constant_samples_stay_silent() {
    assert!(run(VonNeumann::new(), &[0xa5; 512]).is_empty());
    assert!(run(Peres::<6, 64>::new(), &[0xa5; 512]).is_empty());
}

#[test]
fn differences_give_the_samples_back() {
    let width = Width::new(4).unwrap();
    let samples = [3, 15, 0, 7, 7, 1];
    let mut last = samples[0];
    let back: Vec<u8> = run(Delta::new(width), &samples)
        .iter()
        .map(|difference| {
            last = last.wrapping_add(*difference) & 15;
            last
        })
        .collect();
    assert_eq!(back, samples[1..]);
}

/// log2(2^a + 2^b), without leaving the logarithms.
fn log2_sum(a: f64, b: f64) -> f64 {
    let (high, low) = (a.max(b), a.min(b));
    high + (low - high).exp2().ln_1p() / core::f64::consts::LN_2
}

/// Output_Entropy of SP 800-90B §3.1.5.1.2, in bits.
fn exact(n_in: f64, n_out: f64, nw: f64, h_in: f64) -> f64 {
    let ln_2 = core::f64::consts::LN_2;
    let n = n_out.min(nw);
    let below_one = |x: f64| (-(-x * ln_2).exp()).ln_1p() / ln_2; // log2(1 - 2^-x)
    let p_low = below_one(h_in) - n_in - below_one(n_in);
    let psi = log2_sum(n_in - n + p_low, -h_in);
    let u = log2_sum(n_in - n, ((2.0 * n * ln_2).log2() + n_in - n) / 2.0);
    -psi.max(u + p_low)
}

#[test]
fn the_24_points() {
    let points: Vec<_> = POINTS.split('{').skip(1).collect();
    assert_eq!(points.len(), 24);
    let mut furthest: f64 = 0.0;
    for point in points {
        let number = |name| field(point, name).parse::<f64>().unwrap();
        let [n_in, n_out, nw, h_in] = ["n_in", "n_out", "nw", "h_in"].map(number);
        let published = number("output_entropy");
        assert!((exact(n_in, n_out, nw, h_in) - published).abs() < 1e-9, "{point}");
        let claimed =
            f64::from(output_entropy(n_in as u32, (h_in * 1000.0) as u32, n_out as u32, nw as u32)) / 1000.0;
        assert!(
            claimed < published || (claimed == published && h_in == 256.0),
            "{claimed} claimed of {point}"
        );
        furthest = furthest.max(published - claimed);
    }
    assert!(furthest < 0.005, "a claim is {furthest} bits too low");
}

/// Never above the formula, and not far below, wherever SHA-256 may be used.
#[test]
fn the_bound_holds_everywhere() {
    let mut furthest: f64 = 0.0;
    for n_in in [1, 8, 255, 256, 257, 300, 320, 384, 512, 513, 1_000, 65_536, 4_000_000] {
        for h_in in (500..=(n_in * 1000).min(600_000)).step_by(97) {
            let claimed = f64::from(output_entropy(n_in, h_in, 256, 256)) / 1000.0;
            let formula = exact(f64::from(n_in), 256.0, 256.0, f64::from(h_in) / 1000.0);
            assert!(claimed <= formula + 1e-9, "{claimed} of {formula}: n_in {n_in}, h_in {h_in}");
            furthest = furthest.max(formula - claimed);
        }
    }
    assert!(furthest < 0.03, "a claim is {furthest} bits too low");
}

/// One-bit samples that are 1 with probability 9/10: what comes out has as many ones as zeros.
#[test]
fn correctors_take_the_bias_away() {
    let mut state = 1_u32;
    let samples: Vec<u8> = (0..1 << 20)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::from(state < u32::MAX / 10 * 9)
        })
        .collect();
    // the share of the input that comes out, by the rates of von Neumann (pq) and Peres (his recurrence, depth 4)
    debiased(VonNeumann::new(), &samples, 0.0900);
    debiased(Peres::<4, 1024>::new(), &samples, 0.607 * 0.469);
}

fn debiased(transform: impl Transform, samples: &[u8], share: f64) {
    let out = run(transform, samples);
    let bits = out.len() as f64 * 8.0;
    let ones: u32 = out.iter().map(|byte| byte.count_ones()).sum();
    assert!((bits / samples.len() as f64 / share - 1.0).abs() < 0.01, "{bits} bits");
    assert!((f64::from(ones) / bits - 0.5).abs() < 0.01, "{ones} ones of {bits}");
}
