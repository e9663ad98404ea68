//! The seed of last resort.

use openentropy_core::{Pool, Seed, Sha256, SourceError, hazmat};
use zeroize::Zeroizing;

/// What precedes the input of this hash and of no other.
const DOMAIN: &[u8] = b"openentropy mixed seed 1";

/// A seed that no source has paid for: hash(pool state ‖ fresh operating-system bytes), for when no credited source works.
///
/// It is worth what the operating system's generator is worth, and more if the pool holds anything that the credit does not say; whatever
/// comes of it is labelled [`Degraded`](openentropy_core::LabelState::Degraded). The only such way: everything else is paid.
pub(crate) struct MixedSeed(Zeroizing<[u8; 32]>);

impl MixedSeed {
    /// Draws it, and takes what credit there was: output has been made of this state.
    ///
    /// # Errors
    /// What the operating system's generator answers: there is then nothing to draw from.
    pub(crate) fn draw<const LANES: usize>(
        pool: &mut Pool<LANES>,
        fresh: Result<Zeroizing<[u8; 32]>, SourceError>,
    ) -> Result<Self, SourceError> {
        let fresh = fresh?;
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        // Two halves of 128 bits each, from two successive states: a pool shows no more of itself without payment.
        for half in [DOMAIN, &*fresh] {
            pool.mix(half);
            hash.update(&*Zeroizing::new(pool.nonce()));
            pool.fork(&[]);
        }
        hash.update(&*fresh);
        Ok(Self(Zeroizing::new(hash.finish())))
    }

    /// The seed, as generators take it.
    pub(crate) fn into_seed(self) -> Seed<32> {
        hazmat::seed_from_bytes(*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openentropy_core::Policy;

    fn drawn(mixed: &[u8], fresh: u8) -> [u8; 32] {
        let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
        pool.mix(mixed);
        *MixedSeed::draw(&mut pool, Ok(Zeroizing::new([fresh; 32]))).expect("fresh bytes").0
    }

    #[test]
    fn the_pool_and_the_fresh_bytes_both_decide() {
        assert_eq!(drawn(b"a", 1), drawn(b"a", 1));
        assert_ne!(drawn(b"a", 1), drawn(b"b", 1));
        assert_ne!(drawn(b"a", 1), drawn(b"a", 2));
    }

    #[test]
    fn each_draw_moves_the_pool_on() {
        let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
        let mut draw = || *MixedSeed::draw(&mut pool, Ok(Zeroizing::new([0; 32]))).expect("fresh bytes").0;
        assert_ne!(draw(), draw());
    }

    #[test]
    fn without_fresh_bytes_there_is_none() {
        let mut pool = Pool::<1>::new(Policy::SINGLE_GROUP);
        let drawn = MixedSeed::draw(&mut pool, Err(SourceError::NotReady));
        assert_eq!(drawn.err(), Some(SourceError::NotReady));
    }
}
