//! Interrupt and termination: at once, but never in the middle of a write, and nothing left lying about.

use crate::output::say;
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

/// Starts the thread that ends the program when it is asked to, but by no signal that whoever started it (nohup, a script) has it ignore.
pub(crate) fn watch() -> std::io::Result<()> {
    let heeded =
        [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !openentropy_host::is_ignored(*signal));
    let mut signals = signal_hook::iterator::Signals::new(heeded)?;
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
