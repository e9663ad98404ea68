//! Sources that read counters of the kernel: what moved within a fixed period.
//!
//! The kernel counts what happens to it: interrupts, packets, page faults, nanoseconds that tasks wait. A source of this kind takes all counters of
//! some tables at a fixed period, always in the same order, and delivers the difference of each that moved, one reading for one counter. Counters that
//! stand still give no reading; when none moves within a period the answer is [`SourceError::NotReady`]. Sums that the kernel prints of counters
//! that it also prints one by one are left out.
//!
//! A reading says which counter it is: its number, in the order of [`SourceKind::moving_keys`], in the high 16 bits (modulo 2^16), and the
//! difference modulo 2^48 in the low 48. Names are made for those who ask for them and take no part in a reading.
//!
//! All of it is a slow view of the noise that the sources of kernel timing see at once, shared by everybody on the machine: any program can read the
//! same numbers, and programs that load the machine shape them. The source's own calls move some of them, too. So none of them has a claim, and
//! none can get one by assessment.

mod tables;
mod text;

pub(super) use tables::{Table, Tables, why};
pub(super) use text::Notation;

use crate::sources::batch::Batch;
use crate::sources::measured::{Measured, low_bits};
use crate::{Access, Candidate, Class, Keys, Machine, MovingKey, Opened, SourceKind};
use core::fmt::Display;
use core::time::Duration;
use openentropy_core::{Claim, Digitisation, Measure, SourceError, SourceInfo};
use std::thread;
use std::time::Instant;
use zeroize::{DefaultIsZeroes, Zeroizing};

/// Low eight bits of the difference.
const DIGITISATION: Digitisation = Digitisation { name: "low-bits", version: 1 };

/// The time between two looks at counters that cost little to read.
pub(super) const PERIOD: Duration = Duration::from_millis(10);
/// So many counters more lengthen the period by itself once, so that reading a large machine's tables takes no processor for itself.
const COLUMNS_PER_PERIOD: usize = 2048;
/// How many counters may have gone between two that are still there.
const LOOK_AHEAD: usize = 4096;
/// Bits of a reading that hold the difference.
const DIFFERENCE_BITS: u32 = 48;

/// One counter as a scan meets it.
pub(super) struct Cell<'t> {
    /// The table that it stands in.
    pub(super) category: &'t str,
    /// Its place there, in words.
    pub(super) name: &'t dyn Display,
    /// The same as a number, by which it is known again in the next scan.
    pub(super) key: u64,
    /// What it counts.
    pub(super) value: u64,
}

/// Counters that can be taken again and again.
pub(super) trait Scan: Send {
    /// Shows every counter to `see`, always in the same order.
    ///
    /// # Errors
    /// What a call met; what was shown before is then worth nothing.
    fn scan(&mut self, see: &mut dyn FnMut(&Cell<'_>)) -> Result<(), SourceError>;
}

/// Why counters cannot be read.
#[derive(Debug)]
pub(super) struct Missing {
    pub(super) access: Access,
    pub(super) reason: String,
}

/// A kind of source: the counters that `open` opens.
pub(super) struct Counters {
    pub(super) info: &'static SourceInfo,
    pub(super) aliases: &'static [&'static str],
    pub(super) period: Duration,
    /// Cheap, and without side effects: finding calls it, too.
    pub(super) open: fn() -> Result<Box<dyn Scan>, Missing>,
}

impl Counters {
    fn opened(&self) -> Result<Box<dyn Scan>, SourceError> {
        (self.open)().map_err(|missing| match missing.access {
            Access::Denied => SourceError::Denied,
            Access::Absent => SourceError::Absent,
            _ => SourceError::Io,
        })
    }
}

impl SourceKind for Counters {
    fn info(&self) -> &'static SourceInfo {
        self.info
    }

    fn class(&self) -> Class {
        Class::Counters
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        &[DIGITISATION]
    }

    fn aliases(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// An idle machine moves a few counters in a period.
    fn is_fast(&self) -> bool {
        false
    }

    fn find(&self) -> Vec<Candidate> {
        let virtualised = Machine::this().processor();
        vec![match (self.open)() {
            Ok(_) => Candidate { virtualised, ..Candidate::ready() },
            Err(missing) => Candidate { virtualised, ..Candidate::missing(missing.access, missing.reason) },
        }]
    }

    fn open(&self, _: &Candidate) -> Result<Opened, SourceError> {
        let differences = Differences::new(self.info, self.opened()?, self.period)?;
        Ok(Opened {
            source: Box::new(Measured::new(differences, low_bits, 1)),
            digitisation: DIGITISATION,
            claim: Claim::None,
        })
    }

    fn moving_keys(&self, within: Duration) -> Option<Result<Keys, SourceError>> {
        Some(self.opened().and_then(|mut scan| keys(&mut *scan, within)))
    }
}

/// A counter's key and value.
#[derive(Clone, Copy, Default)]
struct Column {
    key: u64,
    value: u64,
}

impl DefaultIsZeroes for Column {}

impl Column {
    fn of(cell: &Cell<'_>) -> Self {
        Self { key: cell.key, value: cell.value }
    }
}

/// Shows which columns moved from one scan to the next: number in the later one, and difference.
///
/// Columns that came have no difference yet, and those that went have none any more.
fn moved(before: &[Column], now: &[Column], mut see: impl FnMut(usize, u64)) {
    let mut rest = before;
    for (number, column) in now.iter().enumerate() {
        let Some(at) = rest.iter().take(LOOK_AHEAD).position(|old| old.key == column.key) else {
            continue;
        };
        let difference = column.value.wrapping_sub(rest[at].value);
        rest = &rest[at + 1..];
        if difference != 0 {
            see(number, difference);
        }
    }
}

/// The counters that move within some time, with their names.
fn keys(scan: &mut dyn Scan, within: Duration) -> Result<Keys, SourceError> {
    let (mut before, mut now, mut names) = (Vec::new(), Vec::new(), Vec::new());
    scan.scan(&mut |cell| before.push(Column::of(cell)))?;
    thread::sleep(within);
    scan.scan(&mut |cell| {
        now.push(Column::of(cell));
        names.push((cell.category.to_owned(), cell.name.to_string()));
    })?;
    let mut moving = Vec::new();
    moved(&before, &now, |number, difference| {
        let (category, name) = names[number].clone();
        moving.push(MovingKey { category, name, number, difference });
    });
    Ok(Keys { within, all: now.len(), moving })
}

/// Counters, and what moved in the last period.
struct Differences {
    info: &'static SourceInfo,
    scan: Box<dyn Scan>,
    period: Duration,
    /// The age at which a scan is no beginning of a period any more: nobody has asked for long.
    stale: Duration,
    before: Zeroizing<Vec<Column>>,
    now: Zeroizing<Vec<Column>>,
    /// When the scan in `now` began; `None` when there is none.
    taken: Option<Instant>,
    readings: Batch,
}

impl Differences {
    fn new(info: &'static SourceInfo, scan: Box<dyn Scan>, period: Duration) -> Result<Self, SourceError> {
        let mut new = Self {
            info,
            scan,
            period,
            stale: Duration::MAX,
            before: Zeroizing::default(),
            now: Zeroizing::default(),
            taken: None,
            readings: Batch::with_room(0),
        };
        new.take()?;
        let columns = new.now.len();
        if columns == 0 {
            return Err(SourceError::Absent);
        }
        let room = columns + columns / 4 + 64; // for rows that come later
        new.before.reserve_exact(room);
        new.now.reserve_exact(room - columns);
        new.readings = Batch::with_room(room);
        new.period *= u32::try_from(1 + columns / COLUMNS_PER_PERIOD).unwrap_or(u32::MAX);
        new.stale = new.period * 2;
        Ok(new)
    }

    /// Takes all counters into `now`.
    fn take(&mut self) -> Result<(), SourceError> {
        let began = Instant::now();
        self.taken = None;
        self.now.clear();
        let now = &mut self.now;
        self.scan.scan(&mut |cell| now.push(Column::of(cell)))?;
        self.taken = Some(began);
        Ok(())
    }

    /// Waits for the end of the period, takes the counters, and keeps what moved.
    fn advance(&mut self) -> Result<(), SourceError> {
        self.readings.clear();
        if self.taken.is_none_or(|taken| taken.elapsed() > self.stale) {
            self.take()?;
        }
        let since = self.taken.map_or(Duration::ZERO, |taken| taken.elapsed());
        thread::sleep(self.period.saturating_sub(since));
        core::mem::swap(&mut self.before, &mut self.now);
        self.take()?;
        let readings = &mut self.readings;
        moved(&self.before, &self.now, |number, difference| readings.push(packed(number, difference)));
        Ok(())
    }
}

impl Measure for Differences {
    fn info(&self) -> &SourceInfo {
        self.info
    }

    /// The next counter that moved.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when a period moved none; what reading the counters met.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if self.readings.is_over() {
            self.advance()?;
        }
        self.readings.next().ok_or(SourceError::NotReady)
    }
}

/// A counter's number and its difference as one reading.
const fn packed(number: usize, difference: u64) -> u64 {
    (number as u64) << DIFFERENCE_BITS | difference & ((1 << DIFFERENCE_BITS) - 1)
}

#[cfg(test)]
mod tests;
