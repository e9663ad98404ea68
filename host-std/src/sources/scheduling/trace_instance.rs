//! An instance of the kernel's tracer of noise, for this program alone.
//!
//! The tracer is a thread of the kernel that looks for gaps in time for [`RUNTIME_US`] in every [`PERIOD_US`], on one processor, preemptibly and with
//! interrupts on. These three settings are the machine's: what they were before is put back, and whoever uses the tracer already is left in peace.
//!
//! A program that ends without dropping this, as one that is killed, puts nothing back. So the instance has a trigger by which the kernel itself
//! switches its tracing off when the program's first thread ends, upon which the tracer's thread does nothing but wake once a period. That
//! thread, the instance with its buffers, and the three settings stay until the source is opened again, or somebody removes the directory
//! `instances/openentropy`. Kernels before Linux 6.5 would go on looking for ever, and in a process-number namespace the trigger would
//! wait for another process, so both are refused.
//!
//! Reference: Linux, Documentation/trace/osnoise-tracer.rst, ftrace.rst (instances), events.rst §6.2 (traceoff).

use crate::Machine;
use crate::sources::errno::io_error_of;
use openentropy_core::SourceError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process;

/// How long the tracer looks in each period, and how long a period is.
const RUNTIME_US: u64 = 5_000;
const PERIOD_US: u64 = 100_000;
/// Memory for events of each processor.
const BUFFER_KB: u64 = 64;
/// What the two settings are when the kernel starts.
const KERNEL_US: u64 = 1_000_000;
/// The instance's name; a second program finds it busy.
const NAME: &str = "openentropy";
/// More than a list of processors takes.
const LONGEST: usize = 4096;
/// What has to be idle: the two share threads and settings.
const TRACERS: [&str; 2] = ["osnoise", "timerlat"];

/// The tracer's settings, of which a machine has one set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Settings {
    runtime: u64,
    period: u64,
    processors: String,
}

/// Whether a tracer of a program that was killed ends by itself here; if not, why.
///
/// # Errors
/// The reason.
pub(super) fn ends_by_itself() -> Result<(), &'static str> {
    /// The number of the first namespace of process numbers (linux/nsfs.h, PID_NS_INIT_INO).
    const FIRST: u64 = 0xEFFF_FFFC;
    let namespace = fs::metadata("/proc/self/ns/pid").map(|namespace| namespace.ino());
    match namespace {
        _ if !skips(&Machine::this().kernel) => {
            Err("a kernel before Linux 6.5 would trace for ever if this program were killed")
        }
        Ok(FIRST) => Ok(()),
        _ => Err("in a process-number namespace the kernel could not tell when this program ends"),
    }
}

/// Whether a kernel of this release leaves the processor alone while all tracing is off: Linux 6.5 and later.
fn skips(release: &str) -> bool {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse::<u32>());
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (6, 5),
        _ => false,
    }
}

/// The instance; it is removed when this is dropped.
pub(super) struct TraceInstance {
    root: PathBuf,
    /// What is put back.
    before: Settings,
    process: u32,
}

impl TraceInstance {
    /// Makes the instance under `root`, the mounted tracefs, which traces `processor` from [`start`](Self::start) on.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] while somebody else uses the tracer, [`SourceError::Absent`] where the kernel lacks it or it would not end by itself, [`SourceError::Denied`] where
    /// it may not be used; what a call met.
    pub(super) fn new(root: &Path, processor: usize) -> Result<Self, SourceError> {
        let directory = root.join("instances").join(NAME);
        // The kernel removes an instance unless it is open in a program, which then lives.
        let was_left = match fs::remove_dir(&directory) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => return Err(SourceError::NotReady),
            Err(error) => return Err(io_error_of(&error)),
        };
        if is_used(root)? {
            return Err(SourceError::NotReady);
        }
        let before = match was_left {
            true => Settings::of_the_kernel()?,
            false => Settings::read(root)?,
        };
        fs::create_dir(&directory).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => SourceError::NotReady, // somebody was faster
            _ => io_error_of(&error),
        })?;
        let instance = Self { root: root.to_owned(), before, process: process::id() };
        let ours = Settings { runtime: RUNTIME_US, period: PERIOD_US, processors: processor.to_string() };
        ours.write(root)?;
        write(&directory.join("buffer_size_kb"), &BUFFER_KB.to_string())?;
        write(&directory.join("events/osnoise/sample_threshold/enable"), "1")?;
        let trigger = format!("traceoff if pid == {}", instance.process);
        write(&directory.join("events/sched/sched_process_exit/trigger"), &trigger)?;
        Ok(instance)
    }

    /// Starts the tracer; its events as lines of text, without waiting for them.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(super) fn start(&self) -> Result<File, SourceError> {
        let directory = self.directory();
        write(&directory.join("current_tracer"), TRACERS[0])?; // refused once the events are open
        let mut options = OpenOptions::new();
        let options = options.read(true).custom_flags(libc::O_NONBLOCK);
        options.open(directory.join("trace_pipe")).map_err(|error| io_error_of(&error))
    }

    /// Whether this is the process that made the instance, not a child with a copy.
    pub(super) fn is_ours(&self) -> bool {
        self.process == process::id()
    }

    fn directory(&self) -> PathBuf {
        self.root.join("instances").join(NAME)
    }
}

impl Drop for TraceInstance {
    /// What fails here is left for the next opening.
    fn drop(&mut self) {
        if !self.is_ours() {
            return;
        }
        let _stopped = write(&self.directory().join("current_tracer"), "nop");
        let _put_back = self.before.write(&self.root);
        let _removed = fs::remove_dir(self.directory());
    }
}

impl Settings {
    fn read(root: &Path) -> Result<Self, SourceError> {
        let number = |name: &str| -> Result<u64, SourceError> {
            read(&setting(root, name))?.parse().map_err(|_| SourceError::Protocol)
        };
        Ok(Self {
            runtime: number("runtime_us")?,
            period: number("period_us")?,
            processors: read(&setting(root, "cpus"))?,
        })
    }

    /// What they are when the kernel starts.
    fn of_the_kernel() -> Result<Self, SourceError> {
        let processors = read(Path::new("/sys/devices/system/cpu/possible"))?;
        Ok(Self { runtime: KERNEL_US, period: KERNEL_US, processors })
    }

    /// Puts them in force; at no time may the tracer run for longer than a period, so which comes first depends on what there is.
    fn write(&self, root: &Path) -> Result<(), SourceError> {
        let mut times = [("runtime_us", self.runtime), ("period_us", self.period)];
        if self.runtime > Self::read(root)?.period {
            times.reverse();
        }
        for (name, time) in times {
            write(&setting(root, name), &time.to_string())?;
        }
        write(&setting(root, "cpus"), &self.processors)
    }
}

fn setting(root: &Path, name: &str) -> PathBuf {
    root.join("osnoise").join(name)
}

/// Whether anybody runs one of the [`TRACERS`].
fn is_used(root: &Path) -> Result<bool, SourceError> {
    let instances = fs::read_dir(root.join("instances")).map_err(|error| io_error_of(&error))?;
    let instances = instances.filter_map(Result::ok).map(|entry| entry.path());
    for directory in instances.chain([root.to_owned()]) {
        match read(&directory.join("current_tracer")) {
            Ok(tracer) if TRACERS.contains(&tracer.as_str()) => return Ok(true),
            Ok(_) | Err(SourceError::Absent) => {} // an instance may go at any time
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// What a setting's file says, in one call: the kernel refuses a list of processors to a buffer that is too small, at its end too.
fn read(path: &Path) -> Result<String, SourceError> {
    let mut text = [0; LONGEST];
    let length =
        File::open(path).and_then(|mut file| file.read(&mut text)).map_err(|error| io_error_of(&error))?;
    let text = text.get(..length).filter(|text| text.len() < LONGEST).ok_or(SourceError::Protocol)?;
    let text = core::str::from_utf8(text).map_err(|_| SourceError::Protocol)?;
    Ok(text.trim().to_owned())
}

/// Writes to a file that exists.
fn write(path: &Path, text: &str) -> Result<(), SourceError> {
    let written = OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| io_error_of(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    /// A directory that looks like tracefs as far as a failing opening sees it.
    fn tracefs(name: &str) -> Tree {
        let tree = Tree::new(name);
        fs::create_dir(tree.root().join("instances")).unwrap();
        for (name, text) in [("runtime_us", "5"), ("period_us", "7"), ("cpus", "0-3")] {
            tree.line(&format!("osnoise/{name}"), text);
        }
        tree.line("current_tracer", "nop");
        tree
    }

    #[test]
    fn kernels_that_would_trace_for_ever_are_known() {
        for release in ["6.5.0", "6.8.0-31-generic", "6.12.107+deb13-amd64", "6.18.44-fc-v657", "7.0"] {
            assert!(skips(release), "{release}");
        }
        for release in ["6.4.16", "6.1.0-56-amd64", "5.17.1", "6", "6.x", "", "unknown"] {
            assert!(!skips(release), "{release}");
        }
    }

    #[test]
    fn an_opening_that_fails_leaves_nothing_and_puts_the_settings_back() {
        let tree = tracefs("trace-fails");
        let before = Settings::read(tree.root()).unwrap();
        // No kernel is here to fill the new directory.
        assert_eq!(TraceInstance::new(tree.root(), 2).err(), Some(SourceError::Absent));
        assert_eq!(Settings::read(tree.root()), Ok(before));
        assert!(!tree.root().join("instances").join(NAME).exists());
    }

    #[test]
    fn what_a_dead_program_left_is_removed_and_its_settings_are_not_taken_for_the_machines() {
        let tree = tracefs("trace-left");
        let kernel = Settings::of_the_kernel().unwrap();
        Settings { runtime: RUNTIME_US, period: PERIOD_US, processors: String::from("1") }
            .write(tree.root())
            .unwrap();
        fs::create_dir(tree.root().join("instances").join(NAME)).unwrap();
        assert_eq!(TraceInstance::new(tree.root(), 2).err(), Some(SourceError::Absent));
        assert_eq!(Settings::read(tree.root()), Ok(kernel));
    }

    #[test]
    fn whoever_uses_the_tracer_is_left_in_peace() {
        for (user, tracer) in [("current_tracer", "osnoise"), ("instances/theirs/current_tracer", "timerlat")]
        {
            let tree = tracefs("trace-used");
            let before = Settings::read(tree.root()).unwrap();
            tree.line(user, tracer);
            assert_eq!(TraceInstance::new(tree.root(), 2).err(), Some(SourceError::NotReady), "{tracer}");
            assert_eq!(Settings::read(tree.root()), Ok(before));
        }
    }
}
