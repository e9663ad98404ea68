//! What sources pay under files that are installed, and what is said of them.

use super::super::{Basis, ClaimsFault, HEAVY_JITTER, Recording, Recordings};
use super::*;
use crate::common::{DIGITISATION, Double, millibits};
use crate::{Candidate, find_by_name};

const AGES: u64 = 200 * 24 * 60 * 60;

fn recordings(lowest: u32) -> Basis {
    let recording =
        Some(Recording { sha256: "0".repeat(64), samples: 1_000_000, assessed_millibits: lowest });
    Basis::Assessed(Recordings { idle: recording.clone(), load: recording.clone(), restart: recording })
}

fn assessed(found: &FoundSource, digitisation: Digitisation, amount: u16) -> ClaimEntry {
    ClaimEntry::new(found, digitisation, millibits(amount), recordings(u32::from(amount) * 3))
}

fn file(entries: Vec<ClaimEntry>) -> ClaimsFile {
    ClaimsFile { entries, ..ClaimsFile::new(Machine::this(), "none") }
}

fn system(entries: Vec<ClaimEntry>) -> Claims {
    Claims::of_files(Some(file(entries)), None)
}

fn jitter_loop() -> FoundSource {
    let kind = find_by_name("jitter_loop").expect("a known name")[0];
    FoundSource { kind, candidate: kind.find().remove(0) }
}

fn rule(name: &'static str) -> Digitisation {
    Digitisation { name, version: 1 }
}

#[test]
fn an_entry_is_about_one_source_and_one_rule() {
    let double = Double::new("exact", Group::ChipAdc).claiming(Claim::None).keep();
    let found = double.found();
    let right = assessed(&found, DIGITISATION, 400);
    let amount = |entry: ClaimEntry| system(vec![entry]).of(&found).min_entropy().millibits();
    assert_eq!(amount(right.clone()), 400);
    for wrong in [
        ClaimEntry { source: "exacter".to_owned(), ..right.clone() },
        ClaimEntry { instance: 1, ..right.clone() },
        ClaimEntry { path: Some(PathBuf::from("/dev/sda")), ..right.clone() },
        ClaimEntry { digitisation: "triple".to_owned(), ..right.clone() },
        ClaimEntry { digitisation_version: 2, ..right.clone() },
    ] {
        assert_eq!(amount(wrong.clone()), 0, "{wrong:?}");
    }
    let candidate = Candidate { path: Some(PathBuf::from("/dev/sda")), ..found.candidate.clone() };
    let device = FoundSource { candidate, ..found };
    assert_eq!(system(vec![right]).of(&device), Claim::None);
    let entry = assessed(&device, DIGITISATION, 400);
    assert_eq!(system(vec![entry]).of(&device).min_entropy().millibits(), 400);
}

#[test]
fn of_two_entries_the_later_counts() {
    let found = Double::new("twice", Group::ChipAdc).claiming(Claim::None).keep().found();
    let entries = vec![assessed(&found, DIGITISATION, 400), assessed(&found, DIGITISATION, 300)];
    assert_eq!(system(entries).of(&found).min_entropy().millibits(), 300);
}

#[test]
fn an_assessment_names_the_file_as_its_report() {
    let found = Double::new("reported", Group::ChipAdc).claiming(Claim::None).keep().found();
    let file = file(vec![assessed(&found, DIGITISATION, 400)]);
    let report = file.report();
    let claim = Claims::of_files(Some(file), None).of(&found);
    assert_eq!(claim, Claim::Assessed { min_entropy: millibits(400), report });
}

/// Doubles of the test group are never credited, whatever their kind says of its class.
#[test]
fn no_file_credits_doubles_or_the_operating_system() {
    for group in [Group::Test, Group::OsGenerator] {
        let found = Double::new("never", group).keep().found();
        for basis in [recordings(3000), Basis::Accepted(None), Basis::Trusted] {
            let entry = ClaimEntry::new(&found, DIGITISATION, millibits(1000), basis);
            assert_eq!(system(vec![entry]).of(&found), Claim::None);
        }
    }
}

/// Whatever this machine's own ceilings are: a rule that was assessed and pays more is the one that is taken.
#[test]
fn of_several_rules_the_one_that_pays_is_taken() {
    let found = jitter_loop();
    if !found.is_ready() || found.candidate.virtualised == crate::Virtualised::Emulated {
        return; // no counter may be read, or it is made up
    }
    let (fast, heavy) = (rule("fast-low-bits"), rule("heavy-low-bits"));
    let [default, other] = found.kind.digitisations() else { panic!("it has two") };
    assert_eq!(Claims::built_in().digitisation(&found), Some(*default));

    // Heavy is bounded on any machine, fast where it was recorded only.
    let no_fast = [assessed(&found, fast, 0), assessed(&found, heavy, 300)];
    assert_eq!(system(no_fast.to_vec()).digitisation(&found), Some(heavy));
    assert_eq!(system(no_fast.to_vec()).of(&found).min_entropy().millibits(), 300);
    let no_heavy = [assessed(&found, heavy, 0), assessed(&found, fast, 200)];
    assert_eq!(system(no_heavy.to_vec()).digitisation(&found), Some(fast));
    let better = [assessed(&found, *default, 60), assessed(&found, *other, 61)];
    assert_eq!(system(better.to_vec()).digitisation(&found), Some(*other));

    // Without an entry that holds, the kind's own choice stands, whatever it pays.
    for amount in [0, 60] {
        let only_lowered = vec![assessed(&found, *default, amount)];
        assert_eq!(system(only_lowered).digitisation(&found), Some(*default));
    }
    let expired = ClaimEntry { dated_unix: 0, ..assessed(&found, *other, 300) };
    assert_eq!(system(vec![assessed(&found, *default, 60), expired]).digitisation(&found), Some(*default));
}

/// The heavy form's third of a bit stands on any machine, and no assessment raises it.
#[test]
fn heavy_jitter_stands_on_any_machine() {
    let found = jitter_loop();
    let heavy = rule("heavy-low-bits");
    let ceiling = found.kind.ceiling(&found.candidate, heavy);
    if Machine::this().processor() == crate::Virtualised::Emulated {
        assert_eq!(ceiling, Claim::None);
        return;
    }
    assert_eq!(ceiling, Claim::BuiltIn(HEAVY_JITTER));
    let claims = system(vec![assessed(&found, heavy, 900)]);
    assert_eq!(claims.claim(&found, heavy, ceiling, false).min_entropy(), HEAVY_JITTER);
}

#[test]
fn a_claim_is_calibrated_where_something_was_found() {
    let ours = Double::new("jitter_loop", Group::CpuTiming).keep().found();
    let theirs = Double::new("theirs", Group::CpuTiming).keep().found();
    let unrecorded = rule("nobody recorded this");
    let built_in = Claim::BuiltIn(millibits(100));
    let assessed = Claim::Assessed { min_entropy: millibits(100), report: ReportId([0; 8]) };
    for (claims, found, claim, is_calibrated) in [
        (Claims::built_in(), &ours, built_in, false),
        (Claims::built_in(), &ours, assessed, true),
        (Claims::built_in(), &ours, Claim::None, true),
        (Claims::built_in(), &ours, Claim::OperatorDeclared(millibits(100)), true),
        (Claims::built_in(), &theirs, built_in, true),
        (Claims::unusable(), &theirs, built_in, false), // the file may have said less
        (Claims::unusable(), &theirs, Claim::None, true),
    ] {
        assert_eq!(claims.is_calibrated(found, unrecorded, claim), is_calibrated, "{claim:?} {claims}");
    }
}

#[test]
fn either_file_merges_groups() {
    let (cpu, memory) = (Independence::of(Group::CpuTiming), Independence::of(Group::Memory));
    let merging = || Some(ClaimsFile { merged: vec![MergedGroups(memory, cpu)], ..file(Vec::new()) });
    assert_eq!(Claims::built_in().merged(memory), memory);
    for claims in [Claims::of_files(merging(), None), Claims::of_files(None, merging())] {
        assert_eq!(claims.merged(memory), claims.merged(cpu));
    }
}

#[test]
fn what_does_not_count_is_said() {
    let generator = find_by_name("rdrand").expect("a known name")[0];
    let generator = FoundSource { kind: generator, candidate: Candidate::ready() };
    let counters = find_by_name("irq_counters").expect("a known name")[0];
    let counters = FoundSource { kind: counters, candidate: Candidate::ready() };
    let jitter = jitter_loop();
    let fast = rule("fast-low-bits");
    let trusted = |found| ClaimEntry::new(found, rule("word-bytes"), millibits(100), Basis::Trusted);
    let old =
        ClaimEntry { dated_unix: unix_seconds(SystemTime::now()) - AGES, ..assessed(&jitter, fast, 100) };
    let stale =
        |instance, reason| ClaimsWarning::Stale { source: "jitter_loop".to_owned(), instance, reason };
    let basis = |found: &FoundSource| ClaimsWarning::Basis {
        source: found.name().to_owned(),
        class: found.kind.class(),
    };
    for (entry, warning) in [
        (assessed(&jitter, fast, 100), None),
        (trusted(&generator), None),
        (assessed(&counters, rule("low-bits"), 0), None),
        (ClaimEntry { instance: 2, ..old }, Some(stale(2, Stale::Age))),
        (assessed(&jitter, rule("third"), 100), Some(stale(0, Stale::Digitisation))),
        (assessed(&jitter, Digitisation { version: 2, ..fast }, 100), Some(stale(0, Stale::Digitisation))),
        (assessed(&counters, rule("low-bits"), 100), Some(basis(&counters))),
        (assessed(&generator, rule("word-bytes"), 100), Some(basis(&generator))),
        (ClaimEntry { digitisation: "fast-low-bits".to_owned(), ..trusted(&jitter) }, Some(basis(&jitter))),
    ] {
        let warnings = system(vec![entry.clone()]).warnings();
        assert_eq!(warnings, warning.into_iter().collect::<Vec<_>>(), "{entry:?}");
    }
    let unusable = Claims::unusable();
    let error = ClaimsError { path: PathBuf::from(store::SYSTEM_FILE), fault: ClaimsFault::Checksum };
    assert_eq!(unusable.warnings(), [ClaimsWarning::File(error)]);
    assert!(unusable.warnings()[0].to_string().contains(store::SYSTEM_FILE));
    assert!(unusable.to_string().starts_with("not used: /etc/openentropy/claims.json: "), "{unusable}");
}

/// A file that cannot be used credits nothing, and what comes with sources stands.
#[test]
fn under_an_unusable_file_ceilings_stand() {
    let bound = Double::new("bound", Group::ChipAdc).claiming(Claim::BuiltIn(millibits(650))).keep();
    let free = Double::new("free", Group::ChipAdc).claiming(Claim::None).keep();
    assert_eq!(Claims::unusable().of(&bound.found()), Claim::BuiltIn(millibits(650)));
    assert_eq!(Claims::unusable().of(&free.found()), Claim::None);
}
