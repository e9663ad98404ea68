//! Keys in the calling thread's keyring (keyrings(7)).

use core::ffi::CStr;
use rustix::io::Errno;

/// Operations of keyctl(2), and the calling thread's keyring (linux/keyctl.h).
const KEYCTL_GET_KEYRING_ID: libc::c_long = 0;
const KEYCTL_UNLINK: libc::c_long = 9;
const KEYCTL_READ: libc::c_long = 11;
const KEY_SPEC_THREAD_KEYRING: libc::c_long = -1;
/// Not to make a keyring that does not exist.
const NO_NEW: libc::c_long = 0;

/// A key that counts against the user's quota until it is unlinked, by the thread that added it, or that thread ends.
#[must_use = "a key stays until it is unlinked"]
pub(crate) struct Key(libc::c_long);

/// Whether the kernel has keyrings and lets this process use them, asked without making one.
///
/// # Errors
/// [`Errno::NOSYS`] where it does not; what forbids it.
pub(crate) fn exist() -> Result<(), Errno> {
    // SAFETY: the operation takes an identifier and a flag, and touches no memory of ours.
    let answer =
        unsafe { libc::syscall(libc::SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_THREAD_KEYRING, NO_NEW) };
    match super::last_errno() {
        errno if answer == -1 && errno != Errno::NOKEY => Err(errno),
        _ => Ok(()),
    }
}

impl Key {
    /// Adds a key of type "user" to the thread's keyring.
    ///
    /// # Errors
    /// What add_key(2) met; [`Errno::DQUOT`] when the user has too many keys.
    pub(crate) fn add(description: &CStr, payload: &[u8]) -> Result<Self, Errno> {
        // SAFETY: both texts end in a zero byte, the payload is as long as is said, and all live through the call, which only reads them.
        let key = unsafe {
            libc::syscall(
                libc::SYS_add_key,
                c"user".as_ptr(),
                description.as_ptr(),
                payload.as_ptr(),
                payload.len(),
                KEY_SPEC_THREAD_KEYRING,
            )
        };
        if key == -1 { Err(super::last_errno()) } else { Ok(Self(key)) }
    }

    /// Reads what the key holds into `out`, and says how long that is.
    ///
    /// # Errors
    /// What keyctl(2) met.
    pub(crate) fn read(&self, out: &mut [u8]) -> Result<usize, Errno> {
        // SAFETY: the kernel writes at most as many bytes as `out` has, during the call only.
        let length =
            unsafe { libc::syscall(libc::SYS_keyctl, KEYCTL_READ, self.0, out.as_mut_ptr(), out.len()) };
        usize::try_from(length).map_err(|_| super::last_errno())
    }

    /// Takes the key out of the thread's keyring.
    ///
    /// # Errors
    /// What keyctl(2) met.
    pub(crate) fn unlink(self) -> Result<(), Errno> {
        // SAFETY: the operation takes two identifiers and touches no memory of ours.
        let answer =
            unsafe { libc::syscall(libc::SYS_keyctl, KEYCTL_UNLINK, self.0, KEY_SPEC_THREAD_KEYRING) };
        if answer == -1 { Err(super::last_errno()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlinked_key_is_gone() {
        if exist().is_err() {
            return;
        }
        let key = Key::add(c"openentropy-test", b"payload").unwrap();
        let copy = Key(key.0);
        let mut out = [0; 16];
        assert_eq!(key.read(&mut out), Ok(7));
        assert_eq!(&out[..7], b"payload");
        assert_eq!(key.unlink(), Ok(()));
        assert!(copy.read(&mut out).is_err());
        assert_eq!(copy.unlink(), Err(Errno::NOENT));
    }
}
