//! What the program promises as a whole: its start, its memory, what it writes.

use super::promise::{Promise, median, report};
use super::{JITTERENTROPY_KB, SHORT_RUNS};
use crate::commands::measure;
use crate::process;
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use core::time::Duration;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

/// Runs of each program that fills a pipe, in turn.
const PIPE_RUNS: usize = 3;
/// Bytes through the pipe; `openssl rand` takes at most 2^31 - 1.
const PIPE_BYTES: &str = "2000000000";
/// Bytes of full-entropy output.
const CREDITED_BYTES: u32 = 16 * 1024;
/// Longest run of one program.
const RUN_SECONDS: u32 = 300;

/// From start to exit, and the memory that took.
pub(super) fn start_up(program: &Path) -> Result<()> {
    let runs: Vec<_> = (0..SHORT_RUNS)
        .map(|_| measure::used(program, &["stream", "--bytes", "32", "--format", "hex"]))
        .collect::<Result<_>>()?;
    let wall = median(runs.iter().map(|used| used.wall.as_secs_f64() * 1e3));
    let longest = runs.iter().map(|used| used.wall).max().unwrap_or_default();
    report("stream --bytes 32, start to exit (ms)", wall, Promise::AtMost(50.0));
    println!("  median of {SHORT_RUNS}, longest {:.1} ms", longest.as_secs_f64() * 1e3);
    let peak = runs.iter().map(|used| used.peak_kib).max().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "memory in KiB is far below 2^52")]
    report("resident memory (MB)", peak as f64 * 1024.0 / 1e6, Promise::AtMost(14.0));
    Ok(())
}

/// Full-entropy output by processor time.
pub(super) fn credited(program: &Path) -> Result<()> {
    let bytes = CREDITED_BYTES.to_string();
    let used = measure::used(
        program,
        &["stream", "--conditioning", "sha256", "--format", "raw", "--bytes", &bytes],
    )?;
    let rate = f64::from(CREDITED_BYTES) / 1e3 / used.cpu.as_secs_f64();
    report("sha256-conditioned (kB per CPU-second)", rate, Promise::AtLeast(2.0 * JITTERENTROPY_KB));
    println!(
        "  {:.1} times jitterentropy's {JITTERENTROPY_KB} (brought along, at 1/3 bit a sample; ours at its claim here), aim 10; {:.2} s of wall time",
        rate / JITTERENTROPY_KB,
        used.wall.as_secs_f64()
    );
    Ok(())
}

/// Both programs in turn into the same reader; the best run of each counts, as other load only ever slows one down.
pub(super) fn pipe(ws: &Workspace, program: &Path) -> Result<()> {
    let openssl = tools::find(&ws.target, "openssl")?;
    let (mut theirs, mut ours) = (0f64, 0f64);
    for _ in 0..PIPE_RUNS {
        theirs = theirs.max(read_all(&openssl, &["rand", PIPE_BYTES])?);
        let arguments = ["stream", "--conditioning", "drbg", "--format", "raw", "--bytes", PIPE_BYTES];
        ours = ours.max(read_all(program, &arguments)?);
    }
    println!("  openssl rand: {theirs:.2} GB/s");
    report("drbg into a pipe (GB/s)", ours, Promise::AtLeast(1.5 * theirs));
    println!("  {:.2} times openssl rand, aim 3 GB/s", ours / theirs);
    Ok(())
}

/// GB/s at which a reader of 1 MiB blocks gets all the bytes of a program's standard output.
fn read_all(program: &Path, arguments: &[&str]) -> Result<f64> {
    let mut command = process::timeout(RUN_SECONDS, PathBuf::from(program));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start: {}", process::line(&command)))?;
    let mut output = child.stdout.take().context("no pipe")?;
    let (mut block, mut count) = (vec![0; 1 << 20], 0u64);
    loop {
        match output.read(&mut block)? {
            0 => break,
            n => count += n as u64,
        }
    }
    let status = child.wait()?;
    if !status.success() || count.to_string() != PIPE_BYTES {
        bail!("{count} bytes and {status} from: {}", process::line(&command));
    }
    Ok(rate(count, started.elapsed()))
}

#[expect(clippy::cast_precision_loss, reason = "byte counts are far below 2^52")]
fn rate(bytes: u64, took: Duration) -> f64 {
    bytes as f64 / 1e9 / took.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_read_is_an_error() {
        assert!(read_all(Path::new("echo"), &["too short"]).is_err());
    }
}
