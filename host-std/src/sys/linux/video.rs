//! Cameras (Linux, include/uapi/linux/videodev2.h, Documentation/userspace-api/media/v4l/).

mod buffer;
mod stream;

pub(crate) use stream::{Frame, Stream};

use super::request::{self, Request, ask, text};
use core::ffi::c_int;
use core::mem::zeroed;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::OwnedFd;

/// `V4L2_BUF_TYPE_VIDEO_CAPTURE`.
const CAPTURE: u32 = 1;
/// `V4L2_CAP_VIDEO_CAPTURE`, `V4L2_CAP_STREAMING`, `V4L2_CAP_DEVICE_CAPS`.
const CAPTURES: u32 = 1;
const STREAMS: u32 = 0x0400_0000;
const NODE_HAS_ITS_OWN: u32 = 0x8000_0000;
/// Formats that are looked at.
const MAX_FORMATS: u32 = 256;
/// Pixels of a line, lines, and bytes from one line to the next, beyond which a driver talks nonsense: no room is made for it.
const MOST_PIXELS: u32 = 1 << 14;
const MOST_BYTES: u32 = 1 << 17;

/// `struct v4l2_capability`.
#[repr(C)]
struct Capability {
    driver: [u8; 16],
    card: [u8; 32],
    bus: [u8; 32],
    version: u32,
    device: u32,
    node: u32,
    reserved: [u32; 3],
}

/// `struct v4l2_fmtdesc`.
#[repr(C)]
struct FormatDescription {
    index: u32,
    kind: u32,
    flags: u32,
    description: [u8; 32],
    code: [u8; 4],
    bus_code: u32,
    reserved: [u32; 3],
}

/// `struct v4l2_format` with a `struct v4l2_pix_format`.
#[repr(C)]
struct Format {
    kind: u32,
    /// As strictly placed as the addresses of other kinds.
    alignment: [usize; 0],
    width: u32,
    height: u32,
    code: [u8; 4],
    field: u32,
    line: u32,
    size: u32,
    rest: [u8; 176],
}

/// `struct v4l2_control`, to be read.
#[repr(C)]
struct ControlRead {
    id: u32,
    value: i32,
}

/// The same, to be written.
#[repr(transparent)]
struct ControlWrite(ControlRead);

/// The argument of `VIDIOC_STREAMON` and `VIDIOC_STREAMOFF`.
#[repr(transparent)]
struct On(c_int);
#[repr(transparent)]
struct Off(c_int);

// SAFETY: the layout is that of VIDIOC_QUERYCAP's structure; it holds numbers only.
unsafe impl Request for Capability {
    const CODE: Opcode = opcode::read::<Self>(b'V', 0);
}

// SAFETY: the layout is that of VIDIOC_ENUM_FMT's structure; it holds numbers only.
unsafe impl Request for FormatDescription {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 2);
}

// SAFETY: the layout is that of VIDIOC_S_FMT's structure; of the kind that captures it holds numbers only, and its only maker sees to the kind.
unsafe impl Request for Format {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 5);
}

// SAFETY: the layout is that of VIDIOC_G_CTRL's structure; it holds numbers only.
unsafe impl Request for ControlRead {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 27);
}

// SAFETY: the layout is that of VIDIOC_S_CTRL's structure; it holds numbers only.
unsafe impl Request for ControlWrite {
    const CODE: Opcode = opcode::read_write::<Self>(b'V', 28);
}

// SAFETY: the request reads one int.
unsafe impl Request for On {
    const CODE: Opcode = opcode::write::<Self>(b'V', 18);
}

// SAFETY: the request reads one int.
unsafe impl Request for Off {
    const CODE: Opcode = opcode::write::<Self>(b'V', 19);
}

/// What a camera agreed to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Picture {
    /// The format's four letters.
    pub(crate) code: [u8; 4],
    /// Pixels of a line, and lines.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Bytes from one line to the next.
    pub(crate) line: usize,
}

/// A camera that does not stream yet.
pub(crate) struct Camera {
    device: OwnedFd,
    name: String,
}

impl Camera {
    /// The camera behind `device`.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where it does not capture pictures of one plane by streaming, [`SourceError::Disconnected`] when it has gone.
    pub(crate) fn new(device: OwnedFd) -> Result<Self, SourceError> {
        // SAFETY: zeros are valid in a structure of numbers.
        let mut capability: Capability = unsafe { zeroed() };
        ask(&device, &mut capability).map_err(meaning)?;
        match is_camera(&capability) {
            true => {
                Ok(Self { device, name: format!("{}: {}", text(&capability.driver), text(&capability.card)) })
            }
            false => Err(SourceError::Absent),
        }
    }

    /// Its driver's name, and its own.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The formats that it knows, by their four letters.
    ///
    /// # Errors
    /// [`SourceError::Disconnected`], [`SourceError::Io`].
    pub(crate) fn formats(&self) -> Result<Vec<[u8; 4]>, SourceError> {
        let mut codes = Vec::new();
        for index in 0..MAX_FORMATS {
            // SAFETY: zeros are valid in a structure of numbers.
            let empty: FormatDescription = unsafe { zeroed() };
            let mut description = FormatDescription { index, kind: CAPTURE, ..empty };
            match ask(&self.device, &mut description) {
                Ok(_) => codes.push(description.code),
                Err(Errno::INVAL) => break,
                Err(errno) => return Err(meaning(errno)),
            }
        }
        Ok(codes)
    }

    /// Has it deliver pictures of about so many pixels.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where it delivers another format, [`SourceError::Denied`] while another program uses it,
    /// [`SourceError::Protocol`] for a size that no picture has; as [`new`](Self::new).
    pub(crate) fn set(&self, code: [u8; 4], width: u32, height: u32) -> Result<Picture, SourceError> {
        // SAFETY: zeros are valid in a structure of numbers.
        let empty: Format = unsafe { zeroed() };
        let mut format = Format { kind: CAPTURE, width, height, code, ..empty };
        ask(&self.device, &mut format).map_err(meaning)?;
        if format.code != code {
            return Err(SourceError::Absent);
        }
        picture(&format).ok_or(SourceError::Protocol)
    }
}

/// The picture that a driver chose, if there is such a one.
fn picture(format: &Format) -> Option<Picture> {
    let up_to = |most, number| (1..=most).contains(&number).then_some(number as usize);
    Some(Picture {
        code: format.code,
        width: up_to(MOST_PIXELS, format.width)?,
        height: up_to(MOST_PIXELS, format.height)?,
        line: up_to(MOST_BYTES, format.line)?,
    })
}

/// What a control stands at; `None` where the camera has none of this number, or does not tell.
fn control(device: &OwnedFd, id: u32) -> Option<i32> {
    let mut control = ControlRead { id, value: 0 };
    ask(device, &mut control).ok().map(|_| control.value)
}

/// Sets a control; false where the camera does not take it.
fn set_control(device: &OwnedFd, id: u32, value: i32) -> bool {
    ask(device, &mut ControlWrite(ControlRead { id, value })).is_ok()
}

/// Whether this node captures pictures and streams them.
const fn is_camera(capability: &Capability) -> bool {
    let able = match capability.device & NODE_HAS_ITS_OWN {
        0 => capability.device,
        _ => capability.node,
    };
    able & CAPTURES != 0 && able & STREAMS != 0
}

/// What a failed call means.
fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::BUSY => SourceError::Denied,
        Errno::AGAIN => SourceError::NotReady,
        _ => request::meaning(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_structures_are_those_of_the_kernel() {
        use core::mem::offset_of;
        assert_eq!((size_of::<Format>(), offset_of!(Format, width)), (208, 8));
        assert_eq!(<Capability as Request>::CODE, 0x8068_5600);
        assert_eq!(<FormatDescription as Request>::CODE, 0xc040_5602);
        assert_eq!(<Format as Request>::CODE, 0xc0d0_5605);
        assert_eq!(<ControlRead as Request>::CODE, 0xc008_561b);
        assert_eq!(<ControlWrite as Request>::CODE, 0xc008_561c);
        assert_eq!((<On as Request>::CODE, <Off as Request>::CODE), (0x4004_5612, 0x4004_5613));
    }

    #[test]
    fn what_the_node_can_do_counts() {
        let capability = |device, node| {
            // SAFETY: zeros are valid in a structure of numbers.
            let empty: Capability = unsafe { zeroed() };
            Capability { device, node, ..empty }
        };
        assert!(is_camera(&capability(CAPTURES | STREAMS, 0)));
        assert!(!is_camera(&capability(CAPTURES, 0)));
        let all = CAPTURES | STREAMS | NODE_HAS_ITS_OWN;
        assert!(is_camera(&capability(all, CAPTURES | STREAMS)));
        assert!(!is_camera(&capability(all, STREAMS)), "another node of the camera has the pictures");
    }

    #[test]
    fn no_room_is_made_for_a_size_that_no_picture_has() {
        let chosen = |width, height, line| {
            // SAFETY: zeros are valid in a structure of numbers.
            let empty: Format = unsafe { zeroed() };
            picture(&Format { code: *b"GREY", width, height, line, ..empty })
        };
        let taken = Picture { code: *b"GREY", width: 640, height: 480, line: 640 };
        assert_eq!(chosen(640, 480, 640), Some(taken));
        for (width, height, line) in [(0, 480, 640), (u32::MAX, 1, 640), (640, u32::MAX, 640)] {
            assert_eq!(chosen(width, height, line), None, "{width} x {height}");
        }
        assert_eq!(chosen(640, 480, 0), None, "all lines in one place");
        assert_eq!(chosen(640, 480, u32::MAX), None);
    }

    #[test]
    fn what_is_no_camera_is_absent() {
        let null = || OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
        assert_eq!(Camera::new(null()).err(), Some(SourceError::Absent));
        let camera = Camera { device: null(), name: String::new() };
        assert_eq!(camera.formats(), Err(SourceError::Absent));
        assert_eq!(camera.set(*b"GREY", 640, 480), Err(SourceError::Absent));
        assert_eq!((control(&null(), 1), set_control(&null(), 1, 1)), (None, false));
    }
}
