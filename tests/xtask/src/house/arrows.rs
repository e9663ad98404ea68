//! Rules about packages: what each may depend on, and the data all share.

use crate::process;
use crate::workspace::Workspace;
use anyhow::Result;
use std::collections::BTreeSet;

/// Who may use whom among our own packages; tests of the whole use everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("tests", &[]),
    ("xtask", &[]),
    ("host", &["core", "tests"]),
    ("devices", &["core", "host"]),
    ("server", &["core", "host", "devices", "tests"]),
    ("cli", &["core", "host", "devices", "server", "tests"]),
    ("python", &["core", "host", "tests"]),
    ("wasm", &["core"]),
    ("capi", &["core", "host"]),
    ("loom", &["core"]),
    ("cross", &["core", "host", "devices", "server", "cli", "tests"]),
    ("hwlab", &["core", "host", "devices", "server", "cli", "tests"]),
];
const PREFIX: &str = "openentropy-";
/// Everything core may depend on, optional or not.
const CORE_MAY_USE: &[&str] = &[
    "aes",
    "chacha20",
    "critical-section",
    "ctr",
    "defmt",
    "embedded-hal",
    "embedded-io",
    "heapless",
    "hmac",
    "rand_core",
    "sha2",
    "zeroize",
];

pub(super) fn package_data(ws: &Workspace) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for package in &ws.packages {
        let name = &package.name;
        if package.license.as_deref() != Some("MIT") {
            wrong.push(format!("{name}: licence is not MIT"));
        }
        if package.rust_version != ws.package("openentropy-core")?.rust_version {
            wrong.push(format!("{name}: another rust-version than core"));
        }
        if package.publish.as_ref().is_none_or(|registries| !registries.is_empty()) {
            wrong.push(format!("{name}: publish is not false"));
        }
        let manifest = std::fs::read_to_string(&package.manifest_path)?;
        if !manifest.contains("[lints]\nworkspace = true") {
            wrong.push(format!("{name}: lints are not the workspace's"));
        }
    }
    Ok(wrong)
}

pub(super) fn own(ws: &Workspace) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in &ws.packages {
        let used = package.dependencies.iter().filter(|d| d.kind.is_none()).map(|d| d.name.as_str());
        wrong.extend(forbidden(&package.name, used));
    }
    wrong
}

fn forbidden<'a>(package: &str, used: impl Iterator<Item = &'a str>) -> Vec<String> {
    let Some(allowed) =
        package.strip_prefix(PREFIX).and_then(|name| MAY_USE.iter().find(|row| row.0 == name))
    else {
        return vec![format!("{package}: not in the table of the layout")];
    };
    let ours = used.filter_map(|name| name.strip_prefix(PREFIX)).filter(|name| !allowed.1.contains(name));
    ours.map(|name| format!("{package} uses {PREFIX}{name}")).collect()
}

pub(super) fn of_core(ws: &Workspace) -> Result<Vec<String>> {
    let normal = ws.package("openentropy-core")?.dependencies.iter().filter(|d| d.kind.is_none());
    let other = normal.filter(|d| !CORE_MAY_USE.contains(&d.name.as_str()));
    Ok(other.map(|d| format!("openentropy-core uses {}", d.name)).collect())
}

pub(super) fn one_rand_core(ws: &Workspace) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for name in ["openentropy-core", "openentropy-host", "openentropy-cli"] {
        let mut tree = process::cargo(&ws.root, "tree");
        tree.args(["--locked", "-e", "normal", "--all-features", "--prefix", "none", "-p", name]);
        let text = process::text(&mut tree)?;
        let versions: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("rand_core ")?.split_whitespace().next())
            .collect();
        if versions.len() != 1 {
            wrong.push(format!("{name} uses {versions:?}"));
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_one_way() {
        assert!(forbidden("openentropy-host", ["openentropy-core", "libc"].into_iter()).is_empty());
        assert_eq!(forbidden("openentropy-core", ["openentropy-host"].into_iter()).len(), 1);
        assert_eq!(forbidden("openentropy-tests", ["openentropy-core"].into_iter()).len(), 1);
        assert_eq!(forbidden("openentropy-new", core::iter::empty()).len(), 1);
    }

    #[test]
    fn tables_name_known_packages() {
        let known: BTreeSet<&str> = MAY_USE.iter().map(|row| row.0).collect();
        assert!(MAY_USE.iter().flat_map(|row| row.1).all(|name| known.contains(name)));
    }
}
