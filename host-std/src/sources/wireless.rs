//! The network interfaces with a radio behind them.

use super::nodes::{SYS, or_none, whose, word};
use crate::Candidate;
use openentropy_core::SourceError;
use std::fs;
use std::path::{Path, PathBuf};

/// The interfaces of this machine, by name.
pub(crate) fn interfaces() -> Vec<Candidate> {
    interfaces_in(Path::new(SYS))
}

fn interfaces_in(sys: &Path) -> Vec<Candidate> {
    let entries = fs::read_dir(sys.join("class/net")).into_iter().flatten().flatten();
    let mut interfaces: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|interface| interface.join("phy80211").exists()).collect();
    interfaces.sort_unstable();
    let found = (0..=u8::MAX).zip(interfaces).map(|(instance, interface)| Candidate {
        instance,
        virtualised: whose(&interface),
        path: Some(interface),
        ..Candidate::ready()
    });
    or_none(found.collect(), "no wireless interface is shown in /sys/class/net")
}

/// The kernel's number of an interface.
///
/// # Errors
/// [`SourceError::Absent`] where it has gone.
pub(crate) fn number_of(interface: &Candidate) -> Result<u32, SourceError> {
    let path = interface.path.as_deref().ok_or(SourceError::Absent)?;
    word(&path.join("ifindex")).and_then(|index| index.parse().ok()).ok_or(SourceError::Absent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;
    use crate::{Access, Virtualised};

    #[test]
    fn wireless_interfaces_are_told_from_others() {
        let tree = Tree::new("wifi");
        tree.entry("class/net/wlan1", "devices/virtual/mac80211_hwsim/hwsim1/net/wlan1");
        tree.line("class/net/wlan1/phy80211/name", "phy1");
        tree.line("class/net/wlan1/ifindex", "7");
        tree.line("class/net/eth0/ifindex", "2");
        let found = interfaces_in(tree.root());
        assert_eq!((found.len(), found[0].virtualised), (1, Virtualised::Emulated));
        assert_eq!(number_of(&found[0]), Ok(7));
        let none = interfaces_in(Path::new("/proc/self/nothing"));
        assert_eq!((none[0].access, number_of(&none[0])), (Access::Absent, Err(SourceError::Absent)));
    }
}
