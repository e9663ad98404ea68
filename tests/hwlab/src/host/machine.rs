//! The machine that QEMU emulates.

use anyhow::{Context as _, Result, bail, ensure};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Longest life of a guest in seconds; they end within a few.
const SECONDS: &str = "60";
/// Where the archive lies in the guest's memory. Not `-initrd`: with a kernel that is booted by its PVH entry QEMU then leaves too little
/// room for ACPI's tables once there is a TPM, and overwrites them. The kernel reads `initrdmem=` too late to keep its hands off that
/// memory, so `memmap=` takes it out of use, and the kernel copies the archive from there.
const ARCHIVE_ADDRESS: u32 = 0x1000_0000;
/// Room for the largest archive.
const ARCHIVE_ROOM: u64 = 64 << 20;
/// A plain machine: one processor with all that QEMU emulates, 512 MiB, the kernel's log on the first serial line, the laboratory's
/// words on the second. Always emulated in software, since a `/dev/kvm` that opens may still be too slow to boot.
const PLAIN: &[&str] = &[
    "-accel",
    "tcg",
    "-cpu",
    "max",
    "-machine",
    "q35",
    "-smp",
    "1",
    "-m",
    "512",
    "-nodefaults",
    "-no-user-config",
    "-display",
    "none",
    "-no-reboot",
];

/// The guest's input and output port at which a written byte ends QEMU at once.
pub(crate) const EXIT_PORT: u64 = 0xf4;
/// Where programs lie that an ordinary user's `PATH` may leave out.
const SYSTEM_PROGRAMS: &str = ":/usr/sbin:/sbin";

/// A device that the guest can tell to change its behaviour.
pub(crate) trait Cued {
    /// Does what `word` says.
    ///
    /// # Errors
    /// If it does not know the word.
    fn cue(&mut self, word: &str) -> Result<()>;
}

/// A machine in the making, and the devices that answer from the host while it runs.
pub(crate) struct Machine {
    folder: PathBuf,
    arguments: Vec<OsString>,
    cued: Vec<(&'static str, Box<dyn Cued>)>,
}

impl Machine {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), arguments: Vec::new(), cued: Vec::new() }
    }

    /// The path of a file of this scenario, which no other scenario sees.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Appends arguments of QEMU, separated by spaces; `{}` stands for this scenario's folder.
    pub(crate) fn with(&mut self, arguments: &str) {
        let folder = self.folder.display().to_string();
        self.arguments.extend(arguments.split(' ').map(|word| word.replace("{}", &folder).into()));
    }

    /// Runs a program of the host; `{}` in a word stands for this scenario's folder.
    ///
    /// # Errors
    /// If it fails.
    pub(crate) fn run(&self, words: &[&str]) -> Result<()> {
        let folder = self.folder.display().to_string();
        let words: Vec<String> = words.iter().map(|word| word.replace("{}", &folder)).collect();
        let path = std::env::var("PATH").unwrap_or_default() + SYSTEM_PROGRAMS;
        let output = Command::new("env").args(&words).env("PATH", path).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{} from: {}\n{errors}", output.status, words.join(" "));
        Ok(())
    }

    /// Lets the guest talk to `device` by [`Guest::cue`](crate::guest::Guest::cue) under this name.
    pub(crate) fn cued(&mut self, name: &'static str, device: impl Cued + 'static) {
        self.cued.push((name, Box::new(device)));
    }

    pub(super) fn cue(&mut self, words: &str) -> Result<()> {
        let (name, word) = words.trim_end().split_once(' ').unwrap_or((words, ""));
        match self.cued.iter_mut().find(|(known, _)| *known == name) {
            Some((_, device)) => device.cue(word),
            None => bail!("the guest talks to {name}, which is not there"),
        }
    }

    /// Where the guest's kernel writes its log.
    pub(super) fn log(&self) -> PathBuf {
        self.path("kernel.log")
    }

    pub(super) fn command(&self, kernel: &Path, archive: &Path, scenario: &str) -> Result<Command> {
        let length = fs::metadata(archive).context("no archive")?.len();
        ensure!(length <= ARCHIVE_ROOM, "an archive of {length} bytes has no room in the guest's memory");
        let at = format!("{ARCHIVE_ADDRESS:#x}");
        let words = format!(
            "initrdmem={at},{length} memmap={ARCHIVE_ROOM}${at} console=ttyS0 panic=-1 quiet -- guest {scenario}"
        );
        let loader = format!("loader,file={},addr={at},force-raw=on", archive.display());
        let mut command = Command::new("timeout");
        command.args(["-s", "KILL", SECONDS, "qemu-system-x86_64"]).args(PLAIN).arg("-kernel").arg(kernel);
        command.args(["-device", &loader, "-append", &words]);
        command.arg("-serial").arg(format!("file:{}", self.log().display()));
        command.args(["-chardev", "stdio,id=words,signal=off", "-serial", "chardev:words"]);
        command.arg("-device").arg(format!("isa-debug-exit,iobase={EXIT_PORT:#x},iosize=1"));
        command.args(&self.arguments);
        Ok(command)
    }
}
