//! Where the bytes come from: one variant per conditioning.

use crate::args::{Conditioning, Stream};
use crate::exit::Failure;
use openentropy_core::LabelState;
use openentropy_host::{Debiasing, EntropyPool, HostRng, Mechanism, PoolError, PoolLabel, RawReader};
use zeroize::Zeroizing;

/// Bytes of a generator's piece: long enough to amortise the request, short enough to stay in the second-level cache.
const GENERATOR_PIECE: usize = 256 << 10;
/// Bytes of a paid piece: one full-entropy block, so that everything that was paid is delivered.
const PAID_PIECE: usize = 32;
/// Bytes of samples.
const SAMPLE_PIECE: usize = 4096;

/// A supply of bytes.
pub(crate) struct Supply {
    origin: Origin,
    /// Bytes made and not delivered yet, and what they are worth.
    ahead: Zeroizing<Vec<u8>>,
    state: LabelState,
    /// Sources that had failed when that was last asked.
    failed: usize,
}

enum Origin {
    /// Full-entropy blocks, what the last one is worth, and what was paid for all.
    Paid { pool: EntropyPool, label: Option<PoolLabel>, credited_bits: u64 },
    /// A generator.
    Generator(HostRng),
    /// Samples as they are, or debiased.
    Samples(RawReader, LabelState),
}

impl Supply {
    /// The supply that the arguments ask for.
    pub(crate) fn open(pool: &EntropyPool, args: &Stream) -> Result<Self, Failure> {
        if args.drbg.is_some() && args.conditioning != Conditioning::Drbg {
            return Err(Failure::Usage("--drbg chooses the mechanism of --conditioning drbg".to_owned()));
        }
        let origin = match args.conditioning {
            Conditioning::Sha256 => Origin::Paid { pool: pool.clone(), label: None, credited_bits: 0 },
            Conditioning::Drbg => {
                Origin::Generator(pool.rng_with(args.drbg.map_or_else(Mechanism::fastest, Mechanism::from)))
            }
            Conditioning::Raw => Origin::Samples(pool.raw(&[]).map_err(unusable)?, LabelState::Raw),
            Conditioning::Vonneumann => debiased(pool, Debiasing::VonNeumann)?,
            Conditioning::Peres => debiased(pool, Debiasing::Peres)?,
        };
        Ok(Self { origin, ahead: Zeroizing::default(), state: LabelState::Degraded, failed: 0 })
    }

    /// The most bytes that are best asked for at once.
    pub(crate) const fn piece(&self) -> usize {
        match self.origin {
            Origin::Paid { .. } => PAID_PIECE,
            Origin::Generator(_) => GENERATOR_PIECE,
            Origin::Samples(..) => SAMPLE_PIECE,
        }
    }

    /// Replaces `piece` by the next bytes, at least one and at most `wanted`, and says what they are worth.
    pub(crate) fn next(&mut self, piece: &mut Vec<u8>, wanted: usize) -> Result<LabelState, PoolError> {
        piece.clear();
        if self.ahead.is_empty() {
            self.state = self.origin.make(piece, wanted)?;
        } else {
            core::mem::swap(piece, &mut self.ahead);
        }
        if piece.len() > wanted {
            self.ahead.extend(piece.drain(wanted..));
        }
        Ok(self.state)
    }

    /// Whether sources whose samples are shown have failed since this was last asked.
    pub(crate) fn has_lost_sources(&mut self) -> bool {
        let failed = match &self.origin {
            Origin::Samples(reader, _) => reader.failed(),
            _ => 0,
        };
        core::mem::replace(&mut self.failed, failed) != failed
    }

    /// Forgets bytes that were made and not delivered.
    pub(crate) fn forget(&mut self) {
        self.ahead = Zeroizing::default();
    }

    /// What the last bytes are worth.
    pub(crate) fn label(&self) -> Result<PoolLabel, PoolError> {
        match &self.origin {
            Origin::Paid { pool, label, .. } => Ok(label.clone().unwrap_or_else(|| pool.label())),
            Origin::Generator(rng) => rng.label(),
            Origin::Samples(reader, _) => Ok(reader.label()),
        }
    }

    /// Bits that were paid for all bytes so far, of which the last are worth `last`.
    pub(crate) const fn credited_bits(&self, last: &PoolLabel) -> u64 {
        match self.origin {
            Origin::Paid { credited_bits, .. } => credited_bits,
            _ => last.credited_bits,
        }
    }
}

impl Origin {
    /// Puts the next bytes into the empty `piece`, about `wanted` of them, and says what they are worth.
    fn make(&mut self, piece: &mut Vec<u8>, wanted: usize) -> Result<LabelState, PoolError> {
        match self {
            Self::Paid { pool, label, credited_bits } => {
                let mut block = Zeroizing::new([0; PAID_PIECE]);
                let paid = pool.fill_block(&mut block)?;
                piece.extend_from_slice(&*block);
                let state = paid.state;
                *credited_bits += paid.credited_bits;
                *label = Some(paid);
                Ok(state)
            }
            Self::Generator(rng) => {
                piece.resize(wanted, 0);
                rng.fill(piece)
            }
            Self::Samples(reader, state) => {
                let block = reader.next_block()?;
                if reader.is_framed() {
                    piece.extend_from_slice(&block.header());
                }
                piece.extend_from_slice(&block.samples);
                Ok(*state)
            }
        }
    }
}

fn debiased(pool: &EntropyPool, debiasing: Debiasing) -> Result<Origin, Failure> {
    Ok(Origin::Samples(pool.debiased(&[], debiasing).map_err(unusable)?, LabelState::Debiased))
}

/// What a refused selection means.
fn unusable(error: PoolError) -> Failure {
    Failure::Usage(format!("{error}: name sources that `openentropy scan` shows as ready"))
}
