//! A camera under the Video4Linux interface: the kernel's test driver, whose picture and failures are chosen by controls.

use crate::guest::{Guest, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::command::{VIDEO_CAPABILITIES, VIDEO_SET_CONTROL, VIDEO_SET_FORMAT};
use anyhow::{Context as _, Result, ensure};
use rustix::io::Errno;
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
const DISCONNECT: u32 = 0x00f0_f041;
const NO_TEXT: i32 = 2;
const BLACK: i32 = 5;
const WHITE: i32 = 6;
const NOISE: i32 = 21;

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
