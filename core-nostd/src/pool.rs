//! The pool: one hash state, and an account of how much entropy is in it.

use crate::{Independence, Samples, Seed, Sha256, SourceId, samples::WindowCredit};
use zeroize::Zeroize;

/// What a pool holds at most, in millibits: the price of one full-entropy seed of 256 bits (SP 800-90C: 256 + 64 bits).
const FULL: u32 = 320_000;

/// What precedes each kind of input and each finalisation, so that none can be taken for another.
mod domain {
    pub(super) const SAMPLES: u8 = 1;
    pub(super) const UNCREDITED: u8 = 2;
    pub(super) const CARRIED: u8 = 3;
    pub(super) const SEED: u8 = 4;
    pub(super) const NEXT: u8 = 5;
    pub(super) const NONCE: u8 = 6;
    pub(super) const OUTPUT: u8 = 7;
}

/// Who may pay for a seed.
///
/// ```
/// use openentropy_core::Policy;
/// const TWO_GROUPS: Policy = Policy { min_groups: 2, group_cap: 256_000 };
/// assert_eq!(Policy::SINGLE_GROUP.min_groups, 1);
/// # let _ = TWO_GROUPS;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "written as a constant")]
pub struct Policy {
    /// How many independence groups must contribute to a seed.
    pub min_groups: u8,
    /// The most one group may pay towards one seed, in millibits.
    pub group_cap: u32,
}

impl Policy {
    /// One group suffices and may pay all: the choice of firmware and of machines with one noise source.
    pub const SINGLE_GROUP: Self = Self {
        min_groups: 1,
        group_cap: FULL,
    };
}

/// A seed was asked for that the pool cannot pay; nothing is lost, collect more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Starved {
    /// Credited millibits in the pool, under the policy's cap.
    pub have: u32,
    /// Millibits that the seed costs.
    pub need: u32,
    /// Groups that have paid.
    pub groups: u8,
    /// Groups that the policy asks for.
    pub min_groups: u8,
}

impl core::fmt::Display for Starved {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "the pool holds {} of {} credited bits, from {} of {} independent groups",
            self.have / 1000,
            self.need / 1000,
            self.groups,
            self.min_groups
        )
    }
}

impl core::error::Error for Starved {}

/// One independence group's account.
#[derive(Clone, Copy)]
struct Lane {
    independence: Independence,
    /// The only source whose samples pay, until the next condense.
    leader: SourceId,
    /// The adaptive-proportion window that `pending` lies in.
    window: u32,
    /// Millibits of closed windows.
    confirmed: u32,
    /// Millibits of the open window.
    pending: u32,
}

/// A fixed-size entropy pool with an account per independence group.
///
/// Everything absorbed goes into one SHA-256 state at once. Credit is kept apart, in `LANES` lanes, one per [`Independence`], and follows
/// five rules: only tested samples of a source with a claim pay; only the lane's leading source pays, so that several views of one noise never earn
/// more than one of them; samples pay once the health-test window they lie in has closed; nothing pays more than its lane's cap;
/// the pool holds at most 320 bits. A condense spends all of it.
///
/// ```
/// use openentropy_core::{Policy, Pool};
/// static POLICY: Policy = Policy::SINGLE_GROUP;
/// let mut pool = Pool::<4>::new(POLICY);
/// pool.mix(b"board serial number"); // mixed, never counted
/// let starved = pool.condense::<32>().err().unwrap();
/// assert_eq!((starved.have, starved.need), (0, 320_000));
/// ```
pub struct Pool<const LANES: usize> {
    hash: Sha256,
    policy: Policy,
    lanes: [Option<Lane>; LANES],
    uncredited: u32,
}

impl<const LANES: usize> Pool<LANES> {
    /// An empty pool.
    #[must_use]
    pub const fn new(policy: Policy) -> Self {
        const { assert!(LANES > 0, "a pool has at least one lane") };
        Self {
            hash: Sha256::new(),
            policy,
            lanes: [None; LANES],
            uncredited: 0,
        }
    }

    /// Absorbs tested samples and books what they pay.
    ///
    /// Never refuses bytes: without a free lane, or from a source that does not lead its lane, they are mixed for nothing, the first
    /// of which [`uncredited`](Self::uncredited) counts. A source without a claim takes no lane, so that it keeps none from one that pays.
    pub fn absorb(&mut self, samples: Samples<'_>) {
        let [high, low] = samples.id().number().to_be_bytes();
        self.enter(&[domain::SAMPLES, high, low], samples.bytes());
        if samples.credit.closed == 0 && samples.credit.open == 0 {
            return;
        }
        match self.lane(samples.independence, samples.id, samples.credit.window) {
            Some(lane) if lane.leader == samples.id => lane.book(samples.credit),
            Some(_) => {}
            None => self.uncredited = self.uncredited.saturating_add(1),
        }
    }

    /// Mixes bytes that are worth nothing: serial numbers, time, operating-system randomness, a saved seed.
    ///
    /// Mixing cannot lower what the pool holds.
    pub fn mix(&mut self, bytes: &[u8]) {
        self.enter(&[domain::UNCREDITED], bytes);
    }

    /// Draws `N` full-entropy bytes, at the price of 8·N + 64 credited bits, and forgets all credit and leadership.
    ///
    /// One pass over the state gives the seed and another the next state, under different suffixes, so that neither tells of the
    /// other; SHA-256 is the vetted conditioning component (SP 800-90B §3.1.5.1.1) and the 64 surplus bits put its output
    /// within 2^-32 of full entropy (SP 800-90C).
    ///
    /// # Errors
    /// [`Starved`] when the credit does not suffice or too few groups have paid; the pool is then unchanged.
    pub fn condense<const N: usize>(&mut self) -> Result<Seed<N>, Starved> {
        const { assert!(N > 0 && N <= 32, "SHA-256 condenses to at most 32 bytes") };
        self.afford(N)?;
        let seed = Seed::new(self.output(domain::SEED));
        self.advance();
        Ok(seed)
    }

    /// Fills `out` with 32 full-entropy bytes for a user, at the price and by the way of a [`condense`](Self::condense), under a suffix of
    /// its own: what was handed out never seeded a generator.
    ///
    /// # Errors
    /// [`Starved`], as there; `out` and the pool are then unchanged.
    pub fn draw(&mut self, out: &mut [u8; 32]) -> Result<(), Starved> {
        self.afford(out.len())?;
        *out = self.output(domain::OUTPUT);
        self.advance();
        Ok(())
    }

    /// Sixteen bytes that no other state of any pool gives: the nonce of an instantiation (SP 800-90A §8.6.7).
    #[must_use]
    pub fn nonce(&self) -> [u8; 16] {
        self.output(domain::NONCE)
    }

    /// Makes this copy of the pool differ from every other, in a forked child or a resumed machine.
    ///
    /// The credit was earned by a state that somebody else holds too: it is gone, as are the lanes. `fresh` (operating-system
    /// bytes, the process number) is mixed and the state replaced.
    pub fn fork(&mut self, fresh: &[u8]) {
        self.mix(fresh);
        self.advance();
    }

    /// Takes back what the lane led by `id` has earned, and the leadership: its source has failed for good or was removed.
    ///
    /// Another source of the group leads from the next absorb on, and begins at zero, as after a condense.
    pub fn retire(&mut self, id: SourceId) {
        for lane in &mut self.lanes {
            if lane.is_some_and(|lane| lane.leader == id) {
                *lane = None;
            }
        }
    }

    /// Credited millibits under the policy's cap, at most 320,000.
    #[must_use]
    pub fn credit(&self) -> u32 {
        let cap = self.policy.group_cap;
        self.lanes
            .iter()
            .flatten()
            .fold(0, |sum: u32, lane| sum.saturating_add(lane.confirmed.min(cap)))
            .min(FULL)
    }

    /// How many groups have paid.
    #[must_use]
    pub fn groups(&self) -> u8 {
        self.lanes
            .iter()
            .flatten()
            .filter(|lane| lane.confirmed > 0)
            .count()
            .min(usize::from(u8::MAX)) as u8
    }

    /// How many blocks were mixed for nothing because every lane was taken.
    #[must_use]
    pub const fn uncredited(&self) -> u32 {
        self.uncredited
    }

    /// Who may pay.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Whether credit and groups suffice for `bytes` full-entropy bytes.
    fn afford(&self, bytes: usize) -> Result<(), Starved> {
        let starved = Starved {
            have: self.credit(),
            need: bytes as u32 * 8_000 + 64_000,
            groups: self.groups(),
            min_groups: self.policy.min_groups,
        };
        if starved.have < starved.need || starved.groups < starved.min_groups {
            return Err(starved);
        }
        Ok(())
    }

    fn enter(&mut self, domain: &[u8], bytes: &[u8]) {
        self.hash.update(domain);
        self.hash.update(&(bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
    }

    /// The lane of `independence`, newly led by `id` if there was none and one is free.
    fn lane(&mut self, independence: Independence, id: SourceId, window: u32) -> Option<&mut Lane> {
        let known = self
            .lanes
            .iter()
            .position(|lane| lane.is_some_and(|lane| lane.independence == independence));
        let place = known.or_else(|| self.lanes.iter().position(Option::is_none))?;
        let new = Lane {
            independence,
            leader: id,
            window,
            confirmed: 0,
            pending: 0,
        };
        Some(self.lanes.get_mut(place)?.get_or_insert(new))
    }

    /// The first `N` bytes of the digest of everything entered, under `domain`.
    fn output<const N: usize>(&self, domain: u8) -> [u8; N] {
        let mut hash = self.hash.clone();
        hash.update(&[domain]);
        let mut digest = hash.finish();
        let mut output = [0; N];
        output.iter_mut().zip(&digest).for_each(|(to, from)| *to = *from);
        digest.zeroize();
        output
    }

    fn advance(&mut self) {
        let mut next: [u8; 32] = self.output(domain::NEXT);
        self.hash = Sha256::new();
        self.enter(&[domain::CARRIED], &next);
        next.zeroize();
        self.lanes = [None; LANES];
    }
}

impl Lane {
    fn book(&mut self, credit: WindowCredit) {
        if self.window != credit.window {
            self.pending = 0; // the window that the pending samples lay in never closed: an alarm cancelled it
        }
        if credit.closes > 0 {
            let earned = self.pending.saturating_add(credit.closed);
            self.confirmed = self.confirmed.saturating_add(earned).min(FULL);
            self.pending = 0;
        }
        self.window = credit.window.wrapping_add(credit.closes);
        self.pending = self.pending.saturating_add(credit.open).min(FULL);
    }
}
