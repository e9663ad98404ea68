//! What a sound card says of itself, and how its switches stand; none is ever changed.

use super::super::request::text;
use super::{Request, ask, meaning};
use core::ffi::{c_int, c_long, c_uint};
use core::mem::zeroed;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::OwnedFd;

/// `SNDRV_CTL_ELEM_IFACE_MIXER`.
const MIXER: c_int = 2;
/// Room for a control's name.
const NAME: usize = 44;

/// `struct snd_ctl_card_info`.
#[repr(C)]
struct CardInfo {
    card: c_int,
    pad: c_int,
    id: [u8; 16],
    driver: [u8; 16],
    name: [u8; 32],
    long_name: [u8; 80],
    reserved: [u8; 16],
    mixer: [u8; 80],
    components: [u8; 128],
}

/// `struct snd_ctl_elem_value` with a `struct snd_ctl_elem_id`.
#[repr(C)]
struct ElementValue {
    number: c_uint,
    interface: c_int,
    device: c_uint,
    subdevice: c_uint,
    name: [u8; NAME],
    index: c_uint,
    indirect: c_uint,
    /// As strictly placed as the longest of what may stand here.
    alignment: [u64; 0],
    values: [c_long; 128],
    reserved: [u8; 128],
}

// SAFETY: the layout is that of SNDRV_CTL_IOCTL_CARD_INFO's structure; it holds numbers only.
unsafe impl Request for CardInfo {
    const CODE: Opcode = opcode::read::<Self>(b'U', 0x01);
}

// SAFETY: the layout is that of SNDRV_CTL_IOCTL_ELEM_READ's structure; it holds numbers only, since nothing is indirect.
unsafe impl Request for ElementValue {
    const CODE: Opcode = opcode::read_write::<Self>(b'U', 0x12);
}

/// Which card it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Its driver's name.
    pub(crate) driver: String,
    /// Its own.
    pub(crate) name: String,
}

/// A card's controls.
pub(crate) struct Control(OwnedFd);

impl Control {
    /// Those behind `node`.
    pub(crate) const fn new(node: OwnedFd) -> Self {
        Self(node)
    }

    /// Which card it is.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where it is no sound card, [`SourceError::Disconnected`] when it has gone, [`SourceError::Io`].
    pub(crate) fn identity(&self) -> Result<Identity, SourceError> {
        // SAFETY: zeros are valid in a structure of numbers.
        let mut info: CardInfo = unsafe { zeroed() };
        ask(&self.0, &mut info).map_err(meaning)?;
        Ok(Identity { driver: text(&info.driver), name: text(&info.name) })
    }

    /// Whether the switch of this name is on for the first channel; `None` where the card has none.
    ///
    /// # Errors
    /// As [`identity`](Self::identity).
    pub(crate) fn switch(&self, name: &str) -> Result<Option<bool>, SourceError> {
        let mut value = element(name);
        match ask(&self.0, &mut value) {
            Ok(_) => Ok(Some(value.values[0] != 0)),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(meaning(errno)),
        }
    }
}

/// The mixer's element of this name, the first of several.
fn element(name: &str) -> ElementValue {
    // SAFETY: zeros are valid in a structure of numbers.
    let mut value: ElementValue = unsafe { zeroed() };
    value.interface = MIXER;
    for (slot, byte) in value.name[..NAME - 1].iter_mut().zip(name.bytes()) {
        *slot = byte;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_structures_are_those_of_the_kernel() {
        use core::mem::offset_of;
        assert_eq!((size_of::<CardInfo>(), offset_of!(CardInfo, name)), (376, 40));
        assert_eq!((size_of::<ElementValue>(), offset_of!(ElementValue, values)), (1224, 72));
        assert_eq!(<CardInfo as Request>::CODE, 0x8178_5501);
        assert_eq!(<ElementValue as Request>::CODE, 0xc4c8_5512);
    }

    #[test]
    fn names_are_ended_by_a_zero() {
        let value = element("Capture Switch");
        assert_eq!((value.interface, text(&value.name)), (2, String::from("Capture Switch")));
        assert_eq!(text(&element(&"x".repeat(50)).name).len(), NAME - 1);
    }

    #[test]
    fn what_is_no_sound_card_is_absent() {
        let control = Control::new(std::fs::File::open("/dev/null").unwrap().into());
        assert_eq!(control.identity(), Err(SourceError::Absent));
        assert_eq!(control.switch("Capture Switch"), Err(SourceError::Absent));
    }
}
