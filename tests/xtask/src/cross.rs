//! Compilers for other targets: rustup's where it has them, else Debian's with a standard library built on the spot.
//!
//! Debian's `rustc-web` has no foreign targets but does ship the library's source, so `-Zbuild-std` makes what is
//! needed. That wants an empty environment (`env -i`): the proxies of rustup and inherited flags would otherwise take
//! over. Linking needs LLVM's `ld.lld` there; rustup brings its own linker.

use crate::process;
use crate::tools::Missing;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Cortex-M0 and M0+.
pub(crate) const M0: &str = "thumbv6m-none-eabi";
/// Cortex-M4 and M7 with floating-point registers.
pub(crate) const M4: &str = "thumbv7em-none-eabihf";
/// RISC-V with atomic instructions.
pub(crate) const RV32: &str = "riscv32imac-unknown-none-elf";
/// RISC-V without atomic instructions.
pub(crate) const RV32_NO_ATOMICS: &str = "riscv32imc-unknown-none-elf";
/// Bare-metal targets.
pub(crate) const BARE: &[&str] = &[M0, M4, RV32, RV32_NO_ATOMICS];
/// Macs with Apple and with Intel processors.
pub(crate) const MACOS: &[&str] = &["aarch64-apple-darwin", "x86_64-apple-darwin"];
/// Linux on 64-bit Arm.
pub(crate) const AARCH64: &str = "aarch64-unknown-linux-gnu";
/// Debian's packages for the second way.
pub(crate) const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "lld"];

/// Where Debian's compiler keeps the source of the standard library.
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/core/src/lib.rs";
/// Variables that survive the empty environment: where crates are fetched from and kept.
const KEPT: &[&str] =
    &["HOME", "CARGO_HOME", "CARGO_NET_OFFLINE", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE"];

/// A way to compile for other targets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Route {
    Rustup,
    Debian,
}

/// One invocation of a cross compiler's cargo.
pub(crate) struct Build<'a> {
    /// `build`, `check` or `rustc`.
    pub(crate) subcommand: &'a str,
    pub(crate) targets: &'a [&'a str],
    /// What the second way has to build: `core`, or `std,panic_abort`.
    pub(crate) library: &'a str,
    pub(crate) target_dir: PathBuf,
    /// Where cargo runs, and so whose `.cargo/config.toml` holds.
    pub(crate) dir: &'a Path,
    pub(crate) env: &'a [(String, String)],
}

impl Route {
    /// The way to compile for all of `targets`.
    ///
    /// # Errors
    /// [`Missing`] if neither compiler can.
    pub(crate) fn find(ws: &Workspace, targets: &[&str]) -> Result<Self> {
        let mut rustc = Command::new("rustc");
        let sysroot = process::text(rustc.args(["--print", "sysroot"]).current_dir(&ws.root))?;
        let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
        if targets.iter().all(|target| libraries.join(target).join("lib").is_dir()) {
            return Ok(Self::Rustup);
        }
        if debian_is_installed() {
            return Ok(Self::Debian);
        }
        Err(Missing::installable(&format!("a compiler for {}", targets.join(", "))).into())
    }

    /// The command for `build`; further arguments are appended by the caller.
    pub(crate) fn command(self, build: &Build<'_>) -> Command {
        let mut variables = vec![("CARGO_TARGET_DIR".to_owned(), build.target_dir.display().to_string())];
        variables.extend_from_slice(build.env);
        let mut command = match self {
            Self::Rustup => {
                let mut command = Command::new("cargo");
                command.env_remove("RUSTFLAGS").envs(variables).arg(build.subcommand);
                command
            }
            Self::Debian => debian_command(build, &variables),
        };
        command.current_dir(build.dir).arg("--locked");
        for target in build.targets {
            command.args(["--target", target]);
        }
        command
    }
}

/// Whether Debian's compiler, its library's source and a linker are there.
pub(crate) fn debian_is_installed() -> bool {
    ["/usr/bin/cargo", "/usr/bin/rustc", "/usr/bin/ld.lld", DEBIAN_LIBRARY]
        .iter()
        .all(|file| Path::new(file).exists())
}

fn debian_command(build: &Build<'_>, variables: &[(String, String)]) -> Command {
    let mut command = Command::new("env");
    command.args(["-i", "PATH=/usr/bin:/bin", "RUSTC_BOOTSTRAP=1"]);
    for name in KEPT {
        if let Ok(value) = std::env::var(name) {
            command.arg(format!("{name}={value}"));
        }
    }
    for target in build.targets.iter().filter(|target| BARE.contains(target)) {
        let name = target.to_uppercase().replace('-', "_");
        command.arg(format!("CARGO_TARGET_{name}_LINKER=ld.lld"));
    }
    command.args(variables.iter().map(|(name, value)| format!("{name}={value}")));
    command.arg("/usr/bin/cargo").arg(build.subcommand).arg(format!("-Zbuild-std={}", build.library));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_command_starts_from_an_empty_environment() {
        let build = Build {
            subcommand: "build",
            targets: &[M0],
            library: "core",
            target_dir: "/t".into(),
            dir: Path::new("/"),
            env: &[("DEFMT_LOG".into(), "info".into())],
        };
        let line = process::line(&Route::Debian.command(&build));
        assert!(line.contains("env -i PATH=/usr/bin:/bin RUSTC_BOOTSTRAP=1"), "{line}");
        assert!(
            line.contains("CARGO_TARGET_THUMBV6M_NONE_EABI_LINKER=ld.lld CARGO_TARGET_DIR=/t DEFMT_LOG=info"),
            "{line}"
        );
        assert!(
            line.ends_with("/usr/bin/cargo build -Zbuild-std=core --locked --target thumbv6m-none-eabi"),
            "{line}"
        );
    }
}
