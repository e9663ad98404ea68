//! A source under continuous test.

use crate::{
    Claim, EntropySource, Independence, MinEntropy, Raw, Samples, SourceError, SourceId, Width,
    health::{Alphas, CollectError, Lag, LagTest, NoLag, State, checks::Checks, state::Standing},
    samples::WindowCredit,
};

/// A source whose samples pass the health tests before anybody sees them.
///
/// # Contract
/// - Every sample is tested, in the order in which the source gave it, from the first one on (SP 800-90B §4.3): start-up is nothing but
///   1,024 consecutive samples that raised no alarm, and they are discarded.
/// - A block that raised an alarm, or came while the source was starting or latched, is wiped; nothing derived from it leaves.
/// - An intermittent alarm takes the open window's credit and starts the source up again; so does any source error but
///   [`NotReady`](SourceError::NotReady), which costs nothing, and [`Overrun`](SourceError::Overrun), which only breaks a start-up under way.
/// - A permanent alarm, and the third alarm within start-ups, latch: the source is not even asked for samples until
///   [`operator_reset`](Self::operator_reset). A passed start-up forgives nothing. Whoever drops the source carries
///   [`failures`](Self::failures) over to the next one of the same device.
/// - The claim is what the samples pay and what sets the cutoffs; it is never more than the samples are wide.
///
/// ```
/// use openentropy_core::{Claim, EntropySource, Group, Independence, MinEntropy, Platform, Pool, Policy, Raw, Requirement};
/// use openentropy_core::{SourceCategory, SourceError, SourceId, SourceInfo, Tested, Width, health::CollectError};
/// static INFO: SourceInfo = SourceInfo {
///     name: "xorshift", description: "an example", physics: "none", category: SourceCategory::Signal,
///     platform: Platform::Any, requirement: Requirement::None, width: Width::BYTE,
///     independence: Independence::of(Group::Test),
/// };
/// struct Xorshift(u32);
/// impl EntropySource for Xorshift {
///     fn info(&self) -> &SourceInfo { &INFO }
///     fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
///         out.write(|slots| {
///             for slot in slots {
///                 self.0 ^= self.0 << 13;
///                 self.0 ^= self.0 >> 17;
///                 self.0 ^= self.0 << 5;
///                 *slot = self.0 as u8;
///             }
///             Ok(())
///         })
///     }
/// }
/// let claim = Claim::OperatorDeclared(MinEntropy::from_millibits(1000).unwrap());
/// let mut source = Tested::new(Xorshift(1), SourceId::new(1), claim);
/// let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
/// let mut scratch = Raw::<[u8; 64]>::new();
/// while pool.credit() < 320_000 {
///     match source.collect(&mut scratch) {
///         Ok(samples) => pool.absorb(samples),
///         Err(CollectError::Starting { .. } | CollectError::Source(SourceError::NotReady)) => {}
///         Err(error) => return Err(error),
///     }
/// }
/// # Ok::<(), CollectError>(())
/// ```
pub struct Tested<S, L = Lag> {
    source: S,
    id: SourceId,
    claim: Claim,
    alphas: Alphas,
    checks: Option<Checks>,
    lag: L,
    standing: Standing,
    /// Number of the adaptive-proportion window that the next sample falls into.
    window: u32,
}

impl<S> Tested<S> {
    /// Puts `source` under test, with the lag test over a history of eight.
    #[must_use]
    pub const fn new(source: S, id: SourceId, claim: Claim) -> Self {
        Self::with_lag(source, id, claim, Lag::new())
    }
}

impl<S> Tested<S, NoLag> {
    /// Puts `source` under the two standard tests only.
    #[must_use]
    pub const fn without_lag(source: S, id: SourceId, claim: Claim) -> Self {
        Self::with_lag(source, id, claim, NoLag)
    }
}

impl<S, L> Tested<S, L> {
    /// Puts `source` under test with a lag test of choice: `Lag::<128>::new()` on hosts.
    ///
    /// The source is not touched; its [`SourceInfo`](crate::SourceInfo) is read at the first [`collect`](Self::collect).
    #[must_use]
    pub const fn with_lag(source: S, id: SourceId, claim: Claim, lag: L) -> Self {
        Self {
            source,
            id,
            claim,
            alphas: Alphas::DEFAULT,
            checks: None,
            lag,
            standing: Standing::new(0),
            window: WindowCredit::UNDELIVERED,
        }
    }

    /// The same with other false-alarm probabilities.
    #[must_use]
    pub const fn with_alphas(mut self, alphas: Alphas) -> Self {
        self.alphas = alphas;
        self
    }

    /// The same with the [`failures`](Self::failures) of the device's earlier life, where those are more than it has; three or more are a
    /// latched source.
    #[must_use]
    pub const fn with_failures(mut self, failures: u8) -> Self {
        if failures > self.standing.failures() {
            self.standing = Standing::new(failures);
        }
        self
    }

    /// The source. It cannot be sampled from here: samples that were shown would be credited too.
    #[must_use]
    pub const fn source(&self) -> &S {
        &self.source
    }

    /// The number by which the pool knows the source.
    #[must_use]
    pub const fn id(&self) -> SourceId {
        self.id
    }

    /// What the samples pay.
    #[must_use]
    pub const fn claim(&self) -> Claim {
        self.claim
    }

    /// Where the source stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.standing.state()
    }

    /// Failed start-ups since the operator's last reset; saturates, and a latched source has at least three.
    #[must_use]
    pub const fn failures(&self) -> u8 {
        self.standing.failures()
    }

    /// Alarms of either level since the source was put under test; saturates.
    #[must_use]
    pub const fn alarms(&self) -> u32 {
        self.standing.alarms()
    }
}

impl<S: EntropySource, L: LagTest> Tested<S, L> {
    /// Takes and tests `scratch.len()` samples.
    ///
    /// One call asks the source once. Blocks need no particular size; windows and start-up go on from call to call.
    ///
    /// # Errors
    /// - [`Source`](CollectError::Source): the source delivered nothing, for the reason it gives.
    /// - [`Starting`](CollectError::Starting): the block served the start-up; call again.
    /// - [`Failed`](CollectError::Failed): the block raised an intermittent alarm; the source starts up again, call again.
    /// - [`Latched`](CollectError::Latched): off until [`operator_reset`](Self::operator_reset).
    /// - [`TooWide`](CollectError::TooWide): the source's width is above eight bits, or a sample exceeds it.
    pub fn collect<'b>(&mut self, scratch: &'b mut Raw) -> Result<Samples<'b>, CollectError> {
        if let State::Latched(test) = self.state() {
            return Err(CollectError::Latched(test));
        }
        self.start()?;
        scratch.wipe(); // a source that writes nothing must not pass off what the block held before
        let judged = match self.source.sample(scratch) {
            Ok(()) => self.judge(scratch.samples()),
            Err(error) => Err(self.missed(error)),
        };
        match judged {
            Ok((independence, credit)) => Ok(Samples::new(scratch, self.id, independence, credit)),
            Err(error) => {
                scratch.wipe();
                Err(error)
            }
        }
    }

    /// Whether the lag test runs: not before the first collect, never with [`NoLag`].
    #[must_use]
    pub fn lag_is_on(&self) -> bool {
        self.checks.is_some() && self.lag.is_on()
    }

    /// Lowers the claim to `limit` where it is above it, and takes the cutoffs that belong to it; never raises it.
    ///
    /// The open window was booked at the old claim: its credit is gone.
    pub fn lower(&mut self, limit: MinEntropy) {
        if limit >= self.claim.min_entropy() {
            return;
        }
        self.claim = self.claim.lowered_to(limit);
        self.cancel_window();
        let tested_as = self.claim.tested_as();
        self.lag.set_claim(tested_as);
        if let Some(checks) = &mut self.checks {
            checks.set_claim(tested_as, self.alphas);
        }
    }

    /// Starts the source up again: on demand (SP 800-90B §4.3), or after a resume, when old samples say nothing of the new ones.
    ///
    /// Forgives no failure and opens no latch.
    pub fn restart(&mut self) {
        self.checks = None;
        self.cancel_window();
        self.standing.restart();
    }

    /// Opens the latch, forgets all failures and starts the source up again: for a person who has seen to the device.
    pub fn operator_reset(&mut self) {
        self.standing.forgive();
        self.restart();
    }

    /// Reads the source's facts, and sets up its tests, unless that was done.
    fn start(&mut self) -> Result<(), CollectError> {
        if self.checks.is_some() {
            return Ok(());
        }
        let info = self.source.info();
        if info.width > Width::BYTE {
            return Err(CollectError::TooWide);
        }
        let holds = u32::from(info.width.bits()) * 1000;
        self.claim = self.claim.lowered_to(MinEntropy::at_most(holds));
        let tested_as = self.claim.tested_as();
        self.lag.restart();
        self.lag.set_claim(tested_as);
        self.checks = Some(Checks::new(info, tested_as, self.alphas));
        self.standing.begin();
        Ok(())
    }

    /// Takes what a source error costs.
    fn missed(&mut self, error: SourceError) -> CollectError {
        match error {
            SourceError::NotReady => {}
            SourceError::Overrun if self.state() == State::Running => {}
            _ => self.restart(),
        }
        error.into()
    }

    /// Feeds the tests and moves the state; the block may be handed out only on `Ok`.
    fn judge(&mut self, samples: &[u8]) -> Result<(Independence, WindowCredit), CollectError> {
        let Some(checks) = &mut self.checks else {
            return Err(SourceError::NotReady.into()); // `start` has set them up
        };
        if !checks.fits(samples) {
            self.restart();
            return Err(CollectError::TooWide);
        }
        let credit = checks.credit(samples.len(), self.claim.min_entropy(), self.window);
        let independence = checks.independence().with_instance(self.id.instance());
        let alarm = checks.run(samples, &mut self.lag);
        self.window = self.window.wrapping_add(credit.closes);
        if let Some((level, test)) = alarm {
            self.cancel_window();
            return Err(self.standing.alarmed(level, test));
        }
        self.standing.passed(samples.len())?;
        self.window = WindowCredit::delivered(self.window);
        Ok((independence, credit))
    }

    /// Goes on in a window of another number without closing this one: the pool drops what is pending in it.
    fn cancel_window(&mut self) {
        self.window = self.window.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Group, LowBits, Measure, Platform, Policy, Pool, Requirement, SourceCategory, SourceInfo};

    static INFO: SourceInfo = SourceInfo {
        name: "counter",
        description: "a multiplied counter",
        physics: "none",
        category: SourceCategory::Signal,
        platform: Platform::Any,
        requirement: Requirement::None,
        width: Width::WORD,
        independence: Independence::of(Group::Test),
    };

    struct Counter(u64);

    impl Measure for Counter {
        fn info(&self) -> &SourceInfo {
            &INFO
        }

        fn measure(&mut self) -> Result<u64, SourceError> {
            self.0 += 1;
            Ok(self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40)
        }
    }

    /// 2^31 windows are 2^40 samples: a day at 13 MB/s.
    #[test]
    fn windows_are_counted_past_the_end_of_their_number() {
        let claim = Claim::OperatorDeclared(MinEntropy::FLOOR);
        let mut source = Tested::new(LowBits::new(Counter(0), Width::BYTE, 1), SourceId::new(1), claim);
        let mut scratch = Raw::<[u8; 1024]>::new();
        assert!(source.collect(&mut scratch).is_err(), "start-up");
        source.window = WindowCredit::UNDELIVERED - 3;
        let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
        let mut scratch = Raw::<[u8; 256]>::new();
        for blocks in 1..=12 {
            pool.absorb(source.collect(&mut scratch).unwrap());
            assert_eq!(pool.credit(), blocks / 2 * 512 * 50, "after {blocks} half windows");
        }
        assert_eq!(source.window, 3);
    }
}
