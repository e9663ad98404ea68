//! A generator that QEMU asks over a socket, in the protocol of the entropy gathering daemon: the way to a slow or silent `/dev/hwrng`.
//!
//! A request is two bytes, 2 and a length; the answer is that many bytes. QEMU connects once, when the machine starts.

use super::machine::Cued;
use anyhow::{Context as _, Result, bail};
use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How it answers.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Prompt,
    After(Duration),
    Silent,
}

type Shared = Arc<(Mutex<Manner>, Condvar)>;

/// The generator: big-endian counters of 32 bits, from nought on.
///
/// Its cues: `prompt`, `silent`, or a number of milliseconds that each answer takes.
pub(crate) struct Egd(Shared);

impl Egd {
    /// Listens at `path`, and answers promptly until it is told otherwise.
    ///
    /// # Errors
    /// If the socket cannot be made.
    pub(crate) fn listen(path: &Path) -> Result<Self> {
        let listener =
            UnixListener::bind(path).with_context(|| format!("cannot listen at {}", path.display()))?;
        let shared: Shared = Arc::new((Mutex::new(Manner::Prompt), Condvar::new()));
        let manner = Arc::clone(&shared);
        // it ends with QEMU's end of the socket, or with this process
        thread::spawn(move || {
            if let Ok((stream, _)) = listener.accept() {
                answer(stream, &manner);
            }
        });
        Ok(Self(shared))
    }
}

impl Cued for Egd {
    fn cue(&mut self, word: &str) -> Result<()> {
        let manner = match (word, word.parse()) {
            ("prompt", _) => Manner::Prompt,
            ("silent", _) => Manner::Silent,
            (_, Ok(milliseconds)) => Manner::After(Duration::from_millis(milliseconds)),
            _ => bail!("the generator does not know the word {word}"),
        };
        *locked(&self.0) = manner;
        self.0.1.notify_all();
        Ok(())
    }
}

fn answer(mut stream: UnixStream, shared: &Shared) {
    let mut counter = 0_u32;
    let mut spare = Vec::new();
    let mut request = [0; 2];
    while stream.read_exact(&mut request).is_ok() {
        let length = usize::from(request[1]);
        while spare.len() < length {
            spare.extend_from_slice(&counter.to_be_bytes());
            counter = counter.wrapping_add(1);
        }
        let mut manner = locked(shared);
        while *manner == Manner::Silent {
            manner = shared.1.wait(manner).unwrap_or_else(PoisonError::into_inner);
        }
        let pause = match *manner {
            Manner::After(pause) => pause,
            _ => Duration::ZERO,
        };
        drop(manner);
        thread::sleep(pause);
        if stream.write_all(&spare[..length]).is_err() {
            return;
        }
        spare.drain(..length);
    }
}

/// Nothing panics while it holds the lock.
fn locked(shared: &Shared) -> MutexGuard<'_, Manner> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}
