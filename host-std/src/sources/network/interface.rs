//! The name of a network interface.

use core::str::FromStr;

/// Bytes of an interface's name (IFNAMSIZ, without the zero at its end).
const LONGEST_NAME: usize = 15;

/// The name of an interface.
#[derive(Debug)]
pub(super) struct Interface(pub(super) String);

impl FromStr for Interface {
    type Err = ();

    /// What the kernel would take for a name (`dev_valid_name` of net/core/dev.c).
    fn from_str(name: &str) -> Result<Self, ()> {
        let is_valid = (1..=LONGEST_NAME).contains(&name.len())
            && !matches!(name, "." | "..")
            && !name.contains(|c: char| c.is_whitespace() || matches!(c, '/' | ':' | '\0'));
        is_valid.then(|| Self(name.to_owned())).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_kernel_takes() {
        for name in ["lo", "eth0", "enp0s31f6", "wlan0.100", "fifteen-letters"] {
            assert_eq!(name.parse::<Interface>().unwrap().0, name);
        }
        for name in ["", ".", "..", "eth 0", "eth/0", "127.0.0.1:9", "sixteen-letters!"] {
            assert!(name.parse::<Interface>().is_err(), "{name:?}");
        }
    }
}
