//! What a pool must hold, computed anew from the whole history each time, and without window numbers.

extern crate std;

use super::{FULL, LANES, Policy, Pool};
use crate::{Group, Independence, SourceId, samples::WindowCredit};
use std::vec::Vec;

/// What happened to the source that leads a group.
enum Event {
    Block(WindowCredit),
    Alarm,
}

struct GroupHistory {
    independence: Independence,
    leader: SourceId,
    events: Vec<Event>,
    /// Everything that each source of the group brought, whether or not it was credited.
    brought: Vec<(SourceId, u64)>,
}

/// The history since the last condense or fork.
pub(super) struct Model {
    policy: Policy,
    groups: Vec<GroupHistory>,
    uncredited: u32,
}

impl Model {
    pub(super) const fn new(policy: Policy) -> Self {
        Self { policy, groups: Vec::new(), uncredited: 0 }
    }

    pub(super) fn absorb(&mut self, id: SourceId, independence: Independence, credit: WindowCredit) {
        let worth = u64::from(credit.closed) + u64::from(credit.open);
        if worth == 0 || independence.group == Group::OsGenerator {
            return;
        }
        if self.groups.iter().all(|group| group.independence != independence) {
            if self.groups.len() == LANES {
                self.uncredited += 1;
                return;
            }
            self.groups.push(GroupHistory {
                independence,
                leader: id,
                events: Vec::new(),
                brought: Vec::new(),
            });
        }
        let group = self.groups.iter_mut().find(|group| group.independence == independence).unwrap();
        group.brought.push((id, worth));
        if group.leader == id {
            group.events.push(Event::Block(credit));
        }
    }

    pub(super) fn fail(&mut self, id: SourceId) {
        for group in self.groups.iter_mut().filter(|group| group.leader == id) {
            group.events.push(Event::Alarm);
        }
    }

    pub(super) fn retire(&mut self, id: SourceId) {
        self.groups.retain(|group| group.leader != id);
    }

    pub(super) fn clear(&mut self) {
        self.groups.clear();
    }

    pub(super) fn affords(&self, bytes: usize) -> bool {
        let groups = self.groups.iter().filter(|group| group.earned() > 0).count();
        self.credit() >= bytes as u64 * 8_000 + 64_000 && groups >= usize::from(self.policy.min_groups)
    }

    /// Millibits that the pool must report.
    fn credit(&self) -> u64 {
        let cap = u64::from(self.policy.group_cap).min(u64::from(FULL));
        let sum: u64 = self.groups.iter().map(|group| group.earned().min(cap)).sum();
        sum.min(u64::from(FULL))
    }

    /// Holds the pool against the history, and both against what no history may exceed.
    pub(super) fn check(&self, pool: &Pool<LANES>) {
        assert_eq!(u64::from(pool.credit()), self.credit());
        assert_eq!(usize::from(pool.groups()), self.groups.iter().filter(|group| group.earned() > 0).count());
        assert_eq!(pool.uncredited(), self.uncredited);
        assert!(pool.credit() <= FULL);
        let bound: u64 = self.groups.iter().map(GroupHistory::best_source).sum();
        assert!(self.credit() <= bound, "sources of one group earn no more than the best of them");
    }
}

impl GroupHistory {
    /// Closed windows, and open ones that a later block closed before any alarm.
    fn earned(&self) -> u64 {
        let paid = |place: usize| match &self.events[place] {
            Event::Alarm => 0,
            Event::Block(credit) if self.closes_after(place) => {
                u64::from(credit.closed) + u64::from(credit.open)
            }
            Event::Block(credit) => u64::from(credit.closed),
        };
        (0..self.events.len()).map(paid).sum()
    }

    /// Whether the window open at the end of event `place` was closed.
    fn closes_after(&self, place: usize) -> bool {
        let mut later = self.events[place + 1..].iter();
        let end = later.find(|event| !matches!(event, Event::Block(credit) if credit.closes == 0));
        matches!(end, Some(Event::Block(_)))
    }

    /// What the best source of the group would have earned alone, at most.
    fn best_source(&self) -> u64 {
        let brought_by = |id| self.brought.iter().filter(|entry| entry.0 == id).map(|entry| entry.1).sum();
        self.brought.iter().map(|entry| brought_by(entry.0)).max().unwrap_or(0)
    }
}
