//! What the images share: the nRF51's generator, known answers, and a way to end.
//!
//! The machines are emulated: their "noise" comes from the emulator's own generator and **carries no entropy**. These images show
//! that the drivers and the pipeline work, and nothing else.
#![no_std]

pub mod machine;
#[cfg(machine = "microbit")]
pub mod nrf51_rng;
pub mod records;
pub mod self_tests;
pub mod stack;

use defmt_semihosting as _;
