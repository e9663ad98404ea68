//! How a sound device stores what it records.

/// Points of signed numbers, low end first, one of each channel after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Bytes of a point.
    pub(crate) stored: usize,
    /// Bits of them that the format uses, the low ones.
    pub(crate) used: u32,
    /// Bits of these that the converter gave, the high ones.
    pub(crate) given: u32,
    /// Channels.
    pub(crate) channels: usize,
}

impl Layout {
    /// Bytes of one point of every channel.
    pub(crate) const fn frame(self) -> usize {
        self.stored * self.channels
    }

    /// The number that the converter gave for the first channel of `frame`; `None` where that is too short.
    pub(crate) fn first_point(self, frame: &[u8]) -> Option<i64> {
        let mut word = [0; 8];
        word.get_mut(..self.stored)?.copy_from_slice(frame.get(..self.stored)?);
        let high = i64::from_le_bytes(word) << (i64::BITS - self.used);
        Some(high >> (i64::BITS - self.given))
    }

    /// The least and the greatest number that the converter can give.
    pub(crate) const fn ends(self) -> (i64, i64) {
        let half = 1 << (self.given - 1);
        (-half, half - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_what_the_converter_gave() {
        let of = |stored, used, given, bytes: &[u8]| {
            Layout { stored, used, given, channels: 1 }.first_point(bytes)
        };
        assert_eq!(of(2, 16, 16, &[0xfe, 0xff]), Some(-2));
        assert_eq!(of(2, 16, 16, &[0x34, 0x12]), Some(0x1234));
        assert_eq!(of(3, 24, 24, &[0x00, 0x00, 0x80]), Some(-(1 << 23)));
        assert_eq!(
            of(4, 24, 24, &[0x01, 0x00, 0x80, 0x7f]),
            Some(1 - (1 << 23)),
            "the fourth byte is nobody's"
        );
        assert_eq!(of(4, 32, 24, &[0x00, 0xff, 0xff, 0xff]), Some(-1), "24 bits at the high end of 32");
        assert_eq!(of(4, 32, 32, &[0xff, 0xff, 0xff, 0x7f]), Some(i64::from(i32::MAX)));
        assert_eq!(of(4, 24, 20, &[0x50, 0x00, 0x00, 0x00]), Some(5), "20 bits at the high end of 24");
        assert_eq!(of(2, 16, 16, &[1]), None, "half a point");
    }

    #[test]
    fn frames_and_ends_follow_from_the_layout() {
        let stereo = Layout { stored: 3, used: 24, given: 24, channels: 2 };
        assert_eq!((stereo.frame(), stereo.ends()), (6, (-(1 << 23), (1 << 23) - 1)));
        assert_eq!(stereo.first_point(&[7, 0, 0, 9, 9, 9]), Some(7), "the second channel is left alone");
    }
}
