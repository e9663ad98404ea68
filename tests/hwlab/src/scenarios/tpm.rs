//! A security chip that an emulator keeps on the host, under the kernel's driver for the usual interface.

use crate::devices::vtpm::{HEAD, get_random};
use crate::guest::{Guest, Kind, unbind, until, wait_for};
use crate::host::Machine;
use crate::scenario::{Scenario, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use rustix::io::Errno;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};

pub(super) static SCENARIO: Scenario = Scenario {
    name: "tpm",
    modules: &[],
    machine,
    steps: steps![
        random_bytes_come,
        the_kernel_offers_it_as_its_generator,
        a_chip_without_its_driver_is_an_error
    ],
};

const NODE: &str = "/dev/tpm0";
const MANAGED: &str = "/dev/tpmrm0";
const ASKED: u16 = 32;
const PATIENCE: Duration = Duration::from_secs(15);

fn machine(machine: &mut Machine) -> Result<()> {
    fs::create_dir(machine.path("tpm"))?;
    let words = "swtpm socket --tpm2 --tpmstate dir={}/tpm --ctrl type=unixio,path={}/tpm.socket --terminate --daemon \
                 --flags startup-clear";
    machine.run(&words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>())?;
    machine.with(
        "-chardev socket,id=t,path={}/tpm.socket -tpmdev emulator,id=t0,chardev=t -device tpm-tis,tpmdev=t0",
    );
    Ok(())
}

fn open(path: &str) -> Result<File> {
    wait_for(path, true)?;
    OpenOptions::new().read(true).write(true).open(path).with_context(|| path.to_owned())
}

fn ask(mut chip: &File) -> io::Result<Vec<u8>> {
    chip.write_all(&get_random(ASKED))?;
    let mut response = vec![0; 4096];
    let length = chip.read(&mut response)?;
    response.truncate(length);
    Ok(response)
}

fn random_bytes_come(_: &Guest) -> Result<()> {
    for path in [NODE, MANAGED] {
        let chip = open(path)?;
        let responses = [ask(&chip)?, ask(&chip)?];
        for response in &responses {
            let head = [&[0x80, 0x01, 0, 0, 0, 44, 0, 0, 0, 0][..], &ASKED.to_be_bytes()].concat();
            ensure!(
                response.starts_with(&head) && response.len() == HEAD + 2 + usize::from(ASKED),
                "{response:02x?}"
            );
        }
        ensure!(responses[0] != responses[1], "{path} repeats itself");
    }
    Ok(())
}

fn the_kernel_offers_it_as_its_generator(_: &Guest) -> Result<()> {
    let current = fs::read_to_string("/sys/class/misc/hw_random/rng_current")?;
    ensure!(current.starts_with("tpm-rng"), "{current}");
    let mut source = Kind::named("hw_rng_dev")?.open()?;
    let (first, second) = (source.take::<64>()?, source.take::<64>()?);
    ensure!(first != second, "it repeats itself");
    Ok(())
}

fn a_chip_without_its_driver_is_an_error(_: &Guest) -> Result<()> {
    let chip = open(NODE)?;
    let bound = unbind("platform", "tpm_tis").or_else(|_| unbind("acpi", "tpm_tis"))?;
    let refused = ask(&chip);
    let errno = refused.as_ref().err().and_then(Errno::from_io_error);
    ensure!(matches!(errno, Some(Errno::PIPE | Errno::NODEV)), "{refused:?}");
    drop(chip);
    wait_for(NODE, false)?;
    bound.bind()?;
    // the kernel may still hold on to the old number
    let name =
        until("a chip", PATIENCE, || Ok(fs::read_dir("/sys/class/tpm")?.flatten().next()))?.file_name();
    ask(&open(&format!("/dev/{}", name.to_string_lossy()))?)?;
    Ok(())
}
