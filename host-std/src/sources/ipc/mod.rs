//! Messages between processes.

#[cfg(target_os = "linux")]
mod answers;
#[cfg(target_os = "linux")]
mod dbus_rtt;
#[cfg(target_os = "linux")]
mod fd_passing;
#[cfg(target_os = "linux")]
mod kernel_crypto;
#[cfg(target_os = "linux")]
mod kernel_keyring;
#[cfg(target_os = "linux")]
mod loopback_net;
#[cfg(target_os = "linux")]
mod netlink_rtt;
mod pipe_transfer;
#[cfg(target_os = "linux")]
mod posix_mq;
#[cfg(target_os = "linux")]
mod process_copy;
#[cfg(target_os = "linux")]
mod shm_semaphore;
#[cfg(target_os = "linux")]
mod sysv_ipc;
#[cfg(target_os = "linux")]
mod unix_socket;

use crate::SourceKind;

#[cfg(target_os = "linux")]
pub(super) static KINDS: &[&dyn SourceKind] = &[
    dbus_rtt::KIND,
    fd_passing::KIND,
    kernel_crypto::KIND,
    kernel_keyring::KIND,
    loopback_net::KIND,
    netlink_rtt::KIND,
    pipe_transfer::KIND,
    posix_mq::KIND,
    process_copy::KIND,
    shm_semaphore::KIND,
    sysv_ipc::KIND,
    unix_socket::KIND,
];
#[cfg(not(target_os = "linux"))]
pub(super) static KINDS: &[&dyn SourceKind] = &[pipe_transfer::KIND];
