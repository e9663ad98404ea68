//! Waiting with a bound.

use anyhow::{Result, bail};
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
/// What looking met; or that `what` did not come in time.
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
            bail!("no {what} within {within:?}");
        }
        thread::sleep(PAUSE);
    }
}

/// Waits until a device's node is there, or gone.
///
/// # Errors
/// If it does not happen in time.
pub(crate) fn wait_for(node: &str, present: bool) -> Result<()> {
    let what = format!("{} of {node}", if present { "appearance" } else { "end" });
    until(&what, APPEARANCE, || Ok((Path::new(node).exists() == present).then_some(())))
}
