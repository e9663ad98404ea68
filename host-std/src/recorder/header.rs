//! What stands in a recording's JSON file.

use super::tape::Tape;
use super::{Recording, Subject};
use crate::Opened;
use crate::sys::{Machine, os};
use core::fmt::Write as _;
use openentropy_core::Sha256;
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};

/// What was recorded, where and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Header {
    /// Version of this list.
    pub format: u32,
    /// The program and its version.
    pub tool: &'static str,
    /// The source's name.
    pub source: &'static str,
    /// Which instance of its kind.
    pub instance: u8,
    /// Name of the rule that made the samples.
    pub digitisation: &'static str,
    /// Its version.
    pub digitisation_version: u16,
    /// Bits of a reading.
    pub reading_bits: u8,
    /// Smallest step of the counter behind the readings, in units of the reading.
    pub step: u64,
    /// Bits of a sample.
    pub sample_bits: u8,
    /// How often the source was opened.
    pub rows: usize,
    /// Samples after each opening.
    pub samples_per_row: usize,
    /// What answers behind the source's device.
    pub device: Option<String>,
    /// The machine's architecture.
    pub architecture: &'static str,
    /// Its processor.
    pub cpu: String,
    /// The processor's microcode.
    pub microcode: String,
    /// The kernel's release.
    pub kernel: String,
    /// The kind of counter that times things.
    pub timer: &'static str,
    /// Its nominal rate.
    pub timer_hertz: Option<u64>,
    /// The hypervisor's signature.
    pub hypervisor: Option<String>,
    /// Whose hardware the source reads.
    pub virtualised: &'static str,
    /// The machine's load averages before.
    pub load_before: String,
    /// And afterwards.
    pub load_after: String,
    /// When the recording began, in seconds since 1970.
    pub started_unix: u64,
    /// How long it took.
    pub duration_ns: u64,
    /// SHA-256 of the readings and their times, in hexadecimal digits.
    pub readings_sha256: String,
    /// SHA-256 of the samples, in hexadecimal digits.
    pub samples_sha256: String,
}

/// When a recording began, and how busy the machine was.
pub(super) struct Start {
    time: SystemTime,
    load: String,
}

impl Start {
    pub(super) fn now() -> Self {
        Self { time: SystemTime::now(), load: os::load() }
    }
}

impl Header {
    /// The header of what `tape` holds of `subject`, as last `opened`.
    pub(super) fn of(
        subject: &Subject<'_>,
        opened: &mut Opened,
        tape: &Tape,
        rows: usize,
        start: Start,
    ) -> Self {
        let machine = Machine::this();
        let device = opened.source.device().map(str::to_owned);
        let sample_bits = opened.source.info().width.bits();
        let native = opened.source.native();
        Self {
            format: 2,
            tool: concat!("openentropy ", env!("CARGO_PKG_VERSION")),
            source: subject.kind.info().name,
            instance: subject.candidate.instance,
            digitisation: opened.digitisation.name,
            digitisation_version: opened.digitisation.version,
            reading_bits: native.as_ref().map_or(sample_bits, |native| native.width().bits()),
            step: native.map_or(1, |native| native.step()),
            sample_bits,
            rows,
            samples_per_row: tape.samples.len() / rows,
            device,
            architecture: machine.architecture,
            cpu: machine.cpu.clone(),
            microcode: machine.microcode.clone(),
            kernel: machine.kernel.clone(),
            timer: machine.timer.map_or("none", |timer| timer.class.name()),
            timer_hertz: machine.timer.and_then(|timer| timer.hertz),
            hypervisor: machine.hypervisor.clone(),
            virtualised: subject.candidate.virtualised.name(),
            load_before: start.load,
            load_after: os::load(),
            started_unix: start.time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            duration_ns: tape.duration_ns(),
            readings_sha256: sha256(&tape.readings),
            samples_sha256: sha256(&tape.samples),
        }
    }
}

impl Recording {
    /// The stem of its files' names, before what says how it was taken.
    pub(super) fn stem(&self) -> String {
        let Header { source, instance, digitisation, .. } = self.header();
        match instance {
            0 => format!("{source}.{digitisation}"),
            instance => format!("{source}-{instance}.{digitisation}"),
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(bytes);
    hash.finish().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a string cannot fail
        text
    })
}
