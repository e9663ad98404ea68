//! Work for the vector unit.

use core::arch::asm;

/// Rounds of eight multiplications and additions on whole registers.
const ROUNDS: u64 = 1024;

/// A slice of work for the vector unit: 128 bits (Advanced SIMD), which every AArch64 processor has. About a microsecond of it, always the
/// same: eight chains of x = x + x / 2 from x = 1/2 on, none of which leaves the normal numbers (Arm ARM §C7.2, FMLA).
#[allow(clippy::unnecessary_wraps, reason = "elsewhere there is none")]
pub(crate) fn wide_slice() -> Option<fn()> {
    Some(|| {
        // SAFETY: FMOV and FMLA on vectors are in the architecture's base; the block touches no memory, and every register it writes is given up.
        unsafe {
            asm!(
                "fmov v16.2d, #0.5",
                "fmov v0.2d, #0.5",
                "fmov v1.2d, #0.5",
                "fmov v2.2d, #0.5",
                "fmov v3.2d, #0.5",
                "fmov v4.2d, #0.5",
                "fmov v5.2d, #0.5",
                "fmov v6.2d, #0.5",
                "fmov v7.2d, #0.5",
                "2:",
                "fmla v0.2d, v0.2d, v16.2d",
                "fmla v1.2d, v1.2d, v16.2d",
                "fmla v2.2d, v2.2d, v16.2d",
                "fmla v3.2d, v3.2d, v16.2d",
                "fmla v4.2d, v4.2d, v16.2d",
                "fmla v5.2d, v5.2d, v16.2d",
                "fmla v6.2d, v6.2d, v16.2d",
                "fmla v7.2d, v7.2d, v16.2d",
                "subs {rounds}, {rounds}, #1",
                "b.ne 2b",
                rounds = inout(reg) ROUNDS => _,
                out("v0") _, out("v1") _, out("v2") _, out("v3") _,
                out("v4") _, out("v5") _, out("v6") _, out("v7") _, out("v16") _,
                options(nomem, nostack),
            );
        }
    })
}
