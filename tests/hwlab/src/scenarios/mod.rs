//! The scenarios, one file each.

mod bluetooth;
mod boot;
mod camera;
mod chaoskey;
mod char_device;
mod clocks;
mod gauges;
mod hid;
mod hw_rng;
mod hw_rng_faults;
mod hw_rng_slow;
mod input;
mod microphone;
mod network;
mod peers;
mod sensor;
mod storage;
mod tpm;
mod tpm_scripted;
mod usb_gadgets;
mod usb_serial;
mod wifi;

use crate::scenario::Scenario;
use anyhow::{Context as _, Result};

/// All of them, the plainest first.
pub(crate) const ALL: &[&Scenario] = &[
    &boot::SCENARIO,
    &hw_rng::SCENARIO,
    &hw_rng_slow::SCENARIO,
    &hw_rng_faults::SCENARIO,
    &storage::SCENARIO,
    &usb_serial::SCENARIO,
    &usb_gadgets::SCENARIO,
    &hid::SCENARIO,
    &chaoskey::SCENARIO,
    &char_device::SCENARIO,
    &tpm::SCENARIO,
    &tpm_scripted::SCENARIO,
    &camera::SCENARIO,
    &microphone::SCENARIO,
    &bluetooth::SCENARIO,
    &wifi::SCENARIO,
    &sensor::SCENARIO,
    &gauges::SCENARIO,
    &clocks::SCENARIO,
    &input::SCENARIO,
    &network::SCENARIO,
    &peers::SCENARIO,
];

/// The scenario of this name.
///
/// # Errors
/// If there is none.
pub(crate) fn find(name: &str) -> Result<&'static Scenario> {
    let known = || ALL.iter().map(|scenario| scenario.name).collect::<Vec<_>>().join(", ");
    ALL.iter()
        .copied()
        .find(|it| it.name == name)
        .with_context(|| format!("no scenario {name}: one of {}", known()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn a_scenario_is_a_file_and_a_line_of_the_documentation() -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let entries = fs::read_dir(folder.join("src/scenarios"))?.flatten();
        let files: BTreeSet<_> = entries.map(|entry| entry.path().with_extension("")).collect();
        let names: BTreeSet<_> = ALL.iter().map(|it| folder.join("src/scenarios").join(it.name)).collect();
        let others: Vec<_> = files.symmetric_difference(&names).collect();
        assert_eq!(others, [&folder.join("src/scenarios/mod")]);
        assert_eq!(names.len(), ALL.len(), "two scenarios of one name");
        let documentation = fs::read_to_string(folder.join("README.md"))?;
        let missing = ALL.iter().find(|it| !documentation.contains(&format!("| `{}` |", it.name)));
        assert_eq!(missing.map(|it| it.name), None);
        Ok(())
    }

    #[test]
    fn every_scenario_has_steps() {
        assert!(ALL.iter().all(|scenario| !scenario.steps.is_empty()));
    }
}
