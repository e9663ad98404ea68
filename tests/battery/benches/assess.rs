//! How long an SP 800-90B assessment takes, estimator by estimator, beside what is promised.
//!
//! `cargo bench -p openentropy-tests --bench assess`. Times are medians of five runs, CPU seconds those of one thread.
//! Peak memory is that of a program that assesses once, its samples included. Wall time says nothing on a busy machine.

use core::error::Error;
use core::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};
use openentropy_tests::sp800_90b::{
    Sequence, TupleCounts, assess, collision, compression, lag, lrs, lz78y, markov, memory_needed,
    most_common_value, multi_mcw, multi_mmc, t_tuple,
};

const RUNS: usize = 5;
/// Cores for which the wall time is promised.
const CORES: usize = 2;
const MEGABYTE: f64 = 1e6;
/// The argument with which the program runs itself to see the memory of one assessment.
const ONCE: &str = "--once";

type Estimator = (&'static str, fn(&Sequence) -> Option<f64>);

/// Estimators and what two of them share.
static ESTIMATORS: [Estimator; 9] = [
    ("mcv", |sequence| most_common_value::estimate(sequence).map(|e| e.min_entropy)),
    ("collision", |sequence| collision::estimate(sequence).map(|e| e.min_entropy)),
    ("markov", |sequence| markov::estimate(sequence).map(|e| e.min_entropy)),
    ("compression", |sequence| compression::estimate(sequence).map(|e| e.min_entropy)),
    ("t_tuple, lrs", |sequence| {
        let counts = TupleCounts::new(sequence);
        let lrs = lrs::estimate(&counts).map(|e| e.min_entropy);
        t_tuple::estimate(&counts).map(|e| e.min_entropy).into_iter().chain(lrs).reduce(f64::min)
    }),
    ("multi_mcw", |sequence| multi_mcw::estimate(sequence).map(|e| e.min_entropy)),
    ("lag", |sequence| lag::estimate(sequence).map(|e| e.min_entropy)),
    ("multi_mmc", |sequence| multi_mmc::estimate(sequence).map(|e| e.min_entropy)),
    ("lz78y", |sequence| lz78y::estimate(sequence).map(|e| e.min_entropy)),
];

fn main() -> Result<(), Box<dyn Error>> {
    let eight_bits = read("truerand_8bit.w8.bin")?;
    if std::env::args().any(|argument| argument == ONCE) {
        black_box(assess(&eight_bits, 8)?);
        return Ok(());
    }
    // A program's peak begins with that of the one that starts it: so this comes before everything that takes memory.
    let peaks = [peak_memory(1)?, peak_memory(CORES)?];
    let one_bit: Vec<u8> = read("truerand_1bit.w1.bin")?
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let two_threads = rayon::ThreadPoolBuilder::new().num_threads(CORES).build()?;

    println!("CPU seconds            samples      bits   (1,000,000 samples of eight bits)");
    let views = [Sequence::literal(&eight_bits, 8)?, Sequence::bit_string(&eight_bits, 8)?];
    for (name, estimate) in &ESTIMATORS {
        let [samples, bits] = views.each_ref().map(|sequence| {
            estimate(sequence).map_or_else(String::new, |_| {
                format!("{:.3}", median(|| _ = black_box(estimate(sequence))).cpu)
            })
        });
        println!("  {name:<18} {samples:>9} {bits:>9}");
    }
    println!();
    let whole = |samples: &[u8], bits| median(|| _ = black_box(assess(samples, bits)));
    let alone = one_thread.install(|| whole(&eight_bits, 8));
    promise("eight-bit samples, CPU", alone.cpu, 3.0, "s");
    let together = two_threads.install(|| whole(&eight_bits, 8));
    promise("eight-bit samples, wall, two cores", together.wall, 1.5, "s");
    promise("one-bit samples, CPU", one_thread.install(|| whole(&one_bit, 1)).cpu, 0.3, "s");
    promise("peak memory, one thread", peaks[0], 150.0, "MB");
    promise("peak memory, two cores", peaks[1], 150.0, "MB");
    let needed = memory_needed(eight_bits.len() as u64, 8) as f64 / MEGABYTE;
    promise("the same, by memory_needed", peaks[1], needed, "MB");
    println!("two cores take {:.2} of the time of one", together.wall / alone.wall);
    Ok(())
}

fn read(name: &str) -> std::io::Result<Vec<u8>> {
    let folders = [env!("CARGO_MANIFEST_DIR"), "..", "vectors", "sp800-90b", name];
    std::fs::read(folders.iter().collect::<PathBuf>())
}

struct Times {
    cpu: f64,
    wall: f64,
}

/// The median of the times of several runs.
fn median(mut run: impl FnMut()) -> Times {
    let mut runs: Vec<(f64, f64)> = (0..RUNS)
        .map(|_| {
            let (cpu, wall) = (cpu_seconds(), Instant::now());
            run();
            (cpu_seconds() - cpu, wall.elapsed().as_secs_f64())
        })
        .collect();
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let cpu = runs[RUNS / 2].0;
    runs.sort_by(|a, b| a.1.total_cmp(&b.1));
    Times { cpu, wall: runs[RUNS / 2].1 }
}

/// Seconds that all threads of the program have computed.
fn cpu_seconds() -> f64 {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)
        .map_or(f64::NAN, |time| time.tv_sec() as f64 + time.tv_nsec() as f64 * 1e-9)
}

/// The most memory, in megabytes, of the largest program so far that assesses once with so many threads.
fn peak_memory(threads: usize) -> Result<f64, Box<dyn Error>> {
    let mut program = Command::new(std::env::current_exe()?);
    let status = program.arg(ONCE).env("RAYON_NUM_THREADS", threads.to_string()).status()?;
    if !status.success() {
        return Err("the assessment failed".into());
    }
    let unit = if cfg!(target_vendor = "apple") { 1.0 } else { 1024.0 };
    Ok(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as f64 * unit / MEGABYTE)
}

fn promise(what: &str, figure: f64, most: f64, unit: &str) {
    let verdict = if figure <= most { "kept" } else { "NOT KEPT" };
    println!("{what:<34} {figure:>8.3} {unit:<2}  promised {most:>7.3} {unit:<2}  {verdict}");
}
