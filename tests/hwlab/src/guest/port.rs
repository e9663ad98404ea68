//! The line to the host: the second serial port, in lines of text.

use anyhow::{Context as _, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{self, OptionalActions};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};

const DEVICE: &str = "/dev/ttyS1";
/// The rate by which the driver computes how long its waits are; an emulated line has none.
const BAUD: u32 = 115_200;
/// What the host may take to confirm a cue.
const PATIENCE: Timespec = Timespec { tv_sec: 10, tv_nsec: 0 };
/// Stands for the end of a line inside a verdict.
const LINE_SEPARATOR: &str = "\u{1f}";

pub(super) struct Port(File);

impl Port {
    pub(super) fn open() -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(DEVICE).context(DEVICE)?;
        let mut attributes = termios::tcgetattr(&file)?;
        attributes.make_raw();
        attributes.set_speed(BAUD)?;
        termios::tcsetattr(&file, OptionalActions::Now, &attributes)?;
        Ok(Self(file))
    }

    pub(super) fn line(&self, words: &str) -> Result<()> {
        (&self.0).write_all(format!("{words}\n").as_bytes()).context(DEVICE)
    }

    /// The last line: it is on its way when this returns.
    pub(super) fn verdict(&self, words: &str) -> Result<()> {
        self.line(&format!("verdict {}", words.replace('\n', LINE_SEPARATOR)))?;
        termios::tcdrain(&self.0).context(DEVICE)
    }

    pub(super) fn cue(&self, words: &str) -> Result<()> {
        self.line(&format!("cue {words}"))?;
        let mut answer = Vec::new();
        while answer.last() != Some(&b'\n') {
            if poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&PATIENCE))? == 0 {
                bail!("the host does not confirm: {words}");
            }
            let mut byte = [0];
            (&self.0).read_exact(&mut byte)?;
            answer.extend_from_slice(&byte);
        }
        if answer == b"ok\n" { Ok(()) } else { bail!("the host refuses: {words}") }
    }
}
