//! Running other programs: every command line is printed before it runs and named when it fails.

use anyhow::{Context as _, Result, bail};
use core::fmt::Write as _;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs `command` with our own standard streams.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("cannot start: {line}"))?;
    if !status.success() {
        bail!("{status} from: {line}");
    }
    Ok(())
}

/// Runs `command`, whatever its exit code, and returns what it wrote.
pub(crate) fn capture(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("cannot start: {}", line(command)))
}

/// Runs `command` and returns its standard output; its standard error is shown only if it fails.
pub(crate) fn stdout(command: &mut Command) -> Result<Vec<u8>> {
    let output = capture(command)?;
    if !output.status.success() {
        bail!(
            "{} from: {}\n{}",
            output.status,
            line(command),
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(output.stdout)
}

/// [`stdout`] as text.
pub(crate) fn text(command: &mut Command) -> Result<String> {
    String::from_utf8(stdout(command)?).with_context(|| format!("not UTF-8: output of {}", line(command)))
}

/// `program` limited to `seconds`, by coreutils' `timeout`; ends with status 124 (or 137 if it had to be killed).
pub(crate) fn timeout(seconds: u32, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.args(["-k", "2", &seconds.to_string()]).arg(program);
    command
}

/// `cargo` of the compiler that builds this program, in the workspace's root.
pub(crate) fn cargo(root: &Path, subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand).current_dir(root);
    command
}

/// A line for a shell that repeats `command`.
pub(crate) fn line(command: &Command) -> String {
    let mut line = String::new();
    let directory =
        command.get_current_dir().filter(|dir| std::env::current_dir().ok().as_deref() != Some(dir));
    if let Some(directory) = directory {
        let _ = write!(line, "cd {} && ", quote(directory.as_os_str()));
    }
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            let _ = write!(line, "{}={} ", name.to_string_lossy(), quote(value));
        }
    }
    line.push_str(&quote(command.get_program()));
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&quote(argument));
    }
    line
}

fn quote(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_fit_for_a_shell() {
        let mut command = Command::new("echo");
        command.arg("a b").arg("it's").arg("--x=1").env("A", "1 2").current_dir("/");
        let out = text(Command::new("sh").args(["-c", &line(&command)])).unwrap();
        assert_eq!(out, "a b it's --x=1\n");
        assert_eq!(line(&command), r"cd / && A='1 2' echo 'a b' 'it'\''s' --x=1");
    }

    #[test]
    fn failures_name_the_command() {
        let error = stdout(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).unwrap_err().to_string();
        assert!(error.contains("sh -c 'echo why >&2; exit 3'") && error.ends_with("why"), "{error}");
        assert!(run(&mut Command::new("/nonexistent/program")).is_err());
    }

    #[test]
    fn timeout_ends_what_hangs() {
        let output = capture(timeout(1, "sleep").arg("30")).unwrap();
        assert_eq!(output.status.code(), Some(124));
    }
}
