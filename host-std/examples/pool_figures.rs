//! Measures a pool of this machine's default sources: `cargo run --release -p openentropy-host --example pool_figures`.
//!
//! Rates per second of wall time hold on an otherwise idle machine; those per second of processor time hold on a busy one too.

use core::time::Duration;
use openentropy_host::{EntropyPool, Mechanism, PoolError};
use rustix::time::{ClockId, clock_gettime};
use std::time::Instant;

fn main() -> Result<(), PoolError> {
    let began = Instant::now();
    let pool = EntropyPool::auto();
    let mut block = [0; 32];
    let label = pool.fill_block(&mut block)?;
    println!("first 32 bytes after {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    println!("{label}");

    let mut blocks = 0.0;
    let (wall, cpu) = spent(ClockId::ProcessCPUTime, Duration::from_secs(3), || {
        blocks += 1.0;
        pool.fill_block(&mut block).map(drop)
    })?;
    let bytes = blocks * 32.0;
    println!("full-entropy blocks: {:.0} B/s, {:.0} B per CPU-second", bytes / wall, bytes / cpu);

    for mechanism in [Mechanism::Ctr, Mechanism::ChaCha20, Mechanism::Hash, Mechanism::Hmac] {
        for size in [32, 4096, 1 << 20] {
            generator(&pool, mechanism, size)?;
        }
    }

    std::thread::sleep(Duration::from_secs(2));
    let (wall, cpu) = spent(ClockId::ProcessCPUTime, Duration::from_secs(2), || {
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    })?;
    println!("idle: {:.2} % of a core", cpu / wall * 100.0);
    pool.print_health();
    Ok(())
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
