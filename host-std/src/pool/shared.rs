//! What handles and workers of one pool share.

use super::PoolError;
use super::account::LANES;
use super::draws::Patience;
use super::line::Line;
use super::process::{Process, fresh};
use super::source::Source;
use super::trouble::Trouble;
use super::worker;
use crate::claims::Claims;
use crate::fork::Generation;
use crate::list::List;
use core::time::Duration;
use openentropy_core::{Policy, Pool};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// What stands for a wait that no clock can hold.
const FOREVER: Duration = Duration::from_secs(1 << 32);

/// A pool: its sources, its rules, and its state in this process and its ancestors.
pub(crate) struct Shared {
    pub(crate) sources: List<Source>,
    pub(crate) rules: Rules,
    pub(crate) claims: Claims,
    first: Process,
}

/// The rules of a pool, fixed when it is built.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) policy: Policy,
    pub(crate) is_strict: bool,
    pub(crate) deadline: Duration,
    pub(crate) source_bound: Duration,
    pub(crate) seed_ages: SeedAges,
}

/// How old a generator's seed may grow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeedAges {
    /// From here on every request tries to be paid for another.
    pub(crate) try_from: Duration,
    /// From here on a reseed is overdue (Linux's generator takes 60 s).
    pub(crate) due: Duration,
    /// From here on a strict generator refuses.
    pub(crate) refuse: Duration,
}

impl SeedAges {
    pub(crate) const DEFAULT: Self = Self {
        try_from: Duration::from_secs(50),
        due: Duration::from_secs(60),
        refuse: Duration::from_secs(600),
    };
}

impl Shared {
    pub(crate) fn new(rules: Rules, claims: Claims, seed: &[u8]) -> Self {
        let mut pool = Pool::<LANES>::new(rules.policy);
        pool.mix(seed);
        if let Ok(fresh) = fresh() {
            pool.mix(&*fresh);
        }
        Self { sources: List::new(), rules, claims, first: Process::new(Generation::current(), pool) }
    }

    /// The state in this process; in a child that asks for the first time, a new one.
    ///
    /// No lock is taken on the way, since a thread of the parent may hold it for ever.
    pub(crate) fn process(&self) -> &Process {
        let generation = Generation::current();
        let mut process = &self.first;
        while process.generation != generation {
            process = process.next.get_or_publish(|| process.forked(generation, self.rules.policy));
        }
        process
    }

    /// Adds a source; its worker starts with the next request.
    pub(crate) fn add(&self, source: Source) -> Result<(), PoolError> {
        if self.sources.iter().count() > usize::from(u16::MAX) {
            return Err(PoolError::TooManySources);
        }
        self.sources.push(source);
        Ok(())
    }

    /// The state, with a line for every source, and none that hangs unnoticed.
    pub(crate) fn lined(&self) -> &Process {
        let process = self.process();
        let mut account = process.lock();
        for source in self.sources.iter().skip(account.lines.len()) {
            let claim = source.claim();
            let round = account.round;
            account.lines.push(Line::new(source.found.name(), source.independence(), claim, round));
        }
        process.find_hung(&mut account, self.rules.source_bound);
        drop(account);
        process
    }

    /// The state, with a worker for every source.
    pub(crate) fn working(self: &Arc<Self>) -> &Process {
        let process = self.lined();
        let mut account = process.lock();
        let now = Instant::now();
        for number in account.without_thread(now) {
            if self.start(number) {
                account.has_thread(number, true);
            } else {
                account.failed(number, Trouble::NO_THREAD, now);
            }
        }
        drop(account);
        process
    }

    /// Starts the worker of source `number`; it is never waited for, so that a source that hangs holds nobody up.
    fn start(self: &Arc<Self>, number: usize) -> bool {
        let shared = Arc::clone(self);
        let serve = move || {
            if let Some(source) = shared.sources.get(number) {
                // A thread never changes its process, so this is the state of whoever started it.
                worker::serve(shared.process(), number, source);
            }
        };
        thread::Builder::new().name(format!("noise {number}")).spawn(serve).is_ok()
    }

    /// How long to wait for the sources, from now on.
    pub(crate) fn patience(&self) -> Patience {
        self.patience_of(self.rules.deadline)
    }

    pub(crate) fn patience_of(&self, wait: Duration) -> Patience {
        let now = Instant::now();
        Patience {
            until: now.checked_add(wait).unwrap_or(now + FOREVER),
            is_strict: self.rules.is_strict,
            source_bound: self.rules.source_bound,
        }
    }
}
