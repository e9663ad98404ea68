//! The first microseconds of a vector unit that was idle.
//!
//! The physical effect: a wide vector unit that rests is switched off or clocked down; when work comes, the core asks for voltage, runs slowly until the
//! regulator has answered, and may change its frequency for a while. What is read: after a sleep of a millisecond, ticks of each of 32 slices of
//! the same work in a row, about a microsecond each: AVX-512 where the processor has it, else AVX2; Advanced SIMD on AArch64. As seen on AMD's
//! Zen 5, the first two or three slices vary and the rest take a few values. Everybody who loads the machine influences it, and
//! whoever uses the unit on the same core keeps it awake: a view of the same noise as `jitter_loop`.
//!
//! A reading packs both: the number of the slice in the high 16 bits, the ticks in the low 48. The sample is made of the ticks. Slices of different
//! numbers are series of their own: the first ones meet the step, the last ones what comes after it.
//!
//! What can go wrong: a processor without such a unit, or a system that does not keep its registers (absent). A sleep takes longer on a loaded machine;
//! it is no part of a reading.
//!
//! Reference: Intel, "Optimization Reference Manual" §2.6.3 (license levels); Schöne et al., "Energy Efficiency Features of the Intel Skylake-SP
//! Processor and Their Impact on Performance" (2019).

use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sources::timed;
use crate::sys::cpu;
use crate::{Access, Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::sources::CycleCounter;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::thread;

static INFO: SourceInfo = SourceInfo {
    name: "simd_license",
    description: "ticks of equal slices of work for a vector unit that was idle",
    physics: "voltage and frequency follow the load of wide vector units with a regulator's delay",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::CpuFeature,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of a slice's ticks, in steps.
const TICKS: Digitisation = Digitisation { name: "slice-low-bits", version: 1 };

/// How long the unit rests before each burst: longer than processors keep it awake for (670 µs on Intel's).
const REST: Duration = Duration::from_millis(1);
/// Slices of a burst: longer than a step takes (20 µs on Intel's).
const SLICES: usize = 32;
/// Bits of the ticks in a reading.
const TICK_BITS: u32 = 48;

pub(super) static KIND: &dyn SourceKind = &Metered::<SimdLicense>::KIND;

const fn slice_low_bits(reading: u64, step: u64) -> u8 {
    ((reading & ((1 << TICK_BITS) - 1)) / step) as u8
}

struct SimdLicense {
    counter: cpu::Counter,
    slice: fn(),
    /// Ticks of the slices of the last burst, and how many of them were read.
    burst: [u64; SLICES],
    read: usize,
}

impl SimdLicense {
    /// Lets the unit rest, then works.
    fn burst(&mut self) {
        thread::sleep(REST);
        let mut last = self.counter.now();
        for ticks in &mut self.burst {
            (self.slice)();
            let now = self.counter.now();
            *ticks = now.wrapping_sub(last);
            last = now;
        }
    }
}

impl Meter for SimdLicense {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["amx_timing", "accelerate_jitter"];
    const DIGITISER: Digitiser = Digitiser { digitisation: TICKS, rule: slice_low_bits };

    fn find() -> Vec<Candidate> {
        vec![match cpu::wide_slice() {
            Some(_) => timed::here(),
            None => Candidate::missing(
                Access::Absent,
                "the processor has no wide vector unit (AVX2 with FMA), or the system hides it",
            ),
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let slice = cpu::wide_slice().ok_or(SourceError::Absent)?;
        Ok(Self { counter: cpu::Counter, slice, burst: [0; SLICES], read: SLICES })
    }
}

impl Measure for SimdLicense {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// The next slice of the last burst, or the first of a new one.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if self.read >= SLICES {
            self.burst();
            self.read = 0;
        }
        let (number, ticks) = (self.read, self.burst[self.read]);
        self.read += 1;
        Ok((number as u64) << TICK_BITS | ticks.min((1 << TICK_BITS) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn each_burst_follows_a_rest_and_numbers_its_slices() {
        if KIND.find()[0].access != Access::Ready {
            return; // no such unit, or no counter
        }
        let mut license = SimdLicense::open(&Candidate::ready()).unwrap();
        for _ in 0..3 {
            let began = Instant::now();
            for number in 0..SLICES as u64 {
                let reading = license.measure().unwrap();
                assert_eq!(reading >> TICK_BITS, number);
                assert!(reading & ((1 << TICK_BITS) - 1) > 0, "work takes time");
            }
            assert!(began.elapsed() >= REST);
        }
    }

    #[test]
    fn the_sample_is_made_of_the_ticks_alone() {
        assert_eq!(slice_low_bits((31 << TICK_BITS) + 26 * 300, 26), (300 % 256) as u8);
    }
}
