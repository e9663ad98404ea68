//! What pools pay under claims files: filled, lowered, accepted, trusted, merged.

mod common;

use common::{DIGITISATION, Double, millibits, pool_of};
use openentropy_core::{Claim, Group, Independence, LabelState, SourceState};
use openentropy_host::claims::{Basis, ClaimEntry, Claims, ClaimsFile, MergedGroups, Recording, Recordings};
use openentropy_host::{EntropyPool, Machine, PoolError, PoolLabel};

fn assessed(double: &'static Double, amount: u16) -> ClaimEntry {
    let recording = Some(Recording {
        sha256: "0".repeat(64),
        samples: 1_000_000,
        assessed_millibits: u32::from(amount) * 3,
    });
    let recordings = Recordings { idle: recording.clone(), load: recording.clone(), restart: recording };
    entry(double, amount, Basis::Assessed(recordings))
}

fn entry(double: &'static Double, amount: u16, basis: Basis) -> ClaimEntry {
    ClaimEntry::new(&double.found(), DIGITISATION, millibits(amount), basis)
}

fn file(entries: Vec<ClaimEntry>) -> ClaimsFile {
    let mut file = ClaimsFile::new(Machine::this(), "none: a test");
    file.entries = entries;
    file
}

fn pool(doubles: &[&'static Double], entries: Vec<ClaimEntry>) -> EntropyPool {
    pool_of(doubles).claims(Claims::of_files(Some(file(entries)), None)).build()
}

fn drawn(pool: &EntropyPool) -> PoolLabel {
    pool.get_random_bytes(32).expect("operating-system randomness").into_parts().1
}

/// The claim in force of the pool's only source, in millibits, once it has been opened.
fn in_force(pool: &EntropyPool) -> u16 {
    pool.health_report().sources[0].min_entropy.millibits()
}

#[test]
fn an_assessment_fills_a_none_and_pays() {
    let double = Double::new("filled", Group::ChipAdc).claiming(Claim::None).keep();
    let without = pool_of(&[double]).deadline(core::time::Duration::ZERO).build();
    assert_eq!(drawn(&without).state, LabelState::Degraded);
    let pool = pool(&[double], vec![assessed(double, 400)]);
    assert_eq!(pool.source_infos()[0].claim.min_entropy(), millibits(400));
    let label = drawn(&pool);
    assert_eq!((label.state, label.sources[0].state), (LabelState::SingleGroup, SourceState::Credited));
    assert_eq!(in_force(&pool), 400);
}

#[test]
fn an_assessment_lowers_what_is_paid() {
    let double = Double::new("lowered", Group::ChipAdc).keep();
    for (amount, paid) in [(100, 100), (2000, 1000)] {
        let pool = pool(&[double], vec![assessed(double, amount)]);
        assert_eq!(drawn(&pool).state, LabelState::SingleGroup);
        assert_eq!(in_force(&pool), paid);
    }
    let calls = |amount| {
        let before = double.calls();
        let pool = pool(&[double], vec![assessed(double, amount)]);
        assert_eq!(drawn(&pool).state, LabelState::SingleGroup);
        double.calls() - before
    };
    assert!(calls(60) > 2 * calls(900), "a fifteenth of the claim takes more samples");
}

#[test]
fn what_was_assessed_as_nothing_pays_nothing() {
    let double = Double::new("worthless", Group::ChipAdc).keep();
    let claims = Claims::of_files(Some(file(vec![assessed(double, 0)])), None);
    let pool = pool_of(&[double]).claims(claims).strict(true).build();
    assert!(matches!(pool.get_random_bytes(32), Err(PoolError::Starved(_))));
}

#[test]
fn what_the_operator_accepts_or_trusts_is_labelled_so() {
    let accepted = Double::new("accepted", Group::ChipAdc).claiming(Claim::BuiltIn(millibits(100))).keep();
    let trusted = Double::new("trusted", Group::CpuGenerator).claiming(Claim::None).keep();
    for (double, basis, paid) in [(accepted, Basis::Accepted(None), 3000), (trusted, Basis::Trusted, 2000)] {
        let pool = pool(&[double], vec![entry(double, paid, basis)]);
        let label = drawn(&pool);
        assert_eq!(label.state, LabelState::OperatorDeclared);
        assert_eq!(label.sources[0].state, SourceState::OperatorDeclared);
        assert_eq!(in_force(&pool), paid);
    }
}

/// Words that do not fit the class count for nothing, in the pool as in the rules.
#[test]
fn no_file_credits_what_no_assessment_may() {
    let generator = Double::new("generator", Group::CpuGenerator).keep();
    let system = Double::new("system", Group::OsGenerator).keep();
    let test = Double::new("test", Group::Test).keep();
    for double in [generator, system, test] {
        let entries = vec![assessed(double, 1000), entry(double, 1000, Basis::Accepted(None))];
        let claims = Claims::of_files(Some(file(entries)), None);
        let pool = pool_of(&[double]).claims(claims).strict(true).build();
        assert!(matches!(pool.get_random_bytes(32), Err(PoolError::Starved(_))));
    }
}

#[test]
fn a_users_file_lowers_and_never_raises_what_is_paid() {
    let double = Double::new("user", Group::ChipAdc).claiming(Claim::BuiltIn(millibits(600))).keep();
    for (basis, amount, paid) in
        [(Basis::Accepted(None), 200, 200), (Basis::Accepted(None), 5000, 600), (Basis::Trusted, 5000, 600)]
    {
        let own = file(vec![entry(double, amount, basis)]);
        let pool = pool_of(&[double]).claims(Claims::of_files(None, Some(own))).build();
        assert_eq!(drawn(&pool).state, LabelState::SingleGroup);
        assert_eq!(in_force(&pool), paid);
    }
    let own = file(vec![assessed(double, 0)]);
    let pool = pool_of(&[double]).claims(Claims::of_files(None, Some(own))).strict(true).build();
    assert!(matches!(pool.get_random_bytes(32), Err(PoolError::Starved(_))));
}

#[test]
fn an_operators_trust_is_lowered_by_a_users_file() {
    let double = Double::new("trusted_less", Group::CpuGenerator).claiming(Claim::None).keep();
    let own = file(vec![entry(double, 500, Basis::Trusted)]);
    let builder = pool_of(&[double]).claims(Claims::of_files(None, Some(own)));
    let pool = builder.trust("trusted_less").expect("a generator").build();
    assert_eq!(drawn(&pool).state, LabelState::OperatorDeclared);
    assert_eq!(in_force(&pool), 500);
}

/// Merged groups are one lane: their sources never pay side by side, neither towards a draw nor towards the groups that a policy asks.
#[test]
fn merged_groups_pay_as_one() {
    let one = Double::new("one", Group::ChipAdc).keep();
    let two = Double::new("two", Group::Radio).keep();
    let mut merging = file(Vec::new());
    merging.merged = vec![MergedGroups(Independence::of(Group::Radio), Independence::of(Group::ChipAdc))];
    let both = || pool_of(&[one, two]).min_groups(2);

    let apart = both().build();
    assert_eq!(drawn(&apart).state, LabelState::Credited);
    for claims in
        [Claims::of_files(Some(merging.clone()), None), Claims::of_files(None, Some(merging.clone()))]
    {
        let merged = both().claims(claims.clone()).strict(true).build();
        assert!(matches!(merged.get_random_bytes(32), Err(PoolError::Starved(_))));
        let single = pool_of(&[one, two]).claims(claims).build();
        for _ in 0..4 {
            let label = drawn(&single);
            let paying: Vec<_> = label.sources.iter().filter(|source| source.state.pays()).collect();
            assert_eq!((label.state, paying.len()), (LabelState::SingleGroup, 1), "{label}");
        }
    }
}

#[test]
fn an_entry_of_another_machine_pays_nothing() {
    let double = Double::new("moved", Group::ChipAdc).claiming(Claim::None).keep();
    let mut machine = Machine::this().clone();
    machine.kernel = "1.0.0".to_owned();
    let mut moved = ClaimsFile::new(&machine, "none: a test");
    moved.entries = vec![assessed(double, 400)];
    let pool = pool_of(&[double]).claims(Claims::of_files(Some(moved), None)).strict(true).build();
    assert!(matches!(pool.get_random_bytes(32), Err(PoolError::Starved(_))));
    let report = pool.health_report();
    assert_eq!(report.warnings.len(), 1);
    let said = report.to_string();
    assert!(
        said.contains("warning: the claim of moved has expired: the kernel is of another series"),
        "{said}"
    );
}

/// What root writes counts for all, so all must be able to read it, under the umask of a careful root too.
#[test]
fn whoever_a_file_is_for_can_read_it() {
    use rustix::fs::Mode;
    use rustix::process::{geteuid, umask};
    use std::os::unix::fs::MetadataExt as _;
    let folder = std::env::temp_dir().join(format!("openentropy-claims-umask-{}", std::process::id()));
    let before = umask(Mode::RWXG | Mode::RWXO); // of this whole process, in which no other test writes
    let written = file(Vec::new()).write(&folder.join("claims.json"));
    umask(before);
    assert_eq!(written, Ok(()));
    let modes = [folder.clone(), folder.join("claims.json")]
        .map(|path| std::fs::metadata(path).map(|found| found.mode() & 0o777).ok());
    std::fs::remove_dir_all(folder).expect("the folder");
    let expected = if geteuid().is_root() { [0o755, 0o644] } else { [0o700, 0o600] };
    assert_eq!(modes, expected.map(Some));
}
