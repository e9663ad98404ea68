//! The pool: one hash state, and an account of how much entropy is in it.

mod account;
mod policy;

pub(crate) use account::Account;
pub use policy::{Policy, Starved};

use crate::{Independence, Samples, Seed, Sha256, SourceId};
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

/// One independence group, and the account of the source that pays for it.
#[derive(Clone, Copy)]
struct Lane {
    independence: Independence,
    /// The only source whose samples pay, until the next condense.
    leader: SourceId,
    account: Account,
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
        Self { hash: Sha256::new(), policy, lanes: [None; LANES], uncredited: 0 }
    }

    /// Absorbs tested samples and books what they pay.
    ///
    /// Never refuses bytes. Mixed for nothing are samples without a claim and those of the operating system's generator (they take no
    /// lane), those of a source that does not lead its lane, and those for which no lane is free, which
    /// [`uncredited`](Self::uncredited) counts.
    pub fn absorb(&mut self, samples: Samples<'_>) {
        let [high, low] = samples.id().number().to_be_bytes();
        self.enter(&[domain::SAMPLES, high, low], samples.bytes());
        if !samples.pays() {
            return;
        }
        match self.lane(samples.independence, samples.id) {
            Some(lane) if lane.leader == samples.id => lane.account.book(samples.credit),
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
        self.afford(N)?;
        Ok(self.pay())
    }

    /// Fills `out` with 32 full-entropy bytes for a user, at the price and by the way of a [`condense`](Self::condense), under a suffix of
    /// its own: what was handed out never seeded a generator.
    ///
    /// # Errors
    /// [`Starved`], as there; `out` and the pool are then unchanged.
    pub fn draw(&mut self, out: &mut [u8; 32]) -> Result<(), Starved> {
        self.afford(out.len())?;
        self.output(domain::OUTPUT, out);
        self.advance();
        Ok(())
    }

    /// Sixteen bytes that no other state of any pool gives: the nonce of an instantiation (SP 800-90A §8.6.7).
    #[must_use]
    pub fn nonce(&self) -> [u8; 16] {
        let mut nonce = [0; 16];
        self.output(domain::NONCE, &mut nonce);
        nonce
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
    #[inline(never)] // asked three times for each seed
    pub fn credit(&self) -> u32 {
        let cap = self.policy.group_cap;
        self.lanes
            .iter()
            .flatten()
            .fold(0, |sum: u32, lane| sum.saturating_add(lane.account.confirmed().min(cap)))
            .min(FULL)
    }

    /// Millibits that one group has paid towards the next seed, under the policy's cap.
    #[must_use]
    pub fn credit_of(&self, independence: Independence) -> u32 {
        let lanes = self.lanes.iter().flatten();
        let paid =
            lanes.filter(|lane| lane.independence == independence).map(|lane| lane.account.confirmed());
        paid.sum::<u32>().min(self.policy.group_cap)
    }

    /// How many groups have paid.
    #[must_use]
    pub fn groups(&self) -> u8 {
        self.lanes
            .iter()
            .flatten()
            .filter(|lane| lane.account.confirmed() > 0)
            .count()
            .min(usize::from(u8::MAX)) as u8
    }

    /// How many blocks that would have paid were mixed for nothing because every lane was taken.
    #[must_use]
    pub const fn uncredited(&self) -> u32 {
        self.uncredited
    }

    /// Who may pay.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// The seed of a condense that [`afford`](Self::afford) allows, spending all credit.
    #[inline(never)] // into the place of the caller, where a second copy of the seed would cost stack
    pub(crate) fn pay<const N: usize>(&mut self) -> Seed<N> {
        const { assert!(N > 0 && N <= 32, "SHA-256 condenses to at most 32 bytes") };
        let mut seed = Seed::new([0; N]);
        self.output(domain::SEED, seed.bytes_mut());
        self.advance();
        seed
    }

    fn afford(&self, bytes: usize) -> Result<(), Starved> {
        if self.affords(bytes) { Ok(()) } else { Err(self.starved(bytes)) }
    }

    /// Whether credit and groups suffice for `bytes` full-entropy bytes.
    #[inline(never)]
    pub(crate) fn affords(&self, bytes: usize) -> bool {
        self.credit() >= price(bytes) && self.groups() >= self.policy.min_groups
    }

    /// What there is and what `bytes` full-entropy bytes cost.
    pub(crate) fn starved(&self, bytes: usize) -> Starved {
        Starved {
            have: self.credit(),
            need: price(bytes),
            groups: self.groups(),
            min_groups: self.policy.min_groups,
        }
    }

    fn enter(&mut self, domain: &[u8], bytes: &[u8]) {
        self.hash.update(domain);
        self.hash.update(&(bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
    }

    /// The lane of `independence`, newly led by `id` if there was none and one is free.
    fn lane(&mut self, independence: Independence, id: SourceId) -> Option<&mut Lane> {
        let known =
            self.lanes.iter().position(|lane| lane.is_some_and(|lane| lane.independence == independence));
        let place = known.or_else(|| self.lanes.iter().position(Option::is_none))?;
        let new = Lane { independence, leader: id, account: Account::EMPTY };
        Some(self.lanes.get_mut(place)?.get_or_insert(new))
    }

    /// Fills `out` with the beginning of the digest of everything entered, under `domain`.
    #[inline(never)] // the copy of the state must not lie in the frames under which a generator is seeded
    fn output(&self, domain: u8, out: &mut [u8]) {
        let mut hash = self.hash.clone();
        hash.update(&[domain]);
        hash.close(out);
    }

    #[inline(never)] // for the same reason
    fn advance(&mut self) {
        let mut next = [0; 32];
        self.output(domain::NEXT, &mut next);
        self.hash.restart();
        self.enter(&[domain::CARRIED], &next);
        next.zeroize();
        self.lanes = [None; LANES];
    }
}

const fn price(bytes: usize) -> u32 {
    bytes as u32 * 8_000 + 64_000
}

#[cfg(test)]
mod tests;
