//! The generator handle from outside: threads, clones, and the traits by which it is used.

mod common;

use common::{Double, pool_of};
use openentropy_core::{Group, LabelState};
use openentropy_host::{EntropyPool, HostRng, Mechanism};
use rand_core::{TryCryptoRng, TryRng};
use std::collections::HashSet;
use std::io::Read;
use std::thread;

const MECHANISMS: [Mechanism; 4] = [Mechanism::Ctr, Mechanism::ChaCha20, Mechanism::Hmac, Mechanism::Hash];

fn paid_pool() -> EntropyPool {
    pool_of(&[Double::new("payer", Group::ChipAdc).keep()]).build()
}

fn is_shareable<T: Clone + Send + Sync + TryCryptoRng + Read + 'static>() {}

/// Sixteen threads at once, each with clones of one handle, of every mechanism: no 16 bytes come twice (by chance: below 2^-90).
#[test]
fn threads_and_clones_share_no_output() {
    is_shareable::<HostRng>();
    let pool = paid_pool();
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let handles = MECHANISMS.map(|mechanism| pool.rng_with(mechanism));
            thread::spawn(move || {
                let mut pieces = Vec::new();
                for round in 0..25 {
                    for handle in handles.iter().chain(&handles.clone()) {
                        let mut bytes = vec![0; 16 << (round % 5)];
                        handle.fill(&mut bytes).expect("bytes");
                        pieces.extend(bytes.chunks(16).map(<[u8]>::to_vec));
                    }
                }
                pieces
            })
        })
        .collect();
    let mut seen = HashSet::new();
    for thread in threads {
        for piece in thread.join().expect("no panic") {
            assert!(seen.insert(piece), "16 bytes came twice");
        }
    }
    assert_eq!(seen.len(), 16 * 8 * 5 * 31);
}

#[test]
fn one_handle_serves_many_threads_at_once() {
    let rng = paid_pool().rng();
    let drawn: HashSet<[u8; 32]> = thread::scope(|scope| {
        let draw = || {
            let mut bytes = [0; 32];
            assert_eq!(rng.fill(&mut bytes), Ok(LabelState::SingleGroup));
            bytes
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(draw)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(drawn.len(), 16);
}

#[test]
fn it_is_an_rng_and_a_reader() {
    for mechanism in MECHANISMS {
        let mut rng = paid_pool().rng_with(mechanism);
        assert_ne!(rng.try_next_u64(), rng.try_next_u64());
        assert_ne!([rng.try_next_u32(), rng.try_next_u32()], [rng.try_next_u32(), rng.try_next_u32()]);
        let (mut filled, mut read) = ([0; 5000], [0; 5000]);
        rng.try_fill_bytes(&mut filled).expect("bytes");
        rng.read_exact(&mut read).expect("bytes");
        // All zero in 4,096 bytes of either: 2^-32768.
        assert!(filled[904..].iter().any(|byte| *byte != 0) && read[904..].iter().any(|byte| *byte != 0));
        assert_ne!(filled, read);
        let label = rng.label().expect("a label");
        assert_eq!((label.generator, label.state), (Some(mechanism.name()), LabelState::SingleGroup));
        assert!(label.os_mixed && label.credited_bits >= 320);
    }
}

#[test]
fn strict_readers_fail_instead_of_delivering_unpaid_bytes() {
    let mut rng = EntropyPool::builder().strict(true).build().rng();
    let mut bytes = [7; 16];
    assert!(rng.try_fill_bytes(&mut bytes).is_err());
    assert!(rng.read(&mut bytes).is_err());
    assert_eq!(bytes, [0; 16]);
}

/// A handle outlives the pool that it came from, and keeps its sources.
#[test]
fn a_handle_keeps_its_pool() {
    let rng = paid_pool().rng();
    assert_eq!(rng.fill(&mut [0; 32]), Ok(LabelState::SingleGroup));
    let elsewhere = thread::spawn(move || rng.fill(&mut [0; 32]));
    assert_eq!(elsewhere.join().expect("no panic"), Ok(LabelState::SingleGroup));
}
