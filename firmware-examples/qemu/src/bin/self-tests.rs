// machines: mps2-an386, virt
//! The core's tests of itself where it will run: published known answers, self tests, health tests against faults, and the chain.
#![no_std]
#![no_main]

use openentropy_core::drbg::{ChaChaDrbg, CtrDrbg, CtrDrbgNoDf, Drbg, HashDrbg, HmacDrbg};
use openentropy_core::health::{CollectError, HealthTest};
use openentropy_core::testing::{Biased, Flaky, Periodic, Stuck};
use openentropy_core::{
    Claim, EntropySource, Generator, HmacSha256, MinEntropy, Policy, Raw, ReseedPolicy, Sha256, SourceError,
    SourceId, Tested, Width, hazmat,
};
use openentropy_firmware_qemu::{
    machine,
    records::{Bytes, Record, records},
};

macro_rules! vectors {
    ($($name:literal),+) => {
        include_str!(concat!("../../../../tests/vectors/", $($name),+))
    };
}

/// The three files of a mechanism of SP 800-90A, 60 cases each.
macro_rules! drbg_vectors {
    ($name:literal) => {
        [
            vectors!("drbg/", $name, "_no_reseed.rsp"),
            vectors!("drbg/", $name, "_pr_false.rsp"),
            vectors!("drbg/", $name, "_pr_true.rsp"),
        ]
    };
}

/// One bit a sample.
const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(1_000));
/// More than any fault here needs to show.
const BLOCKS: u32 = 1_000;

#[machine::entry]
fn main() -> ! {
    known_answers();
    self_tests();
    health_tests();
    chain();
    machine::done()
}

fn known_answers() {
    let (mut count, mut right) = (0, 0);
    for case in records(vectors!("sha256/SHA256ShortMsg.rsp"), "Len") {
        let bits: usize = case.text("Len").parse().expect("a number");
        let mut hash = Sha256::new();
        hash.update(&case.bytes("Msg")[..bits / 8]); // one zero byte stands for the empty message
        count += 1;
        right += u32::from(hash.finish()[..] == case.bytes("MD")[..]);
    }
    passed("SHA-256", right, count, 65);

    (count, right) = (0, 0);
    for case in records(vectors!("sha256/hmac_sha256_wycheproof.txt"), "tag") {
        let tag = case.bytes("tag");
        let made = HmacSha256::new(&case.bytes("key")).tag(&[&case.bytes("msg")]);
        count += 1;
        right += u32::from((made[..tag.len()] == tag[..]) == (case.text("result") == "valid"));
    }
    passed("HMAC-SHA-256", right, count, 174);

    generator::<HmacDrbg>("HMAC_DRBG", drbg_vectors!("hmac_drbg_sha256"));
    generator::<HashDrbg>("Hash_DRBG", drbg_vectors!("hash_drbg_sha256"));
    generator::<CtrDrbg>("CTR_DRBG", drbg_vectors!("ctr_drbg_aes256_df"));
    generator::<NoDf>("CTR_DRBG without derivation function", drbg_vectors!("ctr_drbg_aes256_nodf"));
}

/// What the files ask of a generator; CTR_DRBG without derivation function is seeded with more bytes than the others.
trait Driven: Default {
    fn start(&mut self, entropy: &Bytes, nonce: &Bytes, personalization: &[u8]);
    fn restart(&mut self, entropy: &Bytes, additional: &[u8]);
    fn give(&mut self, out: &mut [u8], additional: &[u8]);
}

impl<D: Drbg + Default> Driven for D {
    fn start(&mut self, entropy: &Bytes, nonce: &Bytes, personalization: &[u8]) {
        let seed = hazmat::seed_from_bytes(entropy.array());
        self.instantiate(seed, &nonce.array(), personalization).expect("instantiated");
    }

    fn restart(&mut self, entropy: &Bytes, additional: &[u8]) {
        self.reseed(hazmat::seed_from_bytes(entropy.array()), additional).expect("reseeded");
    }

    fn give(&mut self, out: &mut [u8], additional: &[u8]) {
        self.generate(out, additional).expect("bytes");
    }
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

fn generator<D: Driven>(name: &str, files: [&'static str; 3]) {
    let (mut count, mut right) = (0, 0);
    for case in files.iter().flat_map(|text| records(text, "COUNT")) {
        let expected = case.bytes("ReturnedBits");
        let mut out = [0; 128];
        let out = &mut out[..expected.len()];
        answer::<D>(case, out);
        count += 1;
        right += u32::from(*out == *expected);
    }
    passed(name, right, count, 180);
}

/// Gives the bytes of the second of two requests, after the reseeds that the case asks for.
fn answer<D: Driven>(case: Record<'_>, out: &mut [u8]) {
    let mut generator = D::default();
    generator.start(&case.bytes("EntropyInput"), &case.bytes("Nonce"), &case.bytes("PersonalizationString"));
    if case.values("EntropyInputReseed").next().is_some() {
        generator.restart(&case.bytes("EntropyInputReseed"), &case.bytes("AdditionalInputReseed"));
    }
    let mut fresh = case.values("EntropyInputPR");
    for additional in case.values("AdditionalInput").map(Bytes::decode) {
        match fresh.next().map(Bytes::decode) {
            Some(entropy) => {
                generator.restart(&entropy, &additional);
                generator.give(out, &[]);
            }
            None => generator.give(out, &additional),
        }
    }
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

/// Pseudo-random samples through the whole chain: the same bytes on every machine.
fn chain() {
    let mut source = Tested::new(Biased::new(1, Width::BIT, 32_768), SourceId::new(1), CLAIM);
    let mut generator: Generator<HashDrbg, 4> =
        Generator::new(HashDrbg::new(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);
    let mut block = Raw::<[u8; 64]>::new();
    let mut bytes = [0; 32];
    for number in 1..=BLOCKS {
        if let Ok(samples) = source.collect(&mut block) {
            generator.absorb(samples);
        }
        if generator.fill(&mut bytes).is_ok() {
            defmt::info!("chain: seeded in block {=u32}, {=[u8]:02x}", number, bytes);
            return;
        }
    }
    defmt::error!("chain: not seeded");
    machine::failed()
}

/// Says how many were right, and ends the program unless that were all `expected`.
fn passed(what: &str, right: u32, count: u32, expected: u32) {
    defmt::info!("{=str}: {=u32} of {=u32}", what, right, expected);
    if right != expected || count != expected {
        machine::failed()
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    machine::panicked(info)
}
