//! One file per subcommand of `cargo xtask`.

pub(crate) mod aarch64;
pub(crate) mod asan;
pub(crate) mod bench;
pub(crate) mod boards;
pub(crate) mod ci;
pub(crate) mod deny;
pub(crate) mod fmt;
pub(crate) mod host;
pub(crate) mod hwlab;
pub(crate) mod leaks;
pub(crate) mod lint;
pub(crate) mod loom;
pub(crate) mod macos_check;
pub(crate) mod measure;
pub(crate) mod nightly;
pub(crate) mod nopanic;
pub(crate) mod nostd;
pub(crate) mod qemu;
pub(crate) mod setup;
pub(crate) mod size;
pub(crate) mod test;
