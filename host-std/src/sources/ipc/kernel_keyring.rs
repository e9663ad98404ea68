//! The time to keep a key in the kernel's keyring and take it out again.
//!
//! The physical effect: none of its own. The kernel allocates the key, charges the user's quota, links it into a tree, copies it and unlinks it,
//! and a worker collects what is left, so the time tells of caches, allocators, other processors and interrupts. What is read: ticks to add,
//! read and unlink one key. Everybody who loads the machine influences it. A view of the same noise as `jitter_loop`, without claim.
//!
//! The key lies in the keyring of the thread that samples, which ends with the thread, so that nothing is left however the process ends. It holds
//! no secret. A key is unlinked also when reading it failed.
//!
//! What can go wrong: an unlinked key counts against the user's quota (200 keys) until all processors have passed a quiet state, some ten
//! milliseconds later, and other programs of the user need that quota too. So the source rests after every few keys, and when the quota is
//! nevertheless used up, it rests and says that it is not ready. Container profiles mostly forbid the calls.
//!
//! Reference: keyrings(7), thread-keyring(7), add_key(2).

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::keyring::{self, Key};
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::io::Errno;
use std::thread;

static INFO: SourceInfo = SourceInfo {
    name: "kernel_keyring",
    description: "ticks to add a key to the thread's keyring, read and unlink it",
    physics: "cache state, allocators, deferred freeing and interrupts vary the kernel's path of a key",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<KernelKeyring>::KIND;

/// What the key holds.
const PAYLOAD: [u8; 32] = [0x5A; 32];
/// Keys between two rests.
const KEYS_PER_REST: u32 = 8;
/// About the time after which an unlinked key no longer counts.
const REST: Duration = Duration::from_millis(10);

struct KernelKeyring {
    keys: u32,
}

impl Work for KernelKeyring {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["keychain_timing"];
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        asked(keyring::exist(), here(), "kernel keys (CONFIG_KEYS)", "a seccomp filter forbids keyctl(2)")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        keyring::exist().map_err(error_of)?;
        Ok(Self { keys: 0 })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.keys += 1;
        if self.keys == KEYS_PER_REST {
            self.keys = 0;
            thread::sleep(REST);
        }
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let key = match Key::add(c"openentropy", &PAYLOAD) {
            Err(Errno::DQUOT) => {
                thread::sleep(REST);
                return Err(SourceError::NotReady);
            }
            key => key.map_err(error_of)?,
        };
        let mut back = [0; PAYLOAD.len()];
        let length = key.read(&mut back);
        key.unlink().map_err(error_of)?;
        match length.map_err(error_of)? == PAYLOAD.len() && back == PAYLOAD {
            true => Ok(()),
            false => Err(SourceError::Protocol),
        }
    }
}
