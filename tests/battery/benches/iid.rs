//! How long the IID track takes, and how much of it goes into the compressed length, beside what is promised.
//!
//! `cargo bench -p openentropy-tests --bench iid [SHUFFLES]`: 100,000 four-bit samples, all 10,000 shuffles without early stop
//! unless another number is given, for which the promises are scaled. CPU seconds are those of all threads.

use core::error::Error;
use core::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use bzip2::{Action, Compress, Compression};
use nix::time::{ClockId, clock_gettime};
use openentropy_tests::sp800_90b::iid::{self, Compressor, Options};

const SAMPLES: usize = 100_000;

/// Orders that are compressed by either implementation, each a rotation of the samples.
const ORDERS: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let file = [env!("CARGO_MANIFEST_DIR"), "..", "vectors", "sp800-90b", "truerand_4bit.w4.bin"];
    let packed = std::fs::read(file.iter().collect::<PathBuf>())?;
    let all: Vec<u8> = packed.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    let samples = &all[..SAMPLES];
    let permutations = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let share = f64::from(permutations) / 10_000.0;

    let options = Options { permutations, early_stop: false, ..Options::default() };
    let whole = measure(|| _ = black_box(iid::test(samples, 4, &options)));
    let early = measure(|| _ = black_box(iid::test(samples, 4, &Options::default())));

    let orders = || all.windows(SAMPLES).step_by((all.len() - SAMPLES) / ORDERS).take(ORDERS);
    let mut compressor = Compressor::default();
    let ours = measure(|| orders().for_each(|order| _ = black_box(compressor.length(order))));
    let texts: Vec<Vec<u8>> = orders().map(text).collect();
    let mut output = vec![0; 2 * texts[0].len()];
    let theirs = measure(|| texts.iter().for_each(|text| _ = black_box(compress(text, &mut output))));
    for (order, text) in orders().zip(&texts) {
        assert_eq!(compressor.length(order), compress(text, &mut output)?, "the length is that of bzip2");
    }

    let cores = std::thread::available_parallelism()?;
    println!("{permutations} shuffles of {SAMPLES} four-bit samples");
    promise("CPU", whole.cpu, 100.0 * share);
    promise(&format!("wall time, {cores} cores"), whole.wall, 55.0 * share);
    println!("with early stop                {:>8.3} s CPU, {:.3} s wall time", early.cpu, early.wall);
    let of_whole = ours.cpu / ORDERS as f64 * f64::from(permutations) / whole.cpu;
    println!("share of the compressed length {:>8.0} %", 100.0 * of_whole);
    let [ours, theirs] = [ours.cpu, theirs.cpu].map(|cpu| cpu / ORDERS as f64);
    println!(
        "one compressed length          {:>8.3} ms, the bzip2 library's {:.3} ms",
        1e3 * ours,
        1e3 * theirs
    );
    println!("                               {:>8.1} times as fast", theirs / ours);
    Ok(())
}

fn text(samples: &[u8]) -> Vec<u8> {
    samples.iter().map(u8::to_string).collect::<Vec<_>>().join(" ").into_bytes()
}

fn compress(text: &[u8], output: &mut [u8]) -> Result<u64, bzip2::Error> {
    let mut compress = Compress::new(Compression::new(5), 0);
    compress.compress(text, output, Action::Finish)?;
    Ok(compress.total_out())
}

struct Times {
    cpu: f64,
    wall: f64,
}

fn measure(run: impl FnOnce()) -> Times {
    let (cpu, wall) = (cpu_seconds(), Instant::now());
    run();
    Times { cpu: cpu_seconds() - cpu, wall: wall.elapsed().as_secs_f64() }
}

/// Seconds that all threads of the program have computed.
fn cpu_seconds() -> f64 {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)
        .map_or(f64::NAN, |time| time.tv_sec() as f64 + time.tv_nsec() as f64 * 1e-9)
}

fn promise(what: &str, figure: f64, most: f64) {
    let verdict = if figure <= most { "kept" } else { "NOT KEPT" };
    println!("{what:<30} {figure:>8.3} s   promised {most:>8.3} s   {verdict}");
}
