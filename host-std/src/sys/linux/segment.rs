//! System V shared memory (shmop(2)).

use core::ptr::{self, NonNull};
use rustix::io::Errno;

/// One page.
const LENGTH: usize = 4096;

/// A private segment that is attached once, marked for removal, and gone with this value or the process.
pub(crate) struct Segment {
    identifier: libc::c_int,
    kept: NonNull<libc::c_void>,
}

// SAFETY: the attachment belongs to this value alone and is not tied to a thread; it is never read or written.
unsafe impl Send for Segment {}

/// Whether the kernel has System V memory, asked without making a segment.
///
/// # Errors
/// [`Errno::NOSYS`] where it does not; what forbids it.
pub(crate) fn exist() -> Result<(), Errno> {
    const NO_IDENTIFIER: libc::c_int = -1;
    // SAFETY: no segment has this identifier, so nothing is written.
    let answer = unsafe { libc::shmctl(NO_IDENTIFIER, libc::IPC_STAT, ptr::null_mut()) };
    match super::last_errno() {
        errno if answer == -1 && errno != Errno::INVAL => Err(errno),
        _ => Ok(()),
    }
}

impl Segment {
    /// A segment of one page.
    ///
    /// # Errors
    /// What shmget(2), shmat(2) or shmctl(2) met.
    pub(crate) fn new() -> Result<Self, Errno> {
        // SAFETY: the call touches no memory of ours.
        let identifier = unsafe { libc::shmget(libc::IPC_PRIVATE, LENGTH, libc::IPC_CREAT | 0o600) };
        if identifier == -1 {
            return Err(super::last_errno());
        }
        let kept = attach(identifier);
        // SAFETY: IPC_RMID takes no structure; the segment is this function's own.
        let marked = unsafe { libc::shmctl(identifier, libc::IPC_RMID, ptr::null_mut()) };
        let refused = super::last_errno();
        let segment = Self { identifier, kept: kept? }; // marked also where it could not be attached
        if marked == 0 { Ok(segment) } else { Err(refused) }
    }

    /// Attaches the segment at another address, writes a word and detaches it.
    ///
    /// # Errors
    /// What shmat(2) or shmdt(2) met.
    pub(crate) fn attach_and_detach(&self) -> Result<(), Errno> {
        let again = attach(self.identifier)?;
        // SAFETY: the segment was just attached there for writing, is aligned to a page, and nobody reads it.
        unsafe { again.cast::<u64>().write_volatile(1) };
        detach(again)
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // What is attached can be detached; nothing could be done otherwise.
        let _detached = detach(self.kept);
    }
}

fn attach(identifier: libc::c_int) -> Result<NonNull<libc::c_void>, Errno> {
    // SAFETY: an attachment at an address of the kernel's choice touches no memory of ours.
    let address = unsafe { libc::shmat(identifier, ptr::null(), 0) };
    match NonNull::new(address) {
        Some(at) if address.addr() != usize::MAX => Ok(at),
        _ => Err(super::last_errno()),
    }
}

fn detach(at: NonNull<libc::c_void>) -> Result<(), Errno> {
    // SAFETY: the caller attached a segment there and uses it no more.
    let detached = unsafe { libc::shmdt(at.as_ptr()) };
    if detached == 0 { Ok(()) } else { Err(super::last_errno()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::read_to_string;

    #[test]
    fn a_segment_is_gone_with_its_value() {
        if exist().is_err() {
            return;
        }
        let segment = Segment::new().unwrap();
        assert_eq!(segment.attach_and_detach(), Ok(()));
        let identifier = segment.identifier;
        drop(segment);
        assert!(matches!(attach(identifier), Err(Errno::INVAL | Errno::IDRM)));
        let listed = read_to_string("/proc/sysvipc/shm").unwrap();
        let identifiers = listed.lines().filter_map(|line| line.split_whitespace().nth(1));
        assert!(identifiers.into_iter().all(|other| other != identifier.to_string()));
    }
}
