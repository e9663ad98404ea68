//! Every interleaving of interrupts that push and a main loop that takes blocks.
//!
//! Critical sections are a loom mutex here, so that loom tries every order in which they can come. What happens inside one is not
//! interleaved, as on a microcontroller with its interrupts off.
#![cfg(loom)]

use core::cell::RefCell;
use critical_section::RawRestoreState;
use loom::sync::{Arc, Mutex, MutexGuard};
use loom::thread;
use openentropy_core::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, Shared, SourceCategory, SourceError,
    SourceInfo, Width, hazmat,
};

static INFO: SourceInfo = SourceInfo {
    name: "modelled_interrupt",
    description: "ascending numbers",
    physics: "none: a model",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::Test),
};

loom::lazy_static! {
    static ref INTERRUPTS_OFF: Mutex<()> = Mutex::new(());
}

loom::thread_local! {
    /// The section that this thread is in.
    static HELD: RefCell<Option<MutexGuard<'static, ()>>> = RefCell::new(None);
}

struct Section;
critical_section::set_impl!(Section);

// SAFETY: a mutex lets one thread at a time past `acquire`, which keeps the guard until its own `release`; sections are not nested here.
unsafe impl critical_section::Impl for Section {
    unsafe fn acquire() -> RawRestoreState {
        let guard = INTERRUPTS_OFF.lock().expect("no section panics");
        HELD.with(|held| *held.borrow_mut() = Some(guard));
    }

    unsafe fn release(_: RawRestoreState) {
        HELD.with(|held| held.borrow_mut().take());
    }
}

/// The next block, if there is one. Of a gap before it one answer tells, and the next call goes on.
fn take<const N: usize>(queue: &Shared<N>) -> Option<[u8; 2]> {
    let mut told = false;
    loop {
        let mut block = Raw::<[u8; 2]>::new();
        let mut source = queue;
        match source.sample(&mut block) {
            Ok(()) => return Some(hazmat::show(block)),
            Err(SourceError::Overrun) => {
                assert!(!core::mem::replace(&mut told, true), "told twice of one gap")
            }
            Err(error) => {
                assert_eq!(error, SourceError::NotReady);
                return None;
            }
        }
    }
}

/// Two interrupts may push; the main loop looks `looks` times meanwhile, then takes what is left.
fn play<const N: usize>(pushes: &'static [&'static [u8]], looks: usize) -> (Vec<[u8; 2]>, u32) {
    let queue = Arc::new(Shared::<N>::new::<2>(&INFO));
    let interrupts: Vec<_> = pushes
        .iter()
        .map(|samples| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || samples.iter().for_each(|sample| queue.push(*sample)))
        })
        .collect();
    let mut blocks: Vec<_> = (0..looks).filter_map(|_| take(&queue)).collect();
    interrupts.into_iter().for_each(|interrupt| interrupt.join().expect("pushing does not panic"));
    blocks.extend(core::iter::from_fn(|| take(&queue)));
    (blocks, queue.overruns())
}

/// With room for all, every sample arrives once and in order.
#[test]
fn nothing_is_lost_repeated_or_reordered() {
    loom::model(|| {
        assert_eq!(play::<5>(&[&[1, 2, 3, 4]], 2), (vec![[1, 2], [3, 4]], 0));
    });
}

/// Without room, blocks stay gapless and in order, and every sample is either delivered or counted.
#[test]
fn what_is_lost_is_counted_and_never_inside_a_block() {
    loom::model(|| {
        let (blocks, lost) = play::<3>(&[&[1, 2, 3, 4, 5]], 2);
        assert!(blocks.iter().all(|[first, second]| first + 1 == *second), "{blocks:?}");
        assert!(blocks.is_sorted(), "{blocks:?}");
        let delivered = blocks.len() as u32 * 2;
        assert!(
            delivered + lost == 5 || delivered + lost == 4,
            "{blocks:?}, {lost} lost: one may wait in the queue"
        );
    });
}

/// Two interrupts of different priority: each one's order holds.
#[test]
fn two_interrupts_keep_their_orders() {
    loom::model(|| {
        let (blocks, lost) = play::<5>(&[&[1, 2], &[11, 12]], 1);
        let samples = blocks.concat();
        let of = |interrupt: u8| {
            samples.iter().copied().filter(|sample| sample / 10 == interrupt).collect::<Vec<_>>()
        };
        assert_eq!((of(0), of(1), lost), (vec![1, 2], vec![11, 12], 0));
    });
}
