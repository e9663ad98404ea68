//! The generators of SP 800-90A against the CAVP files (CAVS 14.3), through the API that everybody uses.

use crate::{
    ran,
    records::{Record, array, records},
    vectors,
};
use openentropy_core::{
    drbg::{Drbg, HashDrbg, HmacDrbg},
    hazmat::seed_from_bytes,
};

/// What the three kinds of file ask of a generator; CTR_DRBG without derivation function is seeded with more bytes than the others.
trait Driven: Default {
    fn start(&mut self, entropy: &[u8], nonce: &[u8], personalization: &[u8]);
    fn restart(&mut self, entropy: &[u8], additional: &[u8]);
    fn give(&mut self, out: &mut [u8], additional: &[u8]);
}

impl<D: Drbg + Default> Driven for D {
    fn start(&mut self, entropy: &[u8], nonce: &[u8], personalization: &[u8]) {
        let seed = seed_from_bytes(array(entropy));
        self.instantiate(seed, &array(nonce), personalization).unwrap();
    }

    fn restart(&mut self, entropy: &[u8], additional: &[u8]) {
        self.reseed(seed_from_bytes(array(entropy)), additional).unwrap();
    }

    fn give(&mut self, out: &mut [u8], additional: &[u8]) {
        self.generate(out, additional).unwrap();
    }
}

/// Runs the three files of `set`, sixty cases each.
fn run<D: Driven>(set: &str) {
    let mut count = 0;
    for mode in ["no_reseed", "pr_false", "pr_true"] {
        let text = vectors(&format!("drbg/{set}_{mode}.rsp"));
        for case in records(&text, "COUNT") {
            let expected = case.bytes("ReturnedBits");
            let given = answer::<D>(&case, expected.len());
            assert_eq!(given, expected, "{set}_{mode}, case {count}");
            count += 1;
        }
    }
    ran(set, count, 180);
}

/// The bytes of the second of two requests, after the reseeds that the case asks for.
fn answer<D: Driven>(case: &Record<'_>, length: usize) -> Vec<u8> {
    let mut generator = D::default();
    generator.start(&case.bytes("EntropyInput"), &case.bytes("Nonce"), &case.bytes("PersonalizationString"));
    if let [entropy] = &case.every("EntropyInputReseed")[..] {
        generator.restart(entropy, &case.bytes("AdditionalInputReseed"));
    }
    let fresh = case.every("EntropyInputPR");
    let mut out = vec![0; length];
    for (request, additional) in case.every("AdditionalInput").iter().enumerate() {
        match fresh.get(request) {
            Some(entropy) => {
                generator.restart(entropy, additional);
                generator.give(&mut out, &[]);
            }
            None => generator.give(&mut out, additional),
        }
    }
    out
}

#[test]
fn known_answers_of_hmac_drbg() {
    run::<HmacDrbg>("hmac_drbg_sha256");
}

#[test]
fn known_answers_of_hash_drbg() {
    run::<HashDrbg>("hash_drbg_sha256");
}

#[cfg(feature = "aes")]
mod ctr {
    use super::{Driven, array, run, seed_from_bytes};
    use openentropy_core::{
        Seed,
        drbg::{CtrDrbg, CtrDrbgNoDf},
    };

    /// Seeded with 384 bits in two parts, and no nonce.
    #[derive(Default)]
    struct NoDf(CtrDrbgNoDf);

    fn two(entropy: &[u8]) -> (Seed<32>, Seed<16>) {
        let (key, counter) = entropy.split_at(32);
        (seed_from_bytes(array(key)), seed_from_bytes(array(counter)))
    }

    impl Driven for NoDf {
        fn start(&mut self, entropy: &[u8], nonce: &[u8], personalization: &[u8]) {
            assert!(nonce.is_empty());
            let (key, counter) = two(entropy);
            self.0.instantiate(key, counter, personalization).unwrap();
        }

        fn restart(&mut self, entropy: &[u8], additional: &[u8]) {
            let (key, counter) = two(entropy);
            self.0.reseed(key, counter, additional).unwrap();
        }

        fn give(&mut self, out: &mut [u8], additional: &[u8]) {
            self.0.generate(out, additional).unwrap();
        }
    }

    #[test]
    fn known_answers_of_ctr_drbg() {
        run::<CtrDrbg>("ctr_drbg_aes256_df");
        run::<NoDf>("ctr_drbg_aes256_nodf");
    }
}
