//! The time to hand over a descriptor.
//!
//! The physical effect: none of its own. A descriptor that travels in a message takes a reference to its file, gets a slot in the receiver's
//! table and is closed again, so the time tells of caches, allocators and interrupts. What is read: ticks of sending, receiving and closing
//! one on a kept pair of sockets. Everybody who loads the machine influences it. A view of the same noise as `jitter_loop`, without claim.
//!
//! What can go wrong: with no descriptor left the message comes without one, which is an error; a security module may cut it off likewise.
//!
//! Reference: unix(7), SCM_RIGHTS.

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::{Candidate, Class, SourceKind};
use core::mem::MaybeUninit;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::{EventfdFlags, eventfd};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};
use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, OwnedFd};

static INFO: SourceInfo = SourceInfo {
    name: "fd_passing",
    description: "ticks to send a descriptor over a unix socket, receive and close it",
    physics: "cache state, the file tables and interrupts vary the kernel's path of a descriptor",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<FdPassing>::KIND;

/// Room for one descriptor.
const ROOM: usize = rustix::cmsg_space!(ScmRights(1));

struct FdPassing {
    sender: OwnedFd,
    receiver: OwnedFd,
    /// What is handed over: not a socket, which the kernel would look for in cycles of sockets.
    passed: OwnedFd,
}

impl Work for FdPassing {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        asked(
            pair(),
            here(),
            "sequenced unix sockets (CONFIG_UNIX)",
            "a seccomp filter forbids socketpair(2)",
        )
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let (sender, receiver) = pair().map_err(error_of)?;
        let passed = eventfd(0, EventfdFlags::CLOEXEC).map_err(error_of)?;
        Ok(Self { sender, receiver, passed })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let passed = [self.passed.as_fd()];
        let mut room = [MaybeUninit::uninit(); ROOM];
        let mut rights = SendAncillaryBuffer::new(&mut room);
        if !rights.push(SendAncillaryMessage::ScmRights(&passed)) {
            return Err(SourceError::Io);
        }
        sendmsg(&self.sender, &[IoSlice::new(&[0])], &mut rights, SendFlags::NOSIGNAL).map_err(error_of)?;
        let mut room = [MaybeUninit::uninit(); ROOM];
        let mut came = RecvAncillaryBuffer::new(&mut room);
        recvmsg(&self.receiver, &mut [IoSliceMut::new(&mut [0])], &mut came, RecvFlags::CMSG_CLOEXEC)
            .map_err(error_of)?;
        let descriptors = came.drain().map(|message| match message {
            RecvAncillaryMessage::ScmRights(descriptors) => descriptors.count(), // counted, they are closed
            _ => 0,
        });
        match descriptors.sum() {
            1 => Ok(()),
            _ => Err(SourceError::Io),
        }
    }
}

/// Two ends that never wait.
fn pair() -> Result<(OwnedFd, OwnedFd), Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)
}
