//! `measure`: runs one program and prints what it used. A process of its own, because the system counts the memory of
//! the largest child a process ever had, and the compiler would be ours.

use anyhow::{Context as _, Result, bail};
use core::time::Duration;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a program used from its start to its end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Used {
    pub(crate) wall: Duration,
    /// Processor time, user and system.
    pub(crate) cpu: Duration,
    pub(crate) peak_kib: u64,
}

/// Runs `program` in a fresh process of this program.
pub(crate) fn used(program: &Path, arguments: &[&str]) -> Result<Used> {
    let mut command = Command::new(std::env::current_exe()?);
    let text = crate::process::text(command.arg("measure").arg(program).args(arguments))?;
    parse(&text).with_context(|| format!("unexpected measurement `{}`", text.trim()))
}

/// The subcommand: discards the program's output, prints microseconds, microseconds of processor time and KiB.
pub(crate) fn run(program: &[String]) -> Result<()> {
    let [program, arguments @ ..] = program else { bail!("no program") };
    let started = Instant::now();
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    let wall = started.elapsed();
    if !output.status.success() {
        bail!(
            "{} from {program} {}: {}",
            output.status,
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = (usage.user_time() + usage.system_time()).num_microseconds();
    // Linux counts KiB, macOS bytes.
    let peak_kib = if cfg!(target_os = "macos") { usage.max_rss() / 1024 } else { usage.max_rss() };
    println!("{} {cpu} {peak_kib}", wall.as_micros());
    Ok(())
}

fn parse(text: &str) -> Option<Used> {
    let mut numbers = text.split_whitespace().map(|word| word.parse::<u64>().ok());
    let wall = Duration::from_micros(numbers.next()??);
    let cpu = Duration::from_micros(numbers.next()??);
    Some(Used { wall, cpu, peak_kib: numbers.next()?? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurement_is_read_back() {
        let used = Used { wall: Duration::from_millis(30), cpu: Duration::from_micros(1500), peak_kib: 9000 };
        assert_eq!(parse("30000 1500 9000\n"), Some(used));
        assert_eq!(parse("30000 1500"), None);
    }

    #[test]
    fn a_failing_program_is_an_error() {
        let error = run(&["sh".into(), "-c".into(), "echo no >&2; exit 2".into()]).unwrap_err();
        assert!(error.to_string().ends_with("no\n"), "{error}");
    }
}
