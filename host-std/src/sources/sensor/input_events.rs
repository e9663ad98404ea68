//! When somebody moves a mouse, presses a key or lets it go.
//!
//! The physical effect: a person's hand, and the device's own scan. What is read: microseconds of the system's clock, as the kernel stamped them, between
//! two reports of an input device. Which key it was, and how far the mouse went, is not looked at; but rhythm tells words, too, so the source must be
//! named, and its recordings are private. What an attacker could influence: whoever sits at the machine or beside it, and any program that makes
//! events; assessment alone never pays it. Repetitions of a key that is held are the kernel's, and left out. What no device stands behind (uinput) is shown
//! as emulated.
//!
//! What can go wrong: no right to open the node; nobody there (not ready, for as long as that lasts); events lost since nobody read them (overrun); the
//! device unplugged (disconnected).
//!
//! Reference: Linux, Documentation/input/event-codes.rst.

use crate::sources::errno::error_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{Nodes, SYS, word};
use crate::sys::linux::input::{Event, meaning, next, stamp_steadily};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Access as May, Mode, OFlags, open};
use std::os::fd::OwnedFd;
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "input_events",
    description: "microseconds between two reports of a keyboard, mouse or the like",
    physics: "a person's hand",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::Human),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<InputEvents>::KIND;

const DEVICES: Nodes = Nodes {
    class: "class/input",
    prefix: "event",
    folder: "/dev/input",
    may: May::READ_OK,
    who: "the group input",
    none: "no keyboard, mouse or the like is shown in /sys/class/input",
};

/// Types of events that hands make, as bits of `capabilities/ev`: keys, movements, positions.
const BY_HAND: u64 = 1 << 1 | 1 << 2 | 1 << 3;
/// What one wait may take.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
/// Events that one reading takes at most: a report has some dozens.
const MOST_EVENTS: usize = 256;

struct InputEvents {
    device: OwnedFd,
    /// Whether the report that comes in is by somebody's hand.
    by_hand: bool,
    /// When the last one was complete.
    last: Option<u64>,
}

impl Meter for InputEvents {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Human;
    const ALIASES: &'static [&'static str] = &["barcode", "mouse"];
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        DEVICES.find_in(Path::new(SYS), is_moved_by_hand)
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let device = open(path, flags, Mode::empty()).map_err(error_of)?;
        stamp_steadily(&device).map_err(meaning)?;
        Ok(Self { device, by_hand: false, last: None })
    }

    /// The kernel's stamps have microseconds.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl InputEvents {
    /// Goes through the events up to the end of the next report by hand.
    fn report(&mut self) -> Result<u64, SourceError> {
        for _ in 0..MOST_EVENTS {
            match next(&self.device).map_err(meaning)?.ok_or(SourceError::NotReady)? {
                Event::Part => self.by_hand = true,
                Event::End(at) if core::mem::take(&mut self.by_hand) => return Ok(at),
                Event::End(_) | Event::Other => {}
                Event::Lost => {
                    (self.by_hand, self.last) = (false, None);
                    return Err(SourceError::Overrun);
                }
            }
        }
        Err(SourceError::NotReady)
    }
}

impl Measure for InputEvents {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for the next report for 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        poll(&mut [PollFd::new(&self.device, PollFlags::IN)], Some(&WAIT)).map_err(error_of)?;
        let at = self.report()?;
        let last = self.last.replace(at).ok_or(SourceError::NotReady)?;
        at.checked_sub(last).ok_or(SourceError::ClockError)
    }
}

/// Whether a device makes events of the kinds that hands do.
fn is_moved_by_hand(entry: &Path) -> bool {
    let kinds = word(&entry.join("device/capabilities/ev"));
    let kinds = kinds.and_then(|text| u64::from_str_radix(text.rsplit(' ').next()?, 16).ok());
    kinds.is_some_and(|kinds| kinds & BY_HAND != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;
    use rustix::io::write;
    use rustix::pipe::{PipeFlags, pipe_with};

    /// Events as the kernel writes them: microseconds, type, code, value.
    fn say(kernel: &OwnedFd, events: &[(i64, u16, u16, i32)]) {
        for (micros, kind, code, value) in events {
            let mut bytes = Vec::new();
            for word in [micros / 1_000_000, micros % 1_000_000] {
                bytes.extend((word as core::ffi::c_long).to_ne_bytes());
            }
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(code.to_ne_bytes());
            bytes.extend(value.to_ne_bytes());
            write(kernel, &bytes).unwrap();
        }
    }

    fn rigged() -> (InputEvents, OwnedFd) {
        let (device, kernel) = pipe_with(PipeFlags::NONBLOCK).unwrap();
        (InputEvents { device, by_hand: false, last: None }, kernel)
    }

    #[test]
    fn a_reading_lies_between_two_reports_by_hand() {
        let (mut source, kernel) = rigged();
        assert_eq!(source.measure(), Err(SourceError::NotReady));
        say(&kernel, &[(1_000_000, 4, 4, 30), (1_000_000, 1, 30, 1), (1_000_000, 0, 0, 0)]);
        assert_eq!(source.measure(), Err(SourceError::NotReady), "the first");
        say(&kernel, &[(1_250_000, 1, 30, 2), (1_250_000, 0, 0, 1)]); // the kernel repeats the key
        say(&kernel, &[(1_333_337, 1, 30, 0), (1_333_337, 0, 0, 0)]);
        say(&kernel, &[(1_400_000, 2, 0, 5), (1_400_000, 2, 1, -5), (1_400_000, 0, 0, 0)]);
        assert_eq!(source.measure(), Ok(333_337));
        assert_eq!(source.measure(), Ok(66_663));
    }

    #[test]
    fn lost_events_end_what_they_belonged_to() {
        let (mut source, kernel) = rigged();
        say(
            &kernel,
            &[(1, 1, 30, 1), (1, 0, 0, 0), (2, 1, 30, 0), (2, 0, 3, 0), (9, 0, 0, 0), (12, 2, 0, 1)],
        );
        assert_eq!(source.measure(), Err(SourceError::NotReady), "the first");
        assert_eq!(source.measure(), Err(SourceError::Overrun));
        say(&kernel, &[(12, 0, 0, 0), (20, 2, 0, 1), (20, 0, 0, 0)]);
        assert_eq!(source.measure(), Err(SourceError::NotReady), "the first after the loss");
        assert_eq!(source.measure(), Ok(8));
        drop(kernel);
        assert_eq!(source.measure(), Err(SourceError::Protocol), "the end of a file");
    }

    #[test]
    fn only_what_hands_move_is_a_device() {
        let tree = Tree::new("input");
        for (number, kinds) in [(0, "120013"), (1, "21"), (2, "b"), (3, "20001"), (4, "1 0 2")] {
            let event = format!("class/input/event{number}");
            tree.line(&format!("{event}/device/capabilities/ev"), kinds);
        }
        tree.line("class/input/mouse0/dev", "13:32");
        let found = DEVICES.find_in(tree.root(), is_moved_by_hand);
        let numbers: Vec<_> = found.iter().map(|found| found.instance).collect();
        assert_eq!(numbers, [0, 2, 4], "keyboard, mouse, and a device with more kinds than one word holds");
    }
}
