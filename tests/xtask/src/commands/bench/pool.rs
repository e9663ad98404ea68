//! What the pool of the library promises: how soon it pays, what it harvests, what it costs at rest.

use super::JITTERENTROPY_KB;
use super::promise::{Promise, report};
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// From the pool's start to 320 credited bits, in milliseconds.
const START_MS: f64 = 50.0;
/// Of one processor, by a full pool that nobody asks.
const IDLE_PERCENT: f64 = 1.0;
/// What the jitterentropy library credits a sample with, in bits.
const JITTERENTROPY_CREDIT: f64 = 1.0 / 3.0;

/// What the example prints.
#[derive(Deserialize)]
struct Figures {
    start_ms: f64,
    longest_start_ms: f64,
    kb_per_cpu_second: f64,
    idle_percent: f64,
    credit: f64,
    label: String,
}

pub(super) fn figures(ws: &Workspace) -> Result<()> {
    let mut run = process::cargo(&ws.root, "run");
    run.args([
        "--locked",
        "--release",
        "--quiet",
        "-p",
        "openentropy-host",
        "--example",
        "pool_figures",
        "--",
        "--json",
    ]);
    let figures: Figures =
        serde_json::from_slice(&process::stdout(&mut run)?).context("unexpected output of pool_figures")?;
    println!("  {}", figures.label);
    report("pool: start to 320 credited bits (ms)", figures.start_ms, Promise::AtMost(START_MS));
    println!("  median, longest {:.1} ms", figures.longest_start_ms);
    let rate = figures.kb_per_cpu_second;
    if figures.credit <= 0.0 {
        bail!("no source of this machine is credited: there is no harvest to measure");
    }
    println!(
        "pool: harvest at {:.3} bit a sample: {rate:.1} kB per CPU-second, {:.1} times jitterentropy's {JITTERENTROPY_KB}",
        figures.credit,
        rate / JITTERENTROPY_KB
    );
    let equal = rate * JITTERENTROPY_CREDIT.min(figures.credit) / figures.credit;
    report("pool: harvest at a third of a bit (kB/CPU-s)", equal, Promise::AtLeast(2.0 * JITTERENTROPY_KB));
    println!("  {:.1} times jitterentropy's, aim 10", equal / JITTERENTROPY_KB);
    report("pool: full and idle (% of a core)", figures.idle_percent, Promise::AtMost(IDLE_PERCENT));
    Ok(())
}
