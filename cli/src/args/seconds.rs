//! Times that users name, in seconds.

use core::time::Duration;

/// Up to a day.
pub(super) fn up_to_a_day(text: &str) -> Result<Duration, String> {
    up_to(86_400, text)
}

/// Up to a minute.
pub(super) fn up_to_a_minute(text: &str) -> Result<Duration, String> {
    up_to(60, text)
}

fn up_to(most: u64, text: &str) -> Result<Duration, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(value)
        .ok()
        .filter(|wait| *wait <= Duration::from_secs(most))
        .ok_or_else(|| format!("expected between 0 and {most} seconds"))
}
