//! How fast the generators are here, one request of 4 KiB after another and for single keys of 32 bytes.
//!
//! ```text
//! cargo run --release -p openentropy-core --features aes,chacha20 --example drbg_rates
//! ```

use core::{hint::black_box, time::Duration};
use openentropy_core::{
    Sha256,
    drbg::{ChaChaDrbg, CtrDrbg, Drbg, HashDrbg, HmacDrbg, MAX_PIECE},
    hazmat::seed_from_bytes,
};
use std::time::Instant;

const ROUNDS: u32 = 2000;
const CALLS: u32 = 64;

/// The time of one call of `work`: the best of many short rounds, so that other programs' turns do not count.
fn time(mut work: impl FnMut()) -> Duration {
    let round = |_| {
        let start = Instant::now();
        (0..CALLS).for_each(|_| work());
        start.elapsed() / CALLS
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}

fn rate(length: usize, one: Duration) -> f64 {
    length as f64 / one.as_secs_f64() / 1e6
}

fn measure<D: Drbg + Default>() {
    let mut generator = D::default();
    let seed = seed_from_bytes([7; 32]);
    generator.instantiate(seed, &[1; 16], &[]).expect("the self test passes");
    let mut piece = [0; MAX_PIECE];
    let long = time(|| generator.generate(black_box(&mut piece), &[]).expect("seeded"));
    let mut key = [0; 32];
    let short = time(|| generator.generate(black_box(&mut key), &[]).expect("seeded"));
    let test = time(|| D::self_test().expect("passes"));
    println!(
        "{:<10} {:>8.0} MB/s in pieces of {MAX_PIECE} bytes, {:>5} ns for 32 bytes, self test {:>6} ns",
        D::NAME,
        rate(MAX_PIECE, long),
        short.as_nanos(),
        test.as_nanos()
    );
}

fn main() {
    measure::<CtrDrbg>();
    measure::<ChaChaDrbg>();
    measure::<HashDrbg>();
    measure::<HmacDrbg>();
    let message = [0; MAX_PIECE];
    let digest = time(|| {
        let mut hash = Sha256::new();
        hash.update(black_box(&message));
        black_box(hash.finish());
    });
    println!("{:<10} {:>8.0} MB/s", "sha256", rate(MAX_PIECE, digest));
}
