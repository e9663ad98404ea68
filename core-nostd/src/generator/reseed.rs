//! How old a seed may grow.

/// How many requests one seed answers.
///
/// Counted in requests, since the core has no clock; a request longer than [`MAX_PIECE`](crate::drbg::MAX_PIECE) counts once per piece. A generator reseeds at
/// every request for which its pool can pay, so these numbers matter only when the sources are too slow or have failed.
///
/// ```
/// use openentropy_core::ReseedPolicy;
/// const HOURLY_AT_ONE_PER_SECOND: ReseedPolicy = ReseedPolicy { overdue_after: 3_600, refuse_after: u32::MAX };
/// assert!(ReseedPolicy::STRICT.refuse_after < HOURLY_AT_ONE_PER_SECOND.refuse_after);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "written as a constant")]
pub struct ReseedPolicy {
    /// Requests after which [`Generator::state`](crate::Generator::state) says that a reseed is overdue.
    pub overdue_after: u32,
    /// Requests after which none is answered until the pool has paid; `u32::MAX` means never refuse.
    pub refuse_after: u32,
}

impl ReseedPolicy {
    /// Overdue after 4,096 requests, and on it goes: the state tells.
    pub const LENIENT: Self = Self { overdue_after: 4_096, refuse_after: u32::MAX };
    /// Overdue after 4,096 requests, refused after ten times as many.
    pub const STRICT: Self = Self { overdue_after: 4_096, refuse_after: 40_960 };
}
