//! POSIX message queues (mq_overview(7)).

use core::ffi::CStr;
use core::sync::atomic::{AtomicU32, Ordering};
use rustix::io::Errno;
use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Bytes of a message.
const LENGTH: usize = 8;
/// Names that are tried before opening is given up.
const NAMES: u32 = 8;
/// Names that were tried in this process.
static TRIED: AtomicU32 = AtomicU32::new(0);

/// An open queue that has no name any more and ends with this value.
pub(crate) struct MessageQueue(OwnedFd);

/// Whether the kernel has such queues, asked without making one.
///
/// # Errors
/// [`Errno::NOSYS`] where it does not; what forbids it.
pub(crate) fn exist() -> Result<(), Errno> {
    let name = c"/openentropy-no-such-queue";
    // SAFETY: the name ends in a zero byte; without O_CREAT the call takes no further arguments.
    let queue = unsafe { libc::mq_open(name.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) };
    match queue {
        -1 => match super::last_errno() {
            Errno::NOENT => Ok(()),
            errno => Err(errno),
        },
        queue => {
            drop(owned(queue)); // somebody has made it
            Ok(())
        }
    }
}

impl MessageQueue {
    /// A queue for this many messages that never waits.
    ///
    /// # Errors
    /// What mq_open(3) or mq_unlink(3) met.
    pub(crate) fn new(messages: usize) -> Result<Self, Errno> {
        for _ in 0..NAMES {
            let turn = TRIED.fetch_add(1, Ordering::Relaxed);
            let name = CString::new(format!("/openentropy-{}-{turn}", std::process::id()));
            let name = name.map_err(|_| Errno::INVAL)?;
            match create(&name, messages) {
                Err(Errno::EXIST) => {} // another namespace's process of this number, or one that was killed in between
                Err(errno) => return Err(errno),
                Ok(queue) => {
                    // SAFETY: the name ends in a zero byte.
                    let unlinked = unsafe { libc::mq_unlink(name.as_ptr()) };
                    return if unlinked == 0 { Ok(Self(queue)) } else { Err(super::last_errno()) };
                }
            }
        }
        Err(Errno::EXIST)
    }

    /// Sends a message.
    ///
    /// # Errors
    /// What mq_send(3) met; [`Errno::AGAIN`] when the queue is full.
    pub(crate) fn send(&self, priority: u32) -> Result<(), Errno> {
        let message = [0; LENGTH];
        // SAFETY: the message is as long as is said, and lives through the call.
        let sent = unsafe { libc::mq_send(self.0.as_raw_fd(), message.as_ptr().cast(), LENGTH, priority) };
        if sent == 0 { Ok(()) } else { Err(super::last_errno()) }
    }

    /// Receives the message of the highest priority, and says that.
    ///
    /// # Errors
    /// What mq_receive(3) met; [`Errno::AGAIN`] when the queue is empty.
    pub(crate) fn receive(&self) -> Result<u32, Errno> {
        let mut message = [0_u8; LENGTH];
        let mut priority = 0;
        let buffer = message.as_mut_ptr().cast();
        // SAFETY: the buffer is as long as is said; both it and the priority are written during the call only, and live through it.
        let length = unsafe { libc::mq_receive(self.0.as_raw_fd(), buffer, LENGTH, &raw mut priority) };
        if length < 0 { Err(super::last_errno()) } else { Ok(priority) }
    }
}

fn create(name: &CStr, messages: usize) -> Result<OwnedFd, Errno> {
    // SAFETY: the structure is of integers, for which zeros are values.
    let mut attributes: libc::mq_attr = unsafe { core::mem::zeroed() };
    attributes.mq_maxmsg = messages as _;
    attributes.mq_msgsize = LENGTH as _;
    let flags = libc::O_RDWR | libc::O_CREAT | libc::O_EXCL | libc::O_NONBLOCK | libc::O_CLOEXEC;
    let mode: libc::mode_t = 0o600;
    // SAFETY: the name ends in a zero byte; with O_CREAT the call takes a mode and attributes, which live through it.
    let queue = unsafe { libc::mq_open(name.as_ptr(), flags, mode, &raw const attributes) };
    if queue == -1 { Err(super::last_errno()) } else { Ok(owned(queue)) }
}

fn owned(queue: libc::mqd_t) -> OwnedFd {
    // SAFETY: on Linux a queue's descriptor is a file's (mq_overview(7)); this one was just opened and nobody else has it.
    unsafe { OwnedFd::from_raw_fd(queue) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_and_an_empty_queue_do_not_wait() {
        if exist().is_err() {
            return;
        }
        let queue = MessageQueue::new(2).unwrap();
        assert_eq!(queue.receive(), Err(Errno::AGAIN));
        assert_eq!(queue.send(1), Ok(()));
        assert_eq!(queue.send(2), Ok(()));
        assert_eq!(queue.send(3), Err(Errno::AGAIN));
        assert_eq!(queue.receive(), Ok(2));
    }

    #[test]
    fn too_large_a_queue_is_refused() {
        if exist().is_err() {
            return;
        }
        assert!(matches!(MessageQueue::new(1 << 30), Err(Errno::INVAL | Errno::MFILE | Errno::NOMEM)));
    }
}
