//! What kind of platform this is.

/// Names of the platform, as users of other programs of this kind know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlatformInfo {
    /// The operating system: `linux`, `macos`.
    pub system: &'static str,
    /// The processor's architecture: `x86_64`, `aarch64`.
    pub machine: &'static str,
    /// The family of operating systems: `unix`.
    pub family: &'static str,
}

/// What kind of platform this is.
///
/// ```
/// assert_eq!(openentropy_host::platform_info().family, "unix");
/// ```
#[must_use]
pub const fn platform_info() -> PlatformInfo {
    PlatformInfo {
        system: std::env::consts::OS,
        machine: std::env::consts::ARCH,
        family: std::env::consts::FAMILY,
    }
}
