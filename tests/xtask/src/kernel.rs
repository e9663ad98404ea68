//! The laboratory's kernel: Debian's own package, unpacked and not installed.
//!
//! The package's image unpacks itself, which takes an emulated processor longer than all else of the boot; so the ELF file inside is taken
//! out, which QEMU boots by its PVH entry.

use crate::process;
use crate::tools::Missing;
use anyhow::{Context as _, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The package that depends on the current kernel. Not the one for clouds, which has few drivers by purpose.
const META_PACKAGE: &str = "linux-image-amd64";
/// Seconds after which an unreachable download server counts as absent.
const DOWNLOAD_SECONDS: u32 = 240;
/// How an xz stream begins (The .xz File Format, §2.1.1.1).
const XZ: &[u8] = b"\xfd7zXZ\0";

/// The folder with `vmlinux` and `modules`, downloaded and unpacked if it is not there.
///
/// # Errors
/// [`Missing`] where there is no `apt-get`; what downloading or unpacking met.
pub(crate) fn folder(target: &Path) -> Result<PathBuf> {
    let folder = target.join("hwlab/kernel");
    if !folder.join("vmlinux").is_file() {
        fetch(&folder)?;
    }
    Ok(folder)
}

fn fetch(folder: &Path) -> Result<()> {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(Missing(
            "the laboratory's kernel comes from a Debian package: it needs apt-get".to_owned(),
        )
        .into());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let package = package()?;
    let mut download = process::timeout(DOWNLOAD_SECONDS, "apt-get");
    process::run(download.args(["-q", "download", &package]).current_dir(folder))?;
    let archive = fs::read_dir(folder)?.next().context("apt-get downloaded nothing")??.path();
    let unpacked = folder.join("package");
    process::run(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(&unpacked))?;
    let version = package.trim_start_matches("linux-image-");
    let modules = format!("lib/modules/{version}/kernel");
    fs::rename(unpacked.join(modules), folder.join("modules"))?;
    let image = unpack(&unpacked.join(format!("boot/vmlinuz-{version}")))?;
    fs::remove_dir_all(&unpacked)?;
    fs::remove_file(&archive)?;
    // last, since it is what says that all is there
    fs::write(folder.join("vmlinux"), image)?;
    Ok(())
}

fn package() -> Result<String> {
    let text = process::text(Command::new("apt-cache").args(["depends", META_PACKAGE]))?;
    let mut needed = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let name = needed.find(|name| name.starts_with("linux-image-"));
    name.map(str::to_owned)
        .with_context(|| format!("no package {META_PACKAGE} is known: `apt-get update` fetches the lists"))
}

/// The ELF file inside a kernel's image.
fn unpack(image: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(image).with_context(|| format!("cannot read {}", image.display()))?;
    let Some(at) = bytes.windows(XZ.len()).position(|window| window == XZ) else {
        bail!("{} holds no xz stream", image.display());
    };
    let packed = image.with_extension("xz");
    fs::write(&packed, &bytes[at..])?;
    process::stdout(Command::new("xz").args(["-dc", "--single-stream"]).arg(&packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_inside_an_image_is_unpacked() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("openentropy-xtask-kernel-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let image = folder.join("vmlinuz");
        fs::write(&image, "before")?;
        assert!(unpack(&image).is_err_and(|error| error.to_string().ends_with("holds no xz stream")));
        fs::write(folder.join("elf"), "the kernel")?;
        let packed = process::stdout(Command::new("xz").arg("-c").arg(folder.join("elf")))?;
        fs::write(&image, [b"before", packed.as_slice(), b"behind"].concat())?;
        assert_eq!(unpack(&image)?, b"the kernel");
        fs::remove_dir_all(folder)?;
        Ok(())
    }
}
