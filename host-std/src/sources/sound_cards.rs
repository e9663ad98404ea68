//! The sound cards that the kernel shows.

use super::nodes::{judged, numbered, whose};
use crate::Candidate;
use rustix::fs::Access as May;
use std::path::Path;

/// Devices of a card that are looked at.
const MAX_DEVICES: u8 = 32;

/// The first device of each card that plays (`p`) or records (`c`, for capture): its other ones are mostly other ways to the same converter.
pub(crate) fn first_devices(sys: &Path, direction: char, may: May) -> Vec<Candidate> {
    let class = sys.join("class/sound");
    let cards = numbered(&class, "card").into_iter();
    let found = cards.filter_map(|card| {
        let mut names = (0..MAX_DEVICES).map(|device| format!("pcmC{}D{device}{direction}", card.number));
        let name = names.find(|name| class.join(name).exists())?;
        let candidate = judged(Path::new("/dev/snd").join(name), may, "the group audio", whose(&card.path));
        Some(Candidate { instance: card.instance(), ..candidate })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Virtualised;
    use crate::sources::nodes::board;
    use crate::sys::os::tree::Tree;

    #[test]
    fn a_card_is_found_by_its_first_device() {
        let tree = Tree::new("sound");
        tree.entry("class/sound/card0", "devices/pci0000:00/0000:00:1f.3/sound/card0");
        tree.entry("class/sound/card1", "devices/platform/snd_aloop.0/sound/card1");
        for name in ["pcmC0D0c", "pcmC0D3p", "pcmC0D7p", "pcmC1D0p", "controlC0", "timer"] {
            tree.entry(&format!("class/sound/{name}"), &format!("devices/sound/{name}"));
        }
        let found = |direction| {
            let found = first_devices(tree.root(), direction, May::READ_OK).into_iter();
            found
                .map(|found| (found.instance, found.path.unwrap().display().to_string(), found.virtualised))
                .collect::<Vec<_>>()
        };
        let node = |name: &str| format!("/dev/snd/{name}");
        let plays = [(0, node("pcmC0D3p"), board()), (1, node("pcmC1D0p"), Virtualised::Emulated)];
        assert_eq!(found('p'), plays);
        assert_eq!(found('c'), [(0, node("pcmC0D0c"), board())]);
    }
}
