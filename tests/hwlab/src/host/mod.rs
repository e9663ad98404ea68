//! The host's side: boots a scenario and judges what the guest says.

mod archive;
mod egd;
mod machine;
mod modules;

pub(crate) use egd::Egd;
pub(crate) use machine::{EXIT_PORT, Machine};

use crate::scenario::Scenario;
use anyhow::{Context as _, Result, bail};
use archive::Archive;
use modules::Modules;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// Folders of the guest's file system.
const FOLDERS: &[&str] = &["bin", "dev", "modules", "proc", "sys", "tmp"];
/// Lines of the kernel's log that are shown when the guest did not say how it ended.
const LOG_LINES: usize = 25;

/// Boots `scenario` from `kernel`, a folder with `vmlinux` and `modules`, with the program `openentropy` at `program`; keeps what it
/// writes in a folder of `work`.
///
/// # Errors
/// What the guest said of a step that failed; or the last lines of its kernel's log, where it said nothing.
pub(crate) fn run(kernel: &Path, program: &Path, work: &Path, scenario: &Scenario) -> Result<()> {
    let folder = work.join(scenario.name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut machine = Machine::new(&folder);
    (scenario.machine)(&mut machine)?;
    let archive = folder.join("archive");
    fs::write(&archive, pack(kernel, program, scenario)?)?;
    let errors = folder.join("qemu");
    let mut command = machine.command(&kernel.join("vmlinux"), &archive, scenario.name)?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(fs::File::create(&errors)?);
    let mut qemu = command.spawn().context("cannot start QEMU")?;
    let said = converse(&mut qemu, &mut machine);
    let status = qemu.wait()?;
    match said? {
        Some(verdict) if verdict == "passed" => Ok(()),
        Some(verdict) => bail!("{verdict}"),
        None => {
            let log = fs::read(machine.log()).unwrap_or_default();
            let (log, errors) = (String::from_utf8_lossy(&log), fs::read_to_string(&errors)?);
            bail!("the guest did not say how it ended; QEMU: {status}\n{errors}{}", last_lines(&log))
        }
    }
}

/// The first file system of a guest: this program as the first process, the program under test, and the modules.
fn pack(kernel: &Path, program: &Path, scenario: &Scenario) -> Result<Vec<u8>> {
    let names = scenario.modules.iter().filter_map(|line| line.split(' ').next());
    let modules = Modules::below(&kernel.join("modules"))?.select(names)?;
    let mut archive = Archive::new(FOLDERS);
    archive.program("init", &fs::read("/proc/self/exe")?);
    archive.program("bin/openentropy", &fs::read(program).with_context(|| program.display().to_string())?);
    archive.file("modules/index", modules::index(&modules).as_bytes());
    for module in &modules {
        archive.file(&format!("modules/{}.ko", module.name), &module.contents);
    }
    Ok(archive.finish())
}

/// Reads what the guest says until its end, prints it, and hands its cues to the machine's devices; returns its verdict.
fn converse(qemu: &mut Child, machine: &mut Machine) -> Result<Option<String>> {
    let (Some(answers), Some(lines)) = (qemu.stdin.take(), qemu.stdout.take()) else {
        bail!("QEMU has no streams");
    };
    let (mut answers, lines): (ChildStdin, ChildStdout) = (answers, lines);
    let mut verdict = None;
    for line in BufReader::new(lines).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        match line.split_once(' ') {
            Some(("verdict", words)) => verdict = Some(words.replace('\u{1f}', "\n")),
            Some(("cue", words)) => {
                machine.cue(words)?;
                answers.write_all(b"ok\n")?;
            }
            _ => println!("  {line}"),
        }
    }
    Ok(verdict)
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}
