//! AES-256 against the CAVP's known answers, in the two ways in which CTR_DRBG uses it.

use crate::{ran, records::records, vectors};
use aes::{
    Aes256Enc,
    cipher::{Array, BlockCipherEncrypt, InnerIvInit, KeyInit, StreamCipherCore},
};
use ctr::{CtrCore, flavors::Ctr128BE};

#[test]
fn known_answers_of_aes() {
    let mut count = 0;
    for file in ["GFSbox", "KeySbox", "VarKey", "VarTxt"] {
        let text = vectors(&format!("aes/ECB{file}256.rsp"));
        let (encrypt, _) = text.split_once("[DECRYPT]").unwrap();
        for case in records(encrypt, "COUNT") {
            let cipher = Aes256Enc::new(&Array(case.array("KEY")));
            let plain = Array(case.array("PLAINTEXT"));
            let expected: [u8; 16] = case.array("CIPHERTEXT");
            let mut blocks = [plain; 3];
            cipher.encrypt_blocks(&mut blocks);
            assert_eq!(blocks, [Array(expected); 3], "{file}, case {count}");
            let mut block = Array::default();
            CtrCore::<_, Ctr128BE>::inner_iv_init(cipher, &plain).write_keystream_block(&mut block);
            assert_eq!(block, Array(expected), "{file}, case {count}");
            count += 1;
        }
    }
    ran("AES-256", count, 405);
}
