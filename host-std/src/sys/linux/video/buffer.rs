//! Memory that a camera's driver writes pictures into.

use super::super::request::Request;
use super::CAPTURE;
use core::ffi::c_void;
use core::mem::zeroed;
use core::ptr::{self, NonNull};
use openentropy_core::SourceError;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::{AsFd, AsRawFd};
use zeroize::Zeroize;

/// `V4L2_MEMORY_MMAP`.
const MAPPED: u32 = 1;

/// `struct v4l2_requestbuffers`.
#[repr(C)]
pub(super) struct Buffers {
    pub(super) count: u32,
    kind: u32,
    memory: u32,
    capabilities: u32,
    flags: u32,
}

/// `struct v4l2_buffer`.
#[repr(C)]
pub(super) struct Description {
    pub(super) index: u32,
    kind: u32,
    pub(super) used: u32,
    pub(super) flags: u32,
    field: u32,
    time: libc::timeval,
    timecode: [u32; 4],
    pub(super) sequence: u32,
    memory: u32,
    /// As strictly placed as the addresses of other memory.
    alignment: [usize; 0],
    pub(super) offset: u32,
    alignment_after: [usize; 0],
    pub(super) length: u32,
    reserved: u32,
    request: u32,
}

/// Asks where a buffer is; hands it to the driver; takes the next full one back.
#[repr(transparent)]
pub(super) struct Query(pub(super) Description);
#[repr(transparent)]
pub(super) struct Queue(pub(super) Description);
#[repr(transparent)]
pub(super) struct Dequeue(pub(super) Description);

// SAFETY: the layout is that of VIDIOC_REQBUFS' structure; it holds numbers only.
unsafe impl Request for Buffers {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 8);
}

// SAFETY: the layout is that of VIDIOC_QUERYBUF's structure; of mapped memory it holds numbers only, and its only maker sees to the memory.
unsafe impl Request for Query {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 9);
}

// SAFETY: as of `Query`.
unsafe impl Request for Queue {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 15);
}

// SAFETY: as of `Query`.
unsafe impl Request for Dequeue {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 17);
}

impl Buffers {
    /// So many, in memory of the driver's that can be mapped.
    pub(super) const fn mapped(count: u32) -> Self {
        Self { count, kind: CAPTURE, memory: MAPPED, capabilities: 0, flags: 0 }
    }
}

impl Description {
    /// That of buffer `index`.
    pub(super) fn mapped(index: u32) -> Self {
        // SAFETY: zeros are valid in a structure of numbers.
        let empty: Self = unsafe { zeroed() };
        Self { index, kind: CAPTURE, memory: MAPPED, ..empty }
    }
}

/// A buffer in reach of this process.
pub(super) struct Buffer {
    start: NonNull<c_void>,
    length: usize,
}

// SAFETY: the mapping belongs to this value alone and is not tied to a thread.
unsafe impl Send for Buffer {}

impl Buffer {
    /// Maps the buffer that `description` says where to find.
    ///
    /// # Errors
    /// [`SourceError::Io`] where that fails.
    pub(super) fn new(device: impl AsFd, description: &Description) -> Result<Self, SourceError> {
        let fd = device.as_fd().as_raw_fd();
        let length = usize::try_from(description.length).map_err(|_| SourceError::Io)?;
        let offset = libc::off_t::from(i32::try_from(description.offset).map_err(|_| SourceError::Io)?);
        let rights = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours; the descriptor is open.
        let start = unsafe { libc::mmap(ptr::null_mut(), length, rights, libc::MAP_SHARED, fd, offset) };
        if start == libc::MAP_FAILED {
            return Err(SourceError::Io);
        }
        let start = NonNull::new(start).ok_or(SourceError::Io)?;
        Ok(Self { start, length })
    }

    /// Its bytes.
    ///
    /// # Safety
    /// The driver does not write them while they are borrowed: the buffer was taken back from it, or nothing streams.
    pub(super) unsafe fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: the range was mapped readable and writable in `new` and lives as long as `self`; the caller vouches for the driver.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr().cast(), self.length) }
    }

    /// Wipes it.
    ///
    /// # Safety
    /// As of [`bytes`](Self::bytes).
    pub(super) unsafe fn wipe(&mut self) {
        // SAFETY: the caller's.
        unsafe { self.bytes() }.zeroize();
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: mapped in `new` with this length; `&mut self` says that no reference into it is left.
        unsafe { libc::munmap(self.start.as_ptr(), self.length) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_structures_are_those_of_the_kernel() {
        use core::mem::offset_of;
        assert_eq!((size_of::<Buffers>(), size_of::<Description>()), (20, 88));
        assert_eq!((offset_of!(Description, time), offset_of!(Description, sequence)), (24, 56));
        assert_eq!((offset_of!(Description, offset), offset_of!(Description, length)), (64, 72));
        assert_eq!((<Buffers as Request>::CODE, <Query as Request>::CODE), (0xc014_5608, 0xc058_5609));
        assert_eq!((<Queue as Request>::CODE, <Dequeue as Request>::CODE), (0xc058_560f, 0xc058_5611));
    }

    #[test]
    fn a_buffer_is_read_and_wiped_through_its_mapping() {
        let file = memfd_create("test", MemfdFlags::CLOEXEC).unwrap();
        let page = rustix::param::page_size() as u32;
        ftruncate(&file, u64::from(page) * 2).unwrap();
        rustix::io::pwrite(&file, &[1, 2, 3], page.into()).unwrap();
        let description = Description { offset: page, length: page, ..Description::mapped(0) };
        let mut buffer = Buffer::new(&file, &description).unwrap();
        // SAFETY: no driver stands behind the file.
        assert_eq!(unsafe { buffer.bytes() }[..4], [1, 2, 3, 0]);
        // SAFETY: no driver stands behind the file.
        unsafe { buffer.wipe() };
        let mut read = [9; 4];
        rustix::io::pread(&file, &mut read, page.into()).unwrap();
        assert_eq!(read, [0; 4]);
        assert_eq!(Buffer::new(&file, &Description::mapped(0)).err(), Some(SourceError::Io), "of no length");
    }
}
