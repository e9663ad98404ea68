//! Block_Cipher_df (SP 800-90A §10.3.2) with AES-256.

use super::{ASCENDING, ctr::SEED};
use aes::{
    Aes256Enc, Block,
    cipher::{Array, BlockCipherEncrypt, KeyInit},
};
use zeroize::Zeroize;

/// Seed material from the joined `parts`, together below 2^32 bytes.
///
/// The three chains differ in their first block only, so they run side by side in one pass over the input.
pub(super) fn block_cipher_df(parts: [&[u8]; 3]) -> [u8; SEED] {
    let cipher = Aes256Enc::new(&Array(ASCENDING)); // step 8
    let mut chains: [Block; 3] = [0_u128, 1, 2].map(|number| Array((number << 96).to_be_bytes()));
    cipher.encrypt_blocks(&mut chains);
    let length = parts.iter().fold(0, |sum: u32, part| sum.wrapping_add(part.len() as u32));
    let header = [length.to_be_bytes(), (SEED as u32).to_be_bytes()];
    let mut bytes = header.as_flattened().iter().chain(parts.into_iter().flatten()).chain(&[0x80]);
    while let Some(first) = bytes.next() {
        let block = core::iter::once(first).chain(bytes.by_ref().take(15));
        for (column, byte) in block.enumerate() {
            for chain in &mut chains {
                chain.get_mut(column).into_iter().for_each(|slot| *slot ^= byte);
            }
        }
        cipher.encrypt_blocks(&mut chains); // a short last block is filled up with zeros, which change nothing
    }
    let mut key = [0; 32];
    let [first, second, last] = &mut chains;
    key.iter_mut().zip(first.iter().chain(second.iter())).for_each(|(slot, byte)| *slot = *byte);
    let cipher = Aes256Enc::new(&Array(key));
    key.zeroize();
    let mut material = [0; SEED];
    for block in material.chunks_mut(16) {
        cipher.encrypt_block(last);
        block.iter_mut().zip(last.iter()).for_each(|(slot, byte)| *slot = *byte);
    }
    chains.zeroize();
    material
}
