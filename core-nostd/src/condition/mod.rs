//! Conditioning: from tested samples to fewer, better bits.
