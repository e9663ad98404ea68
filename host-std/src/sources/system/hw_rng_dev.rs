//! `/dev/hwrng`: whichever generator the kernel has picked.
//!
//! What is read: bytes of the current driver (a system on chip, a security chip, a USB device, the hypervisor's virtio-rng), in small pieces. What an
//! attacker could influence: whoever made or runs that device; with virtio-rng the hypervisor supplies every byte. It is one supply for the whole
//! machine and the kernel drinks from it too. It is trusted or not, and never assessed.
//!
//! A read of the device can block for ever, `O_NONBLOCK` or not, since it waits for a lock that another reader holds. So a thread of its own
//! reads, a block waits for it for a second at most, and a thread that does not come back is left behind; past four of those opening waits for
//! one to end, for a second at most too. The driver can change under an open file: its name is looked up with every piece, and a change ends the source as disconnected.
//!
//! What can go wrong: no device or no driver (absent), no right (denied), a device that is slow (not ready) or silent (timeout), unplugged or
//! exchanged (disconnected), or that fails (I/O error).
//!
//! Reference: Linux, Documentation/admin-guide/hw_random.rst, drivers/char/hw_random/core.c.

use crate::{Access, Candidate, Class, HostSource, Machine, Opened, SourceKind, Virtualised};
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use openentropy_core::{
    Claim, Digitisation, EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory,
    SourceError, SourceInfo, Width,
};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;
use zeroize::Zeroizing;

static INFO: SourceInfo = SourceInfo {
    name: "hw_rng_dev",
    description: "bytes of the kernel's current hardware generator",
    physics: "that of the device behind it, by its maker's account; a hypervisor's word in a virtual machine",
    category: SourceCategory::System,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::BYTE,
    independence: Independence::of(Group::PlatformGenerator),
};

/// The bytes as they come.
const BYTES: Digitisation = Digitisation { name: "bytes", version: 1 };

const DEVICE: &str = "/dev/hwrng";
const CURRENT: &str = "/sys/class/misc/hw_random/rng_current";
/// Bytes of one read: a driver answers a request only when all of it is there.
const PIECE: usize = 32;
/// What a block may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// The pause after an answer of "nothing yet".
const PAUSE: Duration = Duration::from_millis(2);
/// Threads that may hang in the device before the source stays closed.
const MAX_READERS: usize = 4;

/// Reading threads that have not ended.
static READERS: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct Kind;

impl SourceKind for Kind {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    fn class(&self) -> Class {
        Class::Generator
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        &[BYTES]
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["hwrng"]
    }

    fn find(&self) -> Vec<Candidate> {
        vec![look(Path::new(DEVICE), current(Path::new(CURRENT)))]
    }

    fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
        opened(candidate, PathBuf::from(CURRENT))
    }
}

fn opened(candidate: &Candidate, current_path: PathBuf) -> Result<Opened, SourceError> {
    let path = candidate.path.as_deref().unwrap_or(Path::new(DEVICE));
    let source = HwRng::start(path, current_path)?;
    if virtualised(&source.driver) != candidate.virtualised {
        return Err(SourceError::Absent); // what was found, and perhaps trusted, is not what answers now
    }
    Ok(Opened { source: Box::new(source), digitisation: BYTES, claim: Claim::None })
}

/// The candidate at `path`, judged without opening it: opening can start a device.
fn look(path: &Path, driver: Option<String>) -> Candidate {
    if let Err(error) = fs::metadata(path) {
        let reason = format!("{}: {error}", path.display());
        return Candidate::missing(Access::Absent, reason);
    }
    let Some(driver) = driver else {
        let reason = "no generator is registered with the kernel (rng_current is none)";
        return Candidate::missing(Access::Absent, reason);
    };
    let readable = rustix::fs::access(path, rustix::fs::Access::READ_OK).is_ok();
    let (access, reason) = match readable {
        true => (Access::Ready, String::new()),
        false => (Access::Denied, format!("reading {} needs root or a udev rule", path.display())),
    };
    Candidate {
        path: Some(path.to_owned()),
        access,
        virtualised: virtualised(&driver),
        reason,
        ..Candidate::ready()
    }
}

/// Whose device `driver` drives: whatever a virtio device delivers, the hypervisor made it; of any other, a guest cannot know.
fn virtualised(driver: &str) -> Virtualised {
    match driver.starts_with("virtio") {
        true => Virtualised::Emulated,
        false => Machine::this().processor(),
    }
}

/// The name of the kernel's current generator.
fn current(path: &Path) -> Option<String> {
    let name = fs::read_to_string(path).ok()?;
    let name = name.trim();
    (!name.is_empty() && name != "none").then(|| name.to_owned())
}

type Piece = Result<Zeroizing<[u8; PIECE]>, SourceError>;

/// The end of the channel at which a reading thread delivers, and the piece that was not used up.
struct HwRng {
    pieces: Receiver<Piece>,
    driver: String,
    left: Zeroizing<Vec<u8>>,
}

impl HwRng {
    fn start(device: &Path, current_path: PathBuf) -> Result<Self, SourceError> {
        let driver = current(&current_path).ok_or(SourceError::Absent)?;
        let place = Place::wait()?;
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed())
            .open(device)
            .map_err(|error| error_of(&error))?;
        let (sender, pieces) = sync_channel(1);
        let reader = Reader { file, driver: driver.clone(), current_path, place };
        let spawned =
            thread::Builder::new().name(String::from("hw_rng_dev")).spawn(move || reader.run(&sender));
        spawned.map_err(|error| error_of(&error))?;
        Ok(Self { pieces, driver, left: Zeroizing::new(Vec::with_capacity(4096)) })
    }
}

impl EntropySource for HwRng {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for a second at most; what has come by then is kept for the next call.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        let deadline = Instant::now() + PATIENCE;
        let mut came = false;
        while self.left.len() < out.len() {
            let wait = deadline.saturating_duration_since(Instant::now());
            match self.pieces.recv_timeout(wait) {
                Ok(piece) => self.left.extend_from_slice(piece?.as_slice()),
                Err(RecvTimeoutError::Timeout) if came => return Err(SourceError::NotReady),
                Err(RecvTimeoutError::Timeout) => return Err(SourceError::Timeout),
                Err(RecvTimeoutError::Disconnected) => return Err(SourceError::Disconnected),
            }
            came = true;
        }
        out.write(|slots| {
            let pieces = self.left.drain(..slots.len());
            slots.copy_from_slice(pieces.as_slice());
            Ok(())
        })
    }
}

impl HostSource for HwRng {
    fn device(&self) -> Option<&str> {
        Some(&self.driver)
    }
}

/// A place among the reading threads, given back on drop.
struct Place;

impl Place {
    /// Waits for a second at most: the thread of a source that was closed ends with the piece that it reads.
    fn wait() -> Result<Self, SourceError> {
        let deadline = Instant::now() + PATIENCE;
        let one_more = |readers| (readers < MAX_READERS).then_some(readers + 1);
        while READERS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_err() {
            if Instant::now() > deadline {
                return Err(SourceError::Timeout);
            }
            thread::sleep(PAUSE);
        }
        Ok(Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        READERS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the reading thread owns.
struct Reader {
    file: File,
    driver: String,
    current_path: PathBuf,
    #[expect(dead_code, reason = "given back when the thread ends")]
    place: Place,
}

impl Reader {
    /// Delivers pieces until an error or until nobody takes them.
    fn run(mut self, sender: &SyncSender<Piece>) {
        loop {
            let piece = self.piece();
            let failed = piece.is_err();
            if sender.send(piece).is_err() || failed {
                return;
            }
        }
    }

    fn piece(&mut self) -> Piece {
        let mut piece = Zeroizing::new([0; PIECE]);
        let mut filled = 0;
        let deadline = Instant::now() + PATIENCE;
        while filled < PIECE {
            match self.file.read(&mut piece[filled..]) {
                Ok(0) => return Err(SourceError::Disconnected),
                Ok(bytes) => filled += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(PAUSE),
                Err(error) => return Err(error_of(&error)),
            }
            if filled < PIECE && Instant::now() > deadline {
                return Err(SourceError::Timeout);
            }
        }
        match current(&self.current_path).as_deref() == Some(self.driver.as_str()) {
            true => Ok(piece),
            false => Err(SourceError::Disconnected),
        }
    }
}

fn error_of(error: &io::Error) -> SourceError {
    match error.kind() {
        io::ErrorKind::NotFound => SourceError::Absent,
        io::ErrorKind::PermissionDenied => SourceError::Denied,
        // ENODEV: the node exists and no generator stands behind it.
        _ if error.raw_os_error() == Some(rustix::io::Errno::NODEV.raw_os_error()) => SourceError::Absent,
        _ => SourceError::Io,
    }
}

#[cfg(test)]
mod tests;
