//! 32 random bytes from the noise generator of an nRF52840.
//!
//! The claim below is on nobody's word but this example's: record samples of your part, over your range of temperature and voltage,
//! have them assessed (SP 800-90B), and write a third to a half of the result here.
#![no_std]
#![no_main]

mod register;
mod rng;

use cortex_m_rt::entry;
use openentropy_core::drbg::HmacDrbg;
use openentropy_core::health::CollectError;
use openentropy_core::{
    Claim, Generator, GeneratorError, MinEntropy, Policy, Raw, ReseedPolicy, SourceId, Tested,
};
use rng::Nrf52Rng;
use {cortex_m as _, defmt_rtt as _, panic_probe as _};

/// One bit a byte.
const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(1_000));

/// A seed takes fewer than 100 blocks: a source that fails its tests so often that these do not suffice is broken.
const BLOCKS: u32 = 1_000;

#[entry]
fn main() -> ! {
    static mut GENERATOR: Generator<HmacDrbg, 1> =
        Generator::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);

    let mut source = Tested::new(Nrf52Rng::start(), SourceId::new(1), CLAIM);
    let mut block = Raw::<[u8; 32]>::new();
    let mut key = [0; 32];
    for _ in 0..BLOCKS {
        match source.collect(&mut block) {
            Ok(samples) => GENERATOR.absorb(samples),
            Err(CollectError::Starting { .. } | CollectError::Failed(_)) => continue,
            Err(error) => defmt::panic!("source: {}", error),
        }
        match GENERATOR.fill(&mut key) {
            Ok(()) => {
                defmt::info!("32 bytes, paid for with 320 credited bits");
                loop {
                    cortex_m::asm::wfi();
                }
            }
            Err(GeneratorError::Starved(starved)) => defmt::debug!("{}", starved),
            Err(error) => defmt::panic!("generator: {}", error),
        }
    }
    defmt::panic!("no seed after {=u32} blocks of samples", BLOCKS)
}
