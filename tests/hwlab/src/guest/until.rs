//! Waiting with a bound.

use anyhow::{Context as _, Result, bail};
use core::time::Duration;
use std::path::Path;
use std::thread;
use std::time::Instant;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);
/// What a device may take to appear: a third of a second on a USB bus, and more on a loaded host.
const APPEARANCE: Duration = Duration::from_secs(15);

/// Looks until there is something.
///
/// # Errors
/// What looking met; or that `what` was not there in time.
pub(crate) fn until<T>(
    what: &str,
    within: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() > deadline {
            bail!("{what}: not within {within:?}");
        }
        thread::sleep(PAUSE);
    }
}

/// The names in the folder of `path` that begin like it.
fn neighbours(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let begin = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let entries = path.parent().and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(begin)).collect::<Vec<_>>().join(" ")
}

/// Waits until a device's node is there, or gone.
///
/// # Errors
/// If it does not happen in time.
pub(crate) fn wait_for(node: &str, present: bool) -> Result<()> {
    let what = format!("{} of {node}", if present { "the appearance" } else { "the end" });
    let found = until(&what, APPEARANCE, || Ok((Path::new(node).exists() == present).then_some(())));
    found.with_context(|| format!("beside it: {}", neighbours(Path::new(node))))
}
