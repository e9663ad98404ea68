//! The workspace as `cargo metadata` describes it, and where things are built.

use crate::process;
use anyhow::{Context as _, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Packages and folders.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's target folder: host builds share it, the others have folders of their own below it.
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One package of the workspace.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
    pub(crate) license: Option<String>,
    pub(crate) rust_version: Option<String>,
    /// Registries it may be published to: `Some([])` for `publish = false`.
    pub(crate) publish: Option<Vec<String>>,
}

/// One entry of a dependency table.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` for `[dependencies]`, else `dev` or `build`.
    pub(crate) kind: Option<String>,
}

/// A library, program, test or benchmark.
#[derive(Deserialize)]
pub(crate) struct Target {
    pub(crate) kind: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

impl Workspace {
    /// Asks cargo about the workspace of this package: as `cargo run` names it, else as it was built.
    pub(crate) fn load() -> Result<Self> {
        let here =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let mut cargo = process::cargo(Path::new(&here), "metadata");
        let json = process::stdout(cargo.args(["--format-version", "1", "--no-deps"]))?;
        let metadata: Metadata =
            serde_json::from_slice(&json).context("unexpected output of cargo metadata")?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            packages: metadata.packages,
        })
    }

    /// The package called `name`.
    pub(crate) fn package(&self, name: &str) -> Result<&Package> {
        self.packages
            .iter()
            .find(|p| p.name == name)
            .with_context(|| format!("no package {name} in the workspace"))
    }

    /// A folder below the target folder for builds that must not share it.
    pub(crate) fn build_dir(&self, name: &str) -> PathBuf {
        self.target.join(name)
    }

    /// Manifests outside the workspace, each with its own lock file: firmware.
    pub(crate) fn excluded_manifests(&self) -> Result<Vec<PathBuf>> {
        let mut manifests = Vec::new();
        for folder in ["firmware-examples/qemu", "firmware-examples/boards"] {
            let folder = self.root.join(folder);
            if folder.is_dir() {
                manifests.extend(manifests_below(&folder)?);
            }
        }
        Ok(manifests)
    }
}

impl Package {
    /// Features a user can switch on, `default` left out.
    pub(crate) fn feature_names(&self) -> impl Iterator<Item = &str> {
        self.features.keys().map(String::as_str).filter(|name| *name != "default")
    }

    /// Whether the package has a target of this kind, such as `bench`.
    pub(crate) fn has(&self, kind: &str) -> bool {
        self.targets.iter().any(|t| t.kind.iter().any(|k| k == kind))
    }
}

/// `folder/Cargo.toml`, or that of each folder one level down, sorted.
pub(crate) fn manifests_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let own = folder.join("Cargo.toml");
    if own.is_file() {
        return Ok(vec![own]);
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let manifest = entry?.path().join("Cargo.toml");
        if manifest.is_file() {
            found.push(manifest);
        }
    }
    found.sort();
    Ok(found)
}
