//! A microphone: the kernel's loop, which records what is played to its other end.

use crate::guest::{Guest, Kind, begin_read, pcm, unbind, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
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
        a_card_that_goes_is_an_error
    ],
};

const PLAYED: &str = "/dev/snd/pcmC0D0p";
const RECORDED: &str = "/dev/snd/pcmC0D1c";
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
    let microphone = pcm::open(RECORDED, false)?;
    let read = record(&microphone, pcm::RATE as usize)?; // half a second
    ensure!(read.iter().all(|byte| *byte == 0), "silence is not nought");
    Ok(())
}

fn what_is_played_is_recorded_point_for_point(guest: &Guest) -> Result<()> {
    let microphone = pcm::open(RECORDED, false)?;
    record(&microphone, 2)?; // it runs from here on
    let recording = begin_read(&microphone, RECORDING)?;
    let mut player = pcm::open(PLAYED, true)?;
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
    let microphone = pcm::open(RECORDED, false)?;
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
