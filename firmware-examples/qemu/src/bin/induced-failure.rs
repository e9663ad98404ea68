// machines: microbit
//! Three faults, each of which ends in its typed error and none in a hang: a stopped peripheral, a stuck source, a biased one.
#![no_std]
#![no_main]

use openentropy_core::health::{CollectError, HealthTest};
use openentropy_core::testing::{Biased, Stuck};
use openentropy_core::{Claim, EntropySource, MinEntropy, Raw, SourceError, SourceId, Tested, Width};
use openentropy_firmware_qemu::{machine, nrf51_rng::Nrf51Rng};

/// One bit a sample.
const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(1_000));
/// More than any of the faults needs to show.
const BLOCKS: u32 = 1_000;

#[machine::entry]
fn main() -> ! {
    let timeout = CollectError::Source(SourceError::Timeout);
    expect("stopped peripheral", Nrf51Rng::new(), Nrf51Rng::break_down, timeout);
    expect("stuck source", Stuck::at(0x5a), nothing, CollectError::Latched(HealthTest::RepetitionCount));
    expect(
        "biased source",
        Biased::new(1, Width::BIT, 49_152),
        nothing,
        CollectError::Latched(HealthTest::AdaptiveProportion),
    );
    machine::done()
}

fn nothing() {}

/// Collects, lets the `fault` happen after ten blocks, goes on until the source fails for good, and compares how.
fn expect(name: &str, source: impl EntropySource, fault: fn(), expected: CollectError) {
    let mut source = Tested::new(source, SourceId::new(1), CLAIM);
    let mut block = Raw::<[u8; 16]>::new();
    for number in 0..BLOCKS {
        if number == 10 {
            fault();
        }
        match source.collect(&mut block) {
            Ok(_) | Err(CollectError::Starting { .. }) => {}
            Err(CollectError::Failed(test)) => defmt::info!("{=str}: {} failed, starting over", name, test),
            Err(error) if error == expected => {
                defmt::info!("{=str}: {}", name, error);
                return;
            }
            Err(error) => {
                defmt::error!("{=str}: {}, expected {}", name, error, expected);
                machine::failed()
            }
        }
    }
    defmt::error!("{=str}: never failed", name);
    machine::failed()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    machine::panicked(info)
}
