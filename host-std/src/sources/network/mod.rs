//! Network paths.
//!
//! Queues along a path vary the time to an answer. Everybody along it sees the packets and may shape them, so none of these is ever paid, and
//! none sends or listens before the user has named whom to.

mod dns_rtt;
mod exchange;
mod icmp_rtt;
#[cfg(target_os = "linux")]
mod interface;
#[cfg(target_os = "linux")]
mod nic_hw_stamp;
mod ntp_rtt;
#[cfg(target_os = "linux")]
mod packet_arrival;
mod peered;
mod tcp_rtt;

use crate::SourceKind;

#[cfg(target_os = "linux")]
pub(super) static KINDS: &[&dyn SourceKind] =
    &[dns_rtt::KIND, icmp_rtt::KIND, nic_hw_stamp::KIND, ntp_rtt::KIND, packet_arrival::KIND, tcp_rtt::KIND];

#[cfg(not(target_os = "linux"))]
pub(super) static KINDS: &[&dyn SourceKind] = &[dns_rtt::KIND, icmp_rtt::KIND, ntp_rtt::KIND, tcp_rtt::KIND];
