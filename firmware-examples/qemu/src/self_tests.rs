//! What images test of the core where it runs, and say with counts: the first thing that is wrong ends the image.

use crate::machine;
use crate::records::{Bytes, Record, records};
use openentropy_core::drbg::Drbg;
use openentropy_core::testing::Biased;
use openentropy_core::{
    Claim, Generator, HmacSha256, MinEntropy, Policy, Raw, ReseedPolicy, Sha256, SourceId, Tested, Width,
    hazmat,
};

/// One bit a sample.
pub const CLAIM: Claim = Claim::OperatorDeclared(MinEntropy::at_most(1_000));
/// More blocks than any fault or seed here needs.
pub const BLOCKS: u32 = 1_000;

/// The text of a file of `tests/vectors`.
#[macro_export]
macro_rules! vectors {
    ($($name:literal),+) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/", $($name),+))
    };
}

/// The three files of a mechanism of SP 800-90A, 60 cases each.
#[macro_export]
macro_rules! drbg_vectors {
    ($name:literal) => {
        [
            $crate::vectors!("drbg/", $name, "_no_reseed.rsp"),
            $crate::vectors!("drbg/", $name, "_pr_false.rsp"),
            $crate::vectors!("drbg/", $name, "_pr_true.rsp"),
        ]
    };
}

/// Known answers of SHA-256 (CAVP) and HMAC-SHA-256 (Wycheproof).
pub fn primitives() {
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
}

/// What the files ask of a generator; CTR_DRBG without derivation function is seeded with more bytes than the others.
pub trait Driven: Default {
    /// Instantiates it.
    fn start(&mut self, entropy: &Bytes, nonce: &Bytes, personalization: &[u8]);
    /// Reseeds it.
    fn restart(&mut self, entropy: &Bytes, additional: &[u8]);
    /// Fills `out`.
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

/// Known answers of a generator (CAVP).
pub fn generator<D: Driven>(name: &str, files: [&'static str; 3]) {
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

/// Pseudo-random samples through the whole chain: the same bytes on every machine.
pub fn chain<D: Drbg + Default>() {
    let mut source = Tested::new(Biased::new(1, Width::BIT, 32_768), SourceId::new(1), CLAIM);
    let mut generator: Generator<D, 4> =
        Generator::new(D::default(), Policy::SINGLE_GROUP, ReseedPolicy::STRICT);
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
pub fn passed(what: &str, right: u32, count: u32, expected: u32) {
    defmt::info!("{=str}: {=u32} of {=u32}", what, right, expected);
    if right != expected || count != expected {
        machine::failed()
    }
}
