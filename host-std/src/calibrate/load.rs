//! A load of our own, so that a source is seen on a busy machine too.

use super::CalibrateError;
use crate::sys::os;
use core::hint::black_box;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// Bytes that a copying thread moves to another place and back: with both places more than the caches that a processor's neighbours share.
const COPIED: usize = 64 << 20;
/// Bytes copied between two looks at whether to end: a fraction of a millisecond.
const PIECE: usize = 1 << 20;
/// Threads that copy memory; two saturate the memory of small machines, and take 256 MiB of it.
const COPIERS: usize = 2;
/// Turns of computing between two looks at whether to end: a fraction of a millisecond.
const TURNS: u64 = 100_000;
/// How long to wait for the threads to begin.
const PATIENCE: Duration = Duration::from_secs(5);

/// More runnable threads than processors, with the one that records; two of them copy memory larger than the caches.
///
/// Ends when it is dropped.
pub(super) struct Load {
    end: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    /// Starts it, and returns when every thread works, or after five seconds on a machine that is too busy to let them.
    ///
    /// # Errors
    /// [`CalibrateError::Load`].
    pub(super) fn start() -> Result<Self, CalibrateError> {
        let number = processors().max(COPIERS);
        let mut load = Self { end: Arc::default(), threads: Vec::with_capacity(number) };
        let working = Arc::new(AtomicUsize::new(0));
        for place in 0..number {
            let (end, working) = (Arc::clone(&load.end), Arc::clone(&working));
            let work = move || match place < COPIERS {
                true => copy(&end, &working),
                false => compute(&end, &working),
            };
            let thread = thread::Builder::new().name(format!("load-{place}")).spawn(work);
            load.threads.push(thread.map_err(CalibrateError::Load)?);
        }
        let began = Instant::now();
        while working.load(Ordering::Relaxed) < number && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(load)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _panicked = thread.join(); // it has ended either way
        }
    }
}

/// Copies memory to and fro; computes where there is not that much.
fn copy(end: &AtomicBool, working: &AtomicUsize) {
    let (mut here, mut there) = (Vec::new(), Vec::new());
    if here.try_reserve_exact(COPIED).is_err() || there.try_reserve_exact(COPIED).is_err() {
        return compute(end, working);
    }
    here.resize(COPIED, 0x5a_u8);
    there.resize(COPIED, 0xa5_u8);
    working.fetch_add(1, Ordering::Relaxed);
    while !end.load(Ordering::Relaxed) {
        for (to, from) in there.chunks_mut(PIECE).zip(here.chunks(PIECE)) {
            if end.load(Ordering::Relaxed) {
                return;
            }
            black_box(to).copy_from_slice(black_box(from));
        }
        core::mem::swap(&mut here, &mut there);
    }
}

fn compute(end: &AtomicBool, working: &AtomicUsize) {
    working.fetch_add(1, Ordering::Relaxed);
    let mut state = 1_u64;
    while !end.load(Ordering::Relaxed) {
        for turn in 0..TURNS {
            state = black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(turn));
        }
    }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, core::num::NonZeroUsize::get)
}

/// How many threads ran or wanted to, per processor, over the last minute; `None` where the system does not say.
///
/// Above a half, what is recorded as idle is not.
///
/// ```
/// if openentropy_host::calibrate::load_average().is_some_and(|load| load > 0.5) {
///     eprintln!("this machine is busy");
/// }
/// ```
#[must_use]
pub fn load_average() -> Option<f64> {
    let load: f64 = os::load().split_whitespace().next()?.parse().ok()?;
    Some(load / processors() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_has_more_threads_than_processors_and_ends() {
        let load = Load::start().expect("threads can be started");
        assert!(load.threads.len() + 1 > processors());
        assert!(load.threads.iter().all(|thread| !thread.is_finished()));
        let threads = load.threads.len();
        let end = Arc::clone(&load.end);
        drop(load);
        assert_eq!(Arc::strong_count(&end), 1, "{threads} threads have let go of it");
    }
}
