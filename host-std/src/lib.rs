//! The noise of a computer as entropy sources.
