//! Statistical tests and entropy estimators.
