//! The time of a message to another thread and back over a Unix socket.
//!
//! The physical effect: the message wakes a thread, and its answer wakes the sender. How long a sleeping processor or a busy one takes for
//! that depends on idle states, on the run queues and on interrupts. What is read: ticks of one round trip with a thread on another
//! processor, where there is one. Everybody who loads the machine influences it, and a program that watches the run queue sees part of it. A view of the same noise as
//! `jitter_loop`, without claim.
//!
//! What can go wrong: the thread may not answer within a second (a timeout) or be gone (disconnected); an answer that comes after its bound is
//! taken for what it is by its number. In a forked child there is no such thread (disconnected). No thread or descriptor may be left: opening then fails.
//!
//! Reference: unix(7), SOCK_SEQPACKET.

use super::answers::expect;
use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::partner::{Partner, Seat};
use crate::sources::patience::PATIENCE;
use crate::sources::timed::{Timed, Work, here};
use crate::{Candidate, Class, SourceKind};
use core::sync::atomic::{AtomicBool, Ordering};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, Shutdown, SocketFlags, SocketType, recv, send, shutdown, socketpair,
};
use std::os::fd::OwnedFd;
use std::sync::Arc;

static INFO: SourceInfo = SourceInfo {
    name: "unix_socket",
    description: "ticks of a message to a thread and back over a unix socket",
    physics: "idle states, the run queue and interrupts vary the time from a message to the thread that takes it",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<UnixSocket>::KIND;

struct UnixSocket {
    near: OwnedFd,
    turn: u64,
    /// Whether the thread is to end, should it not hear of that through the socket.
    is_over: Arc<AtomicBool>,
    partner: Partner,
}

impl Work for UnixSocket {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["mach_ipc"];

    fn find() -> Vec<Candidate> {
        asked(
            pair(),
            here(),
            "sequenced unix sockets (CONFIG_UNIX)",
            "a seccomp filter forbids socketpair(2)",
        )
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let (near, far) = pair().map_err(error_of)?;
        for end in [&near, &far] {
            set_socket_timeout(end, Timeout::Send, Some(PATIENCE)).map_err(error_of)?;
            set_socket_timeout(end, Timeout::Recv, Some(PATIENCE)).map_err(error_of)?;
        }
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        let partner = Partner::start(INFO.name, move || echo(&far, &told))?;
        Ok(Self { near, turn: 0, is_over, partner })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.partner.sit(Seat::Other)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.turn = self.turn.wrapping_add(1);
        send(&self.near, &self.turn.to_ne_bytes(), SendFlags::NOSIGNAL).map_err(error_of)?;
        expect(self.turn, || {
            let mut answer = [0; 8];
            match recv(&self.near, &mut answer, RecvFlags::empty()).map_err(error_of)?.0 {
                8 => Ok(u64::from_ne_bytes(answer)),
                0 => Err(SourceError::Disconnected),
                _ => Err(SourceError::Protocol),
            }
        })
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        let Self { near, is_over, partner, .. } = self;
        partner.end(|| {
            is_over.store(true, Ordering::Release);
            // The thread reads the end of the stream even if a child has a copy of this end; where a filter forbids the call, it looks up by itself.
            let _hung_up = shutdown(&*near, Shutdown::Both);
        });
    }
}

fn pair() -> Result<(OwnedFd, OwnedFd), Errno> {
    socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
}

/// Sends every message back, until the other end hangs up or a call fails.
fn echo(far: &OwnedFd, is_over: &AtomicBool) {
    let mut message = [0; 8];
    while !is_over.load(Ordering::Acquire) {
        match recv(far, &mut message, RecvFlags::empty()) {
            Ok((8, _)) => {}
            Err(Errno::INTR | Errno::AGAIN) => continue,
            Ok(_) | Err(_) => return,
        }
        if send(far, &message, SendFlags::NOSIGNAL).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::in_child;

    #[test]
    fn a_child_that_drops_its_copy_waits_for_nobody_and_does_not_hang_up() {
        let mut socket = Some(UnixSocket::open(&Candidate::ready()).unwrap());
        let dropped = in_child(|| vec![u8::from(socket.take().is_some())]);
        assert_eq!(dropped, [1]);
        assert_eq!(socket.unwrap().run(), Ok(()));
    }

    #[test]
    fn a_partner_that_is_gone_is_noticed() {
        let mut socket = UnixSocket::open(&Candidate::ready()).unwrap();
        assert_eq!(socket.run(), Ok(()));
        let near = &socket.near;
        socket.partner.end(|| shutdown(near, Shutdown::Write).unwrap());
        assert_eq!(socket.run(), Err(SourceError::Disconnected));
    }

    #[test]
    fn a_partner_that_is_silent_is_waited_for_and_no_longer() {
        let (near, far) = pair().unwrap();
        set_socket_timeout(&near, Timeout::Recv, Some(PATIENCE / 10)).unwrap();
        let partner = Partner::start("silent", || {}).unwrap();
        let mut socket = UnixSocket { near, turn: 0, is_over: Arc::default(), partner };
        assert_eq!(socket.run(), Err(SourceError::Timeout));
        send(&far, &1_u64.to_ne_bytes(), SendFlags::NOSIGNAL).unwrap(); // too late
        send(&far, &2_u64.to_ne_bytes(), SendFlags::NOSIGNAL).unwrap();
        assert_eq!(socket.run(), Err(SourceError::NotReady));
        drop(far);
        assert_eq!(socket.run(), Err(SourceError::Disconnected));
    }
}
