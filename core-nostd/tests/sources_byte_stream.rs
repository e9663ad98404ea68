//! The byte-stream source against every edge of `embedded_io::Read`'s contract.
#![cfg(feature = "embedded-io")]

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady};
use openentropy_core::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError, SourceInfo,
    Width, hazmat::show, sources::ByteStream,
};
use std::collections::VecDeque;

static INFO: SourceInfo = SourceInfo {
    name: "scripted_stream",
    description: "a scripted stream",
    physics: "none",
    category: SourceCategory::Sensor,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::Test),
};

#[derive(Clone, Copy)]
enum Event {
    /// `read_ready` says no, once.
    Quiet,
    /// `read_ready` fails.
    NotEvenThat(ErrorKind),
    /// `read` delivers these, in as many reads as the reader's buffer makes of them.
    Bytes(&'static [u8]),
    /// `read` fails.
    Failure(ErrorKind),
    /// `read` answers with zero bytes.
    End,
    /// `read` claims to have written more than it was given room for.
    Lie,
}
use Event::{Bytes, End, Failure, Lie, NotEvenThat, Quiet};

struct Script(VecDeque<Event>);

impl ErrorType for Script {
    type Error = ErrorKind;
}

impl ReadReady for Script {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        match self.0.front() {
            None => Ok(false),
            Some(Quiet) => {
                self.0.pop_front();
                Ok(false)
            }
            Some(NotEvenThat(kind)) => Err(*kind),
            Some(_) => Ok(true),
        }
    }
}

impl Read for Script {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, ErrorKind> {
        assert!(!into.is_empty(), "a read of nothing says nothing");
        match self.0.pop_front() {
            Some(Bytes(bytes)) => {
                let (now, later) = bytes.split_at(bytes.len().min(into.len()));
                into[..now.len()].copy_from_slice(now);
                if !later.is_empty() {
                    self.0.push_front(Bytes(later));
                }
                Ok(now.len())
            }
            Some(Failure(kind)) => Err(kind),
            Some(End) => Ok(0),
            Some(Lie) => Ok(into.len() + 1),
            Some(Quiet | NotEvenThat(_)) | None => panic!("read although nothing was ready: it would block"),
        }
    }
}

fn source(events: &[Event]) -> ByteStream<Script, 8> {
    ByteStream::new(Script(events.iter().copied().collect()), INFO, 3)
}

fn take<const N: usize>(source: &mut impl EntropySource) -> Result<[u8; N], SourceError> {
    let mut block = Raw::<[u8; N]>::new();
    source.sample(&mut block)?;
    Ok(show(block))
}

#[test]
fn reads_of_any_length_make_whole_blocks() {
    let mut source = source(&[Bytes(&[1]), Bytes(&[2, 3, 4]), Bytes(&[5, 6, 7, 8, 9, 10])]);
    assert_eq!(source.info(), &INFO);
    assert_eq!(take(&mut source), Ok([1, 2, 3]));
    assert_eq!(take(&mut source), Ok([4, 5, 6, 7, 8, 9, 10]));
    assert_eq!(take::<1>(&mut source), Err(SourceError::NotReady));
}

#[test]
fn not_ready_consumes_nothing() {
    let mut source = source(&[Bytes(&[1, 2]), Quiet, Bytes(&[3]), Quiet, Quiet, Bytes(&[4, 5])]);
    assert_eq!(take::<4>(&mut source), Err(SourceError::NotReady));
    assert_eq!(take::<4>(&mut source), Err(SourceError::NotReady));
    assert_eq!(take::<4>(&mut source), Err(SourceError::NotReady));
    assert_eq!(take(&mut source), Ok([1, 2, 3, 4]));
    assert_eq!(take(&mut source), Ok([5]));
}

#[test]
fn a_silent_stream_is_a_timeout_once_patience_is_over() {
    let mut source = source(&[Bytes(&[1])]);
    for _ in 0..4 {
        assert_eq!(take::<2>(&mut source), Err(SourceError::NotReady));
    }
    for _ in 0..2 {
        assert_eq!(take::<2>(&mut source), Err(SourceError::Timeout));
    }
    let mut slow = self::source(&[Quiet, Quiet, Quiet, Bytes(&[1]), Quiet, Quiet, Quiet, Bytes(&[2])]);
    for _ in 0..6 {
        assert_eq!(take::<2>(&mut slow), Err(SourceError::NotReady));
    }
    assert_eq!(take(&mut slow), Ok([1, 2]));
}

#[test]
fn the_end_is_a_disconnection_and_pads_nothing() {
    let mut source = source(&[Bytes(&[1, 2, 3]), End, Bytes(&[4])]);
    assert_eq!(take::<4>(&mut source), Err(SourceError::Disconnected));
    assert_eq!(take(&mut source), Ok([4])); // what came before the end is gone
}

#[test]
fn errors_go_by_their_kind_and_wipe_what_is_held() {
    for (kind, error) in [
        (ErrorKind::Other, SourceError::Io),
        (ErrorKind::NotFound, SourceError::Absent),
        (ErrorKind::Unsupported, SourceError::Absent),
        (ErrorKind::PermissionDenied, SourceError::Denied),
        (ErrorKind::ConnectionReset, SourceError::Disconnected),
        (ErrorKind::NotConnected, SourceError::Disconnected),
        (ErrorKind::BrokenPipe, SourceError::Disconnected),
        (ErrorKind::InvalidData, SourceError::Protocol),
        (ErrorKind::TimedOut, SourceError::Timeout),
    ] {
        let mut reading = source(&[Bytes(&[1]), Failure(kind), Bytes(&[2, 3])]);
        assert_eq!(take::<2>(&mut reading), Err(error), "{kind:?}");
        assert_eq!(take(&mut reading), Ok([2, 3]), "{kind:?}");
        assert_eq!(take::<2>(&mut source(&[NotEvenThat(kind)])), Err(error), "{kind:?}");
    }
}

#[test]
fn an_interrupted_read_is_repeated_a_bounded_number_of_times() {
    let mut source = source(&[Bytes(&[1]), Failure(ErrorKind::Interrupted), Bytes(&[2])]);
    assert_eq!(take(&mut source), Ok([1, 2]));
    let always = self::source(&[Failure(ErrorKind::Interrupted); 9]);
    let mut always = always;
    assert_eq!(take::<2>(&mut always), Err(SourceError::NotReady));
    assert_eq!(always.release().0.len(), 1); // eight tries, the capacity
}

#[test]
fn a_block_that_can_never_be_complete_is_refused() {
    assert_eq!(take::<9>(&mut source(&[Bytes(&[0; 20])])), Err(SourceError::Overrun));
    assert_eq!(take(&mut source(&[Bytes(&[7; 20])])), Ok([7; 8]));
}

#[test]
fn a_reader_that_breaks_its_contract_is_an_error() {
    assert_eq!(take::<4>(&mut source(&[Lie])), Err(SourceError::Protocol));
}
