//! The noise of an image sensor: how two pictures in a row differ at one pixel.
//!
//! The physical effect: photons come one by one (shot noise), and reading a pixel out adds noise of its own, as does its dark current. What is read: the
//! difference of two consecutive pictures at every sixteenth pixel of every sixteenth line, in the sensor's raw colours where the camera gives them, else
//! in brightness. Each picture is used for one pair only. What an attacker could influence: whoever is in view, or at the lamp, moves many
//! differences together; a camera that cleans its pictures (most do, more so in the dark) leaves less noise than its sensor has. The
//! kernel's imitations (vivid, vimc, v4l2loopback) and the cameras of virtual machines are shown as emulated.
//!
//! It must be named: a camera sees people. No picture is kept: each is wiped before it goes back to the driver, and what leaves are differences. Exposure, gain
//! and white balance are held fixed where the camera lets us, until the source is closed.
//!
//! What can go wrong: another program has the camera, or no right to open it (denied); it gives compressed pictures only, of which the noise was taken
//! out (absent); pictures that were lost or damaged (not ready: the pair begins anew); a picture that comes again, or shorter than it says (protocol); two that
//! are the same in the low eight bits, or mostly black or dazzled (stuck); none for two seconds (timeout); unplugged (disconnected).
//!
//! Reference: European Machine Vision Association, EMVA Standard 1288 (a sensor's temporal noise, from the difference of two pictures); Linux,
//! Documentation/userspace-api/media/v4l/.

mod descriptors;
mod layout;
mod pairs;

use crate::sources::errno::error_of;
use crate::sources::measured::{Digitiser, low_bits};
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{Nodes, SYS, or_none, word};
use crate::sys::linux::video::{Camera, Frame, Picture, Stream};
use crate::{Access, Candidate, Class, SourceKind};
use core::time::Duration;
use descriptors::compresses_all;
use layout::Layout;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use pairs::Pairs;
use rustix::fs::{Access as May, Mode, OFlags, open};
use std::fs;
use std::path::Path;
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "camera_pixels",
    description: "difference of two pictures in a row at a pixel",
    physics: "shot noise of light and read noise of an image sensor",
    category: SourceCategory::Sensor,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::ImageSensor),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<CameraPixels>::KIND;

/// Low eight bits of the difference.
const DIFFERENCE: Digitiser =
    Digitiser { digitisation: Digitisation { name: "difference-low-bits", version: 1 }, rule: low_bits };

const CAMERAS: Nodes = Nodes {
    class: "class/video4linux",
    prefix: "video",
    folder: "/dev",
    may: May::READ_OK.union(May::WRITE_OK),
    who: "the group video",
    none: "no camera is shown in /sys/class/video4linux",
};

/// The size that is asked for; a camera takes the nearest.
const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
/// The time that a picture may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Controls that would move the pictures by themselves, and what stops them: `V4L2_CID_EXPOSURE_AUTO` at `V4L2_EXPOSURE_MANUAL`,
/// `V4L2_CID_AUTOGAIN` and `V4L2_CID_AUTO_WHITE_BALANCE` off.
const HELD: [(&str, u32, i32); 3] =
    [("exposure", 0x009a_0901, 1), ("gain", 0x0098_0912, 0), ("white balance", 0x0098_090c, 0)];

struct CameraPixels {
    stream: Stream,
    picture: Picture,
    layout: &'static Layout,
    pairs: Pairs,
    info: SourceInfo,
    device: String,
    /// When the last whole picture came, or it was opened.
    seen: Instant,
}

impl Meter for CameraPixels {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Analogue;
    const ALIASES: &'static [&'static str] = &["camera_noise", "camera_shot_noise", "webcam"];
    const OPT_IN: bool = true;
    const FAST: bool = false;
    const DIGITISER: Digitiser = DIFFERENCE;

    fn find() -> Vec<Candidate> {
        find_in(Path::new(SYS))
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let camera = Camera::new(open(path, flags, Mode::empty()).map_err(error_of)?)?;
        let layout = Layout::best(&camera.formats()?).ok_or(SourceError::Absent)?;
        let picture = camera.set(layout.code, WIDTH, HEIGHT)?;
        if layout.pixels(&picture) == 0 {
            return Err(SourceError::Absent);
        }
        let name = camera.name().to_owned();
        let mut stream = Stream::start(camera)?;
        let held = HELD.into_iter().filter(|(_, id, value)| stream.hold(*id, *value));
        let held: Vec<_> = held.map(|(what, ..)| what).collect();
        let width = Width::new(layout.bits + 1).unwrap_or(INFO.width); // and a sign
        Ok(Self {
            stream,
            pairs: Pairs::new(layout, layout.pixels(&picture)),
            device: described(&name, &picture, &held),
            picture,
            layout,
            info: SourceInfo { width, ..INFO },
            seen: Instant::now(),
        })
    }

    fn device(&self) -> Option<String> {
        Some(self.device.clone())
    }

    /// A difference is a number.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl Measure for CameraPixels {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// The next difference, in two's complement; waits for the next picture for 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if let Some(reading) = self.pairs.next() {
            return Ok(reading);
        }
        let Self { stream, picture, layout, pairs, .. } = self;
        let came = stream.next(|Frame { sequence, is_whole, bytes }| {
            match is_whole {
                true => pairs.see(sequence, layout.points(picture, bytes)).map(|()| true),
                false => pairs.miss(sequence).map(|()| false), // damaged
            }
        });
        match came {
            Ok(judged) => {
                if judged? {
                    self.seen = Instant::now();
                }
            }
            Err(SourceError::NotReady) => {}
            Err(error) => return Err(error),
        }
        if self.seen.elapsed() > PATIENCE {
            return Err(SourceError::Timeout);
        }
        self.pairs.next().ok_or(SourceError::NotReady)
    }
}

/// The camera, what it delivers, and what of it is held fixed.
fn described(name: &str, picture: &Picture, held: &[&str]) -> String {
    let code = String::from_utf8_lossy(&picture.code);
    let held = if held.is_empty() { String::from("nothing") } else { held.join(", ") };
    format!("{name}, {} {}x{}, held: {held}", code.trim_end(), picture.width, picture.height)
}

/// The cameras that the kernel shows; one that compresses every picture is absent.
fn find_in(sys: &Path) -> Vec<Candidate> {
    let found = CAMERAS.find_in(sys, has_pictures).into_iter().map(|candidate| {
        let entry = candidate.path.as_deref().and_then(Path::file_name);
        let entry = entry.map(|name| sys.join(CAMERAS.class).join(name));
        // The descriptors of the USB device, whose interface the camera's entry leads to.
        let descriptors = entry.and_then(|entry| fs::read(entry.join("device/../descriptors")).ok());
        match descriptors.is_some_and(|descriptors| compresses_all(&descriptors)) {
            true => Candidate {
                access: Access::Absent,
                reason: String::from("the camera gives compressed pictures only, without the sensor's noise"),
                ..candidate
            },
            false => candidate,
        }
    });
    or_none(found.collect(), CAMERAS.none)
}

/// Whether it is a camera's first node: the others carry what is said about pictures.
fn has_pictures(entry: &Path) -> bool {
    word(&entry.join("index")).is_none_or(|index| index == "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Virtualised;
    use crate::sys::os::tree::Tree;

    #[test]
    fn a_camera_is_found_by_its_first_node_and_refused_where_it_compresses_all() {
        let tree = Tree::new("camera");
        for (number, device, index) in [
            (0, "devices/pci0000:00/usb1/1-1/1-1:1.0", "0"),
            (1, "devices/pci0000:00/usb1/1-1/1-1:1.0", "1"),
            (2, "devices/platform/vivid.0", "0"),
        ] {
            let entry = format!("class/video4linux/video{number}");
            let node = format!("{device}/video4linux/video{number}");
            tree.entry(&entry, &node);
            tree.line(&format!("{entry}/index"), index);
            tree.entry(&format!("{node}/device"), device);
        }
        let found = || {
            let found = find_in(tree.root()).into_iter();
            found.map(|found| (found.instance, found.virtualised, found.reason)).collect::<Vec<_>>()
        };
        let plain = found();
        assert_eq!((plain.len(), plain[0].0, plain[1].0), (2, 0, 2), "the second node has no pictures");
        assert_eq!(plain[1].1, Virtualised::Emulated);
        fs::write(
            tree.root().join("devices/pci0000:00/usb1/1-1/descriptors"),
            descriptors::tests::MJPEG_ONLY,
        )
        .unwrap();
        assert!(found()[0].2.contains("compressed pictures only"), "{:?}", found());
        assert!(!found()[1].2.contains("compressed"));
        assert_eq!(find_in(Path::new("/proc/self/nothing"))[0].reason, CAMERAS.none);
    }

    #[test]
    fn the_device_says_what_is_held() {
        let picture = Picture { code: *b"Y10 ", width: 640, height: 480, line: 1280 };
        assert_eq!(described("uvcvideo: Eye", &picture, &[]), "uvcvideo: Eye, Y10 640x480, held: nothing");
        let held = described("vivid: vivid", &picture, &["exposure", "gain"]);
        assert!(held.ends_with("held: exposure, gain"), "{held}");
    }
}
