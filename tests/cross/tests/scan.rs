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
        for member in ["category", "group", "platform", "reason"] {
            text(member);
        }
        assert!(["ready", "denied", "absent", "broken"].contains(&text("access")), "{source}");
        assert!(["none", "shared-hardware", "emulated"].contains(&text("virtualised")), "{source}");
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
