//! By how much a network controller's clock is ahead of the system's when a packet arrives.
//!
//! The physical effect: a controller that stamps packets does so by a crystal of its own, where the packet leaves the wire; the kernel stamps it again
//! by the processor's clock, when the interrupt has come through. What is read: nanoseconds of the controller's stamp less those of the kernel's, of
//! each packet that arrives at an interface that the user names; of a packet itself not a byte. Others send the packets, and may send them when
//! it suits them, so assessment alone never pays it.
//!
//! What the controller stamps is one setting for the whole machine, which the daemons of precise time need, too; so it is the administrator's, as by
//! `hwstamp_ctl -i eth0 -r 1`, and is not touched here.
//!
//! What can go wrong: no right (CAP_NET_RAW); no interface of that name, no controller that stamps, or one that was not told to (absent); a packet
//! that it stamped not is no reading, and neither is silence; the interface goes away (disconnected).
//!
//! Reference: Linux, Documentation/networking/timestamping.rst.

use super::interface::Interface;
use super::peered::{Asks, Peered};
use crate::sys::linux::stamps::{Stamped, Stamps};
use crate::{Peer, SourceKind};
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "nic_hw_stamp",
    description: "nanoseconds by which a network controller's stamp of a packet is ahead of the kernel's",
    physics: "the controller's crystal runs apart from the processor's, and the interrupt takes its time",
    category: SourceCategory::Network,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

pub(super) static KIND: &dyn SourceKind = &Peered::<NicHwStamp>::KIND;

struct NicHwStamp {
    stamped: Stamped,
}

impl Asks for NicHwStamp {
    type Peer = Interface;

    const INFO: &'static SourceInfo = &INFO;
    const PEER: Peer =
        Peer { whom: "the name of an interface whose controller stamps packets", example: "eth0" };
    const ABSENT: &'static str =
        "there is no such interface, or its controller stamps no packets (hwstamp_ctl switches it on)";
    const DENIED: &'static str = "hearing packets needs root or CAP_NET_RAW";

    fn open(interface: Interface) -> Result<Self, SourceError> {
        Ok(Self { stamped: Stamped::at(&interface.0)? })
    }
}

impl Measure for NicHwStamp {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for the next packet, 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        ahead(self.stamped.next()?)
    }
}

/// How far the controller is ahead, modulo 2^64.
fn ahead(Stamps { kernel, controller }: Stamps) -> Result<u64, SourceError> {
    Ok(controller.ok_or(SourceError::NotReady)?.wrapping_sub(kernel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_without_the_controllers_stamp_is_no_reading() {
        assert_eq!(ahead(Stamps { kernel: 5, controller: None }), Err(SourceError::NotReady));
        assert_eq!(ahead(Stamps { kernel: 5, controller: Some(37_000_000_005) }), Ok(37_000_000_000));
        assert_eq!(ahead(Stamps { kernel: 5, controller: Some(4) }), Ok(u64::MAX));
    }
}
