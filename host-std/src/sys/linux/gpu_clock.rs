//! The clock of a graphics processor, by the drivers that tell it (Linux, include/uapi/drm/{drm,amdgpu_drm,i915_drm,msm_drm}.h).
//!
//! Requests of drivers share numbers and not meanings, so a driver is asked for its name first.

use super::request::{Request, ask, meaning};
use openentropy_core::SourceError;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::{AsFd, OwnedFd};

/// The first request of a driver's own, `DRM_COMMAND_BASE`.
const OWN: u8 = 0x40;
/// Room for a driver's name.
const LONGEST_NAME: usize = 32;
/// `AMDGPU_INFO_TIMESTAMP`.
const AMD_TIMESTAMP: u32 = 0x05;
/// The render engine's timestamp, read as two halves (`I915_REG_READ_8B_WA`).
const INTEL_TIMESTAMP: u64 = 0x2358 | 1;
/// `MSM_PIPE_3D0` and `MSM_PARAM_TIMESTAMP`.
const ADRENO_3D: u32 = 0x10;
const ADRENO_TIMESTAMP: u32 = 0x05;

/// `struct drm_version`, with room for the name only.
#[repr(C)]
struct Version {
    numbers: [i32; 3],
    name_length: usize,
    name: *mut u8,
    date_length: usize,
    date: *mut u8,
    description_length: usize,
    description: *mut u8,
}

// SAFETY: the layout is that of DRM_IOCTL_VERSION's structure; the name's address is of as many bytes as its length says, the other lengths are zero,
// which its only maker sees to.
unsafe impl Request for Version {
    const CODE: Opcode = opcode::read_write::<Self>(b'd', 0x00);
}

/// `struct drm_amdgpu_info`.
#[repr(C)]
struct AmdInfo {
    answer: u64,
    answer_size: u32,
    query: u32,
    arguments: [u32; 4],
}

// SAFETY: the layout is that of DRM_IOCTL_AMDGPU_INFO's structure; the address is of as many bytes as the size says, which its only maker sees to.
unsafe impl Request for AmdInfo {
    const CODE: Opcode = opcode::write::<Self>(b'd', OWN + 0x05);
}

/// `struct drm_i915_reg_read`.
#[repr(C)]
struct IntelRegister {
    offset: u64,
    value: u64,
}

// SAFETY: the layout is that of DRM_IOCTL_I915_REG_READ's structure; it holds numbers only.
unsafe impl Request for IntelRegister {
    const CODE: Opcode = opcode::read_write::<Self>(b'd', OWN + 0x31);
}

/// `struct drm_msm_param`.
#[repr(C)]
struct AdrenoParameter {
    pipe: u32,
    parameter: u32,
    value: u64,
    length: u32,
    reserved: u32,
}

// SAFETY: the layout is that of DRM_IOCTL_MSM_GET_PARAM's structure; it holds numbers only.
unsafe impl Request for AdrenoParameter {
    const CODE: Opcode = opcode::read_write::<Self>(b'd', OWN);
}

/// Drivers that tell the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Driver {
    Amd,
    Intel,
    Adreno,
}

/// Their names.
const DRIVERS: [(&str, Driver); 3] =
    [("amdgpu", Driver::Amd), ("i915", Driver::Intel), ("msm", Driver::Adreno)];

/// Whether a driver of this name tells the clock.
pub(crate) fn is_known(name: &str) -> bool {
    DRIVERS.iter().any(|(known, _)| *known == name)
}

/// The clock behind an open node.
pub(crate) struct GpuClock {
    node: OwnedFd,
    driver: Driver,
}

impl GpuClock {
    /// The clock behind `node`.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where no driver is behind it that tells the clock.
    pub(crate) fn new(node: OwnedFd) -> Result<Self, SourceError> {
        let name = driver_name(&node)?;
        let driver = DRIVERS.iter().find(|(known, _)| known.as_bytes() == name.as_slice());
        let (_, driver) = *driver.ok_or(SourceError::Absent)?;
        Ok(Self { node, driver })
    }

    /// Its ticks.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where this processor has no such clock, [`SourceError::Disconnected`] when it has gone, [`SourceError::Denied`],
    /// [`SourceError::Io`].
    pub(crate) fn ticks(&self) -> Result<u64, SourceError> {
        match self.driver {
            Driver::Amd => {
                let mut ticks = [0_u8; size_of::<u64>()];
                let mut info = AmdInfo {
                    answer: ticks.as_mut_ptr().expose_provenance() as u64,
                    answer_size: ticks.len() as u32,
                    query: AMD_TIMESTAMP,
                    arguments: [0; 4],
                };
                ask(&self.node, &mut info).map_err(meaning)?;
                Ok(u64::from_ne_bytes(ticks))
            }
            Driver::Intel => {
                let mut register = IntelRegister { offset: INTEL_TIMESTAMP, value: 0 };
                ask(&self.node, &mut register).map_err(meaning)?;
                Ok(register.value)
            }
            Driver::Adreno => {
                let mut parameter = AdrenoParameter {
                    pipe: ADRENO_3D,
                    parameter: ADRENO_TIMESTAMP,
                    value: 0,
                    length: 0,
                    reserved: 0,
                };
                ask(&self.node, &mut parameter).map_err(meaning)?;
                Ok(parameter.value)
            }
        }
    }
}

/// The name of the driver behind `node`.
fn driver_name(node: impl AsFd) -> Result<Vec<u8>, SourceError> {
    let mut name = [0_u8; LONGEST_NAME];
    let nothing = core::ptr::null_mut();
    let mut version = Version {
        numbers: [0; 3],
        name_length: LONGEST_NAME,
        name: name.as_mut_ptr(),
        date_length: 0,
        date: nothing,
        description_length: 0,
        description: nothing,
    };
    ask(node, &mut version).map_err(meaning)?;
    let length = version.name_length;
    Ok(name.get(..length).ok_or(SourceError::Absent)?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structures_are_those_of_the_kernel() {
        assert_eq!((size_of::<AmdInfo>(), <AmdInfo as Request>::CODE), (32, 0x4020_6445));
        assert_eq!((size_of::<IntelRegister>(), <IntelRegister as Request>::CODE), (16, 0xc010_6471));
        assert_eq!((size_of::<AdrenoParameter>(), <AdrenoParameter as Request>::CODE), (24, 0xc018_6440));
        #[cfg(target_pointer_width = "64")]
        assert_eq!((size_of::<Version>(), <Version as Request>::CODE), (64, 0xc040_6400));
    }

    #[test]
    fn a_driver_is_known_by_its_whole_name() {
        assert!(is_known("amdgpu") && is_known("i915") && is_known("msm"));
        assert!(!is_known("amd") && !is_known("i915x") && !is_known("nouveau") && !is_known(""));
    }

    #[test]
    fn what_is_no_graphics_processor_is_absent() {
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(GpuClock::new(null.into()).err(), Some(SourceError::Absent));
    }
}
