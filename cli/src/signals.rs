//! Interrupt and termination: at once, but never in the middle of a write, and nothing left lying about.

use crate::exit::Failure;
use crate::output::say;
use core::sync::atomic::{AtomicI32, Ordering};
use core::time::Duration;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Held while a piece is being written.
static WRITING: Mutex<()> = Mutex::new(());
/// Removed before the program ends by a signal.
static REMOVE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// How long an end waits for a write under way; a reader that stalls longer does not keep the program alive.
const PATIENCE: Duration = Duration::from_millis(200);

/// The signal that asked for an end which the work under way brings about itself; 0 until then.
static ASKED: AtomicI32 = AtomicI32::new(0);
/// How long such work may take to end, which it does between two samples or after an estimator.
const GRACE: Duration = Duration::from_secs(10);

/// Has the first signal only ask for an end, for work that must not be cut off in the middle: sources open and close what outlives a process.
/// The second signal ends the program at once, as does [`GRACE`].
pub(crate) fn ask() -> std::io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new(heeded())?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Some(asked) = signals.forever().next() else { return };
        ASKED.store(asked, Ordering::Relaxed);
        let since = Instant::now();
        while signals.pending().next().is_none() && since.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = signal_hook::low_level::emulate_default_handler(asked);
    })?;
    Ok(())
}

/// Whether a signal has asked for an end.
pub(crate) fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed) != 0
}

/// Ends the program by the signal that asked for it, with the status that the shell expects; what it answers is for when that fails.
pub(crate) fn end_as_asked() -> Failure {
    let _ = signal_hook::low_level::emulate_default_handler(ASKED.load(Ordering::Relaxed));
    Failure::Check("interrupted".to_owned())
}

/// The signals that end the program, but none that whoever started it (nohup, a script) has it ignore.
fn heeded() -> impl Iterator<Item = i32> {
    [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !openentropy_host::is_ignored(*signal))
}

/// Starts the thread that ends the program when it is asked to, but by no signal that whoever started it (nohup, a script) has it ignore.
pub(crate) fn watch() -> std::io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new(heeded())?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let _quiet = quiet();
            clean_up();
            // Ends the process with the status that the shell expects of this signal.
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Runs `write` so that an end by signal comes before or after it.
pub(crate) fn undisturbed<T>(write: impl FnOnce() -> T) -> T {
    let _writing = lock(&WRITING);
    write()
}

/// Names a file that must not outlive the program.
pub(crate) fn remove_at_end(path: &Path) {
    *lock(&REMOVE) = Some(path.to_owned());
}

/// Keeps the file that [`remove_at_end`] named: it has become what it was to be.
pub(crate) fn keep() {
    lock(&REMOVE).take();
}

/// Removes what [`remove_at_end`] named.
pub(crate) fn clean_up() {
    if let Some(path) = lock(&REMOVE).take()
        && let Err(error) = std::fs::remove_file(&path)
    {
        let _ = say(&format_args!("openentropy: {}: {error}", path.display())); // nobody is left to be told
    }
}

/// Waits for the write under way, within [`PATIENCE`].
fn quiet() -> Option<MutexGuard<'static, ()>> {
    let start = Instant::now();
    loop {
        match WRITING.try_lock() {
            Ok(guard) => return Some(guard),
            Err(_) if start.elapsed() >= PATIENCE => return None,
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
