//! Records a source: `record NAME [--as DIGITISATION] [--samples N | --restart] [--hold N] --out DIR`.
//!
//! For recordings that built-in claims rest on; `openentropy calibrate --keep` records what a machine that is left idle gives.
//!
//! `--hold N` keeps N more processors from other work meanwhile, by threads that only pause: with real-time priority (`chrt -f 50`)
//! and one less than the machine has, nothing else runs, as on an idle machine.

use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, Ordering};
use openentropy_host::recorder::{Extent, record};
use openentropy_host::{Access, find_by_name};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

const USAGE: &str = "usage: record NAME [--as DIGITISATION] [--samples N | --restart] [--hold N] --out DIR";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(header) => {
            println!("{}", header.display());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<PathBuf, String> {
    let name = arguments.next().ok_or(USAGE)?;
    let (mut extent, mut hold) = (Extent::Sequential(1_000_000), 0);
    let (mut folder, mut digitisation) = (None, None);
    while let Some(option) = arguments.next() {
        match option.as_str() {
            "--restart" => extent = Extent::Restart,
            "--samples" => extent = Extent::Sequential(number(arguments.next())?),
            "--hold" => hold = number(arguments.next())?,
            "--as" => digitisation = arguments.next(),
            "--out" => folder = arguments.next().map(PathBuf::from),
            _ => return Err(USAGE.into()),
        }
    }
    let folder = folder.ok_or(USAGE)?;
    let kinds = find_by_name(&name).map_err(|error| error.to_string())?;
    let [kind] = kinds[..] else {
        return Err(format!("{name} names {} sources; record one", kinds.len()));
    };
    let candidate = kind
        .find()
        .into_iter()
        .find(|candidate| candidate.access == Access::Ready)
        .ok_or_else(|| format!("{name} is not ready on this machine"))?;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..hold {
            scope.spawn(|| pause_until(&done));
        }
        let recorded = record(kind, &candidate, digitisation.as_deref(), extent, &folder);
        done.store(true, Ordering::Relaxed);
        recorded.map_err(|error| error.to_string())
    })
}

fn number(argument: Option<String>) -> Result<usize, String> {
    let text = argument.ok_or(USAGE)?;
    text.parse().map_err(|error| format!("{text}: {error}"))
}

fn pause_until(done: &AtomicBool) {
    while !done.load(Ordering::Relaxed) {
        for _ in 0..1000 {
            spin_loop();
        }
    }
}
