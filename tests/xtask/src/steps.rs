//! A run made of timed steps: it goes on after a failure, and ends with a table and the time budget.

use crate::tools::{self, Missing};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use core::time::Duration;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Parts of the work that have a share of the time budget.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Setup,
    Lint,
    Host,
    Bare,
    Macos,
    Aarch64,
    Lab,
    /// Not part of `ci`.
    Other,
}

/// Minutes on two cores, on a machine that starts with nothing built.
const BUDGET: &[(Group, &str, u64)] = &[
    (Group::Setup, "setup", 8),
    (Group::Lint, "lint", 6),
    (Group::Host, "host", 15),
    (Group::Bare, "no_std and QEMU", 4),
    (Group::Macos, "macOS", 5),
    (Group::Aarch64, "aarch64", 5),
    (Group::Lab, "laboratory", 5),
];

/// The steps run so far.
pub(crate) struct Steps {
    root: PathBuf,
    target: PathBuf,
    started: Instant,
    done: Vec<Step>,
    /// Whether going over the time budget fails the run.
    pub(crate) enforce_budget: bool,
}

struct Step {
    group: Group,
    name: String,
    repeat: &'static str,
    took: Duration,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Skipped(String),
    Failed(String),
}

impl Steps {
    pub(crate) fn new(ws: &Workspace) -> Self {
        Self {
            root: ws.root.clone(),
            target: ws.target.clone(),
            started: Instant::now(),
            done: Vec::new(),
            enforce_budget: false,
        }
    }

    /// Runs one step; `repeat` is the `cargo xtask` command that runs it again.
    pub(crate) fn step(
        &mut self,
        group: Group,
        repeat: &'static str,
        name: impl Into<String>,
        work: impl FnOnce() -> Result<()>,
    ) {
        let name = name.into();
        println!("── {name}");
        let started = Instant::now();
        let outcome = match work() {
            Ok(()) => Outcome::Passed,
            Err(error) if error.is::<Missing>() && !tools::in_ci() => Outcome::Skipped(format!("{error:#}")),
            Err(error) => Outcome::Failed(format!("{error:#}")),
        };
        match &outcome {
            Outcome::Passed => {}
            Outcome::Skipped(why) => eprintln!("skipped: {why}"),
            Outcome::Failed(why) => eprintln!("FAILED: {why}"),
        }
        self.done.push(Step { group, name, repeat, took: started.elapsed(), outcome });
    }

    /// Prints the table and returns an error if a step failed or the budget is exceeded.
    pub(crate) fn finish(self) -> Result<()> {
        println!("\n{:>8}  result   step", "seconds");
        for step in &self.done {
            let result = match step.outcome {
                Outcome::Passed => "ok",
                Outcome::Skipped(_) => "skipped",
                Outcome::Failed(_) => "FAILED",
            };
            println!("{:8.1}  {result:<7}  {}", step.took.as_secs_f64(), step.name);
        }
        println!("{:8.1}  in all", self.started.elapsed().as_secs_f64());
        let late = if self.enforce_budget { self.check_budget() } else { Vec::new() };
        println!("{} MiB in {}", size_of_folder(&self.target) >> 20, self.target.display());
        if self.enforce_budget {
            tools::print_exceptions();
        }
        let mut failures = 0;
        for step in &self.done {
            if let Outcome::Failed(why) | Outcome::Skipped(why) = &step.outcome {
                let first = why.lines().next().unwrap_or_default();
                println!("\n{}: {first}\n  repeat: cd {} && {}", step.name, self.root.display(), step.repeat);
            }
            failures += usize::from(matches!(step.outcome, Outcome::Failed(_)));
        }
        if failures > 0 {
            bail!("{failures} of {} steps failed", self.done.len());
        }
        if !late.is_empty() {
            bail!("over the time budget: {}", late.join(", "));
        }
        Ok(())
    }

    fn check_budget(&self) -> Vec<String> {
        println!("\n{:>8} {:>8}  part", "minutes", "budget");
        let mut late = Vec::new();
        for (group, name, minutes) in BUDGET {
            let took: Duration = self.done.iter().filter(|s| s.group == *group).map(|s| s.took).sum();
            println!("{:8.1} {minutes:8}  {name}", took.as_secs_f64() / 60.0);
            if took > Duration::from_secs(minutes * 60) {
                late.push(format!("{name} took {:.1} of {minutes} minutes", took.as_secs_f64() / 60.0));
            }
        }
        late
    }
}

fn size_of_folder(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let size = |entry: std::fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => size_of_folder(&entry.path()),
        _ => entry.metadata().map_or(0, |m| m.len()),
    };
    entries.flatten().map(size).sum()
}
