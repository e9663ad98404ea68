//! Opening and closing storage and network sources leaves nothing behind: no descriptor, no thread, no mapping, no file.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use openentropy_core::{Raw, SourceCategory};
use openentropy_host::{Access, Candidate, kinds};
use std::fs;
use std::net::{TcpListener, UdpSocket};

const ROUNDS: usize = 200;

/// What this process holds: descriptors, threads, mappings of files.
fn held() -> [usize; 3] {
    let count = |path: &str| fs::read_dir(path).unwrap().count();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let own = maps.lines().filter(|line| line.ends_with("(deleted)")).count();
    [count("/proc/self/fd"), count("/proc/self/task"), own]
}

/// Files of ours in the directories for temporary files.
fn left_behind() -> usize {
    let directories = [std::env::temp_dir(), "/var/tmp".into()];
    let entries = directories.iter().filter_map(|path| fs::read_dir(path).ok()).flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".openentropy-")).count()
}

/// One test, since the counts are those of the whole process.
#[test]
fn opening_and_closing_leaves_nothing_behind() {
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = |name: &str| match name {
        "packet_arrival" => String::from("lo"),
        "icmp_rtt" => String::from("127.0.0.1"),
        "tcp_rtt" => tcp.local_addr().unwrap().to_string(),
        _ => udp.local_addr().unwrap().to_string(),
    };
    let files = left_behind();
    for kind in kinds() {
        let info = kind.info();
        let candidates = match info.category {
            SourceCategory::Io => kind.find(),
            SourceCategory::Network => {
                vec![Candidate { path: Some(peer(info.name).into()), ..Candidate::ready() }]
            }
            _ => continue,
        };
        for candidate in candidates.iter().filter(|candidate| candidate.access == Access::Ready) {
            let _warm_up = kind.open(candidate);
            let before = held();
            for round in 0..ROUNDS {
                let Ok(mut opened) = kind.open(candidate) else { break };
                // The network's peers do not answer here; a reading of a disk is part of the round now and then.
                if info.category == SourceCategory::Io && round % 50 == 0 {
                    let _either = opened.source.sample(&mut Raw::<[u8; 4]>::new());
                }
            }
            assert_eq!(held(), before, "{}", info.name);
        }
    }
    assert_eq!(left_behind(), files);
}
