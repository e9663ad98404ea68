//! The estimators as pieces of work that can run side by side.

use super::{
    Estimate, Sequence, TupleCounts, collision, compression, lag, lrs, lz78y, markov, most_common_value,
    multi_mcw, multi_mmc, t_tuple,
};
use crate::{Progress, threads};

/// Estimators that share their work, or are too quick to run apart.
struct Job {
    run: fn(&Sequence) -> Vec<Estimate>,
    /// About how long it takes: nanoseconds per symbol, of bits and of larger alphabets.
    cost: [u64; 2],
}

static JOBS: [Job; 7] = [
    Job { cost: [16, 44], run: tuples },
    Job { cost: [24, 72], run: |sequence| list(multi_mmc::estimate(sequence).map(Estimate::MultiMmc)) },
    Job { cost: [1, 30], run: |sequence| list(lz78y::estimate(sequence).map(Estimate::Lz78y)) },
    Job { cost: [4, 24], run: |sequence| list(multi_mcw::estimate(sequence).map(Estimate::MultiMcw)) },
    Job { cost: [4, 8], run: |sequence| list(lag::estimate(sequence).map(Estimate::Lag)) },
    Job { cost: [2, 0], run: |sequence| list(compression::estimate(sequence).map(Estimate::Compression)) },
    Job { cost: [3, 1], run: counts },
];

fn list(estimate: Option<Estimate>) -> Vec<Estimate> {
    Vec::from_iter(estimate)
}

fn tuples(sequence: &Sequence) -> Vec<Estimate> {
    let counts = TupleCounts::new(sequence);
    let estimates =
        [t_tuple::estimate(&counts).map(Estimate::TTuple), lrs::estimate(&counts).map(Estimate::Lrs)];
    estimates.into_iter().flatten().collect()
}

fn counts(sequence: &Sequence) -> Vec<Estimate> {
    let estimates = [
        most_common_value::estimate(sequence).map(Estimate::MostCommonValue),
        collision::estimate(sequence).map(Estimate::Collision),
        markov::estimate(sequence).map(Estimate::Markov),
    ];
    estimates.into_iter().flatten().collect()
}

impl Job {
    fn units(&self, sequence: &Sequence) -> u64 {
        sequence.symbols().len() as u64 * self.cost[usize::from(sequence.alphabet() > 2)]
    }
}

/// What [`run`] will announce as done, over all of it: about nanoseconds of one thread.
pub(super) fn units(sequences: &[Sequence]) -> u64 {
    sequences
        .iter()
        .filter(|sequence| sequence.alphabet() > 1)
        .map(|sequence| JOBS.iter().map(|job| job.units(sequence)).sum::<u64>())
        .sum()
}

/// Runs every estimator that applies to each of the sequences, side by side; the estimates of a sequence come in the
/// order of the standard.
///
/// Constant data has no entropy to estimate: the list is empty.
pub(super) fn run(sequences: &[Sequence], progress: &dyn Progress) -> Vec<Vec<Estimate>> {
    let varying = || sequences.iter().enumerate().filter(|(_, sequence)| sequence.alphabet() > 1);
    let mut jobs: Vec<_> =
        varying().flat_map(|(index, sequence)| JOBS.iter().map(move |job| (index, sequence, job))).collect();
    // The longest first, so that none of them is left over for the end.
    jobs.sort_by_key(|(_, sequence, job)| core::cmp::Reverse(job.units(sequence)));
    let done = threads::map(jobs, |(index, sequence, job)| {
        let estimates = (job.run)(sequence);
        progress.advance(job.units(sequence));
        (index, estimates)
    });
    let mut lists = vec![Vec::new(); sequences.len()];
    for (index, estimates) in done {
        lists[index].extend(estimates);
    }
    for list in &mut lists {
        list.sort_by_key(Estimate::estimator);
    }
    lists
}
