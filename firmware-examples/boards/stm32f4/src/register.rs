//! One memory-mapped register.

/// A 32-bit register at a fixed address.
#[derive(Clone, Copy)]
pub struct Register(usize);

impl Register {
    /// The register at `address`, word-aligned.
    pub const fn at(address: usize) -> Self {
        assert!(address.is_multiple_of(4));
        Self(address)
    }

    /// Its value.
    pub fn read(self) -> u32 {
        // SAFETY: the address is a register of this chip (checked against the memory map where the constant is written) and
        // aligned; reading it has no effect on memory.
        unsafe { core::ptr::with_exposed_provenance::<u32>(self.0).read_volatile() }
    }

    /// Sets its value.
    pub fn write(self, value: u32) {
        // SAFETY: as above; these registers control peripherals, not memory.
        unsafe { core::ptr::with_exposed_provenance_mut::<u32>(self.0).write_volatile(value) }
    }
}
