// machines: mps2-an386, virt
//! The core's tests of itself where it will run: published known answers, self tests, health tests against faults, and the chain.
#![no_std]
#![no_main]

use openentropy_core::drbg::{ChaChaDrbg, CtrDrbg, CtrDrbgNoDf, HashDrbg, HmacDrbg};
use openentropy_core::health::{CollectError, HealthTest};
use openentropy_core::testing::{Biased, Flaky, Periodic, Stuck};
use openentropy_core::{EntropySource, Raw, SourceError, SourceId, Tested, Width, hazmat};
use openentropy_firmware_qemu::{
    drbg_vectors, machine,
    records::Bytes,
    self_tests::{BLOCKS, CLAIM, Driven, chain, generator, passed, primitives},
};

#[machine::entry]
fn main() -> ! {
    primitives();
    generator::<HmacDrbg>("HMAC_DRBG", drbg_vectors!("hmac_drbg_sha256"));
    generator::<HashDrbg>("Hash_DRBG", drbg_vectors!("hash_drbg_sha256"));
    generator::<CtrDrbg>("CTR_DRBG", drbg_vectors!("ctr_drbg_aes256_df"));
    generator::<NoDf>("CTR_DRBG without derivation function", drbg_vectors!("ctr_drbg_aes256_nodf"));
    self_tests();
    health_tests();
    chain::<HashDrbg>();
    machine::done()
}

/// Seeded with 384 bits in two parts, and no nonce.
#[derive(Default)]
struct NoDf(CtrDrbgNoDf);

impl Driven for NoDf {
    fn start(&mut self, entropy: &Bytes, _: &Bytes, personalization: &[u8]) {
        let (key, counter) = halves(entropy);
        let (key, counter) = (hazmat::seed_from_bytes(key), hazmat::seed_from_bytes(counter));
        self.0.instantiate(key, counter, personalization).expect("instantiated");
    }

    fn restart(&mut self, entropy: &Bytes, additional: &[u8]) {
        let (key, counter) = halves(entropy);
        let (key, counter) = (hazmat::seed_from_bytes(key), hazmat::seed_from_bytes(counter));
        self.0.reseed(key, counter, additional).expect("reseeded");
    }

    fn give(&mut self, out: &mut [u8], additional: &[u8]) {
        self.0.generate(out, additional).expect("bytes");
    }
}

fn halves(entropy: &Bytes) -> ([u8; 32], [u8; 16]) {
    let (key, counter) = entropy.split_at(32);
    (key.try_into().expect("32 bytes"), counter.try_into().expect("16 bytes"))
}

fn self_tests() {
    let results = [
        HmacDrbg::self_test(),
        HashDrbg::self_test(),
        CtrDrbg::self_test(),
        CtrDrbgNoDf::self_test(),
        ChaChaDrbg::self_test(),
    ];
    passed("self tests", results.iter().filter(|result| result.is_ok()).count() as u32, 5, 5);
}

fn health_tests() {
    use CollectError::{Failed, Latched, Source};
    use HealthTest::{AdaptiveProportion, Lag, RepetitionCount};
    caught("stuck", Stuck::at(0), Latched(RepetitionCount));
    caught("two of three samples alike", Biased::new(1, Width::BIT, 43_691), Failed(AdaptiveProportion));
    caught("alternating", Periodic::new(&[0, 1], Width::BIT), Failed(Lag));
    let script = [(40, SourceError::Disconnected)];
    caught(
        "unplugged",
        Flaky::new(Biased::new(1, Width::BIT, 32_768), &script),
        Source(SourceError::Disconnected),
    );

    let mut source = Tested::new(Biased::new(1, Width::BIT, 32_768), SourceId::new(1), CLAIM);
    let mut block = Raw::<[u8; 64]>::new();
    let good = (0..BLOCKS).filter(|_| source.collect(&mut block).is_ok()).count() as u32;
    passed("blocks after start-up of a good source", good, BLOCKS - 16, BLOCKS - 16);
}

/// Collects until the first error that is not the start-up's, and compares it.
fn caught(name: &str, source: impl EntropySource, expected: CollectError) {
    let mut source = Tested::new(source, SourceId::new(1), CLAIM);
    let mut block = Raw::<[u8; 64]>::new();
    for number in 1..=BLOCKS {
        match source.collect(&mut block) {
            Ok(_) | Err(CollectError::Starting { .. }) => {}
            Err(error) if error == expected => {
                defmt::info!("{=str}: {} in block {=u32}", name, error, number);
                return;
            }
            Err(error) => {
                defmt::error!("{=str}: {}, expected {}", name, error, expected);
                machine::failed()
            }
        }
    }
    defmt::error!("{=str}: not caught", name);
    machine::failed()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    machine::panicked(info)
}
