//! Measures a pool of this machine's default sources: `cargo run --release -p openentropy-host --example pool_figures`.

use core::time::Duration;
use openentropy_host::{EntropyPool, Mechanism};
use std::time::Instant;

fn main() -> Result<(), openentropy_host::PoolError> {
    let began = Instant::now();
    let pool = EntropyPool::auto();
    let mut block = [0; 32];
    let label = pool.fill_block(&mut block)?;
    println!("first 32 bytes after {:?}: {label}", began.elapsed());

    let (began, cpu) = (Instant::now(), cpu_time());
    let mut blocks = 0_u32;
    while began.elapsed() < Duration::from_secs(2) {
        pool.fill_block(&mut block)?;
        blocks += 1;
    }
    let (wall, cpu) = (began.elapsed().as_secs_f64(), (cpu_time() - cpu).as_secs_f64());
    let bytes = f64::from(blocks) * 32.0;
    println!("full-entropy blocks: {:.0} B/s, {:.0} B per CPU-second", bytes / wall, bytes / cpu);

    for mechanism in [Mechanism::Ctr, Mechanism::ChaCha20, Mechanism::Hash, Mechanism::Hmac] {
        let rng = pool.rng_with(mechanism);
        for size in [32, 4096, 1 << 20] {
            let mut buffer = vec![0; size];
            rng.fill(&mut buffer)?;
            let (began, mut bytes) = (Instant::now(), 0.0);
            while began.elapsed() < Duration::from_millis(300) {
                rng.fill(&mut buffer)?;
                bytes += size as f64;
            }
            let rate = bytes / began.elapsed().as_secs_f64();
            println!(
                "{:<10} {size:>8} B requests: {:>8.1} MB/s, {:>9.0} requests/s",
                mechanism.name(),
                rate / 1e6,
                rate / size as f64
            );
        }
    }

    std::thread::sleep(Duration::from_millis(200));
    let (began, cpu) = (Instant::now(), cpu_time());
    std::thread::sleep(Duration::from_secs(2));
    let idle = (cpu_time() - cpu).as_secs_f64() / began.elapsed().as_secs_f64();
    println!("idle: {:.2} % of a core", idle * 100.0);
    pool.print_health();
    Ok(())
}

/// CPU time of this process, user and system (proc_pid_stat(5), fields 14 and 15, in hundredths of a second).
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
