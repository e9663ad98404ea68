//! The noise of a sound converter with its input as it is.
//!
//! The physical effect: thermal noise of the microphone, of its amplifier and of the converter itself, beside whatever sounds. What is read: the number that
//! the converter gave for its first channel, at a rate of its own and at its full width, by the kernel's own interface, past every program that would mix,
//! resample or clean it. One channel only, since others often hold a copy of it. What an attacker could influence: whoever makes a sound near the
//! microphone moves the readings, and whoever records beside us hears most of them; the low bits are less theirs the noisier the converter is. The kernel's imitations
//! (snd-aloop, snd-dummy) and the cards of virtual machines are shown as emulated.
//!
//! It must be named: a microphone hears people. A recording of its readings is a recording of the room; the samples, their low eight bits, are private too. No
//! control of the card is changed: a muted input is refused, and whether the card sets its gain by itself stands beside the device's name.
//!
//! What can go wrong: another program has the device, or no right to open it (denied); it records nothing that we know (absent); the low eight bits of 256
//! points in a row are all the same, as of digital silence or of a converter with fewer bits than it says, or one of them stands at an end of its range, clipped, or the
//! input is muted (stuck; within a second of its start a device may yet settle); nobody reads for too long, or the machine slept (overrun: it goes on anew); no point for a second (timeout); it is unplugged (disconnected).
//!
//! Reference: Linux, Documentation/sound/designs/control-names.rst, include/uapi/sound/asound.h.

mod chunk;

use crate::sources::errno::error_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{SYS, or_none, while_open};
use crate::sources::sound_cards::first_devices;
use crate::sys::linux::sound::{Control, Identity, Layout, Recording};
use crate::{Candidate, Class, SourceKind};
use chunk::Chunk;
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use rustix::io::Errno;
use std::path::{Path, PathBuf};
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "audio_adc",
    description: "points of sound as a converter gave them, of its first channel",
    physics: "thermal noise of microphone, amplifier and converter",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::AudioConverter),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<AudioAdc>::KIND;

/// The switches of inputs, by their usual names.
const INPUT_SWITCHES: [&str; 3] = ["Capture Switch", "Mic Capture Switch", "Headset Mic Capture Switch"];
/// The switches by which a card sets its gain by itself: of USB devices, and of chips on a board.
const GAIN_SWITCHES: [&str; 3] = ["Auto Gain Control", "Mic Auto Gain Control", "ALC Capture Switch"];
/// The time that a device may take from its start to its first noise: many begin with zeros or a click.
const SETTLING: Duration = Duration::from_secs(1);
/// The time that a chunk may take; at the slowest rate it takes 32 ms.
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads whole frames and waits for them shortly, as [`Recording::read`] does.
type Read = Box<dyn FnMut(&mut [u8]) -> Result<usize, SourceError> + Send>;

struct AudioAdc {
    read: Read,
    chunk: Chunk,
    info: SourceInfo,
    device: Option<String>,
    /// When it was started.
    started: Instant,
    /// When the last chunk was complete, or it was started.
    heard: Instant,
    /// Whether it has given noise since.
    settled: bool,
}

impl Meter for AudioAdc {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Analogue;
    const ALIASES: &'static [&'static str] = &["audio_noise", "audio_thermal"];
    const OPT_IN: bool = true;

    fn find() -> Vec<Candidate> {
        let found = first_devices(Path::new(SYS), 'c', May::READ_OK);
        or_none(found, "no sound card that records is shown in /sys/class/sound")
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let device = noted(path)?;
        // Without O_NONBLOCK the opening would wait for whoever has the device.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let node = open(path, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::BUSY | Errno::AGAIN => SourceError::Denied,
            errno => error_of(errno),
        })?;
        let recording = Recording::start(node)?;
        let layout = recording.layout();
        Ok(Self::new(layout, Box::new(move |bytes| recording.read(bytes)), device))
    }

    fn device(&self) -> Option<String> {
        self.device.clone()
    }

    /// A point is a number.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl AudioAdc {
    fn new(layout: Layout, read: Read, device: Option<String>) -> Self {
        let width = u8::try_from(layout.given).ok().and_then(Width::new).unwrap_or(INFO.width);
        let now = Instant::now();
        Self {
            read,
            chunk: Chunk::new(layout),
            info: SourceInfo { width, ..INFO },
            device,
            started: now,
            heard: now,
            settled: false,
        }
    }

    /// What becomes of an attempt to fill the chunk that ended at `now`.
    fn judged(&mut self, filled: Result<(), SourceError>, now: Instant) -> Result<(), SourceError> {
        match filled {
            Ok(()) => (self.heard, self.settled) = (now, true),
            Err(SourceError::NotReady) if now.duration_since(self.heard) > PATIENCE => {
                return Err(SourceError::Timeout);
            }
            Err(SourceError::Stuck) => {
                self.heard = now;
                if !self.settled && now.duration_since(self.started) <= SETTLING {
                    return Err(SourceError::NotReady);
                }
            }
            Err(SourceError::Overrun) => {
                self.chunk.clear();
                (self.started, self.heard, self.settled) = (now, now, false);
            }
            Err(_) => {}
        }
        filled
    }
}

impl Measure for AudioAdc {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// The next point, in two's complement at the width of the converter; waits for more for 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if let Some(reading) = self.chunk.next() {
            return Ok(reading);
        }
        let filled = self.chunk.fill(&mut self.read);
        self.judged(filled, Instant::now())?;
        self.chunk.next().ok_or(SourceError::NotReady)
    }
}

/// The name of the card behind a node, and whether it sets its gain by itself; [`SourceError::Stuck`] where its input is muted.
///
/// What has no node of controls has none that we could ask for.
fn noted(node: &Path) -> Result<Option<String>, SourceError> {
    let Some(path) = controls_of(node) else { return Ok(None) };
    let control = match open(&path, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK, Mode::empty()) {
        Ok(control) => Control::new(control),
        Err(Errno::NOENT) => return Ok(None),
        Err(errno) => return Err(while_open(errno)),
    };
    let [inputs, gains] = [INPUT_SWITCHES, GAIN_SWITCHES].map(|names| states(&control, names));
    if is_muted(&inputs?) {
        return Err(SourceError::Stuck);
    }
    Ok(Some(named(&control.identity()?, gains?.contains(&true))))
}

/// How the switches stand that the card has of these.
fn states(control: &Control, names: [&str; 3]) -> Result<Vec<bool>, SourceError> {
    names.into_iter().filter_map(|name| control.switch(name).transpose()).collect()
}

/// Whether there are switches, and every input is off: one that is on may be the one that is heard.
fn is_muted(inputs: &[bool]) -> bool {
    !inputs.is_empty() && !inputs.contains(&true)
}

fn named(card: &Identity, sets_its_gain: bool) -> String {
    let gain = if sets_its_gain { ", automatic gain" } else { "" };
    format!("{}: {}{gain}", card.driver, card.name)
}

/// The node of the controls of the card that `pcmC1D0c` belongs to.
fn controls_of(node: &Path) -> Option<PathBuf> {
    let (card, _) = node.file_name()?.to_str()?.strip_prefix("pcmC")?.split_once('D')?;
    Some(node.with_file_name(format!("controlC{card}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::measured::low_bits;

    const LAYOUT: Layout = Layout { stored: 2, used: 16, given: 16, channels: 1 };

    /// 256 points by their place, or a failure.
    type Script = Result<fn(u8) -> i16, SourceError>;

    /// A converter that gives these chunks, and then nothing.
    fn scripted(chunks: Vec<Script>) -> AudioAdc {
        let mut chunks = chunks.into_iter();
        let read = move |bytes: &mut [u8]| {
            let point = chunks.next().unwrap_or(Err(SourceError::NotReady))?;
            let points = (0..=u8::MAX).flat_map(|at| point(at).to_le_bytes());
            bytes.iter_mut().zip(points).for_each(|(slot, byte)| *slot = byte);
            Ok(512)
        };
        AudioAdc::new(LAYOUT, Box::new(read), None)
    }

    fn all(source: &mut AudioAdc) -> Vec<u64> {
        (0..256).map(|_| source.measure().unwrap()).collect()
    }

    #[test]
    fn readings_are_the_converters_points_in_their_order() {
        let mut source = scripted(vec![Ok(|at| i16::from(at) - 3)]);
        assert_eq!(source.info().width.bits(), 16);
        let readings = all(&mut source);
        assert_eq!(readings[..5], [0xfffd, 0xfffe, 0xffff, 0, 1], "two's complement of 16 bits");
        assert_eq!(low_bits(readings[0], 1), 0xfd);
        assert_eq!(source.measure(), Err(SourceError::NotReady));
    }

    #[test]
    fn silence_and_clipping_are_errors_and_never_samples() {
        let noise: fn(u8) -> i16 = i16::from;
        let refused: [fn(u8) -> i16; 4] = [
            |_| 0,
            |_| -7,
            |at| if at == 200 { i16::MAX } else { i16::from(at) },
            |at| if at == 0 { i16::MIN } else { i16::from(at) },
        ];
        for chunk in refused {
            let mut source = scripted(vec![Ok(noise), Ok(chunk), Ok(noise)]);
            all(&mut source);
            assert_eq!(source.measure(), Err(SourceError::Stuck));
            assert_eq!(all(&mut source).len(), 256, "it came back");
        }
    }

    #[test]
    fn a_device_may_begin_with_silence_for_a_second() {
        let silence: fn(u8) -> i16 = |_| 0;
        let mut source = scripted(vec![Ok(silence), Ok(silence), Ok(i16::from)]);
        assert_eq!(source.measure(), Err(SourceError::NotReady));
        source.started = Instant::now().checked_sub(SETTLING * 2).unwrap();
        assert_eq!(source.measure(), Err(SourceError::Stuck), "muted");
        assert_eq!(source.measure(), Ok(0));
    }

    #[test]
    fn lost_points_are_said_and_the_chunk_begins_anew() {
        let mut source = scripted(vec![Err(SourceError::Overrun), Ok(|_| 0), Ok(i16::from)]);
        source.settled = true;
        assert_eq!(source.measure(), Err(SourceError::Overrun));
        assert_eq!(source.measure(), Err(SourceError::NotReady), "it was started again, and may settle");
        assert_eq!(source.measure(), Ok(0));
    }

    #[test]
    fn a_device_that_gives_nothing_has_its_bound_and_one_that_goes_says_so() {
        let mut source = scripted(vec![Err(SourceError::Disconnected)]);
        assert_eq!(source.measure(), Err(SourceError::Disconnected));
        assert_eq!(source.measure(), Err(SourceError::NotReady));
        source.heard = Instant::now().checked_sub(PATIENCE * 2).unwrap();
        assert_eq!(source.measure(), Err(SourceError::Timeout));
    }

    #[test]
    fn the_card_is_named_with_its_automatic_gain() {
        let controls = controls_of(Path::new("/dev/snd/pcmC12D0c"));
        assert_eq!(controls, Some(PathBuf::from("/dev/snd/controlC12")));
        assert_eq!(controls_of(Path::new("/dev/null")), None);
        let card = Identity { driver: String::from("USB-Audio"), name: String::from("A microphone") };
        assert_eq!(named(&card, true), "USB-Audio: A microphone, automatic gain");
        assert_eq!(named(&card, false), "USB-Audio: A microphone");
        assert_eq!(noted(Path::new("/dev/snd/pcmC255D0c")), Ok(None), "no node of controls");
    }

    #[test]
    fn a_card_is_muted_when_all_its_inputs_are_off() {
        assert!(is_muted(&[false]) && is_muted(&[false, false]));
        assert!(!is_muted(&[true]) && !is_muted(&[false, true]));
        assert!(!is_muted(&[]), "it has no switches");
    }
}
