//! Opening and closing sources again and again leaves no descriptor, thread, mapping, child or file behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use core::time::Duration;
use openentropy_core::{Raw, SourceCategory, SourceError};
use openentropy_host::{Access, Candidate, SourceKind, kinds};
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::thread::sleep;
use std::time::Instant;

const ROUNDS: usize = 200;
/// The same for sources that write to a disk when they are opened.
const ROUNDS_ON_DISK: usize = ROUNDS / 4;
/// Rounds from one sample to the next of sources whose samples wear a disk or take milliseconds.
const ROUNDS_PER_SLOW_SAMPLE: usize = 50;
/// Mappings that the allocator may make and keep, and stacks that the C library keeps for threads; a leak would leave one for each round.
const ALLOCATOR: usize = ROUNDS_ON_DISK / 2;
/// One opening in so many may time out on a busy machine, where a partner thread comes to life too late.
const OPENINGS_PER_TIMEOUT: usize = 20;
/// What the kernel may take to forget a thread that was joined.
const SETTLING: Duration = Duration::from_secs(5);
/// `__WALL`: also children that send no signal at their end.
const WITHOUT_SIGNAL: WaitIdOptions = WaitIdOptions::from_bits_retain(0x4000_0000);

/// Whom the network's sources ask.
struct Peers {
    silent: UdpSocket,
    listening: TcpListener,
}

impl Peers {
    fn candidates(&self, kind: &dyn SourceKind) -> Vec<Candidate> {
        let info = kind.info();
        if info.category != SourceCategory::Network {
            return kind.find();
        }
        let peer = match info.name {
            "packet_arrival" => String::from("lo"),
            "icmp_rtt" => String::from("127.0.0.1"),
            "tcp_rtt" => self.listening.local_addr().unwrap().to_string(),
            _ => self.silent.local_addr().unwrap().to_string(),
        };
        vec![Candidate { path: Some(peer.into()), ..Candidate::ready() }]
    }
}

/// What this process has: descriptors, threads, and mappings.
fn held() -> [usize; 3] {
    let entries = |folder: &str| fs::read_dir(format!("/proc/self/{folder}")).unwrap().count();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    [entries("fd"), entries("task"), maps.lines().count()]
}

/// Whether `now` is no more than `before`, but for what the allocator may keep.
fn is_back(now: [usize; 3], before: [usize; 3]) -> bool {
    now[0] <= before[0] && now[1] <= before[1] && now[2] <= before[2] + ALLOCATOR
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

/// One test, since the counts are those of the whole process.
#[test]
fn nothing_is_left_behind() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let peers = Peers { silent, listening: TcpListener::bind("127.0.0.1:0").unwrap() };
    let left_by_others = files();
    for kind in kinds() {
        for candidate in peers.candidates(kind).iter().filter(|found| found.access == Access::Ready) {
            round(kind, candidate, 0); // what is made once for the process
            let before = held();
            let rounds = match kind.info().category {
                SourceCategory::Io => ROUNDS_ON_DISK,
                _ => ROUNDS,
            };
            let mut timeouts = 0;
            for number in 0..rounds {
                kind.find();
                timeouts += usize::from(!round(kind, candidate, number));
            }
            assert!(timeouts * OPENINGS_PER_TIMEOUT <= rounds, "{}: {timeouts} timeouts", kind.info().name);
            let began = Instant::now();
            while !is_back(held(), before) {
                assert!(began.elapsed() < SETTLING, "{}: {before:?} became {:?}", kind.info().name, held());
                sleep(Duration::from_millis(1));
            }
        }
    }
    assert_eq!(files(), left_by_others);
    let any = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WITHOUT_SIGNAL;
    assert_eq!(waitid(WaitId::All, any).err(), Some(Errno::CHILD), "children nobody waited for");
}
