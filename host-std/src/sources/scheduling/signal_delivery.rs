//! How long a signal takes to the thread that waits for it.
//!
//! The physical effect: none of its own. A signal is queued and its thread woken, perhaps on an idle processor; the kernel's locks, run queues and
//! interrupts vary the time. What is read: ticks from sending a signal to a partner thread until the partner has taken it and said so.
//! Everybody who loads the machine influences it: a view of the same noise as `jitter_loop`, without claim.
//!
//! No handler is installed and no thread of the program's is touched: the signal, the last of those without a meaning (SIGRTMAX), is sent to
//! the partner alone, which holds all signals back and takes this one by sigtimedwait(2). A program that itself holds SIGRTMAX back in all its
//! threads, to take it in one, should not use this source: the partner could take a signal that was sent to the process as a whole, and
//! leave.
//!
//! What can go wrong: a limit of threads or of queued signals is reached, a filter forbids a call, the partner does not answer within a
//! second, the process is a forked child: errors, no readings.
//!
//! Reference: tgkill(2), sigtimedwait(2), signal(7).

use super::baton::{Baton, Turn};
use super::relay::Relay;
use crate::sources::patience::PATIENCE;
use crate::sources::timed::{Timed, Work};
use crate::sys::os;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "signal_delivery",
    description: "ticks from sending a signal to the answer of the thread that took it",
    physics: "the kernel's locks, idle processors, run queues and interrupts vary the way of a signal",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<SignalDelivery>::KIND;

struct SignalDelivery {
    relay: Relay,
    signal: i32,
}

impl Work for SignalDelivery {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { relay: Relay::start(INFO.name, take)?, signal: os::last_signal() })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.relay.ready()
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.relay.pass_silently();
        if let Err(error) = os::send_signal(self.relay.number(), self.signal) {
            self.relay.take_back();
            return Err(error);
        }
        self.relay.wait()
    }
}

impl Drop for SignalDelivery {
    /// Sends the partner out of its wait. It leaves only after that, when the baton says so: its number is its own as long as it is sent signals.
    fn drop(&mut self) {
        self.relay.take_back();
        if self.relay.is_here() {
            // Where this fails, the wait's own bound ends it.
            let _sent = os::send_signal(self.relay.number(), self.signal);
        }
    }
}

/// Answers each signal; one out of turn is the last.
fn take(baton: &Baton) {
    let signal = os::last_signal();
    loop {
        match os::take_signal(signal, PATIENCE) {
            Ok(true) if baton.turn() == Turn::Partner => baton.give_back(),
            Ok(false) if baton.turn() != Turn::Over => {}
            _over => return,
        }
    }
}
