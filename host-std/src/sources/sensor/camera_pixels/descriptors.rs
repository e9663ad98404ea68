//! What a USB camera says of its formats in its descriptors, which the kernel shows without waking it.
//!
//! Reference: USB Device Class Definition for Video Devices 1.5, §3.9 and tables.

/// Places in a descriptor.
const TYPE: usize = 1;
const SUBTYPE: usize = 2;
const INTERFACE_CLASS: usize = 5;
const INTERFACE_SUBCLASS: usize = 6;
/// Types: interface, and what belongs to the interface's class.
const INTERFACE: u8 = 0x04;
const OF_CLASS: u8 = 0x24;
/// The class video and its interfaces that stream.
const VIDEO: u8 = 0x0e;
const STREAMING: u8 = 0x02;
/// Formats: uncompressed, MJPEG, frame-based (H.264 and its like).
const UNCOMPRESSED: u8 = 0x04;
const COMPRESSED: [u8; 2] = [0x06, 0x10];

/// Whether the camera with these descriptors has formats, and none without compression.
pub(super) fn compresses_all(descriptors: &[u8]) -> bool {
    let mut rest = descriptors;
    let mut streams = false;
    let (mut compressed, mut plain) = (false, false);
    while let Some((one, after)) = rest.first().and_then(|length| rest.split_at_checked((*length).into())) {
        let at = |place: usize| one.get(place).copied();
        match (at(TYPE), at(SUBTYPE)) {
            (None, _) => return false, // shorter than any descriptor
            (Some(INTERFACE), _) => {
                streams = (at(INTERFACE_CLASS), at(INTERFACE_SUBCLASS)) == (Some(VIDEO), Some(STREAMING));
            }
            (Some(OF_CLASS), Some(format)) if streams => {
                compressed |= COMPRESSED.contains(&format);
                plain |= format == UNCOMPRESSED;
            }
            _ => {}
        }
        rest = after;
    }
    compressed && !plain
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A control interface with a selector unit, which has the number of an uncompressed format, and a streaming interface with MJPEG.
    pub(in super::super) const MJPEG_ONLY: &[u8] = &[
        9, 4, 0, 0, 1, 0x0e, 1, 0, 0, // interface: video, control
        7, 0x24, 4, 3, 1, 2, 0, // selector unit
        9, 4, 1, 0, 0, 0x0e, 2, 0, 0, // interface: video, streaming
        11, 0x24, 6, 1, 1, 1, 1, 0, 0, 0, 0, // format: MJPEG
    ];

    #[test]
    fn a_camera_with_one_plain_format_is_not_refused() {
        assert!(compresses_all(MJPEG_ONLY));
        let plain = [MJPEG_ONLY, &[5, 0x24, 4, 2, 1]].concat();
        assert!(!compresses_all(&plain));
        let other = [MJPEG_ONLY, &[9, 4, 2, 0, 0, 3, 0, 0, 0], &[5, 0x24, 4, 2, 1]].concat();
        assert!(compresses_all(&other), "another interface's descriptor");
    }

    #[test]
    fn what_cannot_be_read_refuses_nothing() {
        assert!(!compresses_all(&[]));
        assert!(!compresses_all(&[0]));
        assert!(!compresses_all(&[1, 4, 4]));
        assert!(!compresses_all(&[9, 4, 1]), "cut off");
    }
}
