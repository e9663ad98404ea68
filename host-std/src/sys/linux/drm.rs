//! When a display began its last frame (Linux, include/uapi/drm/drm.h and drm_mode.h).

use super::request::{self, Request, ask, tell};
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::AsFd;

/// Controllers of a card that are looked at.
const MAX_CONTROLLERS: usize = 32;

/// `struct drm_mode_card_res`, with room for the numbers of controllers only.
#[repr(C)]
struct Resources {
    framebuffers: u64,
    controllers: u64,
    connectors: u64,
    encoders: u64,
    framebuffer_count: u32,
    controller_count: u32,
    connector_count: u32,
    encoder_count: u32,
    sizes: [u32; 4],
}

// SAFETY: the layout is that of DRM_IOCTL_MODE_GETRESOURCES' structure; the address is of as many numbers as the count says, the other counts
// are zero, which its only maker sees to.
unsafe impl Request for Resources {
    const CODE: Opcode = opcode::read_write::<Self>(b'd', 0xa0);
}

/// `struct drm_crtc_get_sequence`.
#[repr(C)]
#[derive(Default)]
struct Sequence {
    controller: u32,
    active: u32,
    sequence: u64,
    sequence_ns: i64,
}

// SAFETY: the layout is that of DRM_IOCTL_CRTC_GET_SEQUENCE's structure; it holds numbers only.
unsafe impl Request for Sequence {
    const CODE: Opcode = opcode::read_write::<Self>(b'd', 0x3b);
}

/// `DRM_IOCTL_DROP_MASTER`.
const DROP_MASTER: Opcode = opcode::none(b'd', 0x1f);

/// The beginning of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Its number.
    pub(crate) number: u64,
    /// Nanoseconds of CLOCK_MONOTONIC.
    pub(crate) at: u64,
}

/// Gives up the right to change what the card shows, which the kernel hands to whoever opens it first.
pub(crate) fn give_up_mastery(card: impl AsFd) {
    // SAFETY: the request takes nothing, and its number is no other driver's.
    let _was_never_master = unsafe { tell(card, DROP_MASTER) };
}

/// The numbers of the card's controllers.
///
/// # Errors
/// [`SourceError::Absent`] where the card drives no display.
pub(crate) fn controllers(card: impl AsFd) -> Result<Vec<u32>, SourceError> {
    let mut numbers = [0_u32; MAX_CONTROLLERS];
    let mut resources = Resources {
        framebuffers: 0,
        controllers: numbers.as_mut_ptr().expose_provenance() as u64,
        connectors: 0,
        encoders: 0,
        framebuffer_count: 0,
        controller_count: MAX_CONTROLLERS as u32,
        connector_count: 0,
        encoder_count: 0,
        sizes: [0; 4],
    };
    ask(card, &mut resources).map_err(meaning)?;
    let count = (resources.controller_count as usize).min(MAX_CONTROLLERS);
    Ok(numbers[..count].to_vec())
}

/// The last frame of `controller`, or `None` when it shows nothing (DRM_IOCTL_CRTC_GET_SEQUENCE, Linux 4.15).
///
/// # Errors
/// [`SourceError::Absent`] where the driver knows no frames, [`SourceError::Disconnected`] when the card has gone, [`SourceError::ClockError`]
/// where the stamp is none.
pub(crate) fn last_frame(card: impl AsFd, controller: u32) -> Result<Option<Frame>, SourceError> {
    let mut sequence = Sequence { controller, ..Sequence::default() };
    match ask(card, &mut sequence) {
        Ok(_) => frame(&sequence),
        Err(Errno::INVAL) => Ok(None), // its interrupt cannot be switched on
        Err(errno) => Err(meaning(errno)),
    }
}

fn frame(sequence: &Sequence) -> Result<Option<Frame>, SourceError> {
    if sequence.active == 0 {
        return Ok(None);
    }
    let at = u64::try_from(sequence.sequence_ns).map_err(|_| SourceError::ClockError)?;
    Ok(Some(Frame { number: sequence.sequence, at }))
}

fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::NOENT => SourceError::Absent,
        _ => request::meaning(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structures_are_those_of_the_kernel() {
        assert_eq!((size_of::<Resources>(), size_of::<Sequence>()), (64, 24));
        assert_eq!(<Resources as Request>::CODE, 0xc040_64a0);
        assert_eq!(<Sequence as Request>::CODE, 0xc018_643b);
        assert_eq!(DROP_MASTER, 0x641f);
    }

    #[test]
    fn a_display_that_is_off_has_no_frame() {
        let on = Sequence { controller: 41, active: 1, sequence: 9, sequence_ns: 77 };
        assert_eq!(frame(&on), Ok(Some(Frame { number: 9, at: 77 })));
        assert_eq!(frame(&Sequence { active: 0, ..on }), Ok(None));
        let never = Sequence { active: 1, sequence_ns: -1, ..Sequence::default() };
        assert_eq!(frame(&never), Err(SourceError::ClockError));
    }

    #[test]
    fn what_is_no_card_is_absent() {
        let null = std::fs::File::open("/dev/null").unwrap();
        give_up_mastery(&null);
        assert_eq!(controllers(&null), Err(SourceError::Absent));
        assert_eq!(last_frame(&null, 1), Err(SourceError::Absent));
    }
}
