//! What makes a source's noise, as far as that decides who may put a figure on it.

/// The class of a source: whether a min-entropy assessment alone may ever credit it, and what the assessed figure is divided by.
///
/// Estimators see samples, never their cause: a sequence that somebody else knows looks as good to them as noise. So an assessment is divided,
/// by more where the cause is a machine of states that could be modelled, and is no ground for a claim at all where others make the samples
/// or watch them being made.
///
/// ```
/// use openentropy_host::{Class, find_by_name};
/// assert_eq!(find_by_name("jitter_loop")?[0].class(), Class::Processor);
/// assert_eq!(Class::Processor.divisor(), Some(3));
/// assert_eq!(Class::Network.divisor(), None);
/// # Ok::<(), openentropy_host::NameError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Execution time of instructions, against the clock that also drives them.
    Processor,
    /// The scheduler, interrupts and paths through the kernel.
    Kernel,
    /// Caches, memory controllers and coherence fabrics.
    Memory,
    /// The inner state of a storage controller or another device.
    Controller,
    /// An oscillator against another.
    Oscillator,
    /// Analogue noise of a converter or sensor.
    Analogue,
    /// Counters of the kernel, which every program may read and many programs move.
    Counters,
    /// A network's path, which whoever is on it sees and shapes.
    Network,
    /// A human's doings, which whoever watches sees.
    Human,
    /// An existing generator, or a device that conditions inside: there is no noise to assess.
    Generator,
    /// The operating system's generator and the negative controls, which no word makes pay.
    Uncredited,
}

impl Class {
    /// All classes, in the order of their letters in the catalogue.
    pub const ALL: [Self; 11] = [
        Self::Processor,
        Self::Kernel,
        Self::Memory,
        Self::Controller,
        Self::Oscillator,
        Self::Analogue,
        Self::Counters,
        Self::Network,
        Self::Human,
        Self::Generator,
        Self::Uncredited,
    ];

    /// What the lowest assessed min-entropy is divided by to give a claim; `None` where an assessment gives none.
    ///
    /// SP 800-90B takes the lowest estimate as it is; to divide it is this crate's caution, since the estimators know nothing of the machine. Three for
    /// timing, kernel paths and memory, whose states could be modelled; two for noise with a clock or a converter of its own. Controllers are
    /// states that are timed, so the more cautious divisor is theirs too.
    #[must_use]
    pub const fn divisor(self) -> Option<u32> {
        match self {
            Self::Processor | Self::Kernel | Self::Memory | Self::Controller => Some(3),
            Self::Oscillator | Self::Analogue => Some(2),
            Self::Counters | Self::Network | Self::Human | Self::Generator | Self::Uncredited => None,
        }
    }

    /// The letter in the catalogue of sources, or a dash.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Processor => "C",
            Self::Kernel => "S",
            Self::Memory => "M",
            Self::Controller => "D",
            Self::Oscillator => "O",
            Self::Analogue => "P",
            Self::Counters => "K",
            Self::Network => "N",
            Self::Human => "H",
            Self::Generator => "T",
            Self::Uncredited => "–",
        }
    }

    /// The word in listings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Processor => "processor",
            Self::Kernel => "kernel",
            Self::Memory => "memory",
            Self::Controller => "controller",
            Self::Oscillator => "oscillator",
            Self::Analogue => "analogue",
            Self::Counters => "counters",
            Self::Network => "network",
            Self::Human => "human",
            Self::Generator => "generator",
            Self::Uncredited => "uncredited",
        }
    }
}
