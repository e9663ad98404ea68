//! Memory of a process, copied by the kernel (process_vm_readv(2)).

use rustix::io::Errno;

/// Copies from this process's memory to this process's memory, and says how many bytes.
///
/// # Errors
/// What process_vm_readv(2) met.
pub(crate) fn copy_own(from: &[u8], to: &mut [u8]) -> Result<usize, Errno> {
    let remote = libc::iovec { iov_base: from.as_ptr().cast_mut().cast(), iov_len: from.len() };
    let local = libc::iovec { iov_base: to.as_mut_ptr().cast(), iov_len: to.len() };
    let this = rustix::process::getpid().as_raw_nonzero().get();
    // SAFETY: the kernel writes to `local` only, which is exclusively ours for its length, and reads from `remote`; both live through the call.
    let copied = unsafe { libc::process_vm_readv(this, &raw const local, 1, &raw const remote, 1, 0) };
    usize::try_from(copied).map_err(|_| super::last_errno())
}
