// machines: microbit
//! The whole way of a byte on a Cortex-M0: peripheral, health tests, pool, HMAC_DRBG, bytes.
//!
//! The emulated peripheral is fed by the emulator's own generator: these bytes carry **no entropy**. The claim stands in for the
//! one that an assessment of the real part has to give.
#![no_std]
#![no_main]

use openentropy_core::drbg::HmacDrbg;
use openentropy_core::health::CollectError;
use openentropy_core::{
    Claim, Generator, GeneratorError, MinEntropy, Policy, Raw, ReseedPolicy, SourceId, Tested,
};
use openentropy_firmware_qemu::{machine, nrf51_rng::Nrf51Rng};

/// Two bits a byte, on nobody's word but this example's.
const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(2_000));
/// Start-up and one seed take under 1,800 samples: 57 blocks.
const BLOCKS: u32 = 100;

#[machine::entry]
fn main() -> ! {
    static mut GENERATOR: Generator<HmacDrbg, 4> =
        Generator::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);

    let mut source = Tested::new(Nrf51Rng::new(), SourceId::new(1), CLAIM);
    let mut block = Raw::<[u8; 32]>::new();
    let mut bytes = [0; 32];
    let mut collected = 0_u32;
    while collected < BLOCKS {
        collected += 1;
        match source.collect(&mut block) {
            Ok(samples) => GENERATOR.absorb(samples),
            Err(CollectError::Starting { .. }) => continue,
            Err(error) => {
                defmt::error!("source: {}", error);
                machine::failed()
            }
        }
        match GENERATOR.fill(&mut bytes) {
            Ok(()) => {
                defmt::info!("seeded after {=u32} blocks of 32 samples", collected);
                defmt::info!("{=[u8]:02x}", bytes);
                machine::done()
            }
            Err(GeneratorError::Starved(_)) => {}
            Err(error) => {
                defmt::error!("generator: {}", error);
                machine::failed()
            }
        }
    }
    defmt::error!("not seeded after {=u32} blocks", collected);
    machine::failed()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    machine::panicked(info)
}
