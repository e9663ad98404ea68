//! The statistics against their definitions.

use std::collections::HashSet;

use bzip2::{Action, Compress, Compression};
use openentropy_tests::sp800_90b::iid;

use super::{INITIAL, good};

/// The statistics word for word as §5.1 has them.
fn by_definition(samples: &[u8]) -> [f64; 19] {
    let numbers: Vec<f64> = samples.iter().map(|&sample| f64::from(sample)).collect();
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    let partial = |i: usize| numbers[..i].iter().sum::<f64>() - i as f64 * mean;
    let excursion = (1..=numbers.len()).map(|i| partial(i).abs()).fold(0.0, f64::max);

    let different: HashSet<u8> = samples.iter().copied().collect();
    let binary = different.len() == 2;
    let bits: Vec<f64> = numbers.iter().map(|&x| f64::from(u8::from(binary && x > mean))).collect();
    let (ones, bytes): (Vec<f64>, Vec<f64>) = bits
        .chunks(8)
        .map(|byte| {
            (
                byte.iter().sum::<f64>(),
                byte.iter().zip(0..).map(|(b, i)| b * f64::from(128 >> i)).sum::<f64>(),
            )
        })
        .unzip();
    let (grouped, packed) = if binary { (&ones, &bytes) } else { (&numbers, &numbers) };

    let directions: Vec<i32> =
        grouped.windows(2).map(|pair| if pair[0] > pair[1] { -1 } else { 1 }).collect();
    let rises = directions.iter().filter(|&&direction| direction == 1).count();
    let mut sorted = numbers.clone();
    sorted.sort_by(f64::total_cmp);
    // Of two values the larger parts them as 0.5 parts 0 and 1.
    let median = if binary {
        sorted.iter().copied().fold(0.0, f64::max)
    } else {
        (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0
    };
    let sides: Vec<i32> = numbers.iter().map(|&x| if x < median { -1 } else { 1 }).collect();
    let longest = |signs: &[i32]| signs.chunk_by(|a, b| a == b).map(<[i32]>::len).max().unwrap_or(0) as f64;
    let number = |signs: &[i32]| signs.chunk_by(|a, b| a == b).count() as f64;

    let mut collisions = Vec::new();
    let mut rest = &packed[..];
    while let Some(length) = (2..=rest.len()).find(|&j| rest[..j - 1].contains(&rest[j - 1])) {
        collisions.push(length as f64);
        rest = &rest[length..];
    }
    let average = collisions.iter().sum::<f64>() / (collisions.len() as f64).max(1.0);

    let lag = |p: usize, term: fn(f64, f64) -> f64| -> f64 {
        (0..grouped.len().saturating_sub(p)).map(|i| term(grouped[i], grouped[i + p])).sum()
    };
    let equal = |p| lag(p, |a, b| f64::from(u8::from(a == b)));
    let product = |p| lag(p, |a, b| a * b);
    [
        excursion,
        number(&directions),
        longest(&directions),
        rises.max(directions.len() - rises) as f64,
        number(&sides),
        longest(&sides),
        average,
        collisions.iter().copied().fold(0.0, f64::max),
        equal(1),
        equal(2),
        equal(8),
        equal(16),
        equal(32),
        product(1),
        product(2),
        product(8),
        product(16),
        product(32),
        bzip2_length(samples),
    ]
}

fn bzip2_length(samples: &[u8]) -> f64 {
    let text = samples.iter().map(u8::to_string).collect::<Vec<_>>().join(" ").into_bytes();
    let mut output = vec![0; text.len() + text.len() / 100 + 600];
    let mut compress = Compress::new(Compression::new(5), 0);
    compress.compress(&text, &mut output, Action::Finish).unwrap();
    compress.total_out() as f64
}

#[test]
fn statistics_are_those_of_the_definition() {
    let check = |samples: &[u8], bits| {
        let result = iid::test(samples, bits, &INITIAL).unwrap();
        for (found, expected) in result.permutations.iter().zip(by_definition(samples)) {
            let near = (found.initial - expected).abs() <= 1e-9 * expected.abs().max(1.0);
            assert!(near, "{found:?}, not {expected}: {samples:?}");
        }
    };
    for bits in 1..=8 {
        for len in [2, 3, 7, 8, 9, 17, 40, 64, 257, 300] {
            for seed in 0..6 {
                check(&good(seed, len, bits), bits);
            }
        }
    }
    for seed in 0..20 {
        // Two values that are not 0 and 1, and three of which one is rare.
        let bits = good(seed, 200, 1);
        check(&bits.iter().map(|bit| 3 + 250 * bit).collect::<Vec<_>>(), 8);
        let rare: Vec<u8> = good(seed, 200, 6).iter().map(|&x| if x == 0 { 40 } else { x % 2 }).collect();
        check(&rare, 6);
    }
}
