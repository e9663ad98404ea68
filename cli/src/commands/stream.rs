//! `openentropy stream`: random bytes, with their label.

mod supply;
mod worth;

use crate::args::{Mechanism, Stream};
use crate::exit::{Failure, Outcome};
use crate::output::{Delivery, Sink, say};
use crate::{select, signals};
use openentropy_host::{EntropyPool, PoolError};
use supply::Supply;
use worth::Worth;
use zeroize::Zeroizing;

/// Delivers until everything is delivered, nobody reads any more, or the sources do not pay.
pub(crate) fn run(args: &Stream) -> Result<Outcome, Failure> {
    let pool = pool(args)?;
    if !args.label_json {
        for warning in pool.claims().warnings() {
            say(&format_args!("warning: {warning}"))?;
        }
    }
    let mut supply = Supply::open(&pool, args)?;
    signals::watch().map_err(|error| Failure::Io { place: "signals".to_owned(), error })?;
    let mut sink = Sink::open(args)?;
    let mut worth = Worth::new(args.label_json);
    let outcome = deliver(args.bytes, &mut supply, &mut sink, &mut worth);
    let finished = match outcome {
        Ok(_) => Ok(worth.outcome()),
        Err(failure) => sink.finish().and(Err(failure)), // what came before the failure is whole
    };
    signals::clean_up();
    finished
}

fn deliver(
    bytes: Option<u64>,
    supply: &mut Supply,
    sink: &mut Sink,
    worth: &mut Worth,
) -> Result<Delivery, Failure> {
    let mut left = bytes.unwrap_or(u64::MAX);
    let mut delivered = 0;
    let mut piece = Zeroizing::new(Vec::new());
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX);
        let wanted = sink.piece(wanted.min(supply.piece()));
        let state = supply.next(&mut piece, wanted).map_err(|error| refusal(error, delivered))?;
        if supply.has_lost_sources() || worth.is_new(state) {
            worth.say(&supply.label().map_err(|error| refusal(error, delivered))?)?;
        }
        if sink.await_reader()? {
            supply.forget(); // it is as old as the wait was long, and the machine may have been copied meanwhile
            continue;
        }
        if sink.write(&piece)? == Delivery::Closed {
            return Ok(Delivery::Closed);
        }
        delivered += piece.len() as u64;
        if bytes.is_some() {
            left -= piece.len() as u64;
        }
    }
    let finished = sink.finish()?; // data first, then the words about all of it
    let last = supply.label().map_err(|error| refusal(error, delivered))?;
    worth.close(&last, supply.credited_bits(&last), delivered)?;
    Ok(finished)
}

/// The pool of the chosen sources under the chosen rules.
fn pool(args: &Stream) -> Result<EntropyPool, Failure> {
    let mut builder = EntropyPool::builder()
        .sources(select::sources(&args.named, &args.peers)?)
        .min_groups(args.min_groups)
        .strict(args.strict || args.fifo.is_some())
        .deadline(args.deadline);
    for name in &args.trust {
        builder = builder.trust(name).map_err(|error| Failure::Usage(format!("--trust {name}: {error}")))?;
    }
    Ok(builder.build())
}

/// What a refused request means for the program's end.
fn refusal(error: PoolError, delivered: u64) -> Failure {
    match error {
        PoolError::Source(_) => {
            Failure::Io { place: format!("after {delivered} bytes"), error: error.into() }
        }
        PoolError::Drbg(_) => Failure::Check(format!("{delivered} bytes delivered, then: {error}")),
        _ => Failure::Starved(format!("{delivered} bytes delivered, then: {error}")),
    }
}

impl From<Mechanism> for openentropy_host::Mechanism {
    fn from(mechanism: Mechanism) -> Self {
        match mechanism {
            Mechanism::Ctr => Self::Ctr,
            Mechanism::Chacha20 => Self::ChaCha20,
            Mechanism::Hmac => Self::Hmac,
            Mechanism::Hash => Self::Hash,
        }
    }
}
