//! The clock of a graphics processor against the processor's counter.
//!
//! The physical effect: a graphics card counts by a crystal of its own; a graphics processor on the processor's die by the same crystal through another
//! loop, and then the way to it is most of what is seen. What is read: both clocks in a row, and how far each has come since the last time: ticks of the graphics
//! processor in the high 32 bits of a reading, ticks of the processor's counter in the low 32. The sample is made of the latter. Other programs
//! influence it by loading either. In a virtual machine the source is shown as emulated.
//!
//! Drivers that tell their clock to any program are `amdgpu`, `i915` and `msm`. It must be named: asking wakes a graphics processor that sleeps.
//!
//! What can go wrong: no right to open the render node (denied), a driver or processor without the request (absent), a clock that stands still
//! (stuck), a card that goes away (disconnected).
//!
//! Reference: Linux, include/uapi/drm/amdgpu_drm.h (AMDGPU_INFO_TIMESTAMP), i915_drm.h (DRM_I915_REG_READ), msm_drm.h (MSM_PARAM_TIMESTAMP).

use crate::sources::errno::error_of;
use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{Nodes, SYS};
use crate::sys::cpu;
use crate::sys::linux::gpu_clock::{GpuClock, is_known};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use std::fs;
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "gpu_clock_offset",
    description: "ticks of a graphics processor and of the processor's counter since the last reading",
    physics: "the graphics processor's clock runs apart from the processor's",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Group,
    width: Width::WORD,
    independence: Independence::of(Group::Gpu),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<GpuClockOffset>::KIND;

const RENDERERS: Nodes = Nodes {
    class: "class/drm",
    prefix: "renderD",
    folder: "/dev/dri",
    may: May::READ_OK.union(May::WRITE_OK),
    who: "the group render",
    none: "no graphics processor here has a driver that tells its clock (amdgpu, i915, msm)",
};
/// The number of the first render node.
const FIRST: u8 = 128;

/// Low eight bits of the processor's ticks, in steps.
const PROCESSOR: Digitiser = Digitiser {
    digitisation: Digitisation { name: "processor-low-bits", version: 1 },
    rule: |reading, step| ((reading & u64::from(u32::MAX)) / step) as u8,
};

/// Looks at a clock that has not moved, each of a microsecond or more, while the slowest moves some millions of times a second.
const LOOKS: u32 = 1000;

struct GpuClockOffset {
    clock: GpuClock,
    counter: cpu::Counter,
    last: (u64, u64),
}

impl Meter for GpuClockOffset {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    const OPT_IN: bool = true;
    const FAST: bool = false;
    const DIGITISER: Digitiser = PROCESSOR;

    fn find() -> Vec<Candidate> {
        find_in(Path::new(SYS))
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let node = open(path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).map_err(error_of)?;
        let (clock, mut counter) = (GpuClock::new(node)?, cpu::Counter);
        let last = (clock.ticks()?, counter.now());
        Ok(Self { clock, counter, last })
    }
}

impl Measure for GpuClockOffset {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        for _ in 0..LOOKS {
            let now = (self.clock.ticks()?, self.counter.now());
            if now.0 != self.last.0 {
                return Ok(advance(core::mem::replace(&mut self.last, now), now));
            }
        }
        Err(SourceError::Stuck)
    }
}

/// How far both have come, each cut at 2^32 - 1.
fn advance(before: (u64, u64), now: (u64, u64)) -> u64 {
    let cut = |before: u64, now: u64| now.wrapping_sub(before).min(u64::from(u32::MAX));
    cut(before.0, now.0) << 32 | cut(before.1, now.1)
}

fn find_in(sys: &Path) -> Vec<Candidate> {
    let mut found = RENDERERS.find_in(sys, |entry| driver(entry).is_some_and(|name| is_known(&name)));
    for candidate in &mut found {
        candidate.instance = candidate.instance.saturating_sub(FIRST);
    }
    found
}

/// The name of the driver behind an entry in sysfs.
fn driver(entry: &Path) -> Option<String> {
    let driver = fs::read_link(entry.join("device/driver")).ok()?;
    Some(driver.file_name()?.to_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Access;
    use crate::sys::os::tree::Tree;

    #[test]
    fn a_reading_says_how_far_both_have_come() {
        assert_eq!(advance((10, 1_000), (22, 1_900)), 12 << 32 | 900);
        assert_eq!(advance((u64::MAX, 5), (1, 5)), 2 << 32, "a clock of 64 bits wraps");
        assert_eq!(advance((0, 0), (1 << 40, 7)), 0xffff_ffff << 32 | 7);
        assert_eq!((PROCESSOR.rule)(9 << 32 | 0x1a4, 4), 0x69);
    }

    #[test]
    fn only_drivers_that_tell_their_clock_are_found() {
        let tree = Tree::new("render");
        for (number, driver) in [(128, "nouveau"), (129, "amdgpu"), (130, "virtio_gpu")] {
            let entry = format!("class/drm/renderD{number}");
            tree.line(&format!("{entry}/dev"), "226:128");
            tree.entry(&format!("{entry}/device/driver"), &format!("bus/drivers/{driver}"));
        }
        let found = find_in(tree.root());
        assert_eq!(found.iter().map(|found| found.instance).collect::<Vec<_>>(), [1]);
        assert_eq!(found[0].path.as_deref(), Some(Path::new("/dev/dri/renderD129")));
        assert_eq!(find_in(Path::new("/proc/self/nothing"))[0].access, Access::Absent);
    }
}
