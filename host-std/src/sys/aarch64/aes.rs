//! AES instructions.

/// Whether the processor has the AES instructions of Armv8, which make AES fast and free of tables.
pub(crate) fn has_aes() -> bool {
    std::arch::is_aarch64_feature_detected!("aes")
}
