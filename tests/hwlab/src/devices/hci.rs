//! A controller of Bluetooth, by `/dev/vhci`.
//!
//! Reference: Bluetooth Core Specification 5.3, volume 4, parts A (H4) and E (commands and events); Linux,
//! drivers/bluetooth/hci_vhci.c.

use super::service::Service;
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::thread;

/// What begins a packet (part A, §2), and the driver's own word for a new controller.
pub(crate) const COMMAND: u8 = 1;
pub(crate) const EVENT: u8 = 4;
const VENDOR: u8 = 0xff;
/// Commands (part E, §7).
pub(crate) const RESET: u16 = 0x0c03;
pub(crate) const SCAN_ON: u16 = 0x200c;
const READ_FEATURES: u16 = 0x1003;
const READ_ADDRESS: u16 = 0x1009;
/// Events.
const COMMAND_COMPLETE: u8 = 0x0e;
const LOW_ENERGY: u8 = 0x3e;
const ADVERTISEMENT: u8 = 0x02;
/// A kind of advertisement: the kernel waits for no answer before it shows the report.
const UNANSWERABLE: u8 = 0x03;
/// "Low energy only", in the fifth byte of the features.
const LOW_ENERGY_ONLY: u8 = 0x60;
/// The controller's address, and the last byte of those that it hears: without one the kernel switches no controller on.
const ADDRESS: [u8; 6] = [1, 0, 0, 0x42, 0x41, OWNER];
const OWNER: u8 = 0x4c;
/// From the answer to the first report: the kernel counts a discovery as begun a little after the answer, and drops what comes before.
const PAUSE: Duration = Duration::from_millis(500);
/// Bytes behind the status in every answer: as many as fit; the kernel takes those that it knows.
const ANSWER: usize = 64;

/// The controller, which is there until this is dropped.
pub(crate) struct Controller {
    /// Its number among the kernel's controllers.
    pub(crate) number: u16,
    _service: Service,
}

impl Controller {
    /// Plugs a controller in that hears one advertisement of each of these strengths, in dBm, once it is told to scan.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn plug(strengths: Vec<i8>) -> Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).open("/dev/vhci").context("/dev/vhci")?;
        file.write_all(&[VENDOR, 0])?;
        let mut made = [0; 4];
        let read = file.read(&mut made)?;
        ensure!(read == made.len() && made[0] == VENDOR, "the kernel answers {made:02x?}");
        let number = u16::from_le_bytes([made[2], made[3]]);
        let mut room = [0; 1024];
        let service = Service::start(file, move |file| {
            let read = file.read(&mut room)?;
            answer(file, &room[..read], &strengths)
        })?;
        Ok(Self { number, _service: service })
    }
}

fn answer(file: &mut File, packet: &[u8], strengths: &[i8]) -> io::Result<()> {
    let &[COMMAND, low, high, _, ref parameters @ ..] = packet else {
        return Ok(()); // no command
    };
    let command = u16::from_le_bytes([low, high]);
    let mut body = [0; ANSWER];
    match command {
        READ_FEATURES => body[4] = LOW_ENERGY_ONLY,
        READ_ADDRESS => body[..ADDRESS.len()].copy_from_slice(&ADDRESS),
        _ => {}
    }
    // how many commands may follow, which one this answers, success
    write_event(file, COMMAND_COMPLETE, &[&[1, low, high, 0][..], &body].concat())?;
    if command == SCAN_ON && parameters.first() == Some(&1) {
        thread::sleep(PAUSE);
        for (number, strength) in (0_u8..).zip(strengths) {
            write_event(file, LOW_ENERGY, &advertisement(number, *strength))?;
        }
    }
    Ok(())
}

fn write_event(file: &mut File, event: u8, body: &[u8]) -> io::Result<()> {
    file.write_all(&[&[EVENT, event, body.len() as u8][..], body].concat())
}

/// One report, of an advertisement that nobody can answer, from a public address, without data (§7.7.65.2).
fn advertisement(number: u8, strength: i8) -> [u8; 12] {
    let [strength] = strength.to_ne_bytes();
    [ADVERTISEMENT, 1, UNANSWERABLE, 0, number, 0, 0, 0, 0, OWNER, 0, strength]
}

/// The number of the advertiser and the strength of its signal in a packet, if that is an advertisement.
pub(crate) fn heard(packet: &[u8]) -> Option<(u8, i8)> {
    match *packet {
        [EVENT, LOW_ENERGY, _, ADVERTISEMENT, 1, _, _, number, .., strength] => {
            Some((number, i8::from_ne_bytes([strength])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advertisement_is_heard_as_it_was_sent() {
        let packet = [&[EVENT, LOW_ENERGY, 12][..], &advertisement(7, -61)].concat();
        assert_eq!(heard(&packet), Some((7, -61)));
        assert_eq!(heard(&packet[..5]), None);
    }
}
