//! Loops over data: hashing, compression.

mod aes_unit;
mod compress_loop;
mod hash_loop;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[aes_unit::KIND, compress_loop::KIND, hash_loop::KIND];
