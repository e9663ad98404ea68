//! FIPS 140.
