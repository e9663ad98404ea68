//! A microphone: the kernel's loop, which records what is played to its other end.

use crate::guest::pcm::{self, Points};
use crate::guest::{Guest, Kind, begin_read, unbind, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::fs::File;
use std::io::Write as _;
use std::thread;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "microphone",
    modules: &["snd-aloop pcm_substreams=1"],
    machine: bare,
    steps: steps![
        nobody_playing_is_silence,
        what_is_played_is_recorded_point_for_point,
        the_clock_of_the_card_is_read,
        a_card_that_goes_is_an_error,
        the_source_refuses_silence_and_says_what_was_lost,
        its_readings_are_the_points_played,
        the_source_leaves_nothing_behind,
        the_source_says_that_its_card_went_and_comes_back,
    ],
};

const PLAYED: &str = "/dev/snd/pcmC0D0p";
const RECORDED: &str = "/dev/snd/pcmC0D1c";
/// The other end of what the source records: the first device of the card that does.
const HEARD: &str = "/dev/snd/pcmC0D1p";
/// Readings that are compared: a third of a second of them.
const READINGS: u64 = 16_000;
/// Longer than the source has the kernel keep what was recorded.
const LATE: Duration = Duration::from_millis(1200);
/// What the player may take to begin.
const PATIENCE: Duration = Duration::from_secs(15);
/// Points that are played: a third of a second.
const POINTS: i16 = 16_000;
/// Points that are recorded, so that those played are among them however late playing begins.
const RECORDING: usize = 2 * pcm::RATE as usize;

fn bytes(points: core::ops::RangeInclusive<i16>) -> Vec<u8> {
    points.flat_map(i16::to_le_bytes).collect()
}

/// Records so many bytes; recording begins with the read.
fn record(microphone: &File, length: usize) -> Result<Vec<u8>> {
    let read = begin_read(microphone, length)?.outcome()??;
    ensure!(read.len() == length, "{} of {length} bytes", read.len());
    Ok(read)
}

/// The microphone that is muted: zeros without end.
fn nobody_playing_is_silence(_: &Guest) -> Result<()> {
    wait_for(RECORDED, true)?;
    let microphone = pcm::open(RECORDED, false, Points::S16)?;
    let read = record(&microphone, pcm::RATE as usize)?; // half a second
    ensure!(read.iter().all(|byte| *byte == 0), "silence is not nought");
    Ok(())
}

fn what_is_played_is_recorded_point_for_point(guest: &Guest) -> Result<()> {
    let microphone = pcm::open(RECORDED, false, Points::S16)?;
    record(&microphone, 2)?; // it runs from here on
    let recording = begin_read(&microphone, RECORDING)?;
    let mut player = pcm::open(PLAYED, true, Points::S16)?;
    let played = bytes(1..=POINTS);
    player.write_all(&played)?;
    let read = recording.outcome()??;
    let first = read.iter().position(|byte| *byte != 0).context("nothing was recorded")?;
    let recorded = read.get(first..first + played.len()).context("playing began too late")?;
    ensure!(first % 2 == 0 && recorded == played, "other points than were played");
    drop(player);
    guest.say(&format!("{POINTS} points, after {} of silence", first / 2))
}

/// A reading holds frames above and nanoseconds below, each 32 bits.
fn the_clock_of_the_card_is_read(_: &Guest) -> Result<()> {
    let mut source = Kind::named("audio_clock_drift")?.open()?;
    for _ in 0..4 {
        let reading = source.reading()?;
        let (frames, nanoseconds) = (reading >> 32, reading & u64::from(u32::MAX));
        ensure!(frames > 0 && nanoseconds > 0, "{frames} frames in {nanoseconds} ns");
    }
    source.take::<8>()?;
    Ok(())
}

fn a_card_that_goes_is_an_error(_: &Guest) -> Result<()> {
    let microphone = pcm::open(RECORDED, false, Points::S16)?;
    record(&microphone, 2)?;
    // unbinding waits until the last node is closed
    let unbinding = thread::spawn(|| unbind("platform", "snd_aloop"));
    wait_for(RECORDED, false)?;
    begin_read(&microphone, 2)?.fails_with(Errno::NODEV)?;
    drop(microphone);
    let bound = unbinding.join().ok().context("unbinding panicked")??;
    bound.bind()?;
    wait_for(RECORDED, true)
}

/// Digital silence is an error, and no sample of it ever comes out; what nobody reads for longer than the kernel keeps it is lost, and said to be.
fn the_source_refuses_silence_and_says_what_was_lost(_: &Guest) -> Result<()> {
    let mut source = Kind::named("audio_adc")?.open()?;
    source.fails_with(SourceError::Stuck)?;
    thread::sleep(LATE);
    let late = source.take::<1>();
    ensure!(late == Err(SourceError::Overrun), "{late:?}");
    let after = source.take::<1>();
    ensure!(after == Err(SourceError::NotReady), "{after:?}");
    Ok(())
}

/// Whole numbers of 32 bits, the widest points that the loop has: what the converter "gave" is read bit for bit.
fn its_readings_are_the_points_played(guest: &Guest) -> Result<()> {
    let mut source = Kind::named("audio_adc")?.open()?;
    let mut player = pcm::open(HEARD, true, Points::S32)?;
    let points: Vec<u8> = (1..=2 * READINGS as i32).flat_map(i32::to_le_bytes).collect();
    player.write_all(&points)?; // into the device's buffer, from which it plays on
    let first = until("point", PATIENCE, || match source.reading() {
        Ok(0) => Ok(None), // the silence before the first point
        Err(error) if error.downcast_ref() == Some(&SourceError::Stuck) => Ok(None), // it does not play yet
        other => other.map(Some),
    })?;
    for expected in first + 1..first + READINGS {
        let reading = source.reading()?;
        ensure!(reading == expected, "{reading:#x} after {:#x}", expected - 1);
    }
    drop(player);
    guest.say(&format!("{READINGS} readings, the first {first}"))
}

fn the_source_leaves_nothing_behind(_: &Guest) -> Result<()> {
    Kind::named("audio_adc")?.leaves_nothing()
}

fn the_source_says_that_its_card_went_and_comes_back(_: &Guest) -> Result<()> {
    let kind = Kind::named("audio_adc")?;
    let mut source = kind.open()?;
    // unbinding waits until the last node is closed
    let unbinding = thread::spawn(|| unbind("platform", "snd_aloop"));
    wait_for(HEARD, false)?;
    source.fails_with(SourceError::Disconnected)?;
    drop(source);
    let bound = unbinding.join().ok().context("unbinding panicked")??;
    bound.bind()?;
    kind.open()?.fails_with(SourceError::Stuck)
}
