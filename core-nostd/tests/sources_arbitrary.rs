//! The parsers of outside bytes against arbitrary ones: no panic, no endless wait, no sample that nobody sent.
#![cfg(all(feature = "embedded-hal", feature = "embedded-io"))]

use embedded_hal::{
    delay::DelayNs,
    i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation},
};
use openentropy_core::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError, SourceInfo,
    Width,
    hazmat::show,
    sources::{ATECC_ADDRESS, Atecc, ByteStream},
};
use proptest::prelude::*;

/// A bus that wakes up properly if `wakes`, and otherwise answers every read by the next of `answers`, in a circle.
struct Rubbish<'a> {
    wakes: bool,
    answers: &'a [Option<Vec<u8>>],
    transfers: usize,
}

impl ErrorType for Rubbish<'_> {
    type Error = ErrorKind;
}

impl I2c for Rubbish<'_> {
    fn transaction(&mut self, _: u8, operations: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
        self.transfers += 1;
        for operation in operations {
            if let Operation::Read(into) = operation {
                into.fill(0xff);
                let answer = &self.answers[self.transfers % self.answers.len()];
                match (into.len(), answer) {
                    (4, _) if self.wakes => into.copy_from_slice(&[0x04, 0x11, 0x33, 0x43]),
                    (_, None) => return Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)),
                    (_, Some(bytes)) => into.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from),
                }
            }
        }
        Ok(())
    }
}

struct NoDelay;

impl DelayNs for NoDelay {
    fn delay_ns(&mut self, _: u32) {}
}

/// What a stream does at one call.
#[derive(Debug, Clone)]
enum Step {
    Quiet,
    Bytes(Vec<u8>),
    Fails,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Quiet),
        prop::collection::vec(any::<u8>(), 1..9).prop_map(Step::Bytes),
        Just(Step::Fails),
    ]
}

struct Steps<'a> {
    steps: core::slice::Iter<'a, Step>,
    pending: &'a [u8],
    /// Everything that `read` handed over since the last failure.
    sent: Vec<u8>,
}

impl embedded_io::ErrorType for Steps<'_> {
    type Error = embedded_io::ErrorKind;
}

impl embedded_io::ReadReady for Steps<'_> {
    fn read_ready(&mut self) -> Result<bool, embedded_io::ErrorKind> {
        if self.pending.is_empty() {
            match self.steps.next() {
                Some(Step::Bytes(bytes)) => self.pending = bytes,
                Some(Step::Quiet) | None => return Ok(false),
                Some(Step::Fails) => {
                    self.sent.clear();
                    return Err(embedded_io::ErrorKind::Other);
                }
            }
        }
        Ok(true)
    }
}

impl embedded_io::Read for Steps<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, embedded_io::ErrorKind> {
        let (now, later) = self.pending.split_at(self.pending.len().min(into.len()));
        into[..now.len()].copy_from_slice(now);
        self.sent.extend(now);
        self.pending = later;
        Ok(now.len())
    }
}

static INFO: SourceInfo = SourceInfo {
    name: "arbitrary",
    description: "arbitrary bytes",
    physics: "none",
    category: SourceCategory::Sensor,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::Test),
};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// Random bytes have a right CRC once in 65,536 times; what passes then is still 32 bytes of the answer, never more.
    #[test]
    fn a_chip_may_answer_anything(
        wakes in any::<bool>(),
        answers in prop::collection::vec(prop::option::of(prop::collection::vec(any::<u8>(), 0..40)), 1..8),
        blocks in 1..4_usize,
    ) {
        let mut bus = Rubbish { wakes, answers: &answers, transfers: 0 };
        let mut chip = Atecc::new(&mut bus, NoDelay, ATECC_ADDRESS);
        for _ in 0..blocks {
            let mut block = Raw::<[u8; 16]>::new();
            if chip.sample(&mut block).is_err() {
                prop_assert_eq!(show(block), [0; 16]);
            }
        }
        drop(chip);
        // two pulses with their answers and a word to idle between them, a command, fifty polls, a word to idle
        prop_assert!(bus.transfers <= blocks * (2 * 2 + 1 + 1 + 50 + 1));
    }

    /// Between failures, what a stream delivers is what was sent, in order, without gap or repetition.
    #[test]
    fn a_stream_may_do_anything(steps in prop::collection::vec(step(), 0..40)) {
        let stream = Steps { steps: steps.iter(), pending: &[], sent: Vec::new() };
        let mut source = ByteStream::<_, 8>::new(stream, INFO, u32::MAX);
        let mut delivered = Vec::new();
        for _ in 0..120 {
            let mut block = Raw::<[u8; 3]>::new();
            match source.sample(&mut block) {
                Ok(()) => delivered.extend(show(block)),
                Err(SourceError::NotReady) => {}
                Err(error) => {
                    prop_assert_eq!(error, SourceError::Io);
                    delivered.clear();
                }
            }
        }
        let sent = source.release().sent;
        prop_assert!(sent.starts_with(&delivered));
        prop_assert!(sent.len() - delivered.len() < 3, "all but an incomplete block arrived");
    }
}
