//! The kernel's counters behind a source, by name.

use core::time::Duration;

/// Counters of the kernel that moved within some time.
///
/// ```
/// use core::time::Duration;
/// let kind = openentropy_host::find_by_name("irq_counters").expect("a known name")[0];
/// if let Some(Ok(keys)) = kind.moving_keys(Duration::from_millis(20)) {
///     println!("{} of {} counters moved", keys.moving.len(), keys.all);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Keys {
    /// The time between the two looks at them.
    pub within: Duration,
    /// How many there are, moving or not.
    pub all: usize,
    /// Those that moved, in the order in which the source reads them: category by category.
    pub moving: Vec<MovingKey>,
}

/// A counter of the kernel that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovingKey {
    /// The kernel's table that has it, such as `interrupts`.
    pub category: String,
    /// Row and column, such as `LOC CPU1`; no text of a process, but names of devices and network interfaces.
    pub name: String,
    /// Its number among all counters of the source, as in the source's readings.
    pub number: usize,
    /// By how much it moved, modulo 2^64: a level that fell by one shows as 2^64 - 1.
    pub difference: u64,
}
