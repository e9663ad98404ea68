//! Measures a pool of this machine's default sources: `cargo run --release -p openentropy-host --example pool_figures`.
//!
//! With `--json` it prints what is promised, for `cargo xtask bench`.
//!
//! Rates per second of wall time hold on an otherwise idle machine; those per second of processor time hold on a busy one too.

use core::time::Duration;
use openentropy_host::{EntropyPool, Mechanism, PoolError};
use rustix::time::{ClockId, clock_gettime};
use std::time::Instant;

/// Pools that are opened and closed in turn, to see how long a start takes.
const STARTS: usize = 9;

fn main() -> Result<(), PoolError> {
    let mut starts = Vec::new();
    for _ in 1..STARTS {
        starts.push(start()?.1);
    }
    let (pool, took) = start()?;
    starts.push(took);
    starts.sort_by(f64::total_cmp);
    let (start_ms, longest_start_ms) = (starts[STARTS / 2], starts[STARTS - 1]);

    let (mut block, mut blocks) = ([0; 32], 0.0);
    let label = pool.fill_block(&mut block)?.to_string();
    let (wall, cpu) = spent(ClockId::ProcessCPUTime, Duration::from_secs(3), || {
        blocks += 1.0;
        pool.fill_block(&mut block).map(drop)
    })?;
    let bytes = blocks * 32.0;
    let idle_percent = idle()?;
    let credit = pool.source_infos().iter().map(|info| info.entropy_rate_estimate).fold(0.0, f64::max);
    if std::env::args().any(|argument| argument == "--json") {
        let figures = serde_json::json!({
            "label": label,
            "start_ms": start_ms,
            "longest_start_ms": longest_start_ms,
            "kb_per_cpu_second": bytes / 1e3 / cpu,
            "credit": credit,
            "idle_percent": idle_percent,
        });
        println!("{figures}");
        return Ok(());
    }
    println!("{label}");
    println!("start to 320 credited bits: {start_ms:.1} ms, longest of {STARTS} {longest_start_ms:.1} ms");
    println!(
        "full-entropy blocks: {:.0} B/s, {:.0} B per CPU-second at {credit} bit a sample",
        bytes / wall,
        bytes / cpu
    );
    println!("idle: {idle_percent:.2} % of a core");
    for mechanism in [Mechanism::Ctr, Mechanism::ChaCha20, Mechanism::Hash, Mechanism::Hmac] {
        for size in [32, 4096, 1 << 20] {
            generator(&pool, mechanism, size)?;
        }
    }
    pool.print_health();
    Ok(())
}

/// A pool of the default sources, and the milliseconds until it had paid for its first block: 320 credited bits.
fn start() -> Result<(EntropyPool, f64), PoolError> {
    let began = Instant::now();
    let pool = EntropyPool::auto();
    pool.fill_block(&mut [0; 32])?;
    Ok((pool, began.elapsed().as_secs_f64() * 1e3))
}

/// Percent of a processor that this process uses once its pool is full and nobody asks.
fn idle() -> Result<f64, PoolError> {
    let two_seconds = || {
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    };
    two_seconds()?;
    let (wall, cpu) = spent(ClockId::ProcessCPUTime, Duration::from_secs(2), two_seconds)?;
    Ok(cpu / wall * 100.0)
}

fn generator(pool: &EntropyPool, mechanism: Mechanism, size: usize) -> Result<(), PoolError> {
    let rng = pool.rng_with(mechanism);
    let mut buffer = vec![0; size];
    rng.fill(&mut buffer)?;
    let mut requests = 0.0;
    let (wall, cpu) = spent(ClockId::ThreadCPUTime, Duration::from_millis(300), || {
        requests += 1.0;
        rng.fill(&mut buffer).map(drop)
    })?;
    let megabytes = requests * size as f64 / 1e6;
    let (rate, per_cpu, nanos) = (megabytes / wall, megabytes / cpu, cpu / requests * 1e9);
    println!(
        "{:<10} {size:>8} B requests: {rate:>7.0} MB/s, {per_cpu:>7.0} MB per CPU-second, {nanos:>8.0} ns each",
        mechanism.name()
    );
    Ok(())
}

/// Seconds of wall and of processor time that repeating `work` for `time` took.
fn spent(
    clock: ClockId,
    time: Duration,
    mut work: impl FnMut() -> Result<(), PoolError>,
) -> Result<(f64, f64), PoolError> {
    let read = || {
        let time = clock_gettime(clock);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let (began, before) = (Instant::now(), read());
    while began.elapsed() < time {
        work()?;
    }
    Ok((began.elapsed().as_secs_f64(), read() - before))
}
