//! An NVMe disk with a file system and, behind that, counters.

use crate::counters;
use crate::guest::{Guest, Kind, remove_pci, rescan_pci, wait_for};
use crate::host::Machine;
use crate::scenario::{Scenario, steps};
use anyhow::{Context as _, Result, ensure};
use openentropy_core::SourceError;
use openentropy_host::Access;
use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "storage",
    modules: &["nvme", "ext4", "crc32c_generic"],
    machine,
    steps: steps![
        the_disk_is_read_byte_for_byte,
        sources_of_the_disk_deliver,
        a_file_on_the_disk_delivers,
        a_removed_disk_is_a_typed_error_and_comes_back,
    ],
};

/// Bytes of the file system; the counters begin there.
const FILES: u64 = 64 << 20;
/// Counters behind it.
const COUNTERS: u32 = 1 << 18;
const DISK: &str = "/dev/nvme0n1";
/// Samples that may still be right after the disk has gone: those under way.
const MAX_LATE: usize = 8;

fn machine(machine: &mut Machine) -> Result<()> {
    let path = machine.path("disk");
    let disk = File::create(&path)?;
    disk.set_len(FILES)?;
    machine.run(&["mke2fs", "-q", "-F", "-t", "ext4", "{}/disk"])?;
    disk.write_all_at(&counters::bytes(0..COUNTERS), FILES)?;
    machine.with("-drive file={}/disk,if=none,id=d,format=raw -device nvme,drive=d,serial=LAB0001");
    Ok(())
}

fn the_disk_is_read_byte_for_byte(_: &Guest) -> Result<()> {
    wait_for(DISK, true)?;
    let expected = counters::bytes(0..COUNTERS);
    let mut read = vec![0; expected.len()];
    File::open(DISK)?.read_exact_at(&mut read, FILES)?;
    ensure!(read == expected, "the disk's bytes are not those of its file");
    Ok(())
}

fn sources_of_the_disk_deliver(_: &Guest) -> Result<()> {
    for name in ["nvme_admin", "raw_block"] {
        let mut source = Kind::named(name)?.open()?;
        source.take::<64>().with_context(|| name)?;
    }
    Ok(())
}

fn a_file_on_the_disk_delivers(_: &Guest) -> Result<()> {
    let place = "/var/tmp";
    fs::create_dir_all(place)?;
    mount(DISK, place, "ext4", MountFlags::empty(), None).context("cannot mount the disk")?;
    let taken = Kind::named("direct_read")?.open().and_then(|mut source| Ok(source.take::<64>()?));
    unmount(place, UnmountFlags::empty())?;
    taken.map(drop)
}

fn a_removed_disk_is_a_typed_error_and_comes_back(guest: &Guest) -> Result<()> {
    // the block layer answers for a disk that has gone as for one that fails
    for (name, expected) in [("raw_block", SourceError::Io), ("nvme_admin", SourceError::Disconnected)] {
        let kind = Kind::named(name)?;
        let mut source = kind.open()?;
        source.take::<8>()?;
        remove_pci("nvme")?;
        let error =
            (0..MAX_LATE).find_map(|_| source.take::<8>().err()).context("no error without a disk")?;
        ensure!(error == expected, "{name}: {error:?}");
        ensure!(kind.access().0 == Access::Absent, "{name}: {:?}", kind.access());
        drop(source); // it holds the old node, and the disk would come back under another name
        rescan_pci()?;
        kind.open()?.take::<8>()?;
        guest.say(&format!("{name} without its disk: {error}"))?;
    }
    Ok(())
}
