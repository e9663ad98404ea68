//! The update interrupt of a real-time clock (rtc(4); Linux, include/uapi/linux/rtc.h).

use super::request::tell;
use rustix::io::Errno;
use rustix::ioctl::opcode;
use std::os::fd::AsFd;

/// Has the clock announce each of its seconds to the readers of `clock`, until it is closed (RTC_UIE_ON).
///
/// # Errors
/// [`Errno::INVAL`] and [`Errno::NOTTY`] where the clock has no interrupt.
pub(crate) fn announce_seconds(clock: impl AsFd) -> Result<(), Errno> {
    // SAFETY: RTC_UIE_ON takes nothing; of another driver's request by this number, none takes a pointer that zero could be.
    unsafe { tell(clock, opcode::none(b'p', 0x03)) }
}
