//! Model check of the queue between an interrupt and the main loop: `RUSTFLAGS='--cfg loom' cargo test --release -p openentropy-loom`.
//!
//! Without `--cfg loom` the package is empty.
