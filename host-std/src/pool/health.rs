//! What the sources have done.

use super::EntropyPool;
use super::line::Line;
use crate::claims::ClaimsWarning;
use core::time::Duration;
use openentropy_core::{MinEntropy, SourceState};

/// How one source stands and what it has done, for dashboards.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SourceHealth {
    /// Canonical name.
    pub name: &'static str,
    /// How it stands.
    pub state: SourceState,
    /// The word for what is wrong with it.
    pub error: Option<&'static str>,
    /// Samples that were absorbed, one a byte.
    pub bytes: u64,
    /// Alarms and errors.
    pub failures: u64,
    /// The claim in force, which the source's last start-up window may have lowered.
    pub min_entropy: MinEntropy,
    /// Time that its last block took.
    pub last_duration: Duration,
    /// Its share of all that was paid, 0 to 1.
    pub weight: f64,
}

impl SourceHealth {
    /// Whether it delivers, with or without credit.
    #[must_use]
    pub const fn is_healthy(&self) -> bool {
        self.state.pays() || matches!(self.state, SourceState::Mixed)
    }
}

/// How a pool and its sources stand.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HealthReport {
    /// Sources that deliver.
    pub healthy: usize,
    /// Sources, working or not.
    pub total: usize,
    /// Samples that were absorbed.
    pub raw_bytes: u64,
    /// Credited bits that wait to be drawn.
    pub credited_bits: u32,
    /// Each source.
    pub sources: Vec<SourceHealth>,
    /// What is wrong with the claims files.
    pub warnings: Vec<ClaimsWarning>,
}

impl EntropyPool {
    /// How the sources stand and what they have done.
    ///
    /// ```
    /// let pool = openentropy_host::EntropyPool::auto();
    /// let health = pool.health_report();
    /// assert_eq!(health.total, pool.source_count());
    /// ```
    #[must_use]
    pub fn health_report(&self) -> HealthReport {
        let account = self.owner.shared.lined().lock();
        let paid: u64 = account.lines.iter().map(|line| line.tally.paid).sum();
        let sources: Vec<_> = account.lines.iter().map(|line| health(line, paid)).collect();
        HealthReport {
            healthy: sources.iter().filter(|source| source.is_healthy()).count(),
            total: sources.len(),
            raw_bytes: account.samples(),
            credited_bits: account.pool.credit() / 1000,
            sources,
            warnings: self.claims().warnings(),
        }
    }

    /// Prints the [`health_report`](Self::health_report) to standard output as a table.
    pub fn print_health(&self) {
        print!("{}", self.health_report());
    }
}

impl core::fmt::Display for HealthReport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { healthy, total, raw_bytes, credited_bits, sources, warnings } = self;
        writeln!(
            f,
            "{healthy} of {total} sources deliver; {raw_bytes} samples absorbed, {credited_bits} credited bits ready"
        )?;
        writeln!(
            f,
            "{:<18} {:<18} {:>10} {:>8} {:>9} {:>10} {:>6}  error",
            "source", "state", "samples", "failures", "millibits", "block", "weight"
        )?;
        for source in sources {
            let SourceHealth { name, bytes, failures, last_duration, weight, .. } = source;
            let (state, millibits) = (source.state.name(), source.min_entropy.millibits());
            let error = source.error.unwrap_or("");
            let micros = last_duration.as_micros();
            writeln!(
                f,
                "{name:<18} {state:<18} {bytes:>10} {failures:>8} {millibits:>9} {micros:>7} us {weight:>6.2}  {error}"
            )?;
        }
        warnings.iter().try_for_each(|warning| writeln!(f, "warning: {warning}"))
    }
}

fn health(line: &Line, all_paid: u64) -> SourceHealth {
    let report = line.report(line.is_paying());
    SourceHealth {
        name: report.name,
        state: report.state,
        error: report.error,
        bytes: line.tally.samples,
        failures: line.tally.failures,
        min_entropy: line.claim.min_entropy(),
        last_duration: line.tally.last_block,
        weight: if all_paid == 0 { 0.0 } else { line.tally.paid as f64 / all_paid as f64 },
    }
}
