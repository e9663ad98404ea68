//! Sensors whose channels the kernel shows as numbers in small files.
//!
//! A device has channels (a voltage, a temperature, an axis), each a file with one integer. A source of this kind reads all of them at a fixed period,
//! always in the same order, and no faster than the device converts. Between two conversions a driver answers with the last one, and of most drivers
//! nobody can say which it was: so a channel gives a reading only when its number has changed, and [`SourceError::NotReady`] is the answer
//! when none has. A device of which nothing changes for a minute and for 64 periods is stuck.
//!
//! A reading says which channel it is: its number in the order of the files' names, in the high 16 bits, and the channel's integer in the low 48, in
//! two's complement, in the kernel's unit. Nothing is subtracted from it and nothing averaged.
//!
//! Any program may read the same files, so all that is said of such a source holds against those who have no eye on this machine only.

use super::batch::Batch;
use super::errno::error_of;
use super::measured::{LOW_BITS, Measured};
use super::nodes::{SYS, or_none, while_open, word};
use super::pace::Pace;
use crate::{Access, Candidate, Class, Opened, SourceKind, Virtualised};
use core::time::Duration;
use openentropy_core::{Claim, Digitisation, Measure, SourceError, SourceInfo};
use rustix::fs::{Access as May, Mode, OFlags, access, open};
use rustix::io::{Errno, pread};
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The time after which a device of which nothing changes is stuck, and the periods that must have passed as well.
const STUCK: Duration = Duration::from_secs(60);
const STUCK_PERIODS: u32 = 64;
/// Bits of a reading that hold the channel's integer.
const VALUE_BITS: u32 = 48;
/// Room for a file's text.
const ROOM: usize = 64;

/// A device with channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    /// Its folder.
    pub(crate) path: PathBuf,
    /// Which instance of its group it is.
    pub(crate) instance: u8,
    /// Whose hardware it is.
    pub(crate) virtualised: Virtualised,
    /// The files, in the order of their numbers.
    pub(crate) channels: Vec<PathBuf>,
    /// The time from one look at them to the next.
    pub(crate) period: Duration,
}

/// A kind of source: the devices that `devices` finds.
pub(crate) struct Channels {
    pub(crate) info: &'static SourceInfo,
    pub(crate) class: Class,
    pub(crate) aliases: &'static [&'static str],
    /// Lists the devices below a folder like [`SYS`]; cheap: no channel is read.
    pub(crate) devices: fn(&Path) -> Vec<Device>,
    /// Why there is none.
    pub(crate) none: &'static str,
}

impl Channels {
    fn find_in(&self, sys: &Path) -> Vec<Candidate> {
        or_none((self.devices)(sys).iter().map(candidate).collect(), self.none)
    }

    fn open_in(&self, sys: &Path, candidate: &Candidate) -> Result<Readings, SourceError> {
        let devices = (self.devices)(sys);
        let device = devices.iter().find(|device| Some(&device.path) == candidate.path.as_ref());
        Readings::open(self.info, device.ok_or(SourceError::Absent)?)
    }
}

impl SourceKind for Channels {
    fn info(&self) -> &'static SourceInfo {
        self.info
    }

    fn class(&self) -> Class {
        self.class
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        const { &[LOW_BITS.digitisation] }
    }

    fn aliases(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// Sensors convert some times a second.
    fn is_fast(&self) -> bool {
        false
    }

    fn find(&self) -> Vec<Candidate> {
        self.find_in(Path::new(SYS))
    }

    fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
        let readings = self.open_in(Path::new(SYS), candidate)?;
        Ok(Opened {
            source: Box::new(Measured::new(readings, LOW_BITS.rule, 1)),
            digitisation: LOW_BITS.digitisation,
            claim: Claim::None,
        })
    }
}

/// A device is ready when one of its channels may be read.
fn candidate(device: &Device) -> Candidate {
    let readable = device.channels.iter().any(|channel| access(channel, May::READ_OK).is_ok());
    let (access, reason) = match readable {
        true => (Access::Ready, String::new()),
        false => (Access::Denied, format!("the files of {} may be read by root only", device.path.display())),
    };
    Candidate {
        instance: device.instance,
        path: Some(device.path.clone()),
        access,
        virtualised: device.virtualised,
        reason,
        ..Candidate::ready()
    }
}

/// The files of `folder` that `is_channel` says are channels, by name, numbers by their value.
pub(crate) fn files(folder: &Path, is_channel: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| is_channel(name))
        .collect();
    names.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// Whether `name` is `kind`, a number, and `end`: `in12_input`.
pub(crate) fn is_numbered(name: &str, kind: &str, end: &str) -> bool {
    let number = name.strip_prefix(kind).and_then(|rest| rest.strip_suffix(end));
    number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A time that a file gives in milliseconds.
pub(crate) fn milliseconds(path: &Path) -> Option<Duration> {
    word(path)?.parse().ok().map(Duration::from_millis)
}

/// A channel that is open.
struct Channel {
    file: OwnedFd,
    number: u16,
    last: i64,
}

/// The channels of one device, and what changed at the last look.
struct Readings {
    info: &'static SourceInfo,
    channels: Vec<Channel>,
    pace: Pace,
    /// The silence that the device may keep.
    patience: Duration,
    /// When something changed last, or it was opened.
    changed: Instant,
    readings: Batch,
}

impl Readings {
    /// Opens the channels that answer.
    fn open(info: &'static SourceInfo, device: &Device) -> Result<Self, SourceError> {
        let mut channels = Vec::new();
        let mut first_error = None;
        for (number, path) in (0..=u16::MAX).zip(&device.channels) {
            match Channel::open(path, number) {
                Ok(channel) => channels.push(channel),
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        if channels.is_empty() {
            return Err(first_error.unwrap_or(SourceError::Absent));
        }
        let mut pace = Pace::new(device.period);
        pace.wait()?; // the opening was the first look
        Ok(Self {
            info,
            readings: Batch::with_room(channels.len()),
            channels,
            pace,
            patience: STUCK.max(device.period * STUCK_PERIODS),
            changed: Instant::now(),
        })
    }

    /// Looks at all channels and keeps what changed.
    fn advance(&mut self) -> Result<(), SourceError> {
        self.pace.wait()?;
        self.readings.clear();
        for channel in &mut self.channels {
            let Some(value) = channel.read()? else { continue };
            if core::mem::replace(&mut channel.last, value) != value {
                self.readings.push(packed(channel.number, value));
            }
        }
        match self.readings.is_over() {
            false => self.changed = Instant::now(),
            true if self.changed.elapsed() > self.patience => return Err(SourceError::Stuck),
            true => {}
        }
        Ok(())
    }
}

impl Measure for Readings {
    fn info(&self) -> &SourceInfo {
        self.info
    }

    /// The next channel that changed; waits for the next look for 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if self.readings.is_over() {
            self.advance()?;
        }
        self.readings.next().ok_or(SourceError::NotReady)
    }
}

impl Channel {
    fn open(path: &Path, number: u16) -> Result<Self, SourceError> {
        let file = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(error_of)?;
        let mut this = Self { file, number, last: 0 };
        this.last = this.read()?.ok_or(SourceError::Absent)?;
        Ok(this)
    }

    /// The integer, or `None` where the device has none at the moment.
    fn read(&self) -> Result<Option<i64>, SourceError> {
        let mut text = [0_u8; ROOM];
        match pread(&self.file, &mut text, 0) {
            Ok(length) => integer(&text[..length]).map(Some).ok_or(SourceError::Protocol),
            Err(Errno::AGAIN | Errno::NODATA) => Ok(None),
            Err(errno) => Err(while_open(errno)),
        }
    }
}

/// A line with one integer.
fn integer(text: &[u8]) -> Option<i64> {
    core::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// A channel's number and its integer as one reading.
const fn packed(number: u16, value: i64) -> u64 {
    (number as u64) << VALUE_BITS | value.cast_unsigned() & ((1 << VALUE_BITS) - 1)
}

#[cfg(test)]
mod tests;
