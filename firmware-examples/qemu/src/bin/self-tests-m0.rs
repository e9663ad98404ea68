// machines: microbit
//! What of the self tests fits a Cortex-M0 with 256 KiB: known answers of the hash, of HMAC and of HMAC_DRBG, self tests, and the chain.
#![no_std]
#![no_main]

use openentropy_core::drbg::{ChaChaDrbg, HashDrbg, HmacDrbg};
use openentropy_firmware_qemu::{
    drbg_vectors, machine,
    self_tests::{chain, generator, passed, primitives},
};

#[machine::entry]
fn main() -> ! {
    primitives();
    generator::<HmacDrbg>("HMAC_DRBG", drbg_vectors!("hmac_drbg_sha256"));
    let results = [HmacDrbg::self_test(), HashDrbg::self_test(), ChaChaDrbg::self_test()];
    passed("self tests", results.iter().filter(|result| result.is_ok()).count() as u32, 3, 3);
    chain::<HashDrbg>();
    machine::done()
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    machine::panicked(info)
}
