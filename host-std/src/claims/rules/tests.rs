//! Each rule as rows of a table, and what holds whatever the files say.

use super::super::entry::{Recording, Recordings};
use super::*;
use proptest::prelude::*;

const REPORT: ReportId = ReportId([7; 8]);

fn millibits(amount: u16) -> MinEntropy {
    MinEntropy::from_millibits(amount).expect("a claimable amount")
}

fn built_in(amount: u16) -> Claim {
    Claim::BuiltIn(millibits(amount))
}

fn operator(amount: u16) -> Claim {
    Claim::OperatorDeclared(millibits(amount))
}

fn assessed(amount: u16) -> Claim {
    Claim::Assessed { min_entropy: millibits(amount), report: REPORT }
}

fn subject(class: Class, ceiling: Claim) -> Subject {
    Subject { class, virtualised: Virtualised::No, width: Width::BYTE, ceiling, is_trusted: false }
}

/// Recordings whose lowest figure is `lowest`.
fn recordings(lowest: u32) -> Recordings {
    let recording = |assessed_millibits| {
        Some(Recording { sha256: "0".repeat(64), samples: 1_000_000, assessed_millibits })
    };
    Recordings { idle: recording(lowest + 1), load: recording(lowest), restart: recording(lowest + 2) }
}

fn entry(amount: u16, basis: Basis) -> ClaimEntry {
    ClaimEntry {
        source: "double".to_owned(),
        instance: 0,
        path: None,
        device: None,
        digitisation: "double".to_owned(),
        digitisation_version: 1,
        min_entropy: millibits(amount),
        basis,
        dated_unix: 0,
    }
}

fn on_record(amount: u16) -> Basis {
    Basis::Assessed(recordings(u32::from(amount) * 3))
}

fn claim(subject: &Subject, entry: &ClaimEntry, stale: Option<Stale>) -> Claim {
    effective(subject, Some(Word { entry, report: REPORT, stale }), None)
}

#[test]
fn an_assessment_lowers_a_ceiling_or_fills_a_none() {
    for (ceiling, amount, effective) in [
        (Claim::None, 400, assessed(400)),
        (Claim::None, 0, Claim::None),
        (built_in(650), 400, assessed(400)),
        (built_in(650), 650, assessed(650)),
        (built_in(650), 0, Claim::None),
        (built_in(650), 900, assessed(650)),
        (built_in(333), 711, assessed(333)),
    ] {
        let subject = subject(Class::Processor, ceiling);
        assert_eq!(
            claim(&subject, &entry(amount, on_record(amount)), None),
            effective,
            "{ceiling:?} {amount}"
        );
    }
}

#[test]
fn an_assessment_is_worth_what_its_recordings_support() {
    for (class, lowest, amount, effective) in [
        (Class::Processor, 900, 400, assessed(300)),
        (Class::Kernel, 900, 200, assessed(200)),
        (Class::Memory, 100, 400, Claim::None),
        (Class::Controller, 900, 450, assessed(300)),
        (Class::Oscillator, 900, 600, assessed(450)),
        (Class::Analogue, 0, 600, Claim::None),
    ] {
        let entry = entry(amount, Basis::Assessed(recordings(lowest)));
        assert_eq!(claim(&subject(class, Claim::None), &entry, None), effective, "{class:?} {lowest}");
    }
    let missing = Basis::Assessed(Recordings { restart: None, ..recordings(900) });
    let lacking = entry(300, missing);
    assert_eq!(claim(&subject(Class::Processor, built_in(650)), &lacking, None), Claim::None);
}

#[test]
fn only_the_operators_word_goes_above_a_ceiling() {
    for (ceiling, amount, effective) in [
        (built_in(333), 700, operator(700)),
        (built_in(333), 200, operator(200)),
        (built_in(333), 0, Claim::None),
        (Claim::None, 700, operator(700)),
    ] {
        let subject = subject(Class::Processor, ceiling);
        for basis in [Basis::Accepted(None), Basis::Accepted(Some(recordings(3)))] {
            assert_eq!(claim(&subject, &entry(amount, basis), None), effective, "{ceiling:?} {amount}");
        }
    }
}

#[test]
fn what_others_make_or_see_is_never_credited_by_assessment() {
    for class in [Class::Counters, Class::Network, Class::Human, Class::Uncredited] {
        for ceiling in [Claim::None, built_in(650)] {
            for basis in [on_record(400), Basis::Accepted(None), Basis::Trusted] {
                assert_eq!(claim(&subject(class, ceiling), &entry(400, basis), None), Claim::None);
            }
            let trusted = Subject { is_trusted: true, ..subject(class, ceiling) };
            assert_eq!(effective(&trusted, None, None), Claim::None);
        }
    }
}

#[test]
fn what_a_hypervisor_makes_up_is_never_credited() {
    for class in Class::ALL {
        let subject =
            Subject { virtualised: Virtualised::Emulated, is_trusted: true, ..subject(class, built_in(650)) };
        for basis in [on_record(400), Basis::Accepted(None), Basis::Trusted] {
            assert_eq!(claim(&subject, &entry(400, basis), None), Claim::None, "{}", class.name());
        }
    }
}

#[test]
fn a_generator_is_credited_on_trust_only_and_with_half_its_width() {
    let subject = subject(Class::Generator, built_in(650));
    assert_eq!(effective(&subject, None, None), Claim::None);
    for (basis, amount, effective) in [
        (on_record(2000), 2000, Claim::None),
        (Basis::Accepted(None), 2000, Claim::None),
        (Basis::Trusted, 2000, operator(2000)),
        (Basis::Trusted, 8000, operator(4000)),
        (Basis::Trusted, 0, Claim::None),
    ] {
        assert_eq!(claim(&subject, &entry(amount, basis), None), effective);
    }
    let narrow = Subject { width: Width::BIT, ..subject };
    assert_eq!(claim(&narrow, &entry(2000, Basis::Trusted), None), operator(500));
    let trusted = Subject { is_trusted: true, ..subject };
    assert_eq!(effective(&trusted, None, None), operator(4000));
    assert_eq!(claim(&trusted, &entry(8000, on_record(2000)), None), operator(4000));
}

#[test]
fn trust_is_for_generators() {
    for ceiling in [Claim::None, built_in(650)] {
        let entry = entry(2000, Basis::Trusted);
        assert_eq!(claim(&subject(Class::Processor, ceiling), &entry, None), ceiling);
    }
}

#[test]
fn what_has_expired_lowers_and_never_raises() {
    for (basis, amount, ceiling, effective) in [
        (on_record(400), 400, built_in(650), built_in(400)),
        (on_record(900), 900, built_in(650), built_in(650)),
        (on_record(0), 0, built_in(650), Claim::None),
        (on_record(400), 400, Claim::None, Claim::None),
        (Basis::Accepted(None), 900, built_in(650), built_in(650)),
        (Basis::Accepted(None), 900, Claim::None, Claim::None),
    ] {
        let subject = subject(Class::Processor, ceiling);
        assert_eq!(claim(&subject, &entry(amount, basis), Some(Stale::Age)), effective);
    }
    let generator = subject(Class::Generator, Claim::None);
    assert_eq!(claim(&generator, &entry(2000, Basis::Trusted), Some(Stale::Cpu)), Claim::None);
}

#[test]
fn nothing_is_worth_more_than_its_width() {
    let narrow = Subject { width: Width::BIT, ..subject(Class::Analogue, Claim::None) };
    let accepted = entry(8000, Basis::Accepted(None));
    assert_eq!(claim(&narrow, &accepted, None), operator(1000));
    let recorded = entry(8000, Basis::Assessed(recordings(16_000)));
    assert_eq!(claim(&narrow, &recorded, None), assessed(1000));
    assert_eq!(effective(&Subject { ceiling: built_in(2000), ..narrow }, None, None), built_in(1000));
}

#[test]
fn the_users_own_file_lowers_on_whosever_word() {
    let accepted = entry(700, Basis::Accepted(None));
    let word = Some(Word { entry: &accepted, report: REPORT, stale: None });
    let subject = subject(Class::Processor, built_in(333));
    assert_eq!(effective(&subject, None, Some(millibits(200))), built_in(200));
    assert_eq!(effective(&subject, None, Some(millibits(8000))), built_in(333));
    assert_eq!(effective(&subject, word, Some(millibits(600))), operator(600));
    assert_eq!(effective(&subject, word, Some(MinEntropy::ZERO)), Claim::None);
}

fn amounts() -> impl Strategy<Value = MinEntropy> {
    prop_oneof![Just(MinEntropy::ZERO), (50_u16..=8000).prop_map(millibits)]
}

fn claims() -> impl Strategy<Value = Claim> {
    prop_oneof![Just(Claim::None), amounts().prop_map(Claim::BuiltIn)]
}

fn subjects() -> impl Strategy<Value = Subject> {
    let classes = prop::sample::select(&Class::ALL[..]);
    let virtualised =
        prop::sample::select(&[Virtualised::No, Virtualised::SharedHardware, Virtualised::Emulated][..]);
    (classes, virtualised, 1_u8..=8, claims(), any::<bool>()).prop_map(
        |(class, virtualised, bits, ceiling, is_trusted)| {
            let width = Width::new(bits).expect("within a byte");
            Subject { class, virtualised, width, ceiling, is_trusted }
        },
    )
}

fn entries() -> impl Strategy<Value = ClaimEntry> {
    let basis = prop_oneof![
        (0_u32..30_000).prop_map(|lowest| Basis::Assessed(recordings(lowest))),
        Just(Basis::Assessed(Recordings::default())),
        Just(Basis::Accepted(None)),
        Just(Basis::Trusted),
    ];
    (amounts(), basis).prop_map(|(amount, basis)| ClaimEntry { min_entropy: amount, ..entry(0, basis) })
}

fn staleness() -> impl Strategy<Value = Option<Stale>> {
    prop::option::of(Just(Stale::Kernel))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_users_own_file_never_raises(
        subject in subjects(), entry in prop::option::of(entries()), stale in staleness(), own in amounts(),
    ) {
        let word = entry.as_ref().map(|entry| Word { entry, report: REPORT, stale });
        let without = effective(&subject, word, None).min_entropy();
        prop_assert!(effective(&subject, word, Some(own)).min_entropy() <= without.min(own));
    }

    /// Beyond what a source comes with there is an assessment of a class that may be assessed, or the operator's word.
    #[test]
    fn more_than_a_ceiling_needs_an_assessment_of_a_none_or_a_word(
        subject in subjects(), entry in entries(), stale in staleness(),
    ) {
        let claim = claim(&subject, &entry, stale);
        let has_word = subject.is_trusted || matches!(entry.basis, Basis::Accepted(_) | Basis::Trusted) && stale.is_none();
        match claim {
            Claim::OperatorDeclared(_) => prop_assert!(has_word),
            Claim::Assessed { .. } if subject.ceiling == Claim::None => {
                prop_assert!(subject.class.divisor().is_some() && stale.is_none());
            }
            claim => prop_assert!(claim.min_entropy() <= subject.ceiling.min_entropy()),
        }
        prop_assert!(claim.min_entropy() <= most(subject.width));
    }

    /// A file that becomes stale never pays more than it did, and neither more than none at all.
    #[test]
    fn time_never_raises(subject in subjects(), entry in entries()) {
        let stale = claim(&subject, &entry, Some(Stale::Age)).min_entropy();
        prop_assert!(stale <= effective(&subject, None, None).min_entropy());
        if entry.basis != Basis::Trusted {
            prop_assert!(stale <= entry.min_entropy || subject.is_trusted);
        }
    }
}
