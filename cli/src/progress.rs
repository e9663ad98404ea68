//! How far a long run is, on a terminal only.

use core::time::Duration;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use openentropy_tests::Progress;

/// What a bar shows.
const TEMPLATE: &str = "{msg} {wide_bar} {percent:>3} %, {elapsed} gone, {eta} left";

/// How often the time that is left is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// A bar on standard error, with the time that is left; nothing where that is no terminal.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for `what`, at its start; nothing where none `is_wanted`.
    pub(crate) fn new(what: &'static str, is_wanted: bool) -> Self {
        Self(bar(0, is_wanted).with_message(what))
    }
}

/// A bar at its start on standard error, or nowhere.
fn bar(length: u64, is_wanted: bool) -> ProgressBar {
    let target = if is_wanted { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template(TEMPLATE)
        .unwrap_or_else(|_| unreachable!("the template is well formed"));
    ProgressBar::with_draw_target(Some(length), target).with_style(style)
}

/// The same for work of known length whose parts have names.
pub(crate) struct Gauge(ProgressBar);

impl Gauge {
    /// A bar of so many `parts`, at its start; nothing where none `is_wanted`.
    pub(crate) fn new(parts: usize, is_wanted: bool) -> Self {
        let bar = bar(parts as u64, is_wanted);
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// There is more to do: so many parts in all.
    pub(crate) fn lengthen(&self, parts: usize) {
        self.0.set_length(parts as u64);
    }

    /// So many parts are done, and `what` is next.
    pub(crate) fn show(&self, done: usize, what: &str) {
        self.0.set_position(done as u64);
        self.name(what);
    }

    /// The same share is done, and `what` goes on.
    pub(crate) fn name(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// Takes it away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
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
