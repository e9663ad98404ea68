//! How many threads work.

use crate::exit::Failure;

/// Runs `work` with `threads` threads, or with one for each processor.
pub(crate) fn run<T: Send>(threads: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).build();
    let pool = pool
        .map_err(|error| Failure::Io { place: "threads".to_owned(), error: std::io::Error::other(error) })?;
    Ok(pool.install(work))
}
