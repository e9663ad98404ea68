//! The thread of one source: opens it, collects when the account says so, and contains whatever it does.

use super::account::{BLOCK, id};
use super::process::Process;
use super::source::{Source, Standing, TestedSource};
use super::turns::Finished;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use openentropy_core::health::{CollectError, HealthTest};
use openentropy_core::{Raw, Samples, SourceError, SourceId};
use rustix::time::{ClockId, clock_gettime};
use std::panic::catch_unwind;
use std::time::Instant;

/// Serves source `number` until the pool is closed.
///
/// A source that hangs holds this thread and nothing else; when it comes back, its samples are wiped and it is opened anew.
pub(crate) fn serve(process: &Process, number: usize, source: &Source) {
    let mut worker =
        Worker { source, id: id(number, source.independence()), open: None, booked: 0, resumes: 0 };
    let mut scratch = Raw::<[u8; BLOCK]>::new();
    while process.await_turn(number) {
        let (began, worked) = (Instant::now(), processor_time());
        let resumes = process.resumes();
        worker.follow_resume(resumes);
        let collected = worker.contained(&mut scratch);
        let standing = worker.open.as_ref().map(Standing::of);
        let (took, worked) = (began.elapsed(), processor_time().saturating_sub(worked));
        if !process.settle(number, Finished { collected, took, worked, standing, resumes }) {
            worker.close();
        }
    }
    worker.close();
}

/// For how long this thread has had a processor (CLOCK_THREAD_CPUTIME_ID, clock_gettime(2)).
fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

struct Worker<'s> {
    source: &'s Source,
    id: SourceId,
    open: Option<TestedSource>,
    /// Its failed start-ups that the ledger knows of.
    booked: u8,
    /// Resumes of the machine that the source has been opened anew for.
    resumes: u64,
}

impl Worker<'_> {
    /// One block, of a source that is opened if need be.
    fn collect<'b>(&mut self, scratch: &'b mut Raw) -> Result<Samples<'b>, CollectError> {
        let tested = match &mut self.open {
            Some(tested) => tested,
            None if self.source.ledger.is_latched() => {
                return Err(CollectError::Latched(HealthTest::StartUp));
            }
            None => {
                let tested = self.open.insert(self.source.open(self.id)?);
                self.booked = tested.failures();
                tested
            }
        };
        let collected = tested.collect(scratch);
        match collected {
            Ok(_) => {}
            // The start-up is over: its own window may support less than the claim.
            Err(CollectError::Starting { remaining: 0 }) => tested.lower(tested.source().supported()),
            Err(_) => {
                let failures = tested.failures();
                self.source.ledger.book(failures.saturating_sub(self.booked));
                self.booked = failures;
            }
        }
        collected
    }

    /// The same, of a source that may panic.
    fn contained<'b>(&mut self, scratch: &'b mut Raw) -> Result<Samples<'b>, CollectError> {
        let collect = AssertUnwindSafe(move || {
            let scratch = scratch; // moved, so that what is returned may outlive the closure
            self.collect(scratch)
        });
        catch_unwind(collect).unwrap_or(Err(CollectError::Source(SourceError::Panicked)))
    }

    fn follow_resume(&mut self, resumes: u64) {
        if resumes != self.resumes {
            self.resumes = resumes;
            self.close(); // opened anew, it is started up anew, and bounded by its new start-up window
        }
    }

    /// Closes the source, whatever its closing does.
    fn close(&mut self) {
        let open = self.open.take();
        if catch_unwind(AssertUnwindSafe(|| drop(open))).is_err() {
            // It was closed because it failed, or because nobody needs it: there is nobody left to tell.
        }
    }
}
