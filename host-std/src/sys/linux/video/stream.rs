//! The pictures of a camera, each shown once, wiped and given back.

use super::super::request::ask;
use super::buffer::{Buffer, Buffers, Dequeue, Description, Query, Queue};
use super::{CAPTURE, Camera, Off, On, control, meaning, set_control};
use openentropy_core::SourceError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::os::fd::OwnedFd;

/// Buffers that are asked for; drivers give more or fewer.
const BUFFERS: u32 = 4;
/// With fewer than two a camera stands still while a picture is looked at.
const LEAST_BUFFERS: usize = 2;
const MOST_BUFFERS: u32 = 32;
/// `V4L2_BUF_FLAG_ERROR`.
const DAMAGED: u32 = 0x40;
/// What one wait may take.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A picture, while it is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'b> {
    /// Its number since streaming began; the numbers of pictures that were lost are left out.
    pub(crate) sequence: u32,
    /// Whether the driver says that it came as the camera took it.
    pub(crate) is_whole: bool,
    /// What the driver wrote.
    pub(crate) bytes: &'b [u8],
}

/// A camera that streams until it is dropped.
pub(crate) struct Stream {
    device: OwnedFd,
    buffers: Vec<Buffer>,
    /// Controls that were changed, and what they stood at.
    held: Vec<(u32, i32)>,
}

impl Stream {
    /// Starts `camera`.
    ///
    /// # Errors
    /// [`SourceError::Denied`] while another program uses it, [`SourceError::Disconnected`] when it has gone, [`SourceError::Io`].
    pub(crate) fn start(camera: Camera) -> Result<Self, SourceError> {
        let mut request = Buffers::mapped(BUFFERS);
        ask(&camera.device, &mut request).map_err(meaning)?;
        let mut stream = Self { device: camera.device, buffers: Vec::new(), held: Vec::new() };
        for index in 0..request.count.min(MOST_BUFFERS) {
            let mut query = Query(Description::mapped(index));
            ask(&stream.device, &mut query).map_err(meaning)?;
            stream.buffers.push(Buffer::new(&stream.device, &query.0)?);
            stream.give_back(index)?;
        }
        if stream.buffers.len() < LEAST_BUFFERS {
            return Err(SourceError::Io);
        }
        ask(&stream.device, &mut On(CAPTURE as _)).map_err(meaning)?;
        Ok(stream)
    }

    /// Sets a control until this is dropped; false where the camera does not take it.
    pub(crate) fn hold(&mut self, id: u32, value: i32) -> bool {
        let Some(before) = control(&self.device, id) else { return false };
        let is_set = before == value || set_control(&self.device, id, value);
        if is_set && before != value {
            self.held.push((id, before));
        }
        is_set
    }

    /// Has `look` see the next picture, which is wiped and given back to the driver after that; waits for it for 20 ms at most.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when none came, [`SourceError::Disconnected`] when the camera has gone, [`SourceError::Protocol`] when the
    /// driver says nonsense, [`SourceError::Io`] when it stopped.
    pub(crate) fn next<R>(&mut self, look: impl FnOnce(Frame<'_>) -> R) -> Result<R, SourceError> {
        poll(&mut [PollFd::new(&self.device, PollFlags::IN)], Some(&WAIT)).map_err(meaning)?;
        let mut dequeue = Dequeue(Description::mapped(0));
        ask(&self.device, &mut dequeue).map_err(|errno| match errno {
            Errno::INVAL => SourceError::Protocol,
            errno => meaning(errno),
        })?;
        let Description { index, used, flags, sequence, .. } = dequeue.0;
        let buffer = self.buffers.get_mut(index as usize).ok_or(SourceError::Protocol)?;
        // SAFETY: the driver has just handed this buffer over, and writes it only after it was given back.
        let bytes = unsafe { buffer.bytes() };
        let bytes = bytes.get(..used as usize).ok_or(SourceError::Protocol)?;
        let seen = look(Frame { sequence, is_whole: flags & DAMAGED == 0, bytes });
        // SAFETY: as above.
        unsafe { buffer.wipe() };
        self.give_back(index)?;
        Ok(seen)
    }

    fn give_back(&self, index: u32) -> Result<(), SourceError> {
        ask(&self.device, &mut Queue(Description::mapped(index))).map(drop).map_err(meaning)
    }
}

impl Drop for Stream {
    /// Wipes the pictures that nobody looked at, too, unless the camera has gone: the kernel has them alone then.
    fn drop(&mut self) {
        for (id, before) in self.held.drain(..) {
            let _has_gone = set_control(&self.device, id, before);
        }
        if ask(&self.device, &mut Off(CAPTURE as _)).is_ok() {
            for buffer in &mut self.buffers {
                // SAFETY: streaming has stopped, so the driver has given up all its buffers.
                unsafe { buffer.wipe() };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_camera_streams_nothing() {
        let null = || OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
        let camera = Camera { device: null(), name: String::new() };
        assert_eq!(Stream::start(camera).err(), Some(SourceError::Absent));
        let mut stream = Stream { device: null(), buffers: Vec::new(), held: Vec::new() };
        assert_eq!(stream.next(|frame| frame.sequence), Err(SourceError::Absent));
        assert!(!stream.hold(1, 1));
    }
}
