//! `size`: what core costs on small processors, compared with the committed `firmware-examples/size.txt`.
//!
//! `size.rs` of the firmware links the chain from a peripheral to filled bytes; `size_*.rs` are variants of it. Each
//! runs it once over painted stack and prints `stack BYTES` by semihosting, plain text.

use crate::cross::Route;
use crate::elf;
use crate::firmware::{Firmware, Machine, Use};
use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use core::fmt::Write as _;
use std::path::Path;
use std::process::Command;

const TABLE: &str = "firmware-examples/size.txt";
/// The promise for a Cortex-M0: the chain in 8 KiB of flash and 1.25 KiB of RAM, stack included.
const PROMISED: Figures = Figures { flash: 8192, static_ram: 0, stack: 1280 };
/// Per cent that another version of the compiler than the committed figures' may add.
const OTHER_COMPILER_PERCENT: u64 = 5;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Figures {
    flash: u64,
    static_ram: u64,
    stack: u64,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Row {
    image: String,
    target: String,
    figures: Figures,
}

/// The committed table: the compiler it was measured with, and a row per image and target.
#[derive(Default, PartialEq, Eq, Debug)]
struct Table {
    compiler: String,
    rows: Vec<Row>,
}

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace, bless: bool) {
    steps.step(Group::Bare, "cargo xtask size", "size", || {
        let measured = measure(ws)?;
        let path = ws.root.join(TABLE);
        if bless {
            std::fs::write(&path, measured.to_text())?;
        }
        let committed = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {TABLE}; `cargo xtask size --bless` writes it"))?;
        let grown = compare(&Table::parse(&committed)?, &measured);
        if grown.is_empty() { Ok(()) } else { bail!("{}", grown.join("\n")) }
    });
}

fn measure(ws: &Workspace) -> Result<Table> {
    let firmware = Firmware::open(ws)?;
    let programs = firmware.programs(Use::Size)?;
    let mut table = Table::default();
    for program in &programs {
        for machine in &program.machines {
            table.compiler = compiler(ws, machine)?;
            let build =
                |extra: &[&str]| Ok(firmware.build(machine, &[&program.name], extra)?.join(&program.name));
            let size = build(&[]).and_then(|image| elf::size(&image))?;
            let stack = build(&["--features", "stack"]).and_then(|image| stack(machine, &image))?;
            let figures = Figures { flash: size.flash, static_ram: size.static_ram, stack };
            table.rows.push(Row { image: program.name.clone(), target: machine.target.to_owned(), figures });
        }
    }
    Ok(table)
}

fn compiler(ws: &Workspace, machine: &Machine) -> Result<String> {
    let rustc = match Route::find(ws, &[machine.target])? {
        Route::Rustup => "rustc",
        Route::Debian => "/usr/bin/rustc",
    };
    let version = process::text(Command::new(rustc).arg("--version").current_dir(&ws.root))?;
    Ok(version.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

fn stack(machine: &Machine, image: &Path) -> Result<u64> {
    let (output, line) = machine.run(image)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let stack = said.lines().find_map(|line| line.strip_prefix("stack ")?.trim().parse().ok());
    match stack {
        Some(stack) if output.status.success() => Ok(stack),
        _ => bail!(
            "no line `stack BYTES` and exit code 0, but {} and `{}` from: {line}",
            output.status,
            said.trim()
        ),
    }
}

/// Prints both tables side by side and returns what has grown or is not committed.
fn compare(committed: &Table, measured: &Table) -> Vec<String> {
    let slack = if committed.compiler == measured.compiler { 0 } else { OTHER_COMPILER_PERCENT };
    println!("measured with {}, committed with {}: {slack} % allowed", measured.compiler, committed.compiler);
    println!("{:<20} {:<30} {:>6} {:>8} {:>6} {:>6}", "image", "target", "flash", "static", "stack", "RAM");
    let mut grown = Vec::new();
    for Row { image, target, figures } in &measured.rows {
        let Figures { flash, static_ram, stack } = *figures;
        println!("{image:<20} {target:<30} {flash:>6} {static_ram:>8} {stack:>6} {:>6}", static_ram + stack);
        let Some(before) = committed.rows.iter().find(|row| row.image == *image && row.target == *target)
        else {
            grown.push(format!("{image} for {target} is not in {TABLE}"));
            continue;
        };
        let before = before.figures;
        let pairs = [
            ("flash", flash, before.flash),
            ("static RAM", static_ram, before.static_ram),
            ("stack", stack, before.stack),
        ];
        for (what, now, before) in pairs {
            if now > before + before * slack / 100 {
                grown.push(format!("{image} for {target}: {what} grew from {before} to {now} bytes"));
            }
        }
        let ram = static_ram + stack;
        if image == "size" && target == crate::cross::M0 && (flash > PROMISED.flash || ram > PROMISED.stack) {
            grown.push(format!(
                "{image} for {target}: {flash} and {ram} bytes, promised {} and {}",
                PROMISED.flash, PROMISED.stack
            ));
        }
    }
    for row in &committed.rows {
        if !measured.rows.iter().any(|now| now.image == row.image && now.target == row.target) {
            grown.push(format!("{} for {} is in {TABLE} but was not measured", row.image, row.target));
        }
    }
    grown
}

impl Table {
    fn to_text(&self) -> String {
        let mut text = format!(
            "# Bytes; written by `cargo xtask size --bless`, which fails when a figure grows.\n\
             # Measured with {}\n# image target flash static-ram peak-stack\n",
            self.compiler
        );
        for Row { image, target, figures } in &self.rows {
            let _ =
                writeln!(text, "{image} {target} {} {} {}", figures.flash, figures.static_ram, figures.stack);
        }
        text
    }

    fn parse(text: &str) -> Result<Self> {
        let compiler =
            text.lines().find_map(|line| line.strip_prefix("# Measured with ")).unwrap_or_default();
        let mut table = Self { compiler: compiler.to_owned(), rows: Vec::new() };
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [image, target, flash, static_ram, stack] = words[..] else {
                bail!("{TABLE}: five words, not `{line}`")
            };
            let figures =
                Figures { flash: flash.parse()?, static_ram: static_ram.parse()?, stack: stack.parse()? };
            table.rows.push(Row { image: image.into(), target: target.into(), figures });
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(compiler: &str, flash: u64, stack: u64) -> Table {
        let figures = Figures { flash, static_ram: 288, stack };
        let row = Row { image: "size".into(), target: crate::cross::M0.into(), figures };
        Table { compiler: compiler.into(), rows: vec![row] }
    }

    #[test]
    fn text_and_table_agree() {
        let table = table("rustc 1.95.0", 4772, 732);
        assert_eq!(Table::parse(&table.to_text()).unwrap(), table);
        assert!(Table::parse("size thumbv6m-none-eabi 1 2\n").is_err());
    }

    #[test]
    fn growth_fails_and_shrinking_does_not() {
        let committed = table("a", 4772, 732);
        assert!(compare(&committed, &table("a", 4700, 700)).is_empty());
        assert_eq!(compare(&committed, &table("a", 4773, 733)).len(), 2);
        assert!(compare(&committed, &table("b", 4900, 740)).is_empty());
        assert_eq!(compare(&committed, &table("b", 5100, 740)).len(), 1);
    }

    #[test]
    fn the_promise_holds_whatever_is_committed() {
        assert_eq!(compare(&table("a", 9000, 732), &table("a", 9000, 732)).len(), 1);
        assert_eq!(compare(&table("a", 4772, 1000), &table("a", 4772, 1000)).len(), 1);
        assert_eq!(compare(&Table::default(), &table("", 1, 1)).len(), 1);
        assert_eq!(compare(&table("", 1, 1), &Table::default()).len(), 1);
    }
}
