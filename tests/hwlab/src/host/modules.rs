//! The kernel's modules: where each is, and which others it needs.

use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The modules below a folder, by name.
pub(crate) struct Modules(BTreeMap<String, PathBuf>);

/// One module of a selection.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) contents: Vec<u8>,
    /// The modules it needs itself.
    needs: Vec<String>,
}

impl Modules {
    pub(crate) fn below(folder: &Path) -> Result<Self> {
        let mut found = BTreeMap::new();
        walk(folder, &mut found)?;
        Ok(Self(found))
    }

    /// `names` and all they need, each after what it needs.
    ///
    /// # Errors
    /// If the kernel has no such module.
    pub(crate) fn select<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<Vec<Module>> {
        let mut selected = Vec::new();
        for name in names {
            self.add(&plain(name), &mut selected)?;
        }
        Ok(selected)
    }

    fn add(&self, name: &str, selected: &mut Vec<Module>) -> Result<()> {
        if selected.iter().any(|module| module.name == name) {
            return Ok(());
        }
        let path = self.0.get(name).with_context(|| format!("the kernel has no module {name}"))?;
        let contents = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let needs = needed(&contents);
        for other in &needs {
            self.add(other, selected)?;
        }
        selected.push(Module { name: name.to_owned(), contents, needs });
        Ok(())
    }
}

/// The list by which the guest loads what `module` needs: a line per module, its name and those it needs.
pub(crate) fn index(modules: &[Module]) -> String {
    let line =
        |module: &Module| format!("{} {}", module.name, module.needs.join(" ")).trim_end().to_owned() + "\n";
    modules.iter().map(line).collect()
}

fn walk(folder: &Path, found: &mut BTreeMap<String, PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, found)?;
        } else if let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".ko")) {
            found.insert(plain(name), path);
        }
    }
    Ok(())
}

/// A module's name as the kernel writes it: file names may have dashes.
fn plain(name: &str) -> String {
    name.replace('-', "_")
}

/// What the `.modinfo` section of a module says it needs.
fn needed(module: &[u8]) -> Vec<String> {
    const KEY: &[u8] = b"\0depends=";
    let Some(at) = module.windows(KEY.len()).position(|window| window == KEY) else {
        return Vec::new();
    };
    let list = module[at + KEY.len()..].split(|byte| *byte == 0).next().unwrap_or_default();
    let names = String::from_utf8_lossy(list);
    names.split(',').filter(|name| !name.is_empty()).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_comes_after_what_it_needs() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("openentropy-hwlab-modules-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("drivers"))?;
        let files = [("virtio-rng", "virtio,virtio_ring"), ("virtio", "virtio_ring"), ("virtio_ring", "")];
        for (name, needs) in files {
            let text = format!("\x7fELF license=GPL\0depends={needs}\0name={name}\0");
            std::fs::write(folder.join(format!("drivers/{name}.ko")), text)?;
        }
        let modules = Modules::below(&folder)?;
        let selected = modules.select(["virtio-rng", "virtio"].into_iter())?;
        assert_eq!(index(&selected), "virtio_ring\nvirtio virtio_ring\nvirtio_rng virtio virtio_ring\n");
        let error = modules.select(["toaster"].into_iter()).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("the kernel has no module toaster"));
        std::fs::remove_dir_all(folder)?;
        Ok(())
    }
}
