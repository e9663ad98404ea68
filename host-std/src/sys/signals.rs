//! What signals this process ignores.

use core::mem::MaybeUninit;
use core::ptr;

/// Whether this process ignores `signal`, as nohup(1) has it ignore the hang-up; who handles it then breaks that.
#[must_use]
pub fn is_ignored(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: nothing is changed, since no new action is given; the present one is written to the pointer given, which is that of a place
    // for it (sigaction(2)).
    let answer = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    // SAFETY: integers and an optional function, zeroed, for which zero is a value, or written by the call.
    let action = unsafe { action.assume_init() };
    answer == 0 && action.sa_sigaction == libc::SIG_IGN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_ignores_broken_pipes_and_nothing_else() {
        assert!(is_ignored(libc::SIGPIPE));
        assert!(!is_ignored(libc::SIGTERM) && !is_ignored(libc::SIGKILL) && !is_ignored(-1));
    }
}
