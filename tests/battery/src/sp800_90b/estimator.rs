//! The ten estimators by name.

/// One of the ten estimators of SP 800-90B §6.3, in the order of the standard.
///
/// ```
/// use openentropy_tests::sp800_90b::Estimator;
///
/// let ids = Estimator::ALL.map(Estimator::id);
/// assert_eq!(ids[..5], ["mcv", "collision", "markov", "compression", "t_tuple"]);
/// assert_eq!(ids[5..], ["lrs", "multi_mcw", "lag", "multi_mmc", "lz78y"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Estimator {
    /// §6.3.1
    MostCommonValue,
    /// §6.3.2
    Collision,
    /// §6.3.3
    Markov,
    /// §6.3.4
    Compression,
    /// §6.3.5
    TTuple,
    /// §6.3.6
    Lrs,
    /// §6.3.7
    MultiMcw,
    /// §6.3.8
    Lag,
    /// §6.3.9
    MultiMmc,
    /// §6.3.10
    Lz78y,
}

impl Estimator {
    /// All ten.
    pub const ALL: [Self; 10] = [
        Self::MostCommonValue,
        Self::Collision,
        Self::Markov,
        Self::Compression,
        Self::TTuple,
        Self::Lrs,
        Self::MultiMcw,
        Self::Lag,
        Self::MultiMmc,
        Self::Lz78y,
    ];

    /// A short name for machines: lower case letters, digits and underscores.
    pub const fn id(self) -> &'static str {
        self.names().0
    }

    /// The name as the standard gives it, in lower case.
    pub const fn name(self) -> &'static str {
        self.names().1
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::MostCommonValue => ("mcv", "most common value"),
            Self::Collision => ("collision", "collision"),
            Self::Markov => ("markov", "markov"),
            Self::Compression => ("compression", "compression"),
            Self::TTuple => ("t_tuple", "t-tuple"),
            Self::Lrs => ("lrs", "lrs"),
            Self::MultiMcw => ("multi_mcw", "multimcw"),
            Self::Lag => ("lag", "lag"),
            Self::MultiMmc => ("multi_mmc", "multimmc"),
            Self::Lz78y => ("lz78y", "lz78y"),
        }
    }
}
