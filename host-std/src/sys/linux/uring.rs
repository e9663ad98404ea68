//! A ring of requests to the kernel, with one kind of request: the one that does nothing (io_uring(7)).

use super::last_errno;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// Requests that the ring holds.
const ENTRIES: u32 = 1;
/// Both queues lie in one mapping (Linux 5.4).
const FEATURE_SINGLE_MAPPING: u32 = 1;
/// Where the queues are mapped from, and where the requests.
const OFFSET_RINGS: libc::off_t = 0;
const OFFSET_REQUESTS: libc::off_t = 0x1000_0000;
/// Bytes of a request, and where in it the word stands that comes back with its completion.
const REQUEST: usize = 64;
const REQUEST_WORD: usize = 32;
/// Bytes of a completion, and where in it the request's word and the result stand.
const COMPLETION: usize = 16;
const COMPLETION_RESULT: usize = 8;

/// `struct io_sqring_offsets` of linux/io_uring.h.
#[repr(C)]
#[derive(Default)]
struct SubmissionOffsets {
    head: u32,
    tail: u32,
    mask: u32,
    entries: u32,
    flags: u32,
    dropped: u32,
    array: u32,
    reserved: u32,
    address: u64,
}

/// `struct io_cqring_offsets` of linux/io_uring.h.
#[repr(C)]
#[derive(Default)]
struct CompletionOffsets {
    head: u32,
    tail: u32,
    mask: u32,
    entries: u32,
    overflow: u32,
    completions: u32,
    flags: u32,
    reserved: u32,
    address: u64,
}

/// `struct io_uring_params` of linux/io_uring.h.
#[repr(C)]
#[derive(Default)]
struct Parameters {
    submission_entries: u32,
    completion_entries: u32,
    flags: u32,
    thread_cpu: u32,
    thread_idle: u32,
    features: u32,
    workers: u32,
    reserved: [u32; 3],
    submission: SubmissionOffsets,
    completion: CompletionOffsets,
}

/// A ring with room for one request.
pub(crate) struct Ring {
    ring: OwnedFd,
    queues: Mapping,
    requests: Mapping,
    at: Parameters,
}

impl Ring {
    /// Sets a ring up, without a thread of the kernel's that polls it.
    ///
    /// # Errors
    /// What io_uring_setup(2) or mmap(2) says; [`Errno::NOSYS`] also with a kernel older than 5.4.
    pub(crate) fn new() -> Result<Self, Errno> {
        let mut at = Parameters::default();
        // SAFETY: the pointer is to the structure that the call reads and fills, which has the kernel's layout.
        let ring = unsafe { libc::syscall(libc::SYS_io_uring_setup, ENTRIES, &raw mut at) };
        let ring = RawFd::try_from(ring).ok().filter(|ring| *ring >= 0).ok_or_else(last_errno)?;
        // SAFETY: the kernel has just opened this descriptor for this call, and nobody else knows it.
        let ring = unsafe { OwnedFd::from_raw_fd(ring) };
        if at.features & FEATURE_SINGLE_MAPPING == 0 {
            return Err(Errno::NOSYS);
        }
        let submissions = at.submission.array as usize + at.submission_entries as usize * size_of::<u32>();
        let completions = at.completion.completions as usize + at.completion_entries as usize * COMPLETION;
        let queues = Mapping::new(&ring, submissions.max(completions), OFFSET_RINGS)?;
        let requests = Mapping::new(&ring, at.submission_entries as usize * REQUEST, OFFSET_REQUESTS)?;
        Ok(Self { ring, queues, requests, at })
    }

    /// Submits a request that does nothing and takes its completion, which is there when the submitting call returns.
    ///
    /// The request's bytes are those of the fresh mapping: zero, which is the request that does nothing.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when a signal came first or the kernel is short of memory, [`SourceError::Denied`] where a filter forbids the
    /// call, [`SourceError::Protocol`] when no completion or another one is there, [`SourceError::Io`] otherwise.
    pub(crate) fn nop(&mut self) -> Result<(), SourceError> {
        let (submission, completion) = (&self.at.submission, &self.at.completion);
        let tail = self.queues.word(submission.tail as usize)?;
        let turn = tail.load(Ordering::Relaxed);
        self.requests.long(REQUEST_WORD)?.store(turn.into(), Ordering::Relaxed);
        tail.store(turn.wrapping_add(1), Ordering::Release);
        if let Err(errno) = enter(&self.ring) {
            tail.store(turn, Ordering::Release); // without a polling thread nobody looks before the next call
            return Err(match errno {
                Errno::INTR | Errno::AGAIN | Errno::BUSY => SourceError::NotReady,
                Errno::PERM | Errno::NOSYS => SourceError::Denied,
                _ => SourceError::Io,
            });
        }
        let head = self.queues.word(completion.head as usize)?;
        let next = head.load(Ordering::Relaxed);
        if self.queues.word(completion.tail as usize)?.load(Ordering::Acquire) != next.wrapping_add(1) {
            return Err(SourceError::Protocol);
        }
        let slot = (next & (self.at.completion_entries - 1)) as usize; // a power of two
        let place = completion.completions as usize + slot * COMPLETION;
        let word = self.queues.long(place)?.load(Ordering::Relaxed);
        let result = self.queues.word(place + COMPLETION_RESULT)?.load(Ordering::Relaxed);
        head.store(next.wrapping_add(1), Ordering::Release);
        match (word, result) == (turn.into(), 0) {
            true => Ok(()),
            false => Err(SourceError::Protocol),
        }
    }
}

/// Hands one request over without waiting for a completion (io_uring_enter(2)).
fn enter(ring: &OwnedFd) -> Result<(), Errno> {
    // SAFETY: numbers and no signal mask; the kernel reads the request from the ring's own memory, and that request does nothing.
    let submitted = unsafe {
        libc::syscall(libc::SYS_io_uring_enter, ring.as_raw_fd(), 1, 0, 0, ptr::null::<libc::sigset_t>(), 0)
    };
    match submitted {
        1 => Ok(()),
        0 => Err(Errno::AGAIN),
        _ => Err(last_errno()),
    }
}

/// Memory shared with the kernel, read and written as atomics only.
struct Mapping {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the mapping belongs to this value alone, is not tied to a thread, and is reached as atomics only.
unsafe impl Send for Mapping {}

impl Mapping {
    fn new(ring: &OwnedFd, length: usize, offset: libc::off_t) -> Result<Self, Errno> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_SHARED | libc::MAP_POPULATE;
        // SAFETY: a mapping at an address of the kernel's choice touches no memory of ours.
        let start =
            unsafe { libc::mmap(ptr::null_mut(), length, protection, flags, ring.as_raw_fd(), offset) };
        match NonNull::new(start.cast::<u8>()) {
            Some(place) if start != libc::MAP_FAILED => Ok(Self { start: place, length }),
            _ => Err(last_errno()),
        }
    }

    /// The 32 bits at `offset`; [`SourceError::Protocol`] where the kernel named a place outside.
    fn word(&self, offset: usize) -> Result<&AtomicU32, SourceError> {
        let place = self.place(offset, size_of::<AtomicU32>())?;
        // SAFETY: inside the mapping, which lives as long as `self`, and aligned, as `place` has checked.
        Ok(unsafe { place.cast::<AtomicU32>().as_ref() })
    }

    /// The 64 bits at `offset`; [`SourceError::Protocol`] where the kernel named a place outside.
    fn long(&self, offset: usize) -> Result<&AtomicU64, SourceError> {
        let place = self.place(offset, size_of::<AtomicU64>())?;
        // SAFETY: as for `word`.
        Ok(unsafe { place.cast::<AtomicU64>().as_ref() })
    }

    fn place(&self, offset: usize, size: usize) -> Result<NonNull<u8>, SourceError> {
        let inside = offset.checked_add(size).is_some_and(|end| end <= self.length);
        match inside && offset.is_multiple_of(size) {
            // SAFETY: the offset lies inside the mapping, whose start is that of a page.
            true => Ok(unsafe { self.start.add(offset) }),
            false => Err(SourceError::Protocol),
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped in `new` with this length, and `&mut self` says that no reference into it is left.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.length) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_the_kernels() {
        assert_eq!(size_of::<SubmissionOffsets>(), 40);
        assert_eq!(size_of::<CompletionOffsets>(), 40);
        assert_eq!(size_of::<Parameters>(), 120);
    }

    #[test]
    fn requests_complete_one_by_one_past_the_rings_length() {
        let Ok(mut ring) = Ring::new() else { return }; // not everywhere allowed
        for _ in 0..100 {
            assert_eq!(ring.nop(), Ok(()));
        }
    }

    #[test]
    fn a_place_outside_or_askew_is_refused() {
        let Ok(ring) = Ring::new() else { return };
        let length = ring.requests.length;
        assert!(ring.requests.word(length - 4).is_ok() && ring.requests.long(length - 8).is_ok());
        for offset in [length, length - 2, usize::MAX] {
            assert_eq!(ring.requests.word(offset).err(), Some(SourceError::Protocol));
            assert_eq!(ring.requests.long(offset).err(), Some(SourceError::Protocol));
        }
    }

    #[test]
    fn a_stale_completion_is_no_answer() {
        let Ok(mut ring) = Ring::new() else { return };
        let head = ring.queues.word(ring.at.completion.head as usize).unwrap();
        head.store(head.load(Ordering::Relaxed).wrapping_sub(1), Ordering::Relaxed);
        assert_eq!(ring.nop(), Err(SourceError::Protocol));
    }
}
