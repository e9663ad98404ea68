extern crate std;

use super::*;
use core::cell::Cell;

/// A counter of steps of 26 whose work time is `base` steps plus a term that `jitter` gives.
fn counter(base: u64, mut jitter: impl FnMut() -> u64) -> impl FnMut() -> u64 {
    let (mut now, mut end) = (0, false);
    move || {
        now += if end { (base + jitter()) * 26 } else { 26 };
        end = !end;
        now
    }
}

fn xorshift() -> impl FnMut() -> u64 {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 60
    }
}

fn open<C: CycleCounter>(counter: C) -> Result<JitterLoop<C, [u8; 256]>, CounterFault> {
    JitterLoop::new(counter, [0; 256], JitterWork::Heavy)
}

#[test]
fn a_varying_counter_is_accepted_and_its_step_found() {
    let mut source = open(counter(40, xorshift())).unwrap();
    assert_eq!((source.step(), source.oversampling()), (26, 1));
    for _ in 0..2000 {
        let ticks = source.measure().unwrap();
        assert!((40 * 26..56 * 26).contains(&ticks) && ticks.is_multiple_of(26));
    }
    assert!(source.stuck_readings() > 0);
    assert_eq!(source.oversampling(), 1);
}

#[test]
fn bad_counters_are_told_apart() {
    let dead = open(|| 7).err();
    let mut now = u64::MAX;
    let backwards = open(|| {
        now -= 5;
        now
    })
    .err();
    let regular = open(counter(40, || 0)).err();
    let mut turn = 0;
    let linear = open(counter(40, || {
        turn += 1;
        turn
    }))
    .err();
    let little = JitterLoop::new(|| 0, [0; 255], JitterWork::Heavy).err();
    assert_eq!(dead, Some(CounterFault::Dead));
    assert_eq!(backwards, Some(CounterFault::Backwards));
    assert_eq!(regular, Some(CounterFault::Coarse));
    assert_eq!(linear, Some(CounterFault::Coarse));
    assert_eq!(little, Some(CounterFault::Memory));
}

/// The calls to a dead counter are bounded: probes of 64 readings at oversampling 1, 2, 4, 8 and 16, two stamps each.
#[test]
fn a_dead_counter_is_given_up_soon() {
    let calls = Cell::new(0);
    let fault = open(|| {
        calls.set(calls.get() + 1);
        0
    })
    .err();
    assert_eq!((fault, calls.get()), (Some(CounterFault::Dead), 5 * 64 * 2));
}

#[test]
fn a_narrow_counter_wraps_without_harm() {
    struct Narrow<F>(F);
    impl<F: FnMut() -> u64> CycleCounter for Narrow<F> {
        fn now(&mut self) -> u64 {
            (self.0)() & 0xffff
        }
        fn width(&self) -> Width {
            Width::new(16).unwrap()
        }
    }
    let mut source = open(Narrow(counter(40, xorshift()))).unwrap();
    for _ in 0..500 {
        assert!((40 * 26..56 * 26).contains(&source.measure().unwrap()));
    }
}

#[test]
fn oversampling_rises_when_readings_get_stuck_and_ends_in_an_error() {
    let noisy = Cell::new(true);
    let mut noise = xorshift();
    let mut source = open(counter(40, || if noisy.get() { noise() } else { 0 })).unwrap();
    noisy.set(false);
    let mut last = Ok(0);
    for _ in 0..1024 * 5 {
        last = source.measure();
    }
    assert_eq!(source.oversampling(), 16);
    assert_eq!(last, Err(SourceError::Stuck));
}

/// 739 and 8,129 divide the distance plus one: made odd, it would lead back to where it began.
#[test]
fn the_walk_moves_in_memories_of_any_length() {
    for length in (256..1024).chain(8100..8200) {
        let source =
            JitterLoop::new(counter(40, xorshift()), std::vec![0; length], JitterWork::Fast).unwrap();
        assert!((1..length).contains(&source.stride), "in {length} bytes");
    }
}
