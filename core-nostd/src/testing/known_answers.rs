//! Known answers that fit into firmware: a few published cases as constants, run in one call.
//!
//! The full sets run on hosts; these show that the same code gives the same bytes on the target.

#[cfg(feature = "chacha20")]
use crate::drbg::ChaChaDrbg;
#[cfg(feature = "aes")]
use crate::drbg::{CtrDrbg, CtrDrbgNoDf};
use crate::{
    HmacSha256, Sha256,
    drbg::{Drbg, HashDrbg, HmacDrbg},
    hazmat::seed_from_bytes,
};

/// What gave a wrong answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum KnownAnswer {
    /// SHA-256.
    Sha256,
    /// HMAC-SHA-256.
    HmacSha256,
    /// The generator of this name.
    Drbg(&'static str),
}

impl core::fmt::Display for KnownAnswer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Sha256 => f.write_str("sha256 gave a wrong answer"),
            Self::HmacSha256 => f.write_str("hmac-sha256 gave a wrong answer"),
            Self::Drbg(name) => write!(f, "{name} gave a wrong answer"),
        }
    }
}

impl core::error::Error for KnownAnswer {}

/// Runs all of them that the crate's features allow, and gives how many there were.
///
/// # Errors
/// The first [`KnownAnswer`] that is wrong.
///
/// ```
/// assert!(openentropy_core::testing::known_answers::run()? >= 6);
/// # Ok::<(), openentropy_core::testing::known_answers::KnownAnswer>(())
/// ```
pub fn run() -> Result<u32, KnownAnswer> {
    let checks: &[fn() -> Result<(), KnownAnswer>] = &[
        sha256,
        hmac_sha256,
        || HMAC_DRBG.run::<HmacDrbg>(),
        self_test::<HmacDrbg>,
        || HASH_DRBG.run::<HashDrbg>(),
        self_test::<HashDrbg>,
        #[cfg(feature = "aes")]
        || CTR_DRBG.run::<CtrDrbg>(),
        #[cfg(feature = "aes")]
        self_test::<CtrDrbg>,
        #[cfg(feature = "aes")]
        || CtrDrbgNoDf::self_test().map_err(|_| KnownAnswer::Drbg(CtrDrbgNoDf::NAME)),
        #[cfg(feature = "chacha20")]
        self_test::<ChaChaDrbg>,
    ];
    checks.iter().try_for_each(|check| check())?;
    Ok(checks.len() as u32)
}

/// FIPS 180-4's example of one block.
fn sha256() -> Result<(), KnownAnswer> {
    let mut hash = Sha256::new();
    hash.update(b"abc");
    const KNOWN: [u8; 32] = hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    right(hash.finish() == KNOWN, KnownAnswer::Sha256)
}

/// RFC 4231, test case 2.
fn hmac_sha256() -> Result<(), KnownAnswer> {
    let tag = HmacSha256::new(b"Jefe").tag(&[b"what do ya want for nothing?"]);
    const KNOWN: [u8; 32] = hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    right(tag == KNOWN, KnownAnswer::HmacSha256)
}

fn self_test<D: Drbg>() -> Result<(), KnownAnswer> {
    right(D::self_test().is_ok(), KnownAnswer::Drbg(D::NAME))
}

fn right(right: bool, answer: KnownAnswer) -> Result<(), KnownAnswer> {
    if right { Ok(()) } else { Err(answer) }
}

/// A case of the CAVP's files with reseeding: instantiate, reseed, two requests, of which the second counts.
struct Case<const N: usize> {
    entropy: [u8; 32],
    nonce: [u8; 16],
    personalization: [u8; 32],
    reseed: [u8; 32],
    additional: [[u8; 32]; 3],
    returned: [u8; N],
}

impl<const N: usize> Case<N> {
    fn run<D: Drbg + Default>(&self) -> Result<(), KnownAnswer> {
        let mut generator = D::default();
        let mut out = [0; N];
        let [reseed, first, second] = &self.additional;
        let done = generator
            .instantiate(seed_from_bytes(self.entropy), &self.nonce, &self.personalization)
            .and_then(|()| generator.reseed(seed_from_bytes(self.reseed), reseed))
            .and_then(|()| generator.generate(&mut out, first))
            .and_then(|()| generator.generate(&mut out, second));
        right(done.is_ok() && out == self.returned, KnownAnswer::Drbg(D::NAME))
    }
}

/// `hmac_drbg_sha256_pr_false.rsp`, the first case with all inputs.
const HMAC_DRBG: Case<128> = Case {
    entropy: hex("cdb0d9117cc6dbc9ef9dcb06a97579841d72dc18b2d46a1cb61e314012bdf416"),
    nonce: hex("d0c0d01d156016d0eb6b7e9c7c3c8da8"),
    personalization: hex("6f0fb9eab3f9ea7ab0a719bfa879bf0aaed683307fda0c6d73ce018b6e34faaa"),
    reseed: hex("8ec6f7d5a8e2e88f43986f70b86e050d07c84b931bcf18e601c5a3eee3064c82"),
    additional: [
        hex("1ab4ca9014fa98a55938316de8ba5a68c629b0741bdd058c4d70c91cda5099b3"),
        hex("16e2d0721b58d839a122852abd3bf2c942a31c84d82fca74211871880d7162ff"),
        hex("53686f042a7b087d5d2eca0d2a96de131f275ed7151189f7ca52deaa78b79fb2"),
    ],
    returned: hex("dda04a2ca7b8147af1548f5d086591ca4fd951a345ce52b3cd49d47e84aa31a183e31fbc42a1ff1d95afec71\
             43c8008c97bc2a9c091df0a763848391f68cb4a366ad89857ac725a53b303ddea767be8dc5f605b1b95f6d24\
             c9f06be65a973a089320b3cc42569dcfd4b92b62a993785b0301b3fc452445656fce22664827b88f"),
};

/// `hash_drbg_sha256_pr_false.rsp`, the first case with all inputs.
const HASH_DRBG: Case<128> = Case {
    entropy: hex("6c623aea73bc8a59e28c6cd9c7c7ec8ca2e75190bd5dcae5978cf0c199c23f4f"),
    nonce: hex("e55db067a0ed537e66886b7cda02f772"),
    personalization: hex("1e59d798810083d1ff848e90b25c9927e3dfb55a0888b0339566a9f9ca7542dc"),
    reseed: hex("9ab40164744c7d00c78b4196f6f917ec33d70030a0812cd4606c5a25387568a9"),
    additional: [
        hex("4e8bead7cbba7a7bc9ae1e1617222c4139661347599950e7225d1e2faa5d57f5"),
        hex("dcb22a5d9f149858636f3ede2253e419816fb7b1103194451ed6a573a8fe6271"),
        hex("8f9d5c78cdabc32e71ac3b3c49239caddf96053250f4fd92056efbd0be487d36"),
    ],
    returned: hex("6e98a3b1f686f6ffa79355c9d8a5ab7f93312159d52659a2298315f10007c71adabc0b5ccb4164c0949fbdb2\
             21b43acdb62bed3099596f2d7bd5d0048173dd2360a543b234ab61a441ddb9299af84ca45c6e618fd521366d\
             bf509d4ec06174da924361d642b107e5564ac1b32340dd2f3158bf4c00bcb4dcf12c6d67af4b74ee"),
};

/// `ctr_drbg_aes256_df_pr_false.rsp`, the first case with all inputs.
#[cfg(feature = "aes")]
const CTR_DRBG: Case<64> = Case {
    entropy: hex("174b46250051a9e3d80c56ae7163dafe7e54481a56cafd3b8625f99bbb29c442"),
    nonce: hex("98ffd99c466e0e94a45da7e0e82dbc6b"),
    personalization: hex("7095268e99938b3e042734b9176c9aa051f00a5f8d2a89ada214b89beef18ebf"),
    reseed: hex("e88be1967c5503f65d23867bbc891bd679db03b4878663f6c877592df25f0d9a"),
    additional: [
        hex("cdf6ad549e45b6aa5cd67d024931c33cd133d52d5ae500c3015020beb30da063"),
        hex("c7228e90c62f896a09e11684530102f926ec90a3255f6c21b857883c75800143"),
        hex("76a94f224178fe4cbf9e2b8acc53c9dc3e50bb613aac8936601453cda3293b17"),
    ],
    returned: hex("1a6d8dbd642076d13916e5e23038b60b26061f13dd4e006277e0268698ffb2c87e453bae1251631ac90c701a\
             9849d933995e8b0221fe9aca1985c546c2079027"),
};

/// The bytes that hexadecimal digits stand for, worked out by the compiler.
#[allow(clippy::indexing_slicing, reason = "beyond the end stops the build, not the program")]
const fn hex<const N: usize>(digits: &str) -> [u8; N] {
    let digits = digits.as_bytes();
    assert!(digits.len() == 2 * N);
    let mut bytes = [0; N];
    let mut at = 0;
    while at < 2 * N {
        let digit = match digits[at] {
            digit @ b'0'..=b'9' => digit - b'0',
            digit => digit - b'a' + 10,
        };
        bytes[at / 2] = bytes[at / 2] << 4 | digit;
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_named() {
        let mut case = HMAC_DRBG;
        assert_eq!(case.run::<HmacDrbg>(), Ok(()));
        case.returned[127] ^= 1;
        assert_eq!(case.run::<HmacDrbg>(), Err(KnownAnswer::Drbg("hmac_drbg")));
        assert_eq!(HMAC_DRBG.run::<HashDrbg>(), Err(KnownAnswer::Drbg("hash_drbg")));
    }
}
