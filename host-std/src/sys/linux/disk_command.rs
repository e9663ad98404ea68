//! Commands to a disk's controller, past the block layer: NVMe admin commands and ATA commands by SCSI's generic call.
//!
//! Both structures are those of the kernel's headers `linux/nvme_ioctl.h` and `scsi/sg.h`; both calls wait no longer than the time that is
//! written into them.

use core::ffi::c_void;
use core::ptr;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd};

/// `NVME_IOCTL_ADMIN_CMD`: _IOWR('N', 0x41, 72 bytes).
const NVME_ADMIN: libc::Ioctl = 0xC048_4E41_u32 as libc::Ioctl;
/// `SG_IO`.
const SG_IO: libc::Ioctl = 0x2285;

/// Get Log Page.
const GET_LOG_PAGE: u8 = 0x02;
/// The log of health information; its size in words of 32 bits, less one, stands in the high half of the command's first word.
const SMART_LOG: u32 = (512 / 4 - 1) << 16 | 0x02;
/// All namespaces.
const ALL_NAMESPACES: u32 = 0xFFFF_FFFF;
/// What an NVMe command may take.
const NVME_PATIENCE_MS: u32 = 1_000;

/// CHECK POWER MODE by ATA PASS-THROUGH (16): protocol "non-data" in byte 1, the command in byte 14.
const CHECK_POWER_MODE: [u8; 16] = [0x85, 3 << 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xE5, 0];
/// What an ATA command may take.
const ATA_PATIENCE_MS: u32 = 2_000;
/// `SG_DXFER_NONE`.
const NO_DATA: i32 = -1;
/// The bits of `driver_status` that tell an error.
const DRIVER_ERROR: u16 = 0x0F;
/// The driver's or the host's word for "no answer in time".
const DRIVER_TIMEOUT: u16 = 0x06;
const HOST_TIMEOUT: u16 = 0x03;

/// `struct nvme_passthru_cmd`.
#[repr(C)]
#[derive(Default)]
struct NvmeCommand {
    opcode: u8,
    flags: u8,
    reserved: u16,
    namespace: u32,
    words_2_3: [u32; 2],
    metadata: u64,
    address: u64,
    metadata_length: u32,
    data_length: u32,
    words_10_15: [u32; 6],
    timeout_ms: u32,
    result: u32,
}

/// `struct sg_io_hdr`.
#[repr(C)]
struct ScsiCommand {
    interface: i32,
    direction: i32,
    command_length: u8,
    max_sense: u8,
    segments: u16,
    data_length: u32,
    data: *mut c_void,
    command: *const u8,
    sense: *mut u8,
    timeout_ms: u32,
    flags: u32,
    pack: i32,
    user: *mut c_void,
    status: u8,
    masked_status: u8,
    message_status: u8,
    sense_written: u8,
    host_status: u16,
    driver_status: u16,
    residual: i32,
    duration_ms: u32,
    info: u32,
}

/// Reads the SMART log of the NVMe controller behind `controller`.
///
/// # Errors
/// [`SourceError::Absent`] where it is no NVMe controller, [`SourceError::Denied`], [`SourceError::Timeout`],
/// [`SourceError::Disconnected`] when the controller has gone, [`SourceError::Protocol`] where its status is another than success.
pub(crate) fn nvme_smart_log(controller: impl AsFd, log: &mut [u8; 512]) -> Result<(), SourceError> {
    let mut command = NvmeCommand {
        opcode: GET_LOG_PAGE,
        namespace: ALL_NAMESPACES,
        address: log.as_mut_ptr().expose_provenance() as u64,
        data_length: 512,
        words_10_15: [SMART_LOG, 0, 0, 0, 0, 0],
        timeout_ms: NVME_PATIENCE_MS,
        ..NvmeCommand::default()
    };
    let fd = controller.as_fd().as_raw_fd();
    // SAFETY: the structure is the kernel's and lives through the call, and so do the 512 bytes that its address and length name.
    match unsafe { libc::ioctl(fd, NVME_ADMIN, &raw mut command) } {
        0 => Ok(()),
        -1 => Err(last_error()),
        status => Err(refusal(status)),
    }
}

/// What an NVMe status other than success means: of the path's kind the kernel reports that the controller is gone, all others are the controller's.
const fn refusal(status: libc::c_int) -> SourceError {
    const TYPE: libc::c_int = 0x700;
    const PATH: libc::c_int = 0x300;
    match status & TYPE {
        PATH => SourceError::Disconnected,
        _ => SourceError::Protocol,
    }
}

/// Sends CHECK POWER MODE to the ATA disk behind `disk`.
///
/// # Errors
/// [`SourceError::Absent`] where it takes no SCSI commands, [`SourceError::Denied`], [`SourceError::Timeout`],
/// [`SourceError::Disconnected`], [`SourceError::Protocol`] where the disk or its bridge refuses.
pub(crate) fn ata_check_power_mode(disk: impl AsFd) -> Result<(), SourceError> {
    let mut sense = [0_u8; 32];
    let mut command = ScsiCommand {
        interface: i32::from(b'S'),
        direction: NO_DATA,
        command_length: 16,
        max_sense: 32,
        segments: 0,
        data_length: 0,
        data: ptr::null_mut(),
        command: CHECK_POWER_MODE.as_ptr(),
        sense: sense.as_mut_ptr(),
        timeout_ms: ATA_PATIENCE_MS,
        flags: 0,
        pack: 0,
        user: ptr::null_mut(),
        status: 0,
        masked_status: 0,
        message_status: 0,
        sense_written: 0,
        host_status: 0,
        driver_status: 0,
        residual: 0,
        duration_ms: 0,
        info: 0,
    };
    let fd = disk.as_fd().as_raw_fd();
    // SAFETY: the structure is the kernel's and lives through the call, and so do the command of 16 and the sense of 32 bytes it points to.
    match unsafe { libc::ioctl(fd, SG_IO, &raw mut command) } {
        0 => judge(command.status, command.host_status, command.driver_status),
        _ => Err(last_error()),
    }
}

/// What the three parties of a SCSI command say of it.
const fn judge(status: u8, host: u16, driver: u16) -> Result<(), SourceError> {
    const NO_CONNECT: u16 = 0x01;
    match (status, host, driver & DRIVER_ERROR) {
        (0, 0, 0) => Ok(()),
        (_, HOST_TIMEOUT, _) | (_, _, DRIVER_TIMEOUT) => Err(SourceError::Timeout),
        (_, NO_CONNECT, _) => Err(SourceError::Disconnected),
        _ => Err(SourceError::Protocol),
    }
}

fn last_error() -> SourceError {
    match super::last_errno() {
        Errno::ACCESS | Errno::PERM => SourceError::Denied,
        Errno::NOTTY | Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS => SourceError::Absent,
        Errno::NODEV | Errno::NXIO => SourceError::Disconnected,
        Errno::TIMEDOUT | Errno::INTR => SourceError::Timeout,
        _ => SourceError::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::{offset_of, size_of};

    #[test]
    fn the_structures_are_those_of_the_kernel() {
        assert_eq!(size_of::<NvmeCommand>(), 72);
        assert_eq!(offset_of!(NvmeCommand, address), 24);
        assert_eq!(offset_of!(NvmeCommand, words_10_15), 40);
        assert_eq!(offset_of!(NvmeCommand, timeout_ms), 64);
        #[cfg(target_pointer_width = "64")]
        {
            assert_eq!(size_of::<ScsiCommand>(), 88);
            assert_eq!(offset_of!(ScsiCommand, data), 16);
            assert_eq!(offset_of!(ScsiCommand, timeout_ms), 40);
            assert_eq!(offset_of!(ScsiCommand, status), 64);
            assert_eq!(offset_of!(ScsiCommand, host_status), 68);
        }
    }

    #[test]
    fn a_controller_that_has_gone_is_told_from_one_that_refuses() {
        assert_eq!(refusal(0x371), SourceError::Disconnected, "aborted by the host");
        assert_eq!(refusal(0x4002), SourceError::Protocol, "invalid field, do not retry");
    }

    #[test]
    fn only_success_of_all_parties_is_success() {
        assert_eq!(judge(0, 0, 0), Ok(()));
        assert_eq!(judge(2, 0, 8), Err(SourceError::Protocol));
        assert_eq!(judge(0, HOST_TIMEOUT, 0), Err(SourceError::Timeout));
        assert_eq!(judge(0, 0, DRIVER_TIMEOUT), Err(SourceError::Timeout));
        assert_eq!(judge(0, 1, 0), Err(SourceError::Disconnected));
        assert_eq!(judge(0, 7, 0), Err(SourceError::Protocol));
    }
}
