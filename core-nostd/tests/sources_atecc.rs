//! The ATECC driver against a scripted I²C bus: every transfer is expected, in order, byte for byte.
#![cfg(feature = "embedded-hal")]

use core::cell::RefCell;
use embedded_hal::{
    delay::DelayNs,
    i2c::{ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation},
};
use openentropy_core::{
    EntropySource, Group, Raw, SourceError,
    hazmat::show,
    sources::{ATECC_ADDRESS, Atecc},
};
use std::{collections::VecDeque, rc::Rc};

const NOBODY: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
const SOMEWHERE: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown);

/// One expected transfer and its outcome.
#[derive(Debug)]
enum Transfer {
    Write(u8, Vec<u8>, Result<(), ErrorKind>),
    /// The first bytes of what is read; the rest reads as the idle bus, 0xFF.
    Read(Result<Vec<u8>, ErrorKind>),
}
use Transfer::{Read, Write};

#[derive(Clone, Default)]
struct Bus {
    script: Rc<RefCell<VecDeque<Transfer>>>,
    waited_ns: Rc<RefCell<u64>>,
}

impl Bus {
    fn expecting(script: impl IntoIterator<Item = Transfer>) -> Self {
        let bus = Self::default();
        bus.script.borrow_mut().extend(script);
        bus
    }

    fn chip(&self) -> Atecc<Self, Self> {
        Atecc::new(self.clone(), self.clone(), ATECC_ADDRESS)
    }

    fn is_done(&self) -> bool {
        self.script.borrow().is_empty()
    }
}

impl ErrorType for Bus {
    type Error = ErrorKind;
}

impl I2c for Bus {
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
        assert_eq!(operations.len(), 1);
        let expected = self.script.borrow_mut().pop_front().expect("no further transfer");
        match (&mut operations[0], expected) {
            (Operation::Write(bytes), Write(to, expected, outcome)) => {
                assert_eq!((address, *bytes), (to, expected.as_slice()));
                outcome
            }
            (Operation::Read(into), Read(outcome)) => {
                assert_eq!(address, ATECC_ADDRESS);
                let bytes = outcome?;
                into.fill(0xff);
                into[..bytes.len()].copy_from_slice(&bytes);
                Ok(())
            }
            (operation, expected) => panic!("{operation:?} where {expected:?} was due"),
        }
    }
}

impl DelayNs for Bus {
    fn delay_ns(&mut self, ns: u32) {
        *self.waited_ns.borrow_mut() += u64::from(ns);
    }
}

fn pulse() -> Transfer {
    Write(0, vec![0], Err(NOBODY))
}

fn wake() -> [Transfer; 2] {
    [pulse(), Read(Ok(vec![0x04, 0x11, 0x33, 0x43]))]
}

/// The packet as the maker's library sends it: word address, count 7, Random, mode 0, CRC 24 CD.
fn random() -> Transfer {
    Write(ATECC_ADDRESS, vec![0x03, 0x07, 0x1b, 0x00, 0x00, 0x00, 0x24, 0xcd], Ok(()))
}

fn idle() -> Transfer {
    Write(ATECC_ADDRESS, vec![0x02], Ok(()))
}

/// An independent CRC-16: long division of the bit string by x^16 + x^15 + x^2 + 1.
fn crc(bytes: &[u8]) -> [u8; 2] {
    let mut bits: Vec<bool> = bytes.iter().flat_map(|b| (0..8).map(move |i| b >> i & 1 == 1)).collect();
    let message = bits.len();
    bits.extend([false; 16]);
    for at in 0..message {
        if bits[at] {
            for term in [0, 1, 14, 16] {
                bits[at + term] ^= true;
            }
        }
    }
    let remainder = bits[message..].iter().fold(0_u16, |r, bit| r << 1 | u16::from(*bit));
    remainder.to_le_bytes()
}

fn with_crc(mut bytes: Vec<u8>) -> Vec<u8> {
    let crc = crc(&bytes);
    bytes.extend(crc);
    bytes
}

fn reply(random: [u8; 32]) -> Vec<u8> {
    with_crc([&[35][..], &random].concat())
}

fn counting(from: u8) -> [u8; 32] {
    core::array::from_fn(|i| from.wrapping_add(i as u8))
}

fn exchange(answer: Vec<u8>) -> Vec<Transfer> {
    wake().into_iter().chain([random(), Read(Ok(answer)), idle()]).collect()
}

/// The error of one block of eight, after which nothing of the script may be left and the block must be blank.
fn error_of(script: impl IntoIterator<Item = Transfer>) -> SourceError {
    let bus = Bus::expecting(script);
    let mut block = Raw::<[u8; 8]>::new();
    let error = bus.chip().sample(&mut block).expect_err("an error");
    assert!(bus.is_done(), "left: {:?}", bus.script.borrow());
    assert_eq!(show(block), [0; 8]);
    error
}

#[test]
fn the_reference_crc_knows_the_makers_packets() {
    assert_eq!(crc(&[0x04, 0x11]), [0x33, 0x43]);
    assert_eq!(crc(&[0x07, 0x1b, 0, 0, 0]), [0x24, 0xcd]);
}

#[test]
fn answers_are_cut_into_blocks_without_loss() {
    let script = exchange(reply(counting(0))).into_iter().chain(exchange(reply(counting(32))));
    let bus = Bus::expecting(script);
    let mut chip = bus.chip();
    assert_eq!(chip.info().independence.group, Group::PlatformGenerator);
    let mut all = Vec::new();
    for _ in 0..8 {
        let mut block = Raw::<[u8; 8]>::new();
        assert_eq!(chip.sample(&mut block), Ok(()));
        all.extend(show(block));
    }
    assert_eq!(all, (0..64).collect::<Vec<u8>>());
    assert!(bus.is_done());
}

#[test]
fn a_long_block_takes_several_answers() {
    let bus = Bus::expecting(exchange(reply(counting(0))).into_iter().chain(exchange(reply(counting(32)))));
    let mut block = Raw::<[u8; 48]>::new();
    assert_eq!(bus.chip().sample(&mut block), Ok(()));
    assert_eq!(show(block), core::array::from_fn(|i| i as u8));
    assert!(bus.is_done());
}

#[test]
fn a_busy_chip_is_polled_until_it_answers() {
    for busy in [NOBODY, SOMEWHERE] {
        let polls = (0..11).map(|_| Read(Err(busy)));
        let rest = [Read(Ok(reply(counting(9)))), idle()];
        let bus = Bus::expecting(wake().into_iter().chain([random()]).chain(polls).chain(rest));
        assert_eq!(bus.chip().sample(&mut Raw::<[u8; 32]>::new()), Ok(()));
        assert!(bus.is_done());
        assert_eq!(*bus.waited_ns.borrow(), 1_500_000 + 12 * 2_000_000);
    }
}

#[test]
fn silence_after_the_command_is_a_timeout_within_the_stated_bound() {
    let polls = (0..50).map(|_| Read(Err(NOBODY)));
    let bus = Bus::expecting(wake().into_iter().chain([random()]).chain(polls).chain([idle()]));
    assert_eq!(bus.chip().sample(&mut Raw::<[u8; 8]>::new()), Err(SourceError::Timeout));
    assert!(bus.is_done());
    assert!(*bus.waited_ns.borrow() <= 103_000_000);
}

/// Awake, it ignores the pulse and answers with what it has: an earlier answer, or the idle bus.
#[test]
fn a_chip_that_is_awake_is_put_to_idle_and_woken() {
    for stale in [Ok(reply(counting(0))[..4].to_vec()), Ok(vec![0xff; 4]), Err(NOBODY)] {
        let script = [pulse(), Read(stale), idle()].into_iter().chain(exchange(reply(counting(1))));
        let bus = Bus::expecting(script);
        assert_eq!(bus.chip().sample(&mut Raw::<[u8; 8]>::new()), Ok(()));
        assert!(bus.is_done());
    }
}

/// Two attempts to wake it, each answered so.
fn unwoken(answer: &Result<Vec<u8>, ErrorKind>) -> [Transfer; 5] {
    let asleep = Write(ATECC_ADDRESS, vec![0x02], Err(NOBODY));
    [pulse(), Read(answer.clone()), asleep, pulse(), Read(answer.clone())]
}

#[test]
fn nobody_there_is_absent_and_gone_is_disconnected() {
    let silent = || unwoken(&Err(NOBODY));
    assert_eq!(error_of(silent()), SourceError::Absent);
    let bus = Bus::expecting(exchange(reply(counting(1))).into_iter().chain(silent()));
    let mut chip = bus.chip();
    assert_eq!(chip.sample(&mut Raw::<[u8; 32]>::new()), Ok(()));
    assert_eq!(chip.sample(&mut Raw::<[u8; 32]>::new()), Err(SourceError::Disconnected));
    assert!(bus.is_done());
}

#[test]
fn the_wake_pulse_may_succeed_too() {
    let mut script = exchange(reply(counting(3)));
    script[0] = Write(0, vec![0], Ok(()));
    let bus = Bus::expecting(script);
    assert_eq!(bus.chip().sample(&mut Raw::<[u8; 8]>::new()), Ok(()));
}

#[test]
fn every_status_has_its_error() {
    for (code, error) in [
        (0x01, SourceError::Protocol),
        (0x03, SourceError::Protocol),
        (0x05, SourceError::SeedError),
        (0x07, SourceError::SeedError),
        (0x08, SourceError::SeedError),
        (0x0f, SourceError::Denied),
        (0x11, SourceError::Protocol),
        (0xee, SourceError::Timeout),
        (0xff, SourceError::Protocol),
    ] {
        let status = with_crc(vec![4, code]);
        assert_eq!(error_of(exchange(status.clone())), error, "status {code:#04x}");
        if code != 0x11 {
            assert_eq!(error_of(unwoken(&Ok(status))), error, "status {code:#04x} on waking");
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_a_protocol_error() {
    let good = reply(counting(7));
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(error_of(exchange(bad)), SourceError::Protocol, "bit {bit}");
    }
    assert_eq!(error_of(exchange(vec![4, 0x08, 0, 0])), SourceError::Protocol);
}

#[test]
fn a_truncated_answer_is_a_protocol_error() {
    let good = reply(counting(7));
    for length in 0..good.len() {
        assert_eq!(error_of(exchange(good[..length].to_vec())), SourceError::Protocol, "{length} bytes");
    }
    for rubbish in [vec![0; 4], vec![4, 0x11]] {
        assert_eq!(error_of(unwoken(&Ok(rubbish))), SourceError::Protocol);
    }
}

#[test]
fn the_pattern_of_an_unlocked_chip_is_always_rejected() {
    let pattern = core::array::from_fn(|i| if i % 4 < 2 { 0xff } else { 0 });
    let bus = Bus::expecting((0..3).flat_map(|_| exchange(reply(pattern))));
    let mut chip = bus.chip();
    for _ in 0..3 {
        assert_eq!(chip.sample(&mut Raw::<[u8; 32]>::new()), Err(SourceError::Stuck));
    }
    assert!(bus.is_done());
}

#[test]
fn the_same_answer_twice_is_rejected_and_a_new_one_taken() {
    let answers = [counting(1), counting(1), counting(2)];
    let bus = Bus::expecting(answers.into_iter().flat_map(|answer| exchange(reply(answer))));
    let mut chip = bus.chip();
    let mut take = || chip.sample(&mut Raw::<[u8; 32]>::new());
    assert_eq!([take(), take(), take()], [Ok(()), Err(SourceError::Stuck), Ok(())]);
}

#[test]
fn bus_failures_are_told_apart() {
    for (kind, error) in [
        (NOBODY, SourceError::Disconnected),
        (SOMEWHERE, SourceError::Disconnected),
        (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data), SourceError::Protocol),
        (ErrorKind::Bus, SourceError::Io),
        (ErrorKind::ArbitrationLoss, SourceError::Io),
        (ErrorKind::Overrun, SourceError::Io),
        (ErrorKind::Other, SourceError::Io),
    ] {
        let mut refused = exchange(Vec::new());
        refused[2] = Write(ATECC_ADDRESS, vec![0x03, 0x07, 0x1b, 0, 0, 0, 0x24, 0xcd], Err(kind));
        refused.remove(3);
        assert_eq!(error_of(refused), error, "command: {kind:?}");
        let mut not_idle = exchange(reply(counting(5)));
        not_idle[4] = Write(ATECC_ADDRESS, vec![0x02], Err(kind));
        assert_eq!(error_of(not_idle), error, "idle: {kind:?}");
    }
    for kind in [ErrorKind::Bus, ErrorKind::ArbitrationLoss, ErrorKind::Other] {
        assert_eq!(error_of(unwoken(&Err(kind))), SourceError::Io, "wake: {kind:?}");
        let answering = wake().into_iter().chain([random(), Read(Err(kind)), idle()]);
        assert_eq!(error_of(answering), SourceError::Io, "answer: {kind:?}");
    }
}

#[test]
fn the_first_of_two_errors_counts() {
    let mut script = exchange(with_crc(vec![4, 0x08]));
    script[3] = Read(Err(ErrorKind::Bus));
    script[4] = Write(ATECC_ADDRESS, vec![0x02], Err(NOBODY));
    assert_eq!(error_of(script), SourceError::Io);
}

#[test]
fn release_puts_the_chip_to_sleep() {
    let bus = Bus::expecting([Write(ATECC_ADDRESS, vec![0x01], Ok(()))]);
    assert!(bus.chip().release().is_ok());
    assert!(bus.is_done());
    let bus = Bus::expecting([Write(ATECC_ADDRESS, vec![0x01], Err(NOBODY))]);
    assert!(matches!(bus.chip().release(), Err((SourceError::Absent, ..))));
}
