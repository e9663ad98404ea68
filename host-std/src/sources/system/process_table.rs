//! How long each process has run and has waited for a processor.
//!
//! The physical effect: that of `run_delay`, for all processes that this user may see. What is read: the first two numbers of `/proc/PID/schedstat`,
//! nanoseconds that the process's first thread ran and waited. That file holds numbers only; names, command lines and addresses
//! (`/proc/PID/stat` begins with a name) are never read, and process numbers serve to find a process again and are not shown. The own process is
//! left out: it counts the reading. What an attacker could influence: every process moves its own counters, and every user can read those of all.
//!
//! What can go wrong: `hidepid` and containers leave few processes or none; a process that ends between two calls is passed over; past 1,024
//! processes the rest is left out.
//!
//! Reference: proc_pid(5); Linux, Documentation/scheduler/sched-stats.rst.

use super::counters::{Cell, Counters, Missing, Scan, why};
use crate::{Access, SourceKind};
use core::fmt;
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Dir, Mode, OFlags, open, openat};
use rustix::io::{Errno, read};
use std::process;

static INFO: SourceInfo = SourceInfo {
    name: "process_table",
    description: "nanoseconds that each visible process ran and waited in 50 ms",
    physics: "interrupts and other tasks decide when a process runs",
    category: SourceCategory::System,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// A hundred processes take about a millisecond to read.
const PERIOD: Duration = Duration::from_millis(50);
/// Processes that are read at most, lowest number first.
const MOST: usize = 1024;
/// What is read of a process.
const FILE: &[u8] = b"/schedstat";
/// Digits of a process's number, and the file's name.
const LONGEST_PATH: usize = 10 + FILE.len();

pub(super) static KIND: &dyn SourceKind =
    &Counters { info: &INFO, aliases: &["process"], period: PERIOD, open: || Processes::open("/proc") };

/// The folder of processes.
struct Processes {
    folder: Dir,
}

/// What the processes answered.
#[derive(Default)]
struct Tally {
    answered: usize,
    /// How many are there and not for this user.
    refused: usize,
    /// How many are there without the file, or were.
    silent: usize,
}

impl Processes {
    fn open(path: &str) -> Result<Box<dyn Scan>, Missing> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = open(path, flags, Mode::empty()).and_then(Dir::new);
        let folder = folder.map_err(|error| why(path, &error.into(), "needs Linux with /proc"))?;
        let mut processes = Self { folder };
        let tally = processes.visit(1, &mut |_| ()).map_err(|error| why(path, &error.into(), ""))?;
        let (access, reason) = match tally {
            Tally { answered: 1.., .. } => return Ok(Box::new(processes)),
            Tally { refused: 1.., .. } => {
                (Access::Denied, "other processes are hidden (hidepid of /proc): needs its gid, or root")
            }
            Tally { silent: 1.., .. } => {
                (Access::Absent, "no process has a schedstat: needs CONFIG_SCHED_INFO")
            }
            _ => (Access::Absent, "no other process is visible: a container of one, or hidepid of /proc"),
        };
        Err(Missing { access, reason: reason.to_owned() })
    }

    /// Shows the counters of the processes, until `most` have answered.
    fn visit(&mut self, most: usize, see: &mut dyn FnMut(&Cell<'_>)) -> Result<Tally, Errno> {
        let own = process::id();
        let mut tally = Tally::default();
        self.folder.rewind();
        while tally.answered < most {
            let Some(entry) = self.folder.read() else { break };
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            let Some(process) = number(name).filter(|process| *process != u64::from(own)) else { continue };
            match self.run_and_wait(name) {
                Ok(Some(counters)) => {
                    for (kind, value) in (0_u64..).zip(counters) {
                        let place = Place { process: tally.answered, is_wait: kind == 1 };
                        see(&Cell { category: "processes", name: &place, key: process * 2 + kind, value });
                    }
                    tally.answered += 1;
                }
                Ok(None) | Err(Errno::NOENT | Errno::SRCH) => tally.silent += 1,
                Err(Errno::ACCESS | Errno::PERM) => tally.refused += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(tally)
    }

    /// Nanoseconds that the process called `name` ran and waited; none of text that is no such thing.
    fn run_and_wait(&self, name: &[u8]) -> Result<Option<[u64; 2]>, Errno> {
        let mut path = [0; LONGEST_PATH];
        let Some(place) = path.get_mut(..name.len() + FILE.len()) else { return Ok(None) };
        let (process, file) = place.split_at_mut(name.len());
        process.copy_from_slice(name);
        file.copy_from_slice(FILE);
        let file = openat(self.folder.fd()?, &*place, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        let mut text = [0; 64]; // three numbers of at most twenty digits
        let length = read(&file, &mut text)?;
        let mut numbers = text[..length].split(u8::is_ascii_whitespace).map(number);
        Ok(numbers.next().flatten().zip(numbers.next().flatten()).map(|(run, wait)| [run, wait]))
    }
}

impl Scan for Processes {
    fn scan(&mut self, see: &mut dyn FnMut(&Cell<'_>)) -> Result<(), SourceError> {
        match self.visit(MOST, see) {
            Ok(_) => Ok(()),
            Err(Errno::ACCESS | Errno::PERM) => Err(SourceError::Denied),
            Err(_) => Err(SourceError::Io),
        }
    }
}

/// A process's place among those that answered: not its own number, which is nobody's business.
struct Place {
    process: usize,
    is_wait: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.process, if self.is_wait { "wait ns" } else { "run ns" })
    }
}

/// A number in decimal digits alone.
fn number(text: &[u8]) -> Option<u64> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    /// A folder as `/proc` is one, removed at the end.
    struct Fake(PathBuf);

    impl Fake {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let path = std::env::temp_dir().join(format!("openentropy-proc-{name}-{}", process::id()));
            for (process, text) in files {
                fs::create_dir_all(path.join(process)).unwrap();
                fs::write(path.join(process).join("schedstat"), text).unwrap();
            }
            Self(path)
        }

        fn open(&self) -> Result<Box<dyn Scan>, Missing> {
            Processes::open(self.0.to_str().unwrap())
        }
    }

    impl Drop for Fake {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn processes_but_the_own_are_read_and_no_number_of_theirs_is_shown() {
        let own = process::id().to_string();
        let files = [("17", "5 6 1\n"), (own.as_str(), "7 8 1\n"), ("self", "9 9 9\n"), ("40", "nothing\n")];
        let fake = Fake::new("read", &files);
        fs::create_dir(fake.0.join("99999")).unwrap(); // ended before it was read
        let mut cells = Vec::new();
        fake.open()
            .unwrap()
            .scan(&mut |cell| cells.push((cell.name.to_string(), cell.key, cell.value)))
            .unwrap();
        assert_eq!(cells, [(String::from("0 run ns"), 34, 5), (String::from("0 wait ns"), 35, 6)]);
    }

    #[test]
    fn nobody_to_see_is_told() {
        let own = process::id().to_string();
        let alone = Fake::new("alone", &[(own.as_str(), "1 2 3\n")]).open().err().unwrap();
        assert_eq!(alone.access, Access::Absent);
        assert!(alone.reason.contains("hidepid"));
        let silent = Fake::new("silent", &[("1", "")]).open().err().unwrap();
        assert!(silent.reason.contains("CONFIG_SCHED_INFO"));
        let nowhere = Processes::open("/nonexistent/proc").err().unwrap();
        assert_eq!(nowhere.access, Access::Absent);
    }

    #[test]
    fn a_call_that_fails_otherwise_is_an_error() {
        let fake = Fake::new("loop", &[("1", "1 2 3\n")]);
        let mut scan = fake.open().unwrap();
        fs::create_dir(fake.0.join("2")).unwrap();
        symlink("schedstat", fake.0.join("2/schedstat")).unwrap();
        assert_eq!(scan.scan(&mut |_| ()), Err(SourceError::Io), "a link to itself opens as ELOOP");
    }
}
