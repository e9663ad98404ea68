//! The kernel's generator.

use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};

/// Calls after which a fill that signals keep cutting short is given up.
const MAX_CALLS: usize = 64;

/// Fills `out` from the kernel's generator without waiting (getrandom(2), GRND_NONBLOCK).
///
/// # Errors
/// [`SourceError::NotReady`] while the kernel has not been seeded since the machine started; [`SourceError::Denied`] where a
/// filter forbids the call; [`SourceError::Io`] otherwise.
pub(crate) fn fill_random(mut out: &mut [u8]) -> Result<(), SourceError> {
    for _ in 0..MAX_CALLS {
        if out.is_empty() {
            return Ok(());
        }
        match getrandom(&mut *out, GetRandomFlags::NONBLOCK) {
            Ok(written) => out = out.get_mut(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Err(SourceError::NotReady),
            Err(Errno::PERM | Errno::NOSYS) => return Err(SourceError::Denied),
            Err(_) => return Err(SourceError::Io),
        }
    }
    Err(SourceError::Io)
}
