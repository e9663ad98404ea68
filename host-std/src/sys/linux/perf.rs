//! What the processor counts of the calling thread (perf_event_open(2)).

use rustix::io::{Errno, read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Events of a group.
pub(crate) const EVENTS: usize = 4;
/// Words of an answer before the counts: how many these are, the time for which the group was to count, the time for which it did.
const HEAD: usize = 3;
/// Words of an answer.
const WORDS: usize = HEAD + EVENTS;

/// PERF_FORMAT_TOTAL_TIME_ENABLED, PERF_FORMAT_TOTAL_TIME_RUNNING and PERF_FORMAT_GROUP.
const FORMAT: u64 = 1 | 2 | 8;
/// `exclude_kernel` and `exclude_hv`: the program's own doings, which `kernel.perf_event_paranoid` 2 lets everybody count.
const OWN_DOINGS: u64 = 1 << 5 | 1 << 6;
/// PERF_FLAG_FD_CLOEXEC.
const CLOEXEC: libc::c_ulong = 8;

/// Something that is counted.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    /// PERF_TYPE_*.
    kind: u32,
    /// PERF_COUNT_*.
    number: u64,
}

impl Event {
    /// Cycles of the core.
    pub(crate) const CYCLES: Self = Self { kind: 0, number: 0 };
    /// Instructions that were carried out to their end.
    pub(crate) const INSTRUCTIONS: Self = Self { kind: 0, number: 1 };
    /// Accesses that missed the last cache, or what the processor takes for it.
    pub(crate) const CACHE_MISSES: Self = Self { kind: 0, number: 3 };
    /// Branches that went another way than was foretold.
    pub(crate) const BRANCH_MISSES: Self = Self { kind: 0, number: 5 };
    /// Page faults, which the kernel itself counts.
    #[cfg(test)]
    pub(crate) const PAGE_FAULTS: Self = Self { kind: 1, number: 2 };
    /// Nanoseconds that the thread ran.
    #[cfg(test)]
    pub(crate) const TASK_CLOCK: Self = Self { kind: 1, number: 1 };
}

/// `struct perf_event_attr` as of its first version (linux/perf_event.h, PERF_ATTR_SIZE_VER0).
#[repr(C)]
struct Attributes {
    kind: u32,
    size: u32,
    number: u64,
    period: u64,
    sample: u64,
    format: u64,
    flags: u64,
    wakeup: u32,
    breakpoint: u32,
    address: u64,
}

/// What a group counted since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Nanoseconds for which it was to count.
    pub(crate) enabled: u64,
    /// Nanoseconds for which it had counters.
    pub(crate) running: u64,
    /// A count for each event.
    pub(crate) events: [u64; EVENTS],
}

/// Counters of the thread that opened them, which go on and stop together.
pub(crate) struct Group {
    /// The first is the group's leader.
    members: [OwnedFd; EVENTS],
}

impl Group {
    /// Has the calling thread counted, in user mode only.
    ///
    /// # Errors
    /// [`Errno::NOENT`] where nothing counts the events, [`Errno::ACCESS`] or [`Errno::PERM`] where this is forbidden; what else the call met.
    pub(crate) fn open([leader, others @ ..]: [Event; EVENTS]) -> Result<Self, Errno> {
        let leader = open(leader, None)?;
        let [first, second, third] = others.map(|event| open(event, Some(&leader)));
        Ok(Self { members: [leader, first?, second?, third?] })
    }

    /// What was counted so far.
    ///
    /// # Errors
    /// [`Errno::PROTO`] for an answer of another shape; what the call met.
    pub(crate) fn read(&self) -> Result<Counts, Errno> {
        let mut bytes = [0_u8; WORDS * 8];
        let length = read(&self.members[0], &mut bytes)?;
        counts(bytes.get(..length).unwrap_or_default()).ok_or(Errno::PROTO)
    }
}

/// An answer taken apart, if it is one of a group of [`EVENTS`].
fn counts(answer: &[u8]) -> Option<Counts> {
    let (words, rest) = answer.as_chunks::<8>();
    let words: [[u8; 8]; WORDS] = words.try_into().ok()?;
    let [number, enabled, running, events @ ..] = words.map(u64::from_ne_bytes);
    (number == EVENTS as u64 && rest.is_empty()).then_some(Counts { enabled, running, events })
}

/// A counter of the calling thread, wherever it runs.
fn open(event: Event, leader: Option<&OwnedFd>) -> Result<OwnedFd, Errno> {
    let attributes = Attributes {
        kind: event.kind,
        size: size_of::<Attributes>() as u32,
        number: event.number,
        period: 0,
        sample: 0,
        format: FORMAT,
        flags: OWN_DOINGS,
        wakeup: 0,
        breakpoint: 0,
        address: 0,
    };
    let (this_thread, any_processor) = (0, -1);
    let leader = leader.map_or(-1, AsRawFd::as_raw_fd);
    // SAFETY: the kernel reads the structure, whose length it is told, during the call only.
    let fd = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attributes,
            this_thread as libc::pid_t,
            any_processor as libc::c_int,
            leader,
            CLOEXEC,
        )
    };
    match i32::try_from(fd) {
        // SAFETY: the call has just opened it, for nobody else.
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(super::last_errno()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::{Mapping, page_size};

    fn answer(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }

    #[test]
    fn an_answer_has_a_head_and_a_count_for_each_event() {
        let told = counts(&answer(&[4, 900, 800, 1, 2, 3, 4]));
        assert_eq!(told, Some(Counts { enabled: 900, running: 800, events: [1, 2, 3, 4] }));
        for wrong in
            [&[][..], &[3, 900, 800, 1, 2, 3], &[3, 900, 800, 1, 2, 3, 4], &[4, 900, 800, 1, 2, 3, 4, 5]]
        {
            assert_eq!(counts(&answer(wrong)), None, "{wrong:?}");
        }
        assert_eq!(counts(&answer(&[4, 900, 800, 1, 2, 3, 4])[1..]), None);
    }

    #[test]
    fn the_structure_is_that_of_the_first_version() {
        assert_eq!(size_of::<Attributes>(), 64);
    }

    /// What the kernel counts itself stands for the processor's counters where there are none.
    #[test]
    fn a_group_counts_what_this_thread_does() {
        let events = [Event::PAGE_FAULTS, Event::TASK_CLOCK, Event::PAGE_FAULTS, Event::TASK_CLOCK];
        let Ok(group) = Group::open(events) else { return }; // a filter or the administrator forbids it
        let before = group.read().unwrap();
        let mut memory = Mapping::new(64 * page_size()).unwrap();
        memory.populate();
        let after = group.read().unwrap();
        let [faults, clock, same_faults, _] =
            core::array::from_fn(|event| after.events[event] - before.events[event]);
        assert!(faults > 0 && faults == same_faults && clock > 0, "{before:?} {after:?}");
        assert_eq!(after.enabled - before.enabled, after.running - before.running);
    }
}
