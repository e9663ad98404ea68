//! How far a long run is, on a terminal only.

use core::time::Duration;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use openentropy_tests::Progress;

/// How often the time that is left is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// A bar on standard error, with the time that is left; nothing where that is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for `what`, at its start; nothing where none `is_wanted`.
    pub(crate) fn new(what: &'static str, is_wanted: bool) -> Self {
        let target = if is_wanted { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style =
            ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %, {elapsed} gone, {eta} left")
                .unwrap_or_else(|_| unreachable!("the template is well formed"));
        Self(ProgressBar::with_draw_target(Some(0), target).with_style(style).with_message(what))
    }
}

impl Progress for Bar {
    fn expect(&self, units: u64) {
        self.0.inc_length(units);
        self.0.enable_steady_tick(TICK); // from now on there is something to show
    }

    fn advance(&self, units: u64) {
        self.0.inc(units);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
