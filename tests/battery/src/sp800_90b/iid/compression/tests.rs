//! Lengths against those of the bzip2 library itself.

use bzip2::{Action, Compress, Compression};

use super::Compressor;
use super::numbers::Numbers;

/// What the library makes of the text, given in one piece as the standard's tool does.
fn reference(samples: &[u8]) -> u64 {
    let text: Vec<String> = samples.iter().map(u8::to_string).collect();
    let text = text.join(" ").into_bytes();
    let mut output = vec![0; text.len() + text.len() / 100 + 600];
    let mut compress = Compress::new(Compression::new(5), 0);
    compress.compress(&text, &mut output, Action::Finish).unwrap();
    assert_eq!(compress.total_in(), text.len() as u64);
    compress.total_out()
}

fn check(name: &str, samples: &[u8]) {
    assert_eq!(
        Compressor::default().length(samples),
        reference(samples),
        "{name}, {} samples",
        samples.len()
    );
}

#[test]
fn random_samples_of_every_width_and_many_lengths() {
    let mut numbers = Numbers(1);
    for bits in 1..=8 {
        for len in [1, 2, 3, 7, 20, 60, 100, 333, 1000, 4000, 30_000] {
            check(&format!("{bits} bits"), &numbers.samples(len, 1 << bits));
        }
    }
}

#[test]
fn all_short_binary_samples() {
    for len in 1..=12 {
        for bits in 0..1u32 << len {
            check("binary", &(0..len).map(|i| (bits >> i & 1) as u8).collect::<Vec<_>>());
        }
    }
}

#[test]
fn every_value_next_to_every_other() {
    for a in 0..=255 {
        for b in (0..=255).step_by(3) {
            check("pair", &[a, b]);
        }
    }
}

#[test]
fn biased_samples() {
    let mut numbers = Numbers(2);
    for rarity in [2, 10, 100, 10_000] {
        for (common, rare) in [(0, 1), (1, 0), (255, 25), (11, 111), (100, 10)] {
            let samples: Vec<u8> =
                (0..20_000).map(|_| if numbers.below(rarity) == 0 { rare } else { common }).collect();
            check("biased", &samples);
        }
    }
}

#[test]
fn repeating_samples() {
    let mut numbers = Numbers(3);
    for period in [1, 2, 3, 5, 16, 100, 1000] {
        let samples = numbers.samples(period, 256).repeat(20_000 / period);
        check("periodic", &samples);
        check("periodic and a rest", &[&samples[..], &samples[..period / 2 + 1]].concat());
        check("periodic after another", &[&[7], &samples[..]].concat());
    }
    let counter: Vec<u8> = (0..20_000u32).map(|i| i as u8).collect();
    check("counter", &counter);
    let mut sorted = numbers.samples(20_000, 256);
    sorted.sort_unstable();
    check("sorted", &sorted);
}

#[test]
fn texts_of_several_blocks() {
    let mut numbers = Numbers(4);
    check("three blocks", &numbers.samples(400_000, 256));
    check("two blocks", &numbers.samples(300_000, 16));
    check("two constant blocks", &[5; 300_000]);
    check("two blocks of runs", &[222; 200_000]);
}

/// Blocks end in every part of a word, with much, little and hardly anything after them.
#[test]
fn block_edges_in_every_place() {
    let mut numbers = Numbers(5);
    let tail = [222, 1, 33, 111, 100, 22, 5];
    for place in 0..20 {
        // Words of two characters, at the start one of three to make the length odd: the tail begins at `place`.
        let length = 499_965 + place;
        let mut samples = numbers.samples(length / 2, 10);
        if length % 2 == 1 {
            samples[0] = 10;
        }
        // Each kind of tail at every third place, and all of them where a block ends at the place.
        let rests = [&tail[..], &tail[..1], &tail[1..2]];
        let all = (15..=17).contains(&place);
        for (kind, rest) in rests.into_iter().enumerate() {
            if all || place % 3 == kind {
                check(&format!("tail at {length}"), &[&samples, rest].concat());
            }
        }
    }
}

#[test]
fn nothing_is_compressed_too() {
    check("nothing", &[]);
}
