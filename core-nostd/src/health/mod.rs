//! Continuous health tests (SP 800-90B §4).
