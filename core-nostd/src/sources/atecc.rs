//! The generator of a Microchip ATECC508A or ATECC608 security chip, over I²C.
//!
//! **Effect.** A noise source inside the chip seeds a deterministic generator inside the chip; the maker publishes
//! neither its design nor its raw samples.
//!
//! **What is read.** The 32 bytes that one `Random` command returns, as 32 samples. They are conditioned output: however
//! predictable the chip is, they look perfect, and no statistical assessment says anything about them.
//!
//! **What an attacker could influence.** Whoever holds the bus reads and replaces every byte (the plain `Random`
//! command is neither encrypted nor authenticated); whoever made the chip may know its state.
//!
//! **How to assess it.** Not at all from outside: the claim is [`Claim::None`](crate::Claim::None), unless the
//! operator declares one on the maker's word. Its group is [`Group::PlatformGenerator`], like a TPM's: a security
//! chip of the board, not a device that a user plugs in; two chips are two instances.
//!
//! **Bound.** A request waits at most 2 × 1.5 ms for the chip to wake and 50 × 2 ms for its answer, 103 ms in all; a
//! block of *N* samples takes at most ⌈*N* / 32⌉ requests. The chip falls asleep by itself 0.7 to 1.3 s after it
//! woke, so each request wakes it and puts it to idle again: idle, not sleep, because after sleep the chip rewrites
//! its seed in EEPROM, which wears out.
//!
//! References: ATECC508A data sheet (Microchip DS20005927), chapters on the I²C interface, on I/O groups (packets, CRC,
//! status codes) and on the command `Random`; constants also as in Microchip's CryptoAuthLib.

use crate::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, Sha256, SourceCategory, SourceError,
    SourceInfo, Width, sources::held::Held,
};
use embedded_hal::{
    delay::DelayNs,
    i2c::{Error, ErrorKind, I2c, NoAcknowledgeSource},
};
use zeroize::Zeroizing;

const INFO: SourceInfo = SourceInfo {
    name: "atecc",
    description: "Random command of an ATECC508A or ATECC608 security chip",
    physics: "a noise source inside the chip, behind the chip's own generator",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::Device,
    width: Width::BYTE,
    independence: Independence::of(Group::PlatformGenerator),
};

/// The address at which the chip leaves the factory, seven bits.
pub const ATECC_ADDRESS: u8 = 0x60;

/// How often a request asks for the answer.
const POLLS: u32 = 50;
/// Milliseconds before each poll; `Random` takes 1 ms typically and 23 ms at most.
const POLL_INTERVAL_MS: u32 = 2;
/// Microseconds from the wake pulse until the chip answers (t_WHI).
const WAKE_DELAY_US: u32 = 1_500;

/// Nobody's address: eight low bits at 100 kHz hold the data line low for the 60 µs (t_WLO) that wake the chip.
const WAKE_ADDRESS: u8 = 0;
/// The answer to a wake: a status block with status 0x11.
const WOKEN: [u8; 4] = [0x04, 0x11, 0x33, 0x43];

/// First byte of every write: what the rest is (DS20005927, table "word address values").
mod word_address {
    pub(super) const SLEEP: u8 = 0x01;
    pub(super) const IDLE: u8 = 0x02;
    pub(super) const COMMAND: u8 = 0x03;
}

/// Count, opcode 0x1B, mode 0 (renew the seed when needed), second parameter 0.
const RANDOM: [u8; 5] = [0x07, 0x1b, 0x00, 0x00, 0x00];
/// Random bytes of an answer.
const REPLY: usize = 32;
/// Count, random bytes, CRC.
const ANSWER: usize = REPLY + 3;
/// Repeated through the answer of a chip whose configuration zone was never locked: its generator is off.
const UNLOCKED: [u8; 4] = [0xff, 0xff, 0x00, 0x00];

/// A security chip of the ATECC508A or ATECC608 kind on an I²C bus.
///
/// The bus must run at 100 kHz or slower for the wake pulse to be long enough, and its driver must be willing to
/// address zero; to one that refuses reserved addresses the chip is [`Absent`](SourceError::Absent).
///
/// ```
/// use embedded_hal::{delay::DelayNs, i2c::I2c};
/// use openentropy_core::{EntropySource, Raw, SourceError, sources::{ATECC_ADDRESS, Atecc}};
///
/// /// Takes 64 bytes: two commands.
/// fn harvest(bus: impl I2c, delay: impl DelayNs) -> Result<Raw<[u8; 64]>, SourceError> {
///     let mut chip = Atecc::new(bus, delay, ATECC_ADDRESS);
///     let mut block = Raw::new();
///     chip.sample(&mut block)?;
///     Ok(block)
/// }
/// ```
pub struct Atecc<I, D> {
    bus: I,
    delay: D,
    address: u8,
    /// Bytes of the last answer that no block has taken yet.
    left: Held<REPLY>,
    /// Digest of the last answer, to notice a repetition without keeping the answer.
    last: [u8; 32],
    /// Whether the chip has answered before: whether silence means unplugged or never there.
    known: bool,
}

impl<I: I2c, D: DelayNs> Atecc<I, D> {
    /// The chip at `address` (seven bits, usually [`ATECC_ADDRESS`]) of `bus`. Nothing is sent yet.
    #[must_use]
    pub const fn new(bus: I, delay: D, address: u8) -> Self {
        Self { bus, delay, address, left: Held::new(), last: [0; 32], known: false }
    }

    /// Puts the chip to sleep and gives bus and delay back.
    ///
    /// # Errors
    /// What the bus says, with bus and delay, when the chip did not take the word: it falls asleep by itself within 1.3 s.
    pub fn release(mut self) -> Result<(I, D), (SourceError, I, D)> {
        match self.send(&[word_address::SLEEP]) {
            Ok(()) => Ok((self.bus, self.delay)),
            Err(error) => Err((error, self.bus, self.delay)),
        }
    }

    /// One `Random` command from wake to idle; the answer is in `left` afterwards.
    fn request(&mut self) -> Result<(), SourceError> {
        self.wake()?;
        let answer = self.random();
        // On failure the first error counts; a chip that is still awake then falls asleep by its watchdog
        let idled = self.send(&[word_address::IDLE]);
        let answer = answer?;
        idled?;
        self.accept(&answer)
    }

    /// Wakes the chip, at the second attempt if it is awake: then it ignores the pulse. Other traffic on a slow bus is enough to wake it.
    fn wake(&mut self) -> Result<(), SourceError> {
        let mut woken = self.pulse();
        if woken.is_err() {
            // Idle, it takes the next pulse; asleep or absent, it does not hear this word
            let _unjudged = self.bus.write(self.address, &[word_address::IDLE]);
            woken = self.pulse();
        }
        self.known |= woken.is_ok();
        woken
    }

    fn pulse(&mut self) -> Result<(), SourceError> {
        // Nobody acknowledges address zero, so that this transfer "fails" whenever it works; whether the pulse woke the
        // chip, and whether the bus is sound, shows in what is read next
        let _unjudged = self.bus.write(WAKE_ADDRESS, &[0]);
        self.delay.delay_us(WAKE_DELAY_US);
        let mut answer = [0; WOKEN.len()];
        match self.bus.read(self.address, &mut answer) {
            Ok(()) if answer == WOKEN => Ok(()),
            Ok(()) => Err(status(&answer)),
            Err(error) => Err(self.failure(&error)),
        }
    }

    /// Sends the command and polls for the answer.
    fn random(&mut self) -> Result<Zeroizing<[u8; ANSWER]>, SourceError> {
        let [count, opcode, mode, low, high] = RANDOM;
        let [crc_low, crc_high] = crc16(&RANDOM).to_le_bytes();
        self.send(&[word_address::COMMAND, count, opcode, mode, low, high, crc_low, crc_high])?;
        let mut answer = Zeroizing::new([0; ANSWER]);
        for _ in 0..POLLS {
            self.delay.delay_ms(POLL_INTERVAL_MS);
            match self.bus.read(self.address, answer.as_mut_slice()) {
                Ok(()) => return Ok(answer),
                Err(error) if unacknowledged(&error) => {} // busy: the chip acknowledges nothing while it executes
                Err(error) => return Err(self.failure(&error)),
            }
        }
        Err(SourceError::Timeout)
    }

    /// Checks an answer and keeps its random bytes.
    fn accept(&mut self, answer: &[u8; ANSWER]) -> Result<(), SourceError> {
        let (packet, crc) = answer.split_last_chunk().ok_or(SourceError::Protocol)?;
        let [count, reply @ ..] = packet else {
            return Err(SourceError::Protocol);
        };
        if usize::from(*count) != ANSWER || u16::from_le_bytes(*crc) != crc16(packet) {
            return Err(answer.first_chunk().map_or(SourceError::Protocol, status));
        }
        let mut hash = Sha256::new();
        hash.update(reply);
        let digest = hash.finish();
        if digest == self.last || reply.chunks_exact(UNLOCKED.len()).all(|part| part == UNLOCKED) {
            return Err(SourceError::Stuck);
        }
        self.last = digest;
        self.left.wipe();
        if self.left.extend(reply) { Ok(()) } else { Err(SourceError::Protocol) }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        self.bus.write(self.address, bytes).map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &impl Error) -> SourceError {
        match error.kind() {
            ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data) => SourceError::Protocol,
            ErrorKind::NoAcknowledge(_) if self.known => SourceError::Disconnected,
            ErrorKind::NoAcknowledge(_) => SourceError::Absent,
            _ => SourceError::Io,
        }
    }
}

/// Whether nobody answered to the address, or a controller that cannot tell says so of address or data.
fn unacknowledged(error: &impl Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address | NoAcknowledgeSource::Unknown)
    )
}

/// What a status block says: count 4, status, CRC (DS20005927, table "status codes in the output").
fn status(block: &[u8; 4]) -> SourceError {
    let [count, status, crc @ ..] = *block;
    if count != 4 || u16::from_le_bytes(crc) != crc16(&[count, status]) {
        return SourceError::Protocol;
    }
    match status {
        0x05 | 0x07 | 0x08 => SourceError::SeedError, // fault in the crypto engine, self test, test of the noise source
        0x0f => SourceError::Denied,                  // the command may not run in the chip's present state
        0xee => SourceError::Timeout,                 // the watchdog is about to put the chip to sleep
        _ => SourceError::Protocol, // command not understood, checksum wrong, or a code unknown to us
    }
}

/// CRC-16 of a packet: polynomial 0x8005, start 0, data bits lowest first, remainder not reflected (DS20005927, I/O groups).
fn crc16(data: &[u8]) -> u16 {
    let mut crc = 0_u16;
    for byte in data {
        for bit in 0..8 {
            let odd = (crc >> 15 == 1) != (byte >> bit & 1 == 1);
            crc = (crc << 1) ^ if odd { 0x8005 } else { 0 };
        }
    }
    crc
}

impl<I: I2c, D: DelayNs> EntropySource for Atecc<I, D> {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Takes left-over bytes first, then asks the chip for 32 at a time.
    ///
    /// # Errors
    /// - [`SourceError::Absent`]: no chip has ever answered here; [`SourceError::Disconnected`]: one had.
    /// - [`SourceError::Timeout`]: awake, but no answer within 100 ms, or its watchdog was about to fire.
    /// - [`SourceError::Stuck`]: the fixed pattern of a chip that was never locked, or the same 32 bytes twice.
    /// - [`SourceError::SeedError`]: the chip reports that its crypto engine, self test or noise source failed.
    /// - [`SourceError::Denied`]: the chip may not run the command in its present state.
    /// - [`SourceError::Protocol`]: wrong length or checksum, a byte refused, or an unexpected status.
    /// - [`SourceError::Io`]: the bus failed.
    ///
    /// Samples that the block took before the error are lost.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for slot in slots {
                if self.left.len() == 0 {
                    self.request()?;
                }
                *slot = self.left.pop().ok_or(SourceError::Protocol)?;
            }
            Ok(())
        })
    }
}
