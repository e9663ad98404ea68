//! `macos-check`: the host packages type-check for both kinds of Mac, by clippy where the compiler is rustup's. Nothing is
//! linked or run.

use crate::cross::{Build, MACOS, Route};
use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;
use anyhow::Result;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const PACKAGES: &[&str] = &["openentropy-core", "openentropy-host", "openentropy-cli"];

/// Answers the question by which the `cc` crate recognises a compiler, and writes empty objects: enough for a check.
const C_COMPILER: &str = r#"#!/bin/sh
for a in "$@"; do case $a in -E) echo '"clang"'; exit 0;; '-?') exit 1;; esac; done
while [ $# -gt 0 ]; do [ "$1" = -o ] && : > "$2"; shift; done
"#;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Macos, "cargo xtask macos-check", "macOS type-check", || {
        let route = Route::find(ws, MACOS)?;
        let target_dir = ws.build_dir("cross-macos");
        let compiler = write_compiler(&target_dir)?.display().to_string();
        let env: Vec<_> = MACOS
            .iter()
            .map(|target| (format!("CC_{}", target.replace('-', "_")), compiler.clone()))
            .collect();
        let build = Build {
            subcommand: if route == Route::Rustup { "clippy" } else { "check" },
            targets: MACOS,
            library: "std,panic_abort",
            target_dir,
            dir: &ws.root,
            env: &env,
        };
        let mut check = route.command(&build);
        check.arg("--quiet");
        for package in PACKAGES {
            check.args(["-p", package]);
        }
        if route == Route::Rustup {
            check.args(["--", "-D", "warnings"]);
        }
        process::run(&mut check)
    });
}

fn write_compiler(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("cc.sh");
    std::fs::write(&path, C_COMPILER)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    Ok(path)
}
