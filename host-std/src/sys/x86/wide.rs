//! Work for the widest vector unit.

use core::arch::asm;

/// Rounds of eight multiplications and additions on whole registers.
const ROUNDS: u64 = 1024;

/// A slice of work for the widest vector unit that the processor and the system let programs use, if that is wider than what every program uses:
/// 512 bits (AVX-512F) or 256 (AVX2 with FMA). About a microsecond of it, always the same (Intel SDM vol. 1 §14.5.3, §15).
pub(crate) fn wide_slice() -> Option<fn()> {
    if std::arch::is_x86_feature_detected!("avx512f") {
        return Some(|| {
            // SAFETY: the processor has AVX-512F, and the system keeps its registers, as was just asked.
            unsafe { slice_512() };
        });
    }
    let wide = std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma");
    wide.then_some(|| {
        // SAFETY: the processor has AVX2 and FMA, and the system keeps their registers, as was just asked.
        unsafe { slice_256() };
    })
}

/// A slice on the registers called `$r`: eight chains of x = x / 2 + 1 from x = 1/2 on, none of which leaves the normal numbers.
///
/// In assembly, since the intrinsics for 512 bits are newer than the oldest compiler that builds this.
macro_rules! slice {
    ($r:literal) => {
        asm!(
            concat!("vbroadcastsd ", $r, "8, qword ptr [{half}]"),
            concat!("vbroadcastsd ", $r, "9, qword ptr [{one}]"),
            concat!("vmovapd ", $r, "0, ", $r, "8"),
            concat!("vmovapd ", $r, "1, ", $r, "8"),
            concat!("vmovapd ", $r, "2, ", $r, "8"),
            concat!("vmovapd ", $r, "3, ", $r, "8"),
            concat!("vmovapd ", $r, "4, ", $r, "8"),
            concat!("vmovapd ", $r, "5, ", $r, "8"),
            concat!("vmovapd ", $r, "6, ", $r, "8"),
            concat!("vmovapd ", $r, "7, ", $r, "8"),
            "2:",
            concat!("vfmadd213pd ", $r, "0, ", $r, "8, ", $r, "9"),
            concat!("vfmadd213pd ", $r, "1, ", $r, "8, ", $r, "9"),
            concat!("vfmadd213pd ", $r, "2, ", $r, "8, ", $r, "9"),
            concat!("vfmadd213pd ", $r, "3, ", $r, "8, ", $r, "9"),
            concat!("vfmadd213pd ", $r, "4, ", $r, "8, ", $r, "9"),
            concat!("vfmadd213pd ", $r, "5, ", $r, "8, ", $r, "9"),
            concat!("vfmadd213pd ", $r, "6, ", $r, "8, ", $r, "9"),
            concat!("vfmadd213pd ", $r, "7, ", $r, "8, ", $r, "9"),
            "dec rcx",
            "jnz 2b",
            "vzeroupper",
            half = in(reg) &raw const HALF,
            one = in(reg) &raw const ONE,
            inout("rcx") ROUNDS => _,
            clobber_abi("sysv64"),
            options(nostack, readonly),
        )
    };
}

static HALF: f64 = 0.5;
static ONE: f64 = 1.0;

/// # Safety
/// The processor has AVX-512F.
unsafe fn slice_512() {
    // SAFETY: the caller has made sure of the instructions; both loads are of live statics, and every register written is given up.
    unsafe { slice!("zmm") };
}

/// # Safety
/// The processor has AVX2 and FMA.
unsafe fn slice_256() {
    // SAFETY: as above.
    unsafe { slice!("ymm") };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_widths_leave_no_trace_but_their_time() {
        let before = [0.1_f64; 8].map(core::hint::black_box);
        if let Some(slice) = wide_slice() {
            slice();
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            // SAFETY: as was just asked.
            unsafe { slice_256() };
        }
        assert_eq!(before.map(core::hint::black_box), [0.1; 8]);
    }
}
