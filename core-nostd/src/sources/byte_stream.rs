//! A device that sends samples as a stream of bytes: a generator on a serial port, a co-processor, a recording.
//!
//! **Effect.** The device's own; the caller states it in the [`SourceInfo`](crate::SourceInfo).
//!
//! **What is read.** Bytes as they come over [`embedded_io::Read`], each one a sample. Nothing is framed, skipped or
//! resynchronised: a device with packets needs a source of its own.
//!
//! **What an attacker could influence.** Whoever holds the line chooses every byte. Noise on an open line arrives as
//! framing errors, which the port must report.
//!
//! **How to assess it.** From a recording of the stream in the very mode in which it is used. A device that
//! conditions its output inside is worth nothing by assessment: its claim is [`Claim::None`](crate::Claim::None),
//! unless the operator declares one on the maker's word.
//!
//! **Bound.** Never waits: the stream is read only while [`embedded_io::ReadReady`] says that reading does not block, and at
//! most *N* times per call.
//!
//! Reference: the contracts of `Read` and `ReadReady` in embedded-io 0.7.

use crate::{EntropySource, Raw, SourceError, SourceInfo, sources::held::Held};
use embedded_io::{Error, ErrorKind, Read, ReadReady};
use zeroize::Zeroizing;

/// A byte stream as a source, with room for `N` bytes that wait for their block to fill.
///
/// ```
/// use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
/// use openentropy_core::{EntropySource, Raw, SourceError, sources::ByteStream};
/// static INFO: SourceInfo = SourceInfo {
///     name: "noise_uart", description: "avalanche generator on the second serial port",
///     physics: "avalanche noise of a reverse-biased junction", category: SourceCategory::Sensor,
///     platform: Platform::BareMetal, requirement: Requirement::Device, width: Width::BYTE,
///     independence: Independence::of(Group::External),
/// };
/// let uart: &[u8] = &[7, 1, 8]; // your port's receiver
/// let mut source = ByteStream::<_, 32>::new(uart, INFO, 1_000);
/// let mut block = Raw::<[u8; 2]>::new();
/// source.sample(&mut block)?;
/// assert_eq!(source.sample(&mut block), Err(SourceError::Disconnected)); // one byte, then the end
/// # Ok::<(), SourceError>(())
/// ```
pub struct ByteStream<R, const N: usize> {
    stream: R,
    info: SourceInfo,
    held: Held<N>,
    patience: u32,
    /// Calls in a row that found nothing new.
    silent: u32,
}

impl<R: Read + ReadReady, const N: usize> ByteStream<R, N> {
    /// The device that `info` describes behind `stream`, taken for silent after `patience` calls in a row that bring
    /// no new byte.
    #[must_use]
    pub const fn new(stream: R, info: SourceInfo, patience: u32) -> Self {
        const { assert!(N > 0, "a byte stream holds at least one byte") };
        Self { stream, info, held: Held::new(), patience, silent: 0 }
    }

    /// Gives the stream back; bytes held are wiped.
    #[must_use]
    pub fn release(self) -> R {
        self.stream
    }

    /// Reads until `want` bytes are held or the stream has none ready.
    fn fill(&mut self, want: usize) -> Result<(), SourceError> {
        let before = self.held.len();
        let mut chunk = Zeroizing::new([0; N]);
        for _ in 0..N {
            let missing = want.saturating_sub(self.held.len());
            if missing == 0 || !self.stream.read_ready().map_err(|error| failure(&error))? {
                break;
            }
            let into = chunk.get_mut(..missing).ok_or(SourceError::Overrun)?;
            let count = match self.stream.read(into) {
                Ok(0) => return Err(SourceError::Disconnected),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(failure(&error)),
            };
            // A count beyond the buffer breaks the contract of `Read`
            if !self.held.extend(into.get(..count).ok_or(SourceError::Protocol)?) {
                return Err(SourceError::Overrun);
            }
        }
        let served = self.held.len() >= want;
        self.silent = if served || self.held.len() > before { 0 } else { self.silent.saturating_add(1) };
        if served {
            return Ok(());
        }
        Err(if self.silent > self.patience { SourceError::Timeout } else { SourceError::NotReady })
    }
}

/// What a stream's error asks of the caller.
fn failure(error: &impl Error) -> SourceError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::Unsupported | ErrorKind::AddrNotAvailable => SourceError::Absent,
        ErrorKind::PermissionDenied | ErrorKind::ConnectionRefused => SourceError::Denied,
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected
        | ErrorKind::BrokenPipe => SourceError::Disconnected,
        ErrorKind::InvalidData => SourceError::Protocol,
        ErrorKind::TimedOut => SourceError::Timeout,
        _ => SourceError::Io,
    }
}

impl<R: Read + ReadReady, const N: usize> EntropySource for ByteStream<R, N> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Delivers a block once it is complete.
    ///
    /// # Errors
    /// - [`SourceError::NotReady`]: bytes are missing; those that came are kept for the next call.
    /// - [`SourceError::Timeout`]: more than `patience` calls in a row found nothing new, or the stream reports a timeout.
    /// - [`SourceError::Overrun`]: the block is longer than `N`, and could never be complete.
    /// - [`SourceError::Disconnected`]: the stream has ended (a read of zero bytes) or its connection is gone.
    /// - [`SourceError::Absent`], [`SourceError::Denied`], [`SourceError::Protocol`], [`SourceError::Io`]: by the
    ///   kind of the stream's error.
    ///
    /// Every error but `NotReady` wipes the bytes held, since what follows it does not continue them; a block that is too long does not get
    /// so far.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            if slots.len() > N {
                return Err(SourceError::Overrun);
            }
            self.fill(slots.len()).inspect_err(|&error| {
                if error != SourceError::NotReady {
                    self.held.wipe();
                }
            })?;
            for slot in slots {
                *slot = self.held.pop().ok_or(SourceError::NotReady)?;
            }
            Ok(())
        })
    }
}
