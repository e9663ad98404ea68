//! AES instructions.

/// Whether the processor has AES-NI, which makes AES fast and free of tables.
pub(crate) fn has_aes() -> bool {
    std::arch::is_x86_feature_detected!("aes")
}
