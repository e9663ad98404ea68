//! Real forks: no two processes share output, and none waits for a lock that only its parent could release.

use super::Generation;
use crate::common::{Double, eventually, pool_of};
use crate::sys::{Forked, in_child};
use crate::{EntropyPool, HostRng};
use core::sync::atomic::{AtomicBool, Ordering};
use openentropy_core::{Group, LabelState};
use std::collections::HashSet;
use std::sync::Arc;
use std::thread;

/// 32 bytes and the word for what they are worth.
fn drawn(rng: &HostRng) -> Vec<u8> {
    let mut bytes = vec![0; 32];
    let state = rng.fill(&mut bytes).expect("bytes");
    bytes.extend_from_slice(state.name().as_bytes());
    bytes
}

/// Whether [`drawn`] says that its bytes were paid for.
fn is_paid(drawn: &[u8]) -> bool {
    drawn.get(32..) == Some(LabelState::SingleGroup.name().as_bytes())
}

#[test]
fn every_process_has_a_generation_of_its_own() {
    let mark = || Generation::current().mark().to_be_bytes().to_vec();
    let parent = mark();
    let child = in_child(mark);
    let grandchild = in_child(|| in_child(mark));
    assert_eq!(parent, mark());
    assert_eq!(HashSet::from([parent, child, grandchild]).len(), 3);
}

/// 10,000 children, each of which draws first from a pool that its parent has drawn from; parent and children never share 32 bytes.
#[test]
fn ten_thousand_forks_share_no_output() {
    let rng = EntropyPool::new(None).rng();
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let children: Vec<Forked> = (0..100).map(|_| Forked::start(|| drawn(&rng))).collect();
        for child in children {
            let bytes = child.finish();
            assert!(bytes.len() > 32 && seen.insert(bytes), "a child failed or repeated bytes");
        }
        assert!(seen.insert(drawn(&rng)), "the parent repeated bytes");
    }
    assert_eq!(seen.len(), 10_100);
}

/// Eight threads draw without a pause, from the generator and from the pool, while another forks: each child gets paid bytes of its own from
/// workers of its own.
#[test]
fn forking_amid_requests_waits_for_nobody() {
    let double = Double::new("payer", Group::ChipAdc).keep();
    let pool = pool_of(&[double]).build();
    let is_over = Arc::new(AtomicBool::new(false));
    let threads: Vec<_> = (0..8)
        .map(|number| {
            let (pool, is_over) = (pool.clone(), Arc::clone(&is_over));
            thread::spawn(move || {
                let rng = pool.rng();
                let mut bytes = [0; 4096];
                while !is_over.load(Ordering::Relaxed) {
                    rng.fill(&mut bytes).expect("bytes");
                    if number % 2 == 0 {
                        pool.get_random_bytes(32).expect("bytes");
                    }
                }
            })
        })
        .collect();
    let rng = pool.rng();
    let mut seen = HashSet::from([drawn(&rng)]);
    for _ in 0..50 {
        let bytes = in_child(|| drawn(&rng));
        assert!(is_paid(&bytes), "{}", String::from_utf8_lossy(&bytes));
        assert!(seen.insert(bytes) && seen.insert(drawn(&rng)));
        let block = in_child(|| pool.get_random_bytes(32).expect("bytes").to_vec());
        assert!(block.len() == 32 && seen.insert(block));
    }
    is_over.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
}

#[test]
fn a_child_has_no_credit() {
    let double = Double::new("payer", Group::ChipAdc).keep();
    let pool = pool_of(&[double]).build();
    pool.get_random_bytes(32).expect("paid");
    eventually("the pool is full", || pool.health_report().credited_bits == 320);
    let credit = in_child(|| pool.health_report().credited_bits.to_be_bytes().to_vec());
    assert_eq!(credit, 0_u32.to_be_bytes());
    assert_eq!(pool.health_report().credited_bits, 320);
}

/// A child that drops what it inherited, and its own grandchild that draws from it.
#[test]
fn children_may_drop_and_fork_again() {
    let pool = pool_of(&[Double::new("payer", Group::ChipAdc).keep()]).build();
    let rng = pool.rng();
    let parent = drawn(&rng);
    let grandchild = in_child(|| in_child(|| drawn(&rng)));
    assert_eq!(grandchild.len(), parent.len());
    assert_ne!(grandchild, parent);
    let clone = pool.clone();
    let dropped = in_child(move || {
        drop(clone);
        vec![1]
    });
    assert_eq!(dropped, [1]);
    assert_ne!(drawn(&rng), parent);
}
