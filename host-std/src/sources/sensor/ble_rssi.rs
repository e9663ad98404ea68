//! How strongly the advertisements of Bluetooth devices are received.
//!
//! The physical effect: signals fade with everything that moves between two aerials, devices change their channel with each advertisement, and a
//! receiver's first amplifier adds thermal noise. What is read: the strength in dBm that the controller tells of each advertisement, by the
//! kernel's management of controllers. What an attacker could influence: whoever is in range may send, as strongly as he likes, and
//! hears the same advertisements; any program with the right hears the same reports. Whole decibels hide the receiver's own noise, so
//! assessment alone never pays it.
//!
//! It must be named: a controller that discovers asks devices for their names, which others hear. The kernel ends a discovery after
//! about ten seconds by itself; this source begins the next one only while it is read, and ends its own when it is closed. Where
//! somebody else discovers, it listens to what that brings. Addresses and names that come with a report are never looked at, and wiped. The kernel has
//! the controller leave repetitions out, so a device gives about one reading in a discovery.
//!
//! What can go wrong: no controller, or one that is switched off (absent); no right (denied); no device in range (timeout after a minute); the
//! controller goes away (disconnected). Controllers that a program imitates (hci_vhci) are shown as emulated.
//!
//! Reference: BlueZ, doc/mgmt-protocol.rst; Bluetooth Core Specification 5.3, volume 4, part E, §7.7.65.2.

use crate::sources::errno::error_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{SYS, numbered, or_none, whose};
use crate::sources::pace::Pace;
use crate::sys::linux::bluetooth::management;
use crate::{Access, Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvFlags, SendFlags, recv, send};
use std::fs::read_to_string;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Instant;
use zeroize::Zeroizing;

static INFO: SourceInfo = SourceInfo {
    name: "ble_rssi",
    description: "strengths of the advertisements of Bluetooth devices",
    physics: "signals fade with what moves, and the receiver adds thermal noise",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<BleRssi>::KIND;

/// Commands and their parameter: low energy, public and random addresses.
const START_DISCOVERY: u16 = 0x23;
const STOP_DISCOVERY: u16 = 0x24;
const LOW_ENERGY: u8 = 0b110;
/// Events.
const COMPLETE: u16 = 0x01;
const STATUS: u16 = 0x02;
const REMOVED: u16 = 0x05;
const FOUND: u16 = 0x12;
const DISCOVERING: u16 = 0x13;
/// Bytes of an address and its type, behind which a report has its strength.
const ADDRESS: usize = 7;
/// The strength of a report that has none.
const UNKNOWN: i8 = 127;

/// The shortest time from one discovery to the next.
const PAUSE: Duration = Duration::from_secs(1);
/// What the answer to a command may take.
const ANSWER: Duration = Duration::from_secs(1);
/// The time without a report after which nobody is in range.
const PATIENCE: Duration = Duration::from_secs(60);
/// What one wait may take.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
/// Room for a packet: the longest report of extended advertising has less than 2,000 bytes.
const ROOM: usize = 4096;
/// CAP_NET_ADMIN, as a bit of the effective capabilities (linux/capability.h).
const NET_ADMIN: u64 = 1 << 12;

struct BleRssi {
    socket: OwnedFd,
    controller: u16,
    /// Whether a discovery that this source began goes on.
    ours: bool,
    pace: Pace,
    room: Zeroizing<Vec<u8>>,
    /// When a device was heard last, or it was opened.
    heard: Instant,
}

/// What a packet says of this source's controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// The answer to the command that begins a discovery.
    Answer(u8),
    Found(i8),
    /// A discovery has ended.
    Ended,
    Gone,
    Other,
}

impl Meter for BleRssi {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Network;
    const ALIASES: &'static [&'static str] = &["bluetooth_ble", "bluetooth_noise"];
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        find_in(Path::new(SYS), is_allowed())
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let name = candidate.path.as_deref().and_then(|path| path.file_name()?.to_str());
        let controller = name.and_then(|name| name.strip_prefix("hci")?.parse().ok());
        let mut this = Self {
            socket: management().map_err(error_of)?,
            controller: controller.ok_or(SourceError::Absent)?,
            ours: false,
            pace: Pace::new(PAUSE),
            room: Zeroizing::new(vec![0; ROOM]),
            heard: Instant::now(),
        };
        this.pace.wait()?; // the first discovery
        this.discover()?;
        Ok(this)
    }

    /// Strengths are whole.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl BleRssi {
    fn command(&self, command: u16) -> Result<(), SourceError> {
        let packet = command_of(command, self.controller);
        // of a command that it refuses the kernel says that nothing was sent; why comes as an event
        send(&self.socket, &packet, SendFlags::empty()).map_err(error_of)?;
        Ok(())
    }

    /// Begins a discovery, unless somebody else's goes on.
    fn discover(&mut self) -> Result<(), SourceError> {
        self.command(START_DISCOVERY)?;
        let deadline = Instant::now() + ANSWER;
        while Instant::now() < deadline {
            match self.event() {
                Ok(Event::Answer(status)) => {
                    self.ours = begun(status)?;
                    return Ok(());
                }
                Ok(Event::Gone) => return Err(SourceError::Disconnected),
                Ok(_) | Err(SourceError::NotReady) => {}
                Err(error) => return Err(error),
            }
        }
        Err(SourceError::Timeout)
    }

    /// The next event; waits 20 ms at most.
    fn event(&mut self) -> Result<Event, SourceError> {
        if poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&WAIT)).map_err(error_of)? == 0 {
            return Err(SourceError::NotReady);
        }
        let (length, _) = recv(&self.socket, &mut self.room[..], RecvFlags::empty()).map_err(error_of)?;
        let event = event_of(self.room.get(..length).unwrap_or_default(), self.controller);
        self.room.fill(0);
        event.ok_or(SourceError::Protocol)
    }
}

impl Measure for BleRssi {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        if !self.ours && self.pace.wait().is_ok() {
            self.discover().map_err(|error| match error {
                SourceError::Absent => SourceError::Disconnected, // it was on when it was opened
                error => error,
            })?;
        }
        match self.event() {
            Ok(Event::Found(strength)) if strength != UNKNOWN => {
                self.heard = Instant::now();
                return Ok(i64::from(strength).cast_unsigned());
            }
            Ok(Event::Ended) => self.ours = false,
            Ok(Event::Gone) => return Err(SourceError::Disconnected),
            Ok(Event::Found(_) | Event::Answer(_) | Event::Other) | Err(SourceError::NotReady) => {}
            Err(error) => return Err(error),
        }
        match self.heard.elapsed() > PATIENCE {
            true => Err(SourceError::Timeout),
            false => Err(SourceError::NotReady),
        }
    }
}

impl Drop for BleRssi {
    fn drop(&mut self) {
        if self.ours {
            // one that fails ends with the kernel's own bound
            let _ = self.command(STOP_DISCOVERY);
        }
    }
}

/// A command about a discovery.
fn command_of(command: u16, controller: u16) -> [u8; 7] {
    let ([c0, c1], [n0, n1]) = (command.to_le_bytes(), controller.to_le_bytes());
    [c0, c1, n0, n1, 1, 0, LOW_ENERGY]
}

/// What a packet says of `controller`; `None` for one that is too short.
fn event_of(packet: &[u8], controller: u16) -> Option<Event> {
    let &[k0, k1, n0, n1, l0, l1, ref body @ ..] = packet else { return None };
    let body = body.get(..usize::from(u16::from_le_bytes([l0, l1])))?;
    if u16::from_le_bytes([n0, n1]) != controller {
        return Some(Event::Other);
    }
    Some(match u16::from_le_bytes([k0, k1]) {
        COMPLETE | STATUS => match *body {
            [c0, c1, status, ..] if u16::from_le_bytes([c0, c1]) == START_DISCOVERY => Event::Answer(status),
            _ => Event::Other,
        },
        FOUND => Event::Found(body.get(ADDRESS)?.cast_signed()),
        DISCOVERING if *body.get(1)? == 0 => Event::Ended,
        REMOVED => Event::Gone,
        _ => Event::Other,
    })
}

/// Whether the status of an answer says that the discovery is this source's.
fn begun(status: u8) -> Result<bool, SourceError> {
    match status {
        0x00 => Ok(true),
        0x0a => Ok(false),                              // busy: somebody else discovers
        0x0c | 0x0f | 0x12 => Err(SourceError::Absent), // not supported, not powered, blocked by a switch
        0x11 => Err(SourceError::Disconnected),         // no such controller
        0x14 => Err(SourceError::Denied),
        _ => Err(SourceError::Io),
    }
}

/// The controllers below `sys`.
fn find_in(sys: &Path, is_allowed: bool) -> Vec<Candidate> {
    let controllers = numbered(&sys.join("class/bluetooth"), "hci").into_iter();
    let found = controllers.map(|controller| Candidate {
        instance: controller.instance(),
        virtualised: whose(&controller.path),
        path: Some(controller.path),
        access: if is_allowed { Access::Ready } else { Access::Denied },
        reason: if is_allowed { "" } else { "discovering needs root or CAP_NET_ADMIN" }.to_owned(),
        ..Candidate::ready()
    });
    or_none(found.collect(), "no controller is shown in /sys/class/bluetooth")
}

/// Whether this process may command controllers.
fn is_allowed() -> bool {
    let status = read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    effective.and_then(|set| u64::from_str_radix(set.trim(), 16).ok()).is_some_and(|set| set & NET_ADMIN != 0)
}

#[cfg(test)]
mod tests;
