//! A camera under the Video4Linux interface: the kernel's test driver, whose picture and failures are chosen by controls.

use crate::guest::{Guest, Kind, Source, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::command::{VIDEO_CAPABILITIES, VIDEO_GET_CONTROL, VIDEO_SET_CONTROL, VIDEO_SET_FORMAT};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};

pub(super) static SCENARIO: Scenario = Scenario {
    name: "camera",
    modules: &["vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0"],
    machine: bare,
    steps: steps![
        the_driver_names_itself,
        plain_pictures_repeat_byte_for_byte,
        noise_does_not_repeat,
        a_camera_that_goes_is_an_error_and_comes_back,
        the_source_delivers_differences_of_noise,
        the_source_refuses_plain_pictures,
        the_source_goes_on_over_lost_pictures,
        the_source_holds_the_gain_until_it_is_closed,
        the_source_leaves_nothing_behind,
        without_its_group_it_is_denied,
        the_source_says_that_its_camera_stopped,
        the_source_says_that_its_camera_went_and_comes_back,
    ],
};

const NODE: &str = "/dev/video0";
const PARAMETERS: &str = "n_devs=1 node_types=0x1 num_inputs=1 input_types=0";
/// The smallest picture that the driver knows, one byte a point.
const WIDTH: u32 = 320;
const HEIGHT: u32 = 180;
const GREY: [u8; 4] = *b"GREY";
/// Controls (drivers/media/test-drivers/vivid/vivid-ctrls.c), and pictures (include/media/tpg/v4l2-tpg.h).
const TEST_PATTERN: u32 = 0x00f0_f000;
const TEXT_MODE: u32 = 0x00f0_f001;
/// `V4L2_CID_AUTOGAIN`.
const AUTOMATIC_GAIN: u32 = 0x0098_0912;
const LOST_PERCENT: u32 = 0x00f0_f040;
const DISCONNECT: u32 = 0x00f0_f041;
const DAMAGED: u32 = 0x00f0_f042;
const FATAL: u32 = 0x00f0_f046;
const NO_TEXT: i32 = 2;
const BLACK: i32 = 5;
const WHITE: i32 = 6;
const NOISE: i32 = 21;

/// What the program may take to list all sources.
const PATIENCE: Duration = Duration::from_secs(30);
/// Blocks of samples that may have come before the end: some pairs of pictures.
const BLOCKS: usize = 256;

struct Camera(File);

impl Camera {
    fn open(pattern: i32) -> Result<Self> {
        wait_for(NODE, true)?;
        let camera = Self(OpenOptions::new().read(true).write(true).open(NODE).context(NODE)?);
        let mut format = [0; 208];
        format[0] = 1; // capture
        for (at, word) in [WIDTH, HEIGHT, u32::from_le_bytes(GREY)].into_iter().enumerate() {
            format[8 + 4 * at..12 + 4 * at].copy_from_slice(&word.to_ne_bytes());
        }
        VIDEO_SET_FORMAT.call(&camera.0, &mut format)?;
        camera.control(TEXT_MODE, NO_TEXT)?;
        camera.control(TEST_PATTERN, pattern)?;
        Ok(camera)
    }

    fn control(&self, control: u32, value: i32) -> Result<()> {
        let mut argument = [0; 8];
        argument[..4].copy_from_slice(&control.to_ne_bytes());
        argument[4..].copy_from_slice(&value.to_ne_bytes());
        VIDEO_SET_CONTROL.call(&self.0, &mut argument).with_context(|| format!("control {control:#x}"))?;
        Ok(())
    }

    fn stands_at(&self, control: u32) -> Result<i32> {
        let mut argument = [0; 8];
        argument[..4].copy_from_slice(&control.to_ne_bytes());
        VIDEO_GET_CONTROL.call(&self.0, &mut argument).with_context(|| format!("control {control:#x}"))?;
        Ok(i32::from_ne_bytes([argument[4], argument[5], argument[6], argument[7]]))
    }

    fn picture(&self) -> io::Result<Vec<u8>> {
        let mut picture = vec![0; (WIDTH * HEIGHT) as usize];
        (&self.0).read_exact(&mut picture)?;
        Ok(picture)
    }
}

fn the_driver_names_itself(_: &Guest) -> Result<()> {
    wait_for(NODE, true)?;
    let mut capabilities = [0; 104];
    VIDEO_CAPABILITIES.call(File::open(NODE)?, &mut capabilities)?;
    ensure!(capabilities.starts_with(b"vivid\0"), "{:?}", &capabilities[..16]);
    Ok(())
}

/// Covered and dazzled: every point the same, frame for frame.
fn plain_pictures_repeat_byte_for_byte(guest: &Guest) -> Result<()> {
    let mut levels = Vec::new();
    for pattern in [BLACK, WHITE] {
        let camera = Camera::open(pattern)?;
        let (first, second) = (camera.picture()?, camera.picture()?);
        ensure!(first.iter().all(|point| *point == first[0]), "points of a plain picture differ");
        ensure!(first == second, "a plain picture does not repeat");
        levels.push(first[0]);
    }
    ensure!(levels[0] < 32 && levels[1] > 223, "black and white are {levels:?}");
    guest.say(&format!("black is {}, white {}", levels[0], levels[1]))
}

fn noise_does_not_repeat(_: &Guest) -> Result<()> {
    let camera = Camera::open(NOISE)?;
    let (first, second) = (camera.picture()?, camera.picture()?);
    ensure!(first != second, "pictures of noise repeat");
    let equal = first.iter().zip(&second).filter(|(a, b)| a == b).count();
    ensure!(equal < first.len() / 2, "{equal} of {} points repeat", first.len());
    Ok(())
}

/// The driver forgets that it was disconnected only with its module.
fn a_camera_that_goes_is_an_error_and_comes_back(guest: &Guest) -> Result<()> {
    let camera = Camera::open(BLACK)?;
    camera.picture()?;
    camera.control(DISCONNECT, 1)?;
    let read = camera.picture();
    let errno = read.as_ref().err().and_then(Errno::from_io_error);
    ensure!(errno == Some(Errno::NODEV), "{:?}", read.map(|picture| picture.len()));
    drop(camera);
    guest.unload("vivid")?;
    wait_for(NODE, false)?;
    guest.load("vivid", PARAMETERS)?;
    Camera::open(BLACK)?.picture()?;
    Ok(())
}

/// Opened at the format nearest to a sensor's: raw colours of 12 bits, which the driver makes of eight, so that few values come.
fn the_source_delivers_differences_of_noise(guest: &Guest) -> Result<()> {
    drop(Camera::open(NOISE)?);
    let samples = Kind::named("camera_pixels")?.open()?.wait::<2048>()?;
    let values = samples.iter().collect::<BTreeSet<_>>().len();
    ensure!(values > 8, "{values} values");
    guest.say(&format!("2,048 samples, {values} values"))
}

fn the_source_refuses_plain_pictures(_: &Guest) -> Result<()> {
    for pattern in [BLACK, WHITE] {
        drop(Camera::open(pattern)?);
        Kind::named("camera_pixels")?.open()?.fails_with(SourceError::Stuck)?;
    }
    Ok(())
}

/// A picture that is lost or damaged costs its pair, and is neither a sample nor the end.
fn the_source_goes_on_over_lost_pictures(_: &Guest) -> Result<()> {
    let camera = Camera::open(NOISE)?;
    let mut source = Kind::named("camera_pixels")?.open()?;
    camera.control(LOST_PERCENT, 20)?;
    camera.control(DAMAGED, 1)?;
    source.wait::<2048>()?;
    camera.control(LOST_PERCENT, 0)
}

fn the_source_holds_the_gain_until_it_is_closed(guest: &Guest) -> Result<()> {
    let camera = Camera::open(NOISE)?;
    camera.control(AUTOMATIC_GAIN, 1)?;
    let source = Kind::named("camera_pixels")?.open()?;
    let device = source.device().context("a camera without a name")?;
    ensure!(device.starts_with("vivid: vivid, BG12 640x") && device.ends_with("held: gain"), "{device}");
    ensure!(camera.stands_at(AUTOMATIC_GAIN)? == 0, "the gain still moves");
    guest.say(device)?;
    drop(source);
    ensure!(camera.stands_at(AUTOMATIC_GAIN)? == 1, "the gain does not move again");
    Ok(())
}

fn the_source_leaves_nothing_behind(_: &Guest) -> Result<()> {
    Kind::named("camera_pixels")?.leaves_nothing()
}

fn without_its_group_it_is_denied(guest: &Guest) -> Result<()> {
    let said = guest.openentropy_as_nobody("scan --json", PATIENCE)?;
    let listing: Value = serde_json::from_slice(&said.output).with_context(|| said.words.clone())?;
    let rows = listing["sources"].as_array().context("no list of sources")?;
    let row = rows.iter().find(|row| row["name"] == "camera_pixels").context("it is not listed")?;
    let reason = row["reason"].as_str().unwrap_or_default();
    ensure!(row["access"] == "denied" && reason.contains("the group video"), "{row}");
    Ok(())
}

fn the_source_says_that_its_camera_stopped(_: &Guest) -> Result<()> {
    let camera = Camera::open(NOISE)?;
    let kind = Kind::named("camera_pixels")?;
    let mut source = kind.open()?;
    source.wait::<16>()?;
    camera.control(FATAL, 1)?;
    ends_with(&mut source, SourceError::Io)?;
    drop(source);
    kind.open()?.wait::<16>().map(drop)
}

fn the_source_says_that_its_camera_went_and_comes_back(guest: &Guest) -> Result<()> {
    let camera = Camera::open(NOISE)?;
    let kind = Kind::named("camera_pixels")?;
    let mut source = kind.open()?;
    source.wait::<16>()?;
    camera.control(DISCONNECT, 1)?;
    ends_with(&mut source, SourceError::Disconnected)?;
    drop((source, camera));
    guest.unload("vivid")?;
    wait_for(NODE, false)?;
    guest.load("vivid", PARAMETERS)?;
    drop(Camera::open(NOISE)?);
    kind.open()?.wait::<16>().map(drop)
}

/// Takes what came before, and then this error.
fn ends_with(source: &mut Source, expected: SourceError) -> Result<()> {
    let error = (0..BLOCKS).find_map(|_| source.wait::<64>().err()).context("it delivers on and on")?;
    ensure!(error.downcast_ref() == Some(&expected), "{error:#}");
    Ok(())
}
