//! A destination with its format and pace.

use super::encode::Encoder;
use super::pace::Pace;
use crate::args::Stream;
use crate::exit::Failure;
use crate::signals;
use openentropy_host::ATOMIC_WRITE;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;

/// What became of the bytes given to a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// They were written.
    Written,
    /// The reader went away; nobody wants more.
    Closed,
}

/// Where bytes go.
pub(crate) struct Sink {
    destination: Destination,
    encoder: Encoder,
    pace: Pace,
    is_text: bool,
}

enum Destination {
    Stdout(io::Stdout),
    File { file: File, path: PathBuf },
    Fifo { path: PathBuf, reader: Option<File> },
}

impl Sink {
    /// Opens what the arguments name.
    pub(crate) fn open(args: &Stream) -> Result<Self, Failure> {
        let is_text = args.format != crate::args::Format::Raw;
        let destination = match (&args.output, &args.fifo) {
            (Some(path), _) => {
                let file = File::create(path).map_err(|error| Failure::at(path, error))?;
                refuse_terminal(is_text || args.force, &file)?;
                Destination::File { file, path: path.clone() }
            }
            (None, Some(path)) => {
                openentropy_host::create_fifo(path).map_err(|error| Failure::at(path, error))?;
                signals::remove_at_end(path);
                Destination::Fifo { path: path.clone(), reader: None }
            }
            (None, None) => {
                let stdout = io::stdout();
                refuse_terminal(is_text || args.force, &stdout)?;
                openentropy_host::widen_pipe(stdout.as_fd());
                Destination::Stdout(stdout)
            }
        };
        Ok(Self { destination, encoder: Encoder::new(args.format), pace: Pace::new(args.rate), is_text })
    }

    /// How many of `wanted` bytes to prepare for the next [`write`](Self::write).
    pub(crate) fn piece(&self, wanted: usize) -> usize {
        self.pace.piece(wanted)
    }

    /// Where a named pipe has no reader, waits for one; whether it did.
    pub(crate) fn await_reader(&mut self) -> Result<bool, Failure> {
        let Destination::Fifo { path, reader: reader @ None } = &mut self.destination else {
            return Ok(false);
        };
        let open = OpenOptions::new().write(true).open(&*path).map_err(|error| Failure::at(&*path, error))?;
        *reader = Some(open);
        self.encoder.restart();
        self.pace.restart();
        Ok(true)
    }

    /// Writes all of `bytes`, or finds out that the reader is gone.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<Delivery, Failure> {
        let text = self.encoder.next(bytes);
        let delivery = self.destination.write(text, self.is_text)?;
        if delivery == Delivery::Written {
            self.pace.sent(bytes.len());
        }
        Ok(delivery)
    }

    /// Writes what the format kept back, and the line's end.
    pub(crate) fn finish(&mut self) -> Result<Delivery, Failure> {
        let text = self.encoder.last();
        self.destination.write(text, self.is_text)
    }
}

impl Destination {
    fn write(&mut self, text: &[u8], is_text: bool) -> Result<Delivery, Failure> {
        // Text goes out in pieces that a pipe takes whole or not at all, so that an end by signal never cuts a pair of digits.
        let piece = if is_text { ATOMIC_WRITE } else { text.len().max(1) };
        for piece in text.chunks(piece) {
            let written = signals::undisturbed(|| self.write_piece(piece));
            match written {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Delivery::Closed),
                Err(error) => return Err(Failure::Io { place: self.place(), error }),
            }
        }
        Ok(Delivery::Written)
    }

    fn write_piece(&mut self, piece: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => {
                // Past the line buffer of the standard library: a write that failed must fail here, not at exit.
                let fd = stdout.as_fd();
                write_all(fd, piece)
            }
            Self::File { file, .. } => file.write_all(piece),
            Self::Fifo { reader, .. } => {
                let Some(mut open) = reader.take() else {
                    return Ok(()); // nobody is there to take it
                };
                match open.write_all(piece) {
                    // The reader left in the middle of the piece. The rest is dropped: what one reader may have seen is
                    // never given to the next.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    written => {
                        *reader = Some(open);
                        written
                    }
                }
            }
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Stdout(_) => "standard output".to_owned(),
            Self::File { path, .. } | Self::Fifo { path, .. } => path.display().to_string(),
        }
    }
}

/// Refuses raw bytes to a terminal.
fn refuse_terminal(is_allowed: bool, destination: &impl IsTerminal) -> Result<(), Failure> {
    if is_allowed || !destination.is_terminal() {
        return Ok(());
    }
    let reason = "raw bytes would upset this terminal: choose --format hex or base64, redirect, or insist with --force";
    Err(Failure::Usage(reason.to_owned()))
}

/// Writes all of `bytes` to a descriptor, which somebody who shares it may have made non-blocking.
fn write_all(fd: std::os::fd::BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(fd, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => match poll(&mut [PollFd::new(&fd, PollFlags::OUT)], None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
