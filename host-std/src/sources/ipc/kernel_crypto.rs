//! The time of the kernel's own SHA-256.
//!
//! The physical effect: data are handed to the kernel's cryptography, by software in most kernels, by a device of its own where the kernel has
//! a driver of higher priority; caches, memory, interrupts and that device's queue vary the time. What is read: ticks to hash 4 KiB of
//! zeros. Everybody who loads the machine influences it. A view of the same noise as `jitter_loop`, without claim.
//!
//! What can go wrong: many kernels and nearly all containers have no such interface; a kernel that has it as a module loads it when it is looked
//! for. A driver that hangs holds the call inside the kernel, where
//! no bound reaches. A digest that is not the right one is an error.
//!
//! Reference: Linux, Documentation/crypto/userspace-if.rst.

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::kernel_hash;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::net::{RecvFlags, SendFlags, recv, send};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "kernel_crypto",
    description: "ticks of sha-256 by the kernel's cryptography",
    physics: "cache state, memory, interrupts or an accelerator's queue vary the time of a hash in the kernel",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<KernelCrypto>::KIND;

/// The kernel's name of the function.
const FUNCTION: &[u8] = b"sha256";
/// What is hashed.
static DATA: [u8; 4096] = [0; 4096];
/// SHA-256 of it.
const DIGEST: [u8; 32] = [
    0xad, 0x7f, 0xac, 0xb2, 0x58, 0x6f, 0xc6, 0xe9, 0x66, 0xc0, 0x04, 0xd7, 0xd1, 0xd1, 0x6b, 0x02, 0x4f,
    0x58, 0x05, 0xff, 0x7c, 0xb4, 0x7c, 0x7a, 0x85, 0xda, 0xbd, 0x8b, 0x48, 0x89, 0x2c, 0xa7,
];

struct KernelCrypto {
    hash: OwnedFd,
}

impl Work for KernelCrypto {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let facility = "the kernel's sha-256 for programs (AF_ALG, CONFIG_CRYPTO_USER_API_HASH)";
        asked(kernel_hash::open(FUNCTION), here(), facility, "a seccomp filter forbids AF_ALG sockets")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let mut crypto = Self { hash: kernel_hash::open(FUNCTION).map_err(error_of)? };
        crypto.run()?;
        Ok(crypto)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let mut digest = [0; DIGEST.len()];
        let sent = send(&self.hash, &DATA, SendFlags::empty()).map_err(error_of)?;
        let length = recv(&self.hash, &mut digest, RecvFlags::empty()).map_err(error_of)?.0;
        match sent == DATA.len() && length == digest.len() && digest == DIGEST {
            true => Ok(()),
            false => Err(SourceError::Protocol),
        }
    }
}
