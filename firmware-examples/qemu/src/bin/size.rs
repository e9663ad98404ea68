// machines: microbit, mps2-an386, virt
//! What the chain costs: source, the two standard health tests, pool of four lanes, HMAC_DRBG, 32 bytes; nothing printed.
//!
//! With the feature `stack` it says how deep its stack went. Emulated noise carries no entropy.
#![no_std]
#![no_main]

use openentropy_core::drbg::HmacDrbg;
use openentropy_core::health::{CollectError, NoLag};
use openentropy_core::{Claim, Generator, MinEntropy, Policy, Raw, ReseedPolicy, SourceId, Tested};
use openentropy_firmware_qemu::machine;
#[cfg(machine = "microbit")]
use openentropy_firmware_qemu::nrf51_rng::Nrf51Rng as Source;
#[cfg(not(machine = "microbit"))]
use stand_in::Xorshift as Source;

const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(2_000));
const BLOCKS: u32 = 200;
/// Of a seed, in millibits: what a pool holds at most.
const PRICE: u32 = 320_000;

struct Random {
    source: Tested<Source, NoLag>,
    generator: Generator<HmacDrbg, 4>,
    block: Raw<[u8; 16]>,
}

static mut RANDOM: Random = Random {
    source: Tested::without_lag(Source::new(), SourceId::new(1), CLAIM),
    generator: Generator::new(HmacDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT),
    block: Raw::new(),
};

#[machine::entry]
fn main() -> ! {
    let random = &raw mut RANDOM;
    // SAFETY: this function runs once, and nothing else names the static.
    let random = unsafe { &mut *random };
    #[cfg(feature = "stack")]
    let stack = openentropy_firmware_qemu::stack::Stack::paint();
    let mut key = [0; 32];
    if !random.collect() || random.generator.fill(&mut key).is_err() {
        machine::failed()
    }
    core::hint::black_box(&key);
    #[cfg(feature = "stack")]
    semihosting::println!("stack {}", stack.peak());
    machine::done()
}

impl Random {
    /// Collects until the pool can pay for a seed.
    #[inline(never)] // its frame is gone when bytes are drawn
    fn collect(&mut self) -> bool {
        for _ in 0..BLOCKS {
            match self.source.collect(&mut self.block) {
                Ok(samples) => self.generator.absorb(samples),
                Err(CollectError::Starting { .. }) => continue,
                Err(_) => return false,
            }
            if self.generator.pool().credit() == PRICE {
                return true;
            }
        }
        false
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    machine::failed()
}

/// In place of a peripheral on machines whose emulation has none: a pseudo-random sequence.
#[cfg(not(machine = "microbit"))]
mod stand_in {
    use openentropy_core::{
        EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError,
        SourceInfo, Width,
    };

    static INFO: SourceInfo = SourceInfo {
        name: "xorshift",
        description: "a pseudo-random sequence",
        physics: "none",
        category: SourceCategory::Signal,
        platform: Platform::BareMetal,
        requirement: Requirement::None,
        width: Width::BYTE,
        independence: Independence::of(Group::Test),
    };

    pub struct Xorshift(u32);

    impl Xorshift {
        pub const fn new() -> Self {
            Self(1)
        }
    }

    impl EntropySource for Xorshift {
        fn info(&self) -> &SourceInfo {
            &INFO
        }

        fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
            out.write(|slots| {
                for slot in slots {
                    self.0 ^= self.0 << 13;
                    self.0 ^= self.0 >> 17;
                    self.0 ^= self.0 << 5;
                    *slot = self.0 as u8;
                }
                Ok(())
            })
        }
    }
}
