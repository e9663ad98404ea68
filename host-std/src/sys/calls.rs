//! System calls that by their manuals cannot fail, and that a filter can forbid all the same.

use rustix::io::Errno;
use std::io;

/// Asks for the number of the process that started this one (getppid(2)).
///
/// # Errors
/// What a filter answers.
pub(crate) fn parent() -> Result<(), Errno> {
    // SAFETY: takes nothing and touches no memory.
    let number = unsafe { libc::getppid() };
    // C libraries expect no error here, and pass on what the kernel says: the error's number, negative.
    if number < 0 { Err(Errno::from_raw_os_error(-number)) } else { Ok(()) }
}

/// Lets others run on this processor (sched_yield(2)).
///
/// # Errors
/// What a filter answers.
#[allow(dead_code, reason = "who yields beside a rival is a source of Linux only")]
pub(crate) fn yield_processor() -> Result<(), Errno> {
    // SAFETY: takes nothing and touches no memory.
    answer(unsafe { libc::sched_yield() })
}

/// Asks for the processor time of this thread, in nanoseconds (clock_gettime(2)).
///
/// # Errors
/// What a filter answers.
pub(crate) fn thread_time_ns() -> Result<u64, Errno> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a live structure, which the call writes.
    answer(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) })?;
    Ok(time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned())
}

fn answer(status: i32) -> Result<(), Errno> {
    match status {
        -1 => Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::IO)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfiltered_they_answer() {
        assert_eq!((parent(), yield_processor()), (Ok(()), Ok(())));
        let before = thread_time_ns().unwrap();
        while thread_time_ns().unwrap() == before {}
        assert!(thread_time_ns().unwrap() > before);
    }
}
