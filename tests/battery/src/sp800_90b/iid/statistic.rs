//! The nineteen values of the permutation tests.

/// A statistic that depends on the order of samples (SP 800-90B §5.1).
///
/// ```
/// use openentropy_tests::sp800_90b::iid::Statistic;
///
/// assert_eq!(Statistic::ALL.len(), 19);
/// assert_eq!(Statistic::Covariance16.name(), "covariance_16");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Statistic {
    /// How far the running sum strays from the mean's (§5.1.1): sees drift and slow waves.
    Excursion,
    /// Number of runs of rises or falls (§5.1.2): sees oscillation and correlated neighbours.
    DirectionalRuns,
    /// Longest run of rises or falls (§5.1.3): sees ramps.
    LongestDirectionalRun,
    /// Rises or falls, whichever are more (§5.1.4): sees saw-teeth.
    IncreasesOrDecreases,
    /// Number of runs on one side of the median (§5.1.5): sees values that stick, or alternate.
    MedianRuns,
    /// Longest run on one side of the median (§5.1.6): sees a level that stays.
    LongestMedianRun,
    /// Mean number of samples until one repeats (§5.1.7): sees values that avoid or follow each other.
    AverageCollision,
    /// Largest number of samples until one repeats (§5.1.8): sees stretches of counting.
    MaximumCollision,
    /// Samples equal to that 1 place on (§5.1.9): sees periods that divide the distance.
    Periodicity1,
    /// Samples equal to that 2 places on (§5.1.9).
    Periodicity2,
    /// Samples equal to that 8 places on (§5.1.9).
    Periodicity8,
    /// Samples equal to that 16 places on (§5.1.9).
    Periodicity16,
    /// Samples equal to that 32 places on (§5.1.9).
    Periodicity32,
    /// Sum of products of samples 1 place apart (§5.1.10): sees linear dependence.
    Covariance1,
    /// Sum of products of samples 2 places apart (§5.1.10).
    Covariance2,
    /// Sum of products of samples 8 places apart (§5.1.10).
    Covariance8,
    /// Sum of products of samples 16 places apart (§5.1.10).
    Covariance16,
    /// Sum of products of samples 32 places apart (§5.1.10).
    Covariance32,
    /// Bytes that bzip2 makes of the samples in decimal (§5.1.11): sees patterns that repeat anywhere.
    Compression,
}

/// Number of statistics.
pub(super) const COUNT: usize = 19;

impl Statistic {
    /// All of them, in the order of the standard and of its tool.
    pub const ALL: [Self; COUNT] = [
        Self::Excursion,
        Self::DirectionalRuns,
        Self::LongestDirectionalRun,
        Self::IncreasesOrDecreases,
        Self::MedianRuns,
        Self::LongestMedianRun,
        Self::AverageCollision,
        Self::MaximumCollision,
        Self::Periodicity1,
        Self::Periodicity2,
        Self::Periodicity8,
        Self::Periodicity16,
        Self::Periodicity32,
        Self::Covariance1,
        Self::Covariance2,
        Self::Covariance8,
        Self::Covariance16,
        Self::Covariance32,
        Self::Compression,
    ];

    /// The statistic's name, one word in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excursion => "excursion",
            Self::DirectionalRuns => "directional_runs",
            Self::LongestDirectionalRun => "longest_directional_run",
            Self::IncreasesOrDecreases => "increases_or_decreases",
            Self::MedianRuns => "median_runs",
            Self::LongestMedianRun => "longest_median_run",
            Self::AverageCollision => "average_collision",
            Self::MaximumCollision => "maximum_collision",
            Self::Periodicity1 => "periodicity_1",
            Self::Periodicity2 => "periodicity_2",
            Self::Periodicity8 => "periodicity_8",
            Self::Periodicity16 => "periodicity_16",
            Self::Periodicity32 => "periodicity_32",
            Self::Covariance1 => "covariance_1",
            Self::Covariance2 => "covariance_2",
            Self::Covariance8 => "covariance_8",
            Self::Covariance16 => "covariance_16",
            Self::Covariance32 => "covariance_32",
            Self::Compression => "compression",
        }
    }
}
