//! Running the program under test.

use super::until;
use anyhow::{Context as _, Result};
use core::time::Duration;
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

const PROGRAM: &str = "/bin/openentropy";
/// A user who owns nothing.
const NOBODY: u32 = 65_534;

/// Who runs it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    Root,
    Nobody,
}

/// What a run of it left behind.
pub(crate) struct Said {
    /// Its exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) output: Vec<u8>,
    pub(crate) words: String,
}

/// Both streams go to files: nothing waits for a reader.
pub(super) fn run(user: User, arguments: &str, within: Duration) -> Result<Said> {
    let (output, words) = ("/tmp/output", "/tmp/words");
    let mut command = Command::new(PROGRAM);
    command.args(arguments.split(' ')).stdin(Stdio::null());
    if user == User::Nobody {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.stdout(File::create(output)?).stderr(File::create(words)?);
    let mut child = command.spawn().context(PROGRAM)?;
    let ended = until(&format!("the end of openentropy {arguments}"), within, || Ok(child.try_wait()?));
    if ended.is_err() {
        child.kill()?;
    }
    let words = String::from_utf8_lossy(&fs::read(words)?).into_owned();
    let code = ended.with_context(|| words.clone())?.code();
    Ok(Said { code, output: fs::read(output)?, words })
}
