//! How long three events take through one queue, and which come first.
//!
//! The physical effect: a timer that is about to run out races against a counter and a socket that are made ready meanwhile; timer interrupts,
//! the queue's locks, idle states and the run queue decide who is reported first and when all are. What is read: ticks from setting the timer to the
//! report of the last event, and which events the first report held. Everybody who loads the machine influences it: a view of the same
//! noise as `jitter_loop`, without claim.
//!
//! A reading packs both: the events of the first report in the top byte (1 timer, 2 counter, 4 socket), the ticks in the rest. The sample is made
//! of the ticks. Events are edge-triggered, so none is reported twice, and none is ready all the time.
//!
//! What can go wrong: a filter forbids a call, descriptors or watches run out, a report does not come within a second: errors, no
//! readings. What a failed round left is cleared before the next.
//!
//! Reference: epoll(7), timerfd_create(2), eventfd(2), unix(7).

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sources::patience::PATIENCE_SPEC;
use crate::sources::timed::here;
use crate::sys::cpu;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use rustix::event::epoll::{self, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::io::{Errno, read, write};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime,
};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "event_mux",
    description: "ticks until a queue has reported a timer, a counter and a socket, and which came first",
    physics: "timer interrupts, idle states, locks and the run queue vary when events are reported",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of the ticks, in steps.
const TICKS: Digitisation = Digitisation { name: "ticks-low-bits", version: 1 };

const TIMER: u64 = 1;
const COUNTER: u64 = 2;
const SOCKET: u64 = 4;
const ALL: u64 = TIMER | COUNTER | SOCKET;

/// Where a reading's events stand.
const EVENTS_AT: u32 = 56;
/// A reading's ticks.
const TICKS_MASK: u64 = (1 << EVENTS_AT) - 1;

/// What the timer takes: about as long as making the others ready, so that it may come first.
const TIMER_NS: i64 = 2_000;

pub(super) static KIND: &dyn SourceKind = &Metered::<EventMux>::KIND;

const fn ticks_low_bits(reading: u64, step: u64) -> u8 {
    ((reading & TICKS_MASK) / step) as u8
}

struct EventMux {
    queue: OwnedFd,
    timer: OwnedFd,
    counter: OwnedFd,
    near: OwnedFd,
    far: OwnedFd,
}

impl EventMux {
    fn new() -> Result<Self, Errno> {
        let queue = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK)?;
        let counter = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (near, far) = socketpair(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        let edge = EventFlags::IN | EventFlags::ET;
        for (fd, event) in [(&timer, TIMER), (&counter, COUNTER), (&far, SOCKET)] {
            epoll::add(&queue, fd, EventData::new_u64(event), edge)?;
        }
        Ok(Self { queue, timer, counter, near, far })
    }

    /// Takes away what is ready: of the round before, or of one that failed.
    fn clear(&self) -> Result<(), Errno> {
        for fd in [&self.timer, &self.counter, &self.far] {
            match read(fd, &mut [0_u8; 8]) {
                Ok(_) | Err(Errno::AGAIN) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }

    /// Sets the timer and makes the others ready.
    fn arm(&self) -> Result<(), Errno> {
        let it_value = Timespec { tv_sec: 0, tv_nsec: TIMER_NS };
        let once = Itimerspec { it_interval: Timespec::default(), it_value };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        write(&self.counter, &1_u64.to_ne_bytes())?;
        write(&self.near, &[0])?;
        Ok(())
    }

    /// The events of the next report; zero when none came.
    fn report(&self) -> Result<u64, Errno> {
        let mut events = [Event { flags: EventFlags::empty(), data: EventData::new_u64(0) }; 3];
        let count = epoll::wait(&self.queue, &mut events, Some(&PATIENCE_SPEC))?;
        Ok(events.iter().take(count).fold(0, |all, event| all | event.data.u64()))
    }
}

impl Meter for EventMux {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const DIGITISER: Digitiser = Digitiser { digitisation: TICKS, rule: ticks_low_bits };

    fn find() -> Vec<Candidate> {
        let facility = "epoll(7), timerfd_create(2), eventfd(2) or socketpair(2)";
        asked(
            Self::new(),
            here(),
            facility,
            "a seccomp filter forbids one of epoll, timerfd, eventfd and socketpair",
        )
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Self::new().map_err(error_of)
    }
}

impl Measure for EventMux {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        self.clear().map_err(error_of)?;
        let mut counter = cpu::Counter;
        let before = counter.now();
        self.arm().map_err(error_of)?;
        let (mut first, mut seen) = (0, 0);
        while seen != ALL {
            let report = match self.report().map_err(error_of)? {
                0 => return Err(SourceError::Timeout),
                report => report,
            };
            first = if seen == 0 { report } else { first };
            seen |= report;
        }
        let ticks = counter.now().wrapping_sub(before);
        Ok(first << EVENTS_AT | ticks.min(TICKS_MASK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_sees_all_events_and_what_a_failed_one_left_is_cleared() {
        let mut mux = EventMux::new().unwrap();
        for round in 0..100 {
            if round % 3 == 0 {
                mux.arm().unwrap(); // a round that ended before its reports
            }
            let reading = mux.measure().unwrap();
            let first = reading >> EVENTS_AT;
            assert!(first != 0 && first <= ALL && reading & TICKS_MASK > 0);
            mux.clear().unwrap();
            assert_eq!(rest(&mux), 0, "nothing is reported twice");
        }
        assert_eq!(ticks_low_bits(SOCKET << EVENTS_AT | 520, 26), 20);
    }

    /// What is reported without waiting.
    fn rest(mux: &EventMux) -> usize {
        let mut events = [Event { flags: EventFlags::empty(), data: EventData::new_u64(0) }; 3];
        epoll::wait(&mux.queue, &mut events, Some(&Timespec::default())).unwrap()
    }
}
