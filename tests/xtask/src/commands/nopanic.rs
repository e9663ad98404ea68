//! `nopanic`: core has no way to panic.
//!
//! What is not instantiated is not judged, so the image `nopanic.rs` of the firmware must name every public function of
//! core; that is checked here by name. It is linked with relocations kept, so that a finding names the function that
//! panics. Feature `aes` may keep the panics listed below, which are that crate's own.

use crate::elf::{self, PanicCall};
use crate::firmware::{Firmware, Program, Use};
use crate::house::source::{self, Source};
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::collections::BTreeSet;

const REPEAT: &str = "cargo xtask nopanic";
/// Features of the firmware crate the image is linked with, and what may panic then: (caller, callee), by parts of their names.
const FEATURES: &[(&str, &[(&str, &str)])] =
    &[("", &[]), ("aes", &[("aes::backends::soft::", "panic_bounds_check")])];
/// Not for firmware: test doubles, and what recorders and tests take.
const NOT_CALLED: &[&str] = &["core-nostd/src/testing", "core-nostd/src/hazmat"];

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Bare, REPEAT, "nopanic: every public function is called", || {
        let programs = Firmware::open(ws)?.programs(Use::NoPanic)?;
        let mut image = String::new();
        for program in &programs {
            image += &std::fs::read_to_string(&program.source)?;
        }
        let uncalled = uncalled(&source::read_folder(ws, "core-nostd/src")?, &image);
        if uncalled.is_empty() { Ok(()) } else { bail!("not called by the image:\n{}", uncalled.join("\n")) }
    });
    for (features, allowed) in FEATURES {
        let name = format!("nopanic: {}", if features.is_empty() { "default features" } else { features });
        steps.step(Group::Bare, REPEAT, name, || {
            let firmware = Firmware::open(ws)?;
            firmware
                .programs(Use::NoPanic)?
                .iter()
                .try_for_each(|program| check(&firmware, program, features, allowed))
        });
    }
}

fn check(firmware: &Firmware<'_>, program: &Program, features: &str, allowed: &[(&str, &str)]) -> Result<()> {
    for machine in &program.machines {
        let extra = ["--features", features, "--", "-C", "link-arg=--emit-relocs"];
        let image = firmware.build(machine, &[&program.name], &extra)?.join(&program.name);
        let (expected, unexpected): (BTreeSet<_>, BTreeSet<_>) =
            elf::panic_calls(&image)?.into_iter().partition(|call| is_allowed(call, allowed));
        for call in &expected {
            println!("allowed for {}: {} calls {}", machine.target, call.caller, call.callee);
        }
        if !unexpected.is_empty() {
            let lines: Vec<_> =
                unexpected.iter().map(|c| format!("  {} calls {}", c.caller, c.callee)).collect();
            bail!("{} for {} can panic:\n{}", program.name, machine.target, lines.join("\n"));
        }
    }
    Ok(())
}

fn is_allowed(call: &PanicCall, allowed: &[(&str, &str)]) -> bool {
    allowed.iter().any(|(caller, callee)| call.caller.contains(caller) && call.callee.contains(callee))
}

/// Public functions of `core` whose name does not occur in the image's source.
fn uncalled(core: &[Source], image: &str) -> Vec<String> {
    let words: BTreeSet<&str> = image.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut uncalled = Vec::new();
    for file in core.iter().filter(|file| !NOT_CALLED.iter().any(|path| file.path.starts_with(path))) {
        for (number, line) in file.code() {
            if let Some(name) = public_function(line).filter(|name| !words.contains(name)) {
                uncalled.push(format!("  {}:{number}: {name}", file.path));
            }
        }
    }
    uncalled
}

fn public_function(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let rest = rest.strip_prefix("const ").unwrap_or(rest).strip_prefix("fn ")?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_functions_are_recognised() {
        assert_eq!(public_function("    pub const fn new(a: u8) -> Self {"), Some("new"));
        assert_eq!(public_function("pub fn condense<const N: usize>("), Some("condense"));
        assert_eq!(public_function("    pub(crate) fn inner() {"), None);
        assert_eq!(public_function("    pub struct Fn;"), None);
    }

    #[test]
    fn a_function_the_image_does_not_name_is_found() {
        let core = [
            Source::new("core-nostd/src/pool.rs", "pub fn absorb() {}\npub fn condense() {}\n"),
            Source::new("core-nostd/src/testing.rs", "pub fn stuck() {}\n"),
        ];
        assert_eq!(uncalled(&core, "pool.absorb()"), ["  core-nostd/src/pool.rs:2: condense"]);
    }

    #[test]
    fn only_the_named_panic_is_allowed() {
        let call = |caller: &str| PanicCall {
            caller: caller.into(),
            callee: "core::panicking::panic_bounds_check".into(),
        };
        let allowed = FEATURES[1].1;
        assert!(is_allowed(&call("aes::backends::soft::fixslice::utils::xor_columns"), allowed));
        assert!(!is_allowed(&call("openentropy_core::pool::absorb"), allowed));
    }
}
