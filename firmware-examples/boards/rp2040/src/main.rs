//! 32 random bytes from the ring oscillator of an RP2040.
//!
//! The claim below is on nobody's word but this example's: record samples of your part, over your range of temperature and voltage,
//! have them assessed (SP 800-90B), and write a third to a half of the result here.
#![no_std]
#![no_main]

mod clock;
mod register;
mod rosc;

use cortex_m_rt::entry;
use openentropy_core::drbg::HmacDrbg;
use openentropy_core::health::CollectError;
use openentropy_core::{
    Claim, Generator, GeneratorError, MinEntropy, Policy, Raw, ReseedPolicy, SourceId, Tested,
};
use openentropy_core::{LowBits, Width};
use rosc::RingOscillator;
use {cortex_m as _, defmt_rtt as _, panic_probe as _};

/// A twentieth of a bit a bit.
const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(50));

/// The boot loader for the flash chip of the Pico board.
#[unsafe(link_section = ".boot2")]
#[used]
static BOOT_LOADER: [u8; 256] = rp2040_boot2::BOOT_LOADER_W25Q080;

/// A seed takes about 300 blocks: a source that fails its tests so often that these do not suffice is broken.
const BLOCKS: u32 = 1_000;

#[entry]
fn main() -> ! {
    static mut GENERATOR: Generator<HmacDrbg, 1> =
        Generator::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);

    let oscillator = clock::run_from_crystal().and_then(|()| RingOscillator::running());
    let mut source = match oscillator {
        Ok(oscillator) => Tested::new(LowBits::new(oscillator, Width::BIT, 1), SourceId::new(1), CLAIM),
        Err(error) => defmt::panic!("ring oscillator: {}", error),
    };
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
