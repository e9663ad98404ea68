//! Sound devices, by reading and writing their nodes.
//!
//! Reference: Linux, include/uapi/sound/asound.h.

use crate::sys::command::{PCM_PREPARE, PCM_SET_PARAMETERS};
use anyhow::{Context as _, Result};
use std::fs::{File, OpenOptions};

/// Points a second.
pub(crate) const RATE: u32 = 48_000;
/// Points between two interruptions, and of the whole buffer: more than a second, so that a loaded host loses none.
const PERIOD: u32 = 4096;
const PERIODS: u32 = 16;
/// `struct snd_pcm_hw_params`: where its three masks of 32 bytes and its twelve ranges of 12 bytes stand.
const BYTES: usize = 608;
const MASKS: usize = 4;
const RANGES: usize = MASKS + 8 * 32;
const CHANGED: usize = RANGES + 21 * 12;
/// Bits of the masks: whole frames by read and write; and no further kind.
const INTERLEAVED: u32 = 1 << 3;
const STANDARD: u32 = 1 << 0;
/// Which range is which.
const CHANNELS: usize = 2;
const RATES: usize = 3;
const PERIOD_SIZE: usize = 5;
const PERIOD_COUNT: usize = 7;
const WHOLE_NUMBER: u32 = 1 << 2;

/// How points are stored: their bit of the mask.
#[derive(Clone, Copy)]
pub(crate) enum Points {
    /// 16 bits, low end first.
    S16 = 1 << 2,
    /// 32 bits, low end first.
    S32 = 1 << 10,
}

/// Opens a device for one channel; it plays what is written, or gives what was recorded.
///
/// # Errors
/// If it cannot be opened, or knows no such points.
pub(crate) fn open(path: &str, playing: bool, points: Points) -> Result<File> {
    let file =
        OpenOptions::new().read(!playing).write(playing).open(path).with_context(|| path.to_owned())?;
    PCM_SET_PARAMETERS.call(&file, &mut parameters(points)).context("no such points")?;
    PCM_PREPARE.call(&file, 0)?;
    Ok(file)
}

/// Everything is allowed but what is named.
fn parameters(points: Points) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    bytes[MASKS..RANGES].fill(0xff);
    for range in bytes[RANGES..RANGES + 12 * 12].as_chunks_mut::<12>().0 {
        range[4..8].fill(0xff);
    }
    for (mask, bit) in [INTERLEAVED, points as u32, STANDARD].into_iter().enumerate() {
        bytes[MASKS + 32 * mask..MASKS + 32 * (mask + 1)].fill(0);
        bytes[MASKS + 32 * mask..][..4].copy_from_slice(&bit.to_ne_bytes());
    }
    for (range, value) in [(CHANNELS, 1), (RATES, RATE), (PERIOD_SIZE, PERIOD), (PERIOD_COUNT, PERIODS)] {
        let words = [value, value, WHOLE_NUMBER].map(u32::to_ne_bytes);
        bytes[RANGES + 12 * range..RANGES + 12 * (range + 1)].copy_from_slice(&words.concat());
    }
    bytes[CHANGED..CHANGED + 4].fill(0xff);
    bytes
}
