//! Opening and closing sources again and again leaves no descriptor, thread, mapping, child or file behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "common/peers.rs"]
mod peers;

use core::time::Duration;
use openentropy_core::{Raw, SourceCategory, SourceError};
use openentropy_host::{Access, Candidate, SourceKind, kinds};
use peers::Peers;
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};
use std::fs;
use std::thread::sleep;
use std::time::Instant;

/// Where another number of rounds may stand than that of every change.
const ROUNDS_ASKED: &str = "OPENENTROPY_LEAK_ROUNDS";
const ROUNDS: usize = 200;
/// What the rounds of one source may take, of those asked for.
const PATIENCE: Duration = Duration::from_secs(600);
/// Rounds before what is held is looked at: what is made once for the process, and what the allocator keeps.
const WARM_UP: usize = 10;
/// Of so many rounds of others one is done by sources that write to a disk when they are opened.
const ROUNDS_PER_ROUND_ON_DISK: usize = 4;
/// Rounds from one sample to the next of sources whose samples wear a disk or take milliseconds.
const ROUNDS_PER_SLOW_SAMPLE: usize = 50;
/// Mappings that the allocator may make and keep, and stacks that the C library keeps for threads; a leak would leave one for each round.
const ALLOCATOR: usize = 25;
/// KiB of data that they may make and keep: the stacks, 2 MiB each, of as many threads as a source has at once (five that read a device,
/// while the abandoned ones end), and what each allocated from.
const ALLOCATOR_KIB: usize = 12 * 1024;
/// One opening in so many may time out on a busy machine, where a partner thread comes to life too late.
const OPENINGS_PER_TIMEOUT: usize = 20;
/// What the kernel may take to forget a thread that was joined.
const SETTLING: Duration = Duration::from_secs(5);
/// `__WALL`: also children that send no signal at their end.
const WITHOUT_SIGNAL: WaitIdOptions = WaitIdOptions::from_bits_retain(0x4000_0000);

/// What this process has.
#[derive(Debug, Clone, Copy)]
struct Held {
    descriptors: usize,
    threads: usize,
    mappings: usize,
    data_kib: usize,
}

impl Held {
    fn now() -> Self {
        let text = |file: &str| fs::read_to_string(format!("/proc/self/{file}")).unwrap();
        let entries = |folder: &str| fs::read_dir(format!("/proc/self/{folder}")).unwrap().count();
        let status = text("status");
        let data = status.lines().find_map(|line| line.strip_prefix("VmData:")).unwrap();
        Self {
            descriptors: entries("fd"),
            threads: entries("task"),
            mappings: text("maps").lines().count(),
            data_kib: data.trim().trim_end_matches(" kB").parse().unwrap(),
        }
    }

    /// Whether this is no more than `before`, but for what the allocator may keep.
    const fn is_back(self, before: Self) -> bool {
        self.descriptors <= before.descriptors
            && self.threads <= before.threads
            && self.mappings <= before.mappings + ALLOCATOR
            && self.data_kib <= before.data_kib + ALLOCATOR_KIB
    }
}

/// Files of ours in the directories for temporary files.
fn files() -> usize {
    let directories = [std::env::temp_dir(), "/var/tmp".into()];
    let entries = directories.iter().filter_map(|path| fs::read_dir(path).ok()).flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".openentropy-")).count()
}

/// Opens, takes samples in some rounds, and closes; false if the opening timed out.
fn round(kind: &dyn SourceKind, candidate: &Candidate, number: usize) -> bool {
    let name = kind.info().name;
    let mut opened = match kind.open(candidate) {
        Ok(opened) => opened,
        // What shows only when it is opened: no two rows of one bank, no right to ask for echoes.
        Err(SourceError::NotReady | SourceError::Absent | SourceError::Denied) => return true,
        Err(SourceError::Timeout) => return false,
        Err(error) => panic!("{name}: {error}"),
    };
    let sampled = match kind.info().category {
        SourceCategory::Network => false, // its peers do not answer here
        SourceCategory::Io => number.is_multiple_of(ROUNDS_PER_SLOW_SAMPLE),
        _ => kind.is_fast() || number.is_multiple_of(ROUNDS_PER_SLOW_SAMPLE),
    };
    if sampled {
        // Whether a sample came in time is not the question here.
        let _either = opened.source.sample(&mut Raw::<[u8; 2]>::new());
    }
    true
}

/// Rounds for a source: how many, and how many openings timed out in them.
fn rounds(kind: &dyn SourceKind, candidate: &Candidate, most: usize) -> (usize, usize) {
    let began = Instant::now();
    let mut timeouts = 0;
    for number in 0..most {
        if most > ROUNDS && began.elapsed() > PATIENCE {
            return (number, timeouts);
        }
        kind.find();
        timeouts += usize::from(!round(kind, candidate, number));
    }
    (most, timeouts)
}

/// One test, since the counts are those of the whole process.
#[test]
fn nothing_is_left_behind() {
    let asked =
        std::env::var(ROUNDS_ASKED).map_or(ROUNDS, |number| number.parse().expect("a number of rounds"));
    let peers = Peers::new();
    let left_by_others = files();
    for kind in kinds() {
        let name = kind.info().name;
        let most = match kind.info().category {
            SourceCategory::Io => asked / ROUNDS_PER_ROUND_ON_DISK,
            _ => asked,
        };
        for candidate in peers.candidates(kind).iter().filter(|found| found.access == Access::Ready) {
            rounds(kind, candidate, WARM_UP);
            let before = Held::now();
            let began = Instant::now();
            let (done, timeouts) = rounds(kind, candidate, most);
            println!("{name}: {done} rounds in {:.1?}, {before:?} became {:?}", began.elapsed(), Held::now());
            assert!(timeouts * OPENINGS_PER_TIMEOUT <= done, "{name}: {timeouts} timeouts");
            let began = Instant::now();
            while !Held::now().is_back(before) {
                assert!(began.elapsed() < SETTLING, "{name}: {before:?} became {:?}", Held::now());
                sleep(Duration::from_millis(1));
            }
        }
    }
    assert_eq!(files(), left_by_others);
    let any = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WITHOUT_SIGNAL;
    assert_eq!(waitid(WaitId::All, any).err(), Some(Errno::CHILD), "children nobody waited for");
}
