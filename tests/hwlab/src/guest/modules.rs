//! Loading modules into the guest's kernel.

use anyhow::{Context as _, Result};
use rustix::io::Errno;
use rustix::system::{delete_module, finit_module};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs;

/// `O_NONBLOCK`: a module in use is refused instead of waited for.
const AT_ONCE: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();

/// The modules in the archive, each with those it needs.
pub(super) struct Modules(BTreeMap<String, Vec<String>>);

impl Modules {
    pub(super) fn read() -> Result<Self> {
        let index = fs::read_to_string("/modules/index").context("/modules/index")?;
        let words = index.lines().map(|line| line.split(' ').map(str::to_owned));
        Ok(Self(words.filter_map(|mut words| Some((words.next()?, words.collect()))).collect()))
    }

    pub(super) fn load(&self, name: &str, parameters: &str) -> Result<()> {
        let name = name.replace('-', "_");
        let needs =
            self.0.get(&name).with_context(|| format!("the scenario does not list the module {name}"))?;
        needs.iter().try_for_each(|other| self.load(other, ""))?;
        let file = fs::File::open(format!("/modules/{name}.ko"))?;
        match finit_module(&file, &CString::new(parameters)?, 0) {
            Ok(()) | Err(Errno::EXIST) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("cannot load {name}")),
        }
    }

    pub(super) fn unload(&self, name: &str) -> Result<()> {
        let name = CString::new(name.replace('-', "_"))?;
        delete_module(&name, AT_ONCE).with_context(|| format!("cannot unload {name:?}"))
    }
}
