//! Broken generators, each with the fault it has: what a battery must fail, or it is broken itself.
//!
//! They are deterministic: the same length gives the same bytes on every machine. Where a fault is laid over
//! noise, the noise is SplitMix64's.
//!
//! ```
//! use openentropy_tests::{Bits, Verdict, battery, controls};
//!
//! for control in controls::BROKEN {
//!     let findings = battery::run(&Bits::new(&control.bytes(1 << 17)));
//!     let rejected = Verdict::over(&findings, 0.01).rejected;
//!     let named = |name| rejected.iter().any(|&index| findings[index].info.name == name);
//!     assert!(control.failed_by.iter().all(|name| named(*name)), "{}", control.name);
//! }
//! ```

mod noise;

use crate::special::normal_upper;
use noise::Noise;

/// A generator with a known fault.
#[derive(Clone, Copy, Debug)]
pub struct Control {
    /// Its name.
    pub name: &'static str,
    /// What is wrong with it.
    pub fault: &'static str,
    /// Tests of the [`battery`](crate::battery) that reject 128 KiB of it.
    pub failed_by: &'static [&'static str],
    make: fn(usize) -> Vec<u8>,
}

impl Control {
    /// The first `len` bytes of it.
    pub fn bytes(&self, len: usize) -> Vec<u8> {
        (self.make)(len)
    }
}

/// The broken generators.
pub const BROKEN: &[Control] = &[
    Control {
        name: "counter",
        fault: "each byte is one more than the last",
        failed_by: &["serial_correlation", "lag_n", "permutation", "matrix_rank"],
        make: |len| (0..len).map(|i| i as u8).collect(),
    },
    Control {
        name: "ones_51",
        fault: "51 % of the bits are ones",
        failed_by: &["monobit", "block_frequency", "byte_frequency", "cumulative_sums"],
        make: |len| Noise::default().bits(len, |noise, _| noise.chance(0.51)),
    },
    Control {
        name: "ones_55",
        fault: "55 % of the bits are ones",
        failed_by: &["monobit", "block_frequency", "byte_frequency", "cumulative_sums", "hamming_weights"],
        make: |len| Noise::default().bits(len, |noise, _| noise.chance(0.55)),
    },
    Control {
        name: "lfsr_24",
        fault: "a linear feedback shift register of 24 bits, at its full period",
        failed_by: &["matrix_rank", "linear_complexity"],
        make: lfsr_24,
    },
    Control {
        name: "markov",
        fault: "a bit repeats the one before with probability 0.52",
        failed_by: &["runs", "autocorrelation", "approximate_entropy"],
        make: |len| Noise::default().bits(len, |noise, bit| if noise.chance(0.52) { bit } else { !bit }),
    },
    Control {
        name: "randu",
        fault: "the upper half of x -> 65539 x modulo 2^31: triples lie on fifteen planes",
        failed_by: &["birthday_spacings_3d"],
        make: randu,
    },
    Control {
        name: "repeated_block",
        fault: "good blocks of 512 bytes, each delivered twice, as from a buffer read before it was refilled",
        failed_by: &["distant_autocorrelation", "collision", "words_16"],
        make: |len| {
            let good = Noise::default().bytes(len.div_ceil(2).next_multiple_of(512));
            good.chunks(512).flat_map(|block| [block, block]).flatten().copied().take(len).collect()
        },
    },
    Control {
        name: "stuck_bit",
        fault: "the third bit of every byte is one",
        failed_by: &["monobit", "byte_frequency", "bit_avalanche"],
        make: |len| Noise::default().bytes(len).iter().map(|byte| byte | 32).collect(),
    },
    Control {
        name: "stuck_now_and_then",
        fault: "one byte in a hundred is all ones",
        failed_by: &["min_entropy", "byte_frequency", "overlapping_template"],
        make: |len| {
            let mut noise = Noise::default();
            (0..len).map(|_| if noise.chance(0.01) { 0xFF } else { noise.byte() }).collect()
        },
    },
    Control {
        name: "mains_hum",
        fault: "a converter's noise with the mains' sine in it, one sample of eight bits each",
        failed_by: &["periodic_line", "byte_frequency", "serial_correlation"],
        make: |len| converter(len, 40.0, 12.0),
    },
    Control {
        name: "faint_hum",
        fault: "even bytes of noise in which a sine of a tenth of its deviation is hidden",
        failed_by: &["periodic_line"],
        make: faint_hum,
    },
    Control {
        name: "xor_folded_ramp",
        fault: "a clock read at constant intervals, its eight bytes folded into one",
        failed_by: &["serial_correlation", "permutation_entropy", "periodic_line"],
        make: |len| (1..=len as u64).map(|i| fold(i * 41_237)).collect(),
    },
    Control {
        name: "alternating",
        fault: "zero, one, zero, one",
        failed_by: &["runs", "linear_complexity", "kolmogorov_complexity"],
        make: |len| vec![0x55; len],
    },
    Control {
        name: "short_period",
        fault: "4096 good bytes over and over",
        failed_by: &["distant_autocorrelation", "collision", "words_16"],
        make: |len| Noise::default().bytes(4096).into_iter().cycle().take(len).collect(),
    },
    Control {
        name: "text",
        fault: "lines of a log",
        failed_by: &["byte_frequency", "monobit", "compression_ratio"],
        make: text,
    },
    Control {
        name: "lcg_low_byte",
        fault: "the lowest byte of a linear congruential generator: its period is 256",
        failed_by: &["distant_autocorrelation", "words_16", "dft"],
        make: |len| {
            let step = |x: &u32| Some(x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
            core::iter::successors(Some(1), step).map(|x| x as u8).take(len).collect()
        },
    },
    Control {
        name: "drift",
        fault: "the share of ones rises slowly from 48 % to 52 %",
        failed_by: &["drift", "block_frequency"],
        make: |len| {
            let (mut noise, mut at) = (Noise::default(), 0.0);
            let step = 0.04 / (len.max(1) * 8) as f64;
            noise.bits(len, |noise, _| {
                at += step;
                noise.chance(0.48 + at)
            })
        },
    },
];

/// x^24 + x^23 + x^22 + x^17 + 1, one bit a step.
fn lfsr_24(len: usize) -> Vec<u8> {
    let mut state = 1u32;
    Noise::default().bits(len, |_, _| {
        let bit = (state ^ state >> 1 ^ state >> 2 ^ state >> 7) & 1;
        state = state >> 1 | bit << 23;
        bit == 1
    })
}

fn randu(len: usize) -> Vec<u8> {
    let step = |x: &u32| Some(x.wrapping_mul(65_539) & 0x7FFF_FFFF);
    let words = core::iter::successors(Some(1), step);
    words.flat_map(|x| ((x >> 15) as u16).to_be_bytes()).take(len).collect()
}

/// Gaussian noise and a sine of 50 Hz at 10,000 samples a second, cut to eight bits.
fn converter(len: usize, sigma: f64, hum: f64) -> Vec<u8> {
    let mut noise = Noise::default();
    let sample = |i| {
        let sine = (core::f64::consts::TAU * i as f64 / 200.0).sin();
        (128.0 + sigma * noise.gaussian() + hum * sine) as u8
    };
    (0..len).map(sample).collect()
}

/// Gaussian noise with a sine of a tenth of its deviation, spread evenly over the bytes.
fn faint_hum(len: usize) -> Vec<u8> {
    let (mut noise, hum) = (Noise::default(), 0.1);
    let deviation = (1.0 + hum * hum / 2.0f64).sqrt();
    let sample = |i| {
        let sine = (core::f64::consts::TAU * i as f64 / 200.0).sin();
        (256.0 * normal_upper((noise.gaussian() + hum * sine) / deviation)) as u8
    };
    (0..len).map(sample).collect()
}

fn fold(stamp: u64) -> u8 {
    stamp.to_le_bytes().into_iter().fold(0, |folded, byte| folded ^ byte)
}

fn text(len: usize) -> Vec<u8> {
    let mut noise = Noise::default();
    let line = |i| format!("sample {i:>7} value {:>3} state ready\n", noise.byte()).into_bytes();
    (0..).flat_map(line).take(len).collect()
}

#[cfg(test)]
mod tests {
    use super::{BROKEN, lfsr_24};
    use std::collections::HashSet;

    #[test]
    fn controls_are_named_apart_and_give_what_is_asked() {
        let names: HashSet<_> = BROKEN.iter().map(|control| control.name).collect();
        assert_eq!(names.len(), BROKEN.len());
        for control in BROKEN {
            for len in [0, 1, 1000] {
                let bytes = control.bytes(len);
                assert_eq!(bytes.len(), len, "{}", control.name);
                assert_eq!(bytes, control.bytes(len), "{} is deterministic", control.name);
            }
        }
    }

    #[test]
    fn the_register_has_its_full_period() {
        // A register of full period shows every state but zero: every window of 24 bits once.
        let period = (1 << 24) - 1;
        let bytes = lfsr_24((period + 48) / 8);
        let bits = crate::Bits::new(&bytes);
        assert_eq!(bits.section(0, 24), bits.section(period, 24));
        let mut seen = vec![false; 1 << 24];
        (0..period).for_each(|start| seen[bits.window(start, 24) as usize] = true);
        assert_eq!(seen.iter().filter(|&&seen| seen).count(), period);
    }
}
