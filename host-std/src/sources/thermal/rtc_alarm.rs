//! The time between two seconds of the real-time clock.
//!
//! The physical effect: the clock's crystal, 32,768 Hz and never stopped, against the processor's, each with noise of its own. What is read: nanoseconds
//! of the steady clock from one update interrupt to the next (RTC_UIE_ON); the kernel makes it of the clock's alarm. The *periodic*
//! interrupt that real-time clocks have, too, the kernel imitates with a timer of the processor's clock today: it would show nothing. What an attacker
//! could influence: the interrupt's way to this thread is that of every interrupt, so whoever loads the machine. Under a hypervisor the clock
//! is a model and the source is shown as emulated.
//!
//! It must be named: while it is open, no other program can open the clock (hwclock, rtcwake).
//!
//! What can go wrong: another program has the clock open (denied), it has no interrupt (absent), it stands still (timeout). A second that was over
//! before somebody waited for it is no reading, and neither is the one after it.
//!
//! Reference: rtc(4); Linux, Documentation/admin-guide/rtc.rst, drivers/rtc/interface.c (rtc_update_irq_enable).

use crate::sources::errno::error_of;
use crate::sources::measured::step_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{Nodes, while_open};
use crate::sys::linux::rtc::announce_seconds;
use crate::sys::os;
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Access as May, Mode, OFlags, open};
use rustix::io::{Errno, read};
use std::os::fd::OwnedFd;
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "rtc_alarm",
    description: "nanoseconds between two update interrupts of the real-time clock",
    physics: "the real-time clock's crystal runs apart from the processor's",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::RtcCrystal),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<RtcAlarm>::KIND;

const CLOCKS: Nodes = Nodes {
    class: "class/rtc",
    prefix: "rtc",
    folder: "/dev",
    may: May::READ_OK,
    who: "root",
    none: "no real-time clock is shown in /sys/class/rtc",
};

/// What one wait for the interrupt may take.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
/// The silence after which a clock of seconds stands still.
const PATIENCE: Duration = Duration::from_secs(5);

struct RtcAlarm {
    clock: OwnedFd,
    /// When it was last heard, or opened.
    heard: Instant,
    /// Steady nanoseconds of the last second's beginning.
    last: Option<u64>,
}

impl Meter for RtcAlarm {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Oscillator;
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        CLOCKS.find()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let clock = open(path, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::BUSY => SourceError::Denied,
            errno => error_of(errno),
        })?;
        announce_seconds(&clock).map_err(|errno| match errno {
            Errno::INVAL => SourceError::Absent,
            errno => error_of(errno),
        })?;
        Ok(Self { clock, heard: Instant::now(), last: None })
    }

    fn step() -> Result<u64, SourceError> {
        Ok(step_of(os::steady_ns))
    }
}

impl RtcAlarm {
    /// Takes what the clock has announced: seconds since the last time.
    fn taken(&self) -> Result<Option<u32>, SourceError> {
        let mut word = [0; size_of::<u32>()];
        match read(&self.clock, &mut word) {
            Ok(4) => Ok(Some(u32::from_ne_bytes(word) >> 8)), // the low byte says which interrupts
            Ok(_) => Err(SourceError::Protocol),
            Err(Errno::AGAIN) => Ok(None),
            Err(errno) => Err(while_open(errno)),
        }
    }
}

impl Measure for RtcAlarm {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for the next second for 100 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if self.taken()?.is_some() {
            self.heard = Instant::now();
            self.last = None; // nobody was there when it began
        }
        let came = poll(&mut [PollFd::new(&self.clock, PollFlags::IN)], Some(&WAIT)).map_err(error_of)?;
        let now = os::steady_ns();
        if came == 0 {
            return Err(match self.heard.elapsed() > PATIENCE {
                true => SourceError::Timeout,
                false => SourceError::NotReady,
            });
        }
        self.heard = Instant::now();
        let last = match self.taken()? {
            Some(1) => self.last.replace(now),
            _ => None,
        };
        now.checked_sub(last.ok_or(SourceError::NotReady)?).ok_or(SourceError::CoarseClock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::pipe::{PipeFlags, pipe_with};
    use std::thread;

    /// A pipe in the clock's place, into which a thread writes what the kernel would.
    fn rigged() -> (RtcAlarm, OwnedFd) {
        let (clock, kernel) = pipe_with(PipeFlags::NONBLOCK).unwrap();
        (RtcAlarm { clock, heard: Instant::now(), last: None }, kernel)
    }

    fn announce(kernel: &OwnedFd, seconds: u32) {
        rustix::io::write(kernel, &(seconds << 8 | 0x90).to_ne_bytes()).unwrap();
    }

    #[test]
    fn a_reading_lies_between_two_seconds_that_were_waited_for() {
        let (mut source, kernel) = rigged();
        announce(&kernel, 1);
        assert_eq!(source.measure(), Err(SourceError::NotReady), "it began before anybody waited");
        let (reading, bound) = thread::scope(|scope| {
            let began = Instant::now();
            scope.spawn(|| {
                for _ in 0..8 {
                    thread::sleep(Duration::from_millis(300));
                    announce(&kernel, 1);
                }
            });
            loop {
                match source.measure() {
                    Ok(reading) => break (reading, began.elapsed()),
                    Err(error) => assert_eq!(error, SourceError::NotReady),
                }
            }
        });
        assert!(reading > 0 && u128::from(reading) < bound.as_nanos());
    }

    #[test]
    fn a_clock_that_stands_still_times_out() {
        let (mut source, kernel) = rigged();
        assert_eq!(source.measure(), Err(SourceError::NotReady));
        source.heard = Instant::now().checked_sub(PATIENCE).unwrap();
        assert_eq!(source.measure(), Err(SourceError::Timeout));
        drop(kernel);
        assert_eq!(source.measure(), Err(SourceError::Protocol), "the end of a file");
    }
}
