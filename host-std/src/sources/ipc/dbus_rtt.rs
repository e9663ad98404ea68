//! The time of a question to the system's message bus.
//!
//! The physical effect: the bus is another process that serves everybody, so the time from a question to its answer depends on its queue,
//! on the run queues, idle states and interrupts. What is read: ticks of one org.freedesktop.DBus.GetId on a kept connection; the plainer Peer.Ping is
//! forbidden by the policy that system buses come with. Everybody who loads the machine or the bus influences it. A view of the same noise as
//! `jitter_loop`, without claim.
//!
//! What can go wrong: no bus (most containers and small machines); a bus that refuses this user, does not answer within a second, hangs up, or sends
//! what is no message or a longer one than is expected. A message that is not the answer is passed over, up to a number. Since the bus works for
//! every question, the source rests a millisecond between two.
//!
//! Nothing is started: whether a bus listens at the socket is known when the source is opened.
//!
//! Reference: D-Bus Specification, "Message Protocol" and "Authentication Protocol".

mod bus;
mod message;

use crate::sources::timed::{Timed, Work, here};
use crate::{Access, Candidate, Class, SourceKind};
use bus::Bus;
use core::time::Duration;
use message::Call;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::fs;
use std::path::Path;
use std::thread;

static INFO: SourceInfo = SourceInfo {
    name: "dbus_rtt",
    description: "ticks of a question to the system's message bus and its answer",
    physics: "the bus's queue, the run queue, idle states and interrupts vary the time to an answer of another process",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<DbusRtt>::KIND;

/// Where the system's bus listens (D-Bus Specification, "Well-known Message Bus Instances").
const SOCKET: &str = "/var/run/dbus/system_bus_socket";
/// Between two questions.
const REST: Duration = Duration::from_millis(1);

struct DbusRtt {
    bus: Bus,
    question: Call,
}

impl Work for DbusRtt {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        let socket = Path::new(SOCKET);
        vec![match fs::metadata(socket) {
            Err(error) => {
                Candidate::missing(Access::Absent, format!("no system bus listens at {SOCKET}: {error}"))
            }
            Ok(_) if rustix::fs::access(socket, rustix::fs::Access::WRITE_OK).is_err() => {
                Candidate::missing(Access::Denied, format!("connecting needs the right to write to {SOCKET}"))
            }
            Ok(_) => Candidate { path: Some(socket.to_owned()), ..here() },
        }]
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let mut bus = Bus::connect(candidate.path.as_deref().unwrap_or(Path::new(SOCKET)))?;
        bus.call(&mut Call::new("Hello")?)?; // must come first
        Ok(Self { bus, question: Call::new("GetId")? })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        thread::sleep(REST);
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.bus.call(&mut self.question)
    }
}

#[cfg(test)]
mod tests;
