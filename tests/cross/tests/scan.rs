//! `scan`: what stands in the listing, and that it touches nothing.

use openentropy_cross::run;
use std::collections::HashSet;

#[test]
fn json_has_the_members_that_programs_rely_on() {
    let scan = run(&["scan", "--json"]);
    assert_eq!(scan.code(), 0, "{}", scan.stderr);
    let listing: serde_json::Value = serde_json::from_str(scan.text()).expect("JSON");
    let sources = listing["sources"].as_array().expect("a list");
    let mut names = HashSet::new();
    for source in sources {
        let text = |member: &str| source[member].as_str().unwrap_or_else(|| panic!("{member} in {source}"));
        names.insert(text("name"));
        for member in ["category", "group", "platform", "reason", "sampled"] {
            text(member);
        }
        assert!(["ready", "denied", "absent", "broken"].contains(&text("access")), "{source}");
        assert!(["none", "shared-hardware", "emulated"].contains(&text("virtualised")), "{source}");
        assert_eq!(text("virtualised") == "none", text("sampled").is_empty(), "{source}");
        assert!(source["claim_millibits"].as_u64().expect("a number") <= 8000);
        assert!((1..=64).contains(&source["width"].as_u64().expect("a number")));
        assert!(source["fast"].is_boolean() && source["aliases"].is_array());
        assert_eq!(text("access") == "ready", text("reason").is_empty(), "{source}");
    }
    for name in [
        "clock_pair",
        "jitter_loop",
        "preempt_gap",
        "sleep_overshoot",
        "hw_rng_dev",
        "os_rng",
        "control_prng",
    ] {
        assert!(names.contains(name), "{name} is missing");
    }
}

#[test]
fn the_machine_is_said_in_json_and_in_the_header() {
    let (table, json) = (run(&["scan"]), run(&["scan", "--json"]));
    let listing: serde_json::Value = serde_json::from_str(json.text()).expect("JSON");
    let machine = &listing["machine"];
    let text = |member: &str| machine[member].as_str().unwrap_or_else(|| panic!("{member} in {machine}"));
    let mut lines = table.text().lines();
    let mut line = || lines.next().expect("a header");
    let first =
        format!("machine: {} {}, {} {}", text("architecture"), text("cpu"), text("system"), text("kernel"));
    assert_eq!(line(), first);
    let second = line();
    assert!(second.starts_with("runs on: "), "{second}");
    for layer in ["emulator", "container"] {
        let layer = &machine[layer];
        if layer.is_object() {
            let told =
                format!("{} (by {})", layer["name"].as_str().unwrap(), layer["evidence"].as_str().unwrap());
            assert!(second.contains(&told), "{second}: {told}");
        }
    }
    if let Some(hypervisor) = machine["hypervisor"].as_str() {
        assert!(second.contains(hypervisor) || machine["emulator"].is_object(), "{second}: {hypervisor}");
    }
    assert!(["none", "shared-hardware", "emulated"].contains(&text("processor")), "{machine}");
    let third = line();
    assert!(third.starts_with("clocks:  "), "{third}");
    for clock in ["counter", "clock"] {
        let (name, kind) = (&machine[clock]["name"], &machine[clock]["kind"]);
        let known = kind.is_null() || ["native", "paravirtual", "emulated"].contains(&kind.as_str().unwrap());
        assert!(known, "{kind}");
        assert!(name.as_str().is_none_or(|name| third.contains(name)), "{third}: {name}");
    }
    let sources = listing["sources"].as_array().expect("a list");
    let count = |access: &str| sources.iter().filter(|source| source["access"] == access).count();
    let all: usize = ["ready", "denied", "absent", "broken"].into_iter().map(count).sum();
    assert_eq!(all, sources.len());
    let fourth = line();
    assert!(fourth.starts_with(&format!("{all} sources: ")) && fourth.contains(" ready, "), "{fourth}");
}

#[test]
fn it_is_said_which_claims_files_are_used() {
    let (table, json) = (run(&["scan"]), run(&["scan", "--json"]));
    let listing: serde_json::Value = serde_json::from_str(json.text()).expect("JSON");
    let said = |member: &str| listing["claims"][member].as_array().expect("a list").clone();
    let files = said("files");
    assert!(
        files.iter().any(|file| file.as_str().unwrap().contains("/etc/openentropy/claims.json: ")),
        "{files:?}"
    );
    for (word, member) in [("claims:  ", "files"), ("warning: ", "warnings")] {
        for line in said(member) {
            let line = format!("{word}{}", line.as_str().unwrap());
            assert!(table.text().lines().any(|told| told == line), "{line}");
        }
    }
}

#[test]
fn the_table_names_every_source() {
    let (table, json) = (run(&["scan"]), run(&["scan", "--json"]));
    let listing: serde_json::Value = serde_json::from_str(json.text()).expect("JSON");
    for source in listing["sources"].as_array().expect("a list") {
        let name = source["name"].as_str().expect("a name");
        assert!(table.text().lines().any(|line| line.starts_with(&format!("{name} "))), "{name}");
    }
}

#[test]
fn telemetry_is_explained() {
    let telemetry = run(&["scan", "--telemetry"]);
    assert_eq!(telemetry.code(), 2);
    assert!(telemetry.stderr.contains("scan --json"), "{}", telemetry.stderr);
}
