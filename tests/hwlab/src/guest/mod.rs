//! The guest's side: the first process of the machine.

mod driver;
mod modules;
mod netlink;
pub(crate) mod nl80211;
pub(crate) mod pcm;
mod port;
mod program;
mod reader;
mod source;
pub(crate) mod tty;
mod until;

pub(crate) use driver::{remove_pci, rescan_pci, unbind};
pub(crate) use reader::{begin_read, block_in_read, read_exactly};
pub(crate) use source::{Kind, Source};
pub(crate) use until::{until, wait_for};

use crate::host::EXIT_PORT;
use crate::scenario::{Scenario, Step};
use crate::scenarios;
use anyhow::{Context as _, Result, anyhow};
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use modules::Modules;
use port::Port;
use program::{Said, User};
use rustix::mount::{MountFlags, mount};
use rustix::system::{RebootCommand, reboot};
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::panic::catch_unwind;
use std::time::Instant;

/// What is mounted before anything else: type and place.
const MOUNTS: &[(&str, &str)] = &[("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev")];

/// The machine as a step sees it.
pub(crate) struct Guest {
    port: Port,
    modules: Modules,
}

/// Runs the scenario of this name, says what came of it, and ends the machine.
///
/// # Errors
/// If the machine cannot be ended, or even the way to say so does not open; the kernel then panics, and the host sees no verdict.
pub(crate) fn run(name: &str) -> Result<()> {
    for (kind, place) in MOUNTS {
        mount(*kind, *place, *kind, MountFlags::empty(), None)
            .with_context(|| format!("cannot mount {place}"))?;
    }
    let guest = Guest { port: Port::open()?, modules: Modules::read()? };
    let verdict = match scenarios::find(name).and_then(|scenario| guest.play(scenario)) {
        Ok(()) => "passed".to_owned(),
        Err(error) => format!("{error:#}"),
    };
    guest.port.verdict(&verdict)?;
    end()
}

/// Ends the machine: by its port for that, since a proper end waits for drivers; properly, should the port do nothing.
fn end() -> Result<()> {
    let ports = OpenOptions::new().write(true).open("/dev/port").context("/dev/port")?;
    ports.write_at(&[0], EXIT_PORT)?;
    reboot(RebootCommand::Restart)?;
    Ok(())
}

impl Guest {
    /// Tells the device called `device` on the host to do as `word` says, and waits until it does.
    ///
    /// # Errors
    /// If the host does not confirm.
    pub(crate) fn cue(&self, device: &str, word: &str) -> Result<()> {
        self.port.cue(&format!("{device} {word}"))
    }

    /// Says something that the host prints.
    ///
    /// # Errors
    /// If the port fails.
    pub(crate) fn say(&self, words: &str) -> Result<()> {
        self.port.line(words)
    }

    /// Loads a module that the scenario lists, and what it needs; one that is loaded stays.
    ///
    /// # Errors
    /// If the scenario does not list it, or the kernel refuses.
    pub(crate) fn load(&self, name: &str, parameters: &str) -> Result<()> {
        self.modules.load(name, parameters)
    }

    /// Takes a module out of the kernel.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn unload(&self, name: &str) -> Result<()> {
        self.modules.unload(name)
    }

    /// Runs the program `openentropy` as root, with arguments separated by spaces.
    ///
    /// # Errors
    /// If it does not start or does not end in time.
    pub(crate) fn openentropy(&self, arguments: &str, within: Duration) -> Result<Said> {
        program::run(User::Root, arguments, within)
    }

    /// Runs it as a user who may nothing.
    ///
    /// # Errors
    /// If it does not start or does not end in time.
    pub(crate) fn openentropy_as_nobody(&self, arguments: &str, within: Duration) -> Result<Said> {
        program::run(User::Nobody, arguments, within)
    }

    fn play(&self, scenario: &Scenario) -> Result<()> {
        for line in scenario.modules {
            let (name, parameters) = line.split_once(' ').unwrap_or((line, ""));
            self.load(name, parameters)?;
        }
        scenario.steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&self, (name, run): &Step) -> Result<()> {
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| run(self)));
        // the words of a panic stand in the kernel's log
        let outcome = outcome.unwrap_or_else(|_| Err(anyhow!("panicked")));
        outcome.with_context(|| format!("step {name}"))?;
        self.say(&format!("{:6.2} s  {}", began.elapsed().as_secs_f64(), name.replace('_', " ")))
    }
}
