//! How users name sources: exactly, by name, alias, category, group, or one of the words of older programs.

mod error;
mod foreign;

pub use error::NameError;
pub use foreign::Foreign;

use super::kinds;
use crate::SourceKind;

/// Words by which older programs of this kind named sets of sources, and what they cover: categories and groups.
const OLD_WORDS: [(&str, &[&str]); 11] = [
    ("composite", &["thermal"]),
    ("compute", &["gpu"]),
    ("cross-domain", &["thermal"]),
    ("cross_domain", &["thermal"]),
    ("crossdomain", &["thermal"]),
    ("frontier", &["microarch", "scheduling", "ipc", "gpu", "thermal"]),
    ("hardware", &["io", "gpu", "sensor", "quantum", "cpu-generator", "platform-generator"]),
    ("kernel", &["system", "scheduling", "ipc"]),
    ("novel", &["scheduling", "signal"]),
    ("rf", &["sensor"]),
    ("silicon", &["microarch", "timing"]),
];
/// The word for every source that needs no consent.
const ALL: &str = "all";
/// A word is near another when at most one of so many letters was edited.
const LETTERS_PER_EDIT: usize = 3;

/// The kinds that `word` names: one for a name or an alias; for a category, a group, `all` or a word of older programs all that it
/// covers, but those that must be named themselves.
///
/// ```
/// use openentropy_host::find_by_name;
/// assert_eq!(find_by_name("clock_jitter").unwrap()[0].info().name, "clock_pair");
/// assert!(find_by_name("scheduling").unwrap().len() >= 2);
/// let error = find_by_name("jiter_loop").err().unwrap();
/// assert_eq!(error.to_string(), "no source is called 'jiter_loop'; near names: jitter_loop");
/// let error = find_by_name("binder_txn").err().unwrap();
/// assert!(error.to_string().ends_with("binder_txn, needs Android's binder and is not in this version"));
/// ```
///
/// # Errors
/// [`NameError`].
pub fn find_by_name(word: &str) -> Result<Vec<&'static dyn SourceKind>, NameError> {
    if let Some(kind) = kinds().find(|kind| kind.info().name == word || kind.aliases().contains(&word)) {
        return Ok(vec![kind]);
    }
    let single = [word];
    let parts = OLD_WORDS.iter().find_map(|(old, parts)| (*old == word).then_some(*parts)).unwrap_or(&single);
    let members = kinds().filter(|kind| word == ALL || parts.iter().any(|part| covers(*kind, part)));
    let (opt_in, found): (Vec<_>, Vec<_>) = members.partition(|kind| kind.is_opt_in());
    match found.is_empty() {
        false => Ok(found),
        true => Err(none_of(word.to_owned(), &opt_in)),
    }
}

/// Why `word`, of which only `opt_in` are members, names nothing.
fn none_of(word: String, opt_in: &[&'static dyn SourceKind]) -> NameError {
    if !opt_in.is_empty() {
        return NameError::OptIn { word, names: opt_in.iter().map(|kind| kind.info().name).collect() };
    }
    if is_word(&word) {
        return NameError::Empty { word };
    }
    match foreign::foreign(&word) {
        Some(why) => NameError::Foreign { word, why },
        None => NameError::Unknown { near: near(&word), word },
    }
}

fn covers(kind: &dyn SourceKind, word: &str) -> bool {
    let info = kind.info();
    info.category.name() == word || info.independence.group.name() == word
}

/// Whether `word` is a category, or a set of older programs.
fn is_word(word: &str) -> bool {
    let categories = openentropy_core::SourceCategory::ALL;
    categories.iter().any(|category| category.name() == word) || OLD_WORDS.iter().any(|(old, _)| *old == word)
}

/// Up to three canonical names whose name or alias is few edits away from `word`, or holds it.
fn near(word: &str) -> Vec<&'static str> {
    let mut all: Vec<(usize, &'static str)> = kinds()
        .filter_map(|kind| {
            let names = kind.aliases().iter().copied().chain([kind.info().name]);
            let best = names.map(|name| distance(word, name)).min()?;
            Some((best, kind.info().name))
        })
        .filter(|(edits, _)| *edits <= word.len() / LETTERS_PER_EDIT)
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, name)| name).take(3).collect()
}

/// Levenshtein distance, or 1 where one is a part of the other and long enough to tell.
fn distance(word: &str, name: &str) -> usize {
    if word.len() >= 4 && name.contains(word) {
        return 1;
    }
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (i, a) in word.bytes().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, b) in name.bytes().enumerate() {
            let edits = (corner + usize::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = edits;
        }
    }
    row[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(word: &str) -> Vec<&'static str> {
        find_by_name(word).unwrap().iter().map(|kind| kind.info().name).collect()
    }

    #[test]
    fn names_match_exactly() {
        assert_eq!(names("rdrand"), ["rdrand"]);
        assert_eq!(names("control_constant"), ["control_constant"]);
        for word in ["rdran", "RDRAND", "rdrand ", "", "rd"] {
            assert!(matches!(find_by_name(word), Err(NameError::Unknown { .. })), "{word:?}");
        }
    }

    #[test]
    fn sets_cover_their_members_without_the_opt_in_ones() {
        let scheduling =
            kinds().filter(|kind| kind.info().category.name() == "scheduling" && !kind.is_opt_in());
        assert_eq!(names("scheduling"), scheduling.map(|kind| kind.info().name).collect::<Vec<_>>());
        assert_eq!(names("cpu-generator"), ["rdrand", "rdseed", "rndr"]);
        let hardware = names("hardware");
        assert!(["hw_rng_dev", "rdrand", "rdseed", "rndr"].iter().all(|name| hardware.contains(name)));
        assert!(!hardware.contains(&"sleep_overshoot"));
        assert!(!names("all").iter().any(|name| name.starts_with("control_")));
        assert!(!names("system").iter().any(|name| name.starts_with("control_")));
        let empty = NameError::Empty { word: String::from("quantum") };
        assert_eq!(find_by_name("quantum").err(), Some(empty));
    }

    #[test]
    fn near_names_are_told() {
        assert_eq!(near("sleep_overshot"), ["sleep_overshoot"]);
        assert_eq!(near("clock_jiter"), ["clock_pair"]);
        assert_eq!(near("rdsead"), ["rdseed"]);
        assert_eq!(near("jitter_"), ["jitter_loop"]);
        assert!(near("completely_else").is_empty());
    }
}
