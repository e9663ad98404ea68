//! RDRAND and RDSEED, in their 64-bit forms only.
//!
//! The narrower forms of RDSEED return zero with success on AMD's Zen 5 (CVE-2025-62626).

use crate::sys::Instruction;
use core::arch::x86_64::{_rdrand64_step, _rdseed64_step};

/// Output of the generator that SP 800-90A describes (Intel SDM vol. 1 §7.3.17.1).
pub(crate) const RDRAND: Instruction = Instruction {
    present: || std::is_x86_feature_detected!("rdrand"),
    read: || {
        // SAFETY: `Instruction::read` is called only after `present` said yes.
        unsafe { rdrand() }
    },
};

/// Conditioned output of the noise source behind it (Intel SDM vol. 1 §7.3.17.2).
pub(crate) const RDSEED: Instruction = Instruction {
    present: || std::is_x86_feature_detected!("rdseed"),
    read: || {
        // SAFETY: as for RDRAND.
        unsafe { rdseed() }
    },
};

#[target_feature(enable = "rdrand")]
fn rdrand() -> Option<u64> {
    let mut word = 0;
    let carry = _rdrand64_step(&mut word);
    (carry == 1).then_some(word)
}

#[target_feature(enable = "rdseed")]
fn rdseed() -> Option<u64> {
    let mut word = 0;
    let carry = _rdseed64_step(&mut word);
    (carry == 1).then_some(word)
}
