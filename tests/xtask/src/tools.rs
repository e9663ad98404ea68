//! The programs these commands need, where they are found, and what may be absent.

use anyhow::Result;
use core::fmt;
use std::path::{Path, PathBuf};

/// Where a program comes from.
#[derive(Clone, Copy)]
pub(crate) enum Origin {
    /// Packages of Debian and its relatives.
    Apt(&'static [&'static str]),
    /// A crate at this version, installed below the target folder.
    Crate { name: &'static str, version: &'static str },
    /// A component of the rustup toolchain.
    Component(&'static str),
}

/// A program that some command runs.
pub(crate) struct Tool {
    pub(crate) program: &'static str,
    pub(crate) origin: Origin,
    /// Whether only `nightly` and `bench` need it.
    pub(crate) nightly: bool,
}

const fn tool(program: &'static str, origin: Origin) -> Tool {
    Tool { program, origin, nightly: false }
}

/// Every program that a fresh machine may lack, compilers for other targets apart (see [`crate::cross`]).
pub(crate) const TOOLS: &[Tool] = &[
    tool("rustfmt", Origin::Component("rustfmt")),
    tool("cargo-clippy", Origin::Component("clippy")),
    tool("qemu-system-arm", Origin::Apt(&["qemu-system-arm"])),
    tool("qemu-system-riscv32", Origin::Apt(&["qemu-system-misc"])),
    tool("qemu-system-x86_64", Origin::Apt(&["qemu-system-x86"])),
    tool("swtpm", Origin::Apt(&["swtpm"])),
    tool("mke2fs", Origin::Apt(&["e2fsprogs"])),
    tool("xz", Origin::Apt(&["xz-utils"])),
    tool("aarch64-linux-gnu-gcc", Origin::Apt(&["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"])),
    tool("qemu-aarch64-static", Origin::Apt(&["qemu-user-static"])),
    tool("defmt-print", Origin::Crate { name: "defmt-print", version: "1.2.0" }),
    tool("cargo-deny", Origin::Crate { name: "cargo-deny", version: "0.20.2" }),
    Tool { program: "openssl", origin: Origin::Apt(&["openssl"]), nightly: true },
];

/// The only checks that may be left out when `CI` is set, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("miri", "no stable component; AddressSanitizer runs in `cargo xtask nightly` instead"),
    ("kani", "its bundle comes from no package registry"),
    ("ThreadSanitizer", "needs a standard library built with it"),
    ("cargo-deny's advisories", "needs a clone of its database; licences, bans and sources are checked"),
    ("a 1.88 compiler", "clippy's incompatible_msrv judges by the declared rust-version instead"),
];

/// A program or compiler is not there, in a sentence that says what to do. Skips a step, except when `CI` is set.
#[derive(Debug)]
pub(crate) struct Missing(pub(crate) String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Missing {}

impl Missing {
    /// `what` is missing and can be installed.
    pub(crate) fn installable(what: &str) -> Self {
        Self(format!("{what} is missing; `cargo xtask setup` installs it or says how"))
    }
}

/// Whether this is a build machine, where nothing may be skipped.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "0" && value != "false")
}

/// Whether this user may do everything.
pub(crate) fn is_root() -> bool {
    crate::process::text(std::process::Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Prints what is not checked, and why.
pub(crate) fn print_exceptions() {
    println!("\nnot checked here:");
    for (what, why) in EXCEPTIONS {
        println!("  {what}: {why}");
    }
}

/// The folder of programs that [`crate::commands::setup`] installs.
pub(crate) fn root(target: &Path) -> PathBuf {
    target.join("tools")
}

/// Where `program` is: among the installed ones, on the `PATH`, or where an ordinary user's `PATH` does not lead.
///
/// # Errors
/// [`Missing`].
pub(crate) fn find(target: &Path, program: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = root(target).join("bin");
    let folders =
        core::iter::once(own).chain(std::env::split_paths(&path)).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.map(|folder| folder.join(program)).find(|file| file.is_file());
    found.ok_or_else(|| Missing::installable(program).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn find_tells_present_from_missing() {
        assert!(find(Path::new("/nonexistent"), "sh").is_ok());
        let error = find(Path::new("/nonexistent"), "no-such-program").unwrap_err();
        assert!(error.is::<Missing>());
        assert!(error.to_string().starts_with("no-such-program is missing"));
    }
}
