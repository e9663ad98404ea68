//! How deep the stack goes: paint what lies below, run, and look how far the paint is gone.

const PAINT: u32 = 0xcccc_cccc;
/// Bytes painted; deeper use is reported as this much.
const PAINTED: usize = 8 * 1024;
/// Bytes left alone below the painting function's own frame.
const MARGIN: usize = 64;

unsafe extern "C" {
    /// The first address above the stack, from the runtime's linker script.
    static _stack_start: u32;
}

/// A painted stack.
pub struct Stack {
    lowest: *mut u32,
}

impl Stack {
    /// Paints 8 KiB below the caller.
    #[must_use]
    #[inline(never)]
    pub fn paint() -> Self {
        let mut here = 0_u32;
        let frame = &raw mut here;
        let lowest = frame.wrapping_byte_sub(PAINTED);
        let mut word = lowest;
        while word < frame.wrapping_byte_sub(MARGIN) {
            // SAFETY: the words lie between this frame and the memory that static data ends at, which no live value occupies: these
            // images have one stack, no heap and at least 12 KiB between the two; interrupts are off.
            unsafe { word.write_volatile(PAINT) };
            word = word.wrapping_add(1);
        }
        Self { lowest }
    }

    /// Bytes between the top of the stack and the deepest word written since.
    #[must_use]
    pub fn peak(&self) -> usize {
        let mut word = self.lowest;
        // SAFETY: as above; volatile, because the compiler does not know who wrote there. The words painted last end the walk at the
        // latest in the caller's frame, which is not paint.
        while unsafe { word.read_volatile() } == PAINT {
            word = word.wrapping_add(1);
        }
        (&raw const _stack_start).addr() - word.addr()
    }
}
