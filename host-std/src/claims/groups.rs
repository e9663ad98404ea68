//! Independence groups that are not independent on this machine.

use openentropy_core::{Group, Independence};
use serde::{Deserialize, Serialize};

/// Two independence groups whose samples tell of each other on this machine, so that they pay as one.
///
/// In the file each is written as in labels: the group's name, and behind a stroke the instance where it is not the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "[String; 2]", try_from = "[String; 2]")]
pub struct MergedGroups(
    /// The one.
    pub Independence,
    /// The other.
    pub Independence,
);

impl From<MergedGroups> for [String; 2] {
    fn from(MergedGroups(one, other): MergedGroups) -> Self {
        [one.to_string(), other.to_string()]
    }
}

impl TryFrom<[String; 2]> for MergedGroups {
    type Error = UnknownGroup;

    fn try_from([one, other]: [String; 2]) -> Result<Self, UnknownGroup> {
        Ok(Self(independence(&one)?, independence(&other)?))
    }
}

/// No group is called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownGroup;

impl core::fmt::Display for UnknownGroup {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("no independence group is called so")
    }
}

impl core::error::Error for UnknownGroup {}

fn independence(text: &str) -> Result<Independence, UnknownGroup> {
    let (name, instance) = match text.split_once('/') {
        Some((name, instance)) => (name, instance.parse().map_err(|_| UnknownGroup)?),
        None => (text, 0),
    };
    let group = Group::ALL.into_iter().find(|group| group.name() == name).ok_or(UnknownGroup)?;
    let independence = Independence::of(group).with_instance(instance);
    if independence.to_string() == text { Ok(independence) } else { Err(UnknownGroup) }
}

/// The group that `group` pays in when those of `merged` are one, whatever pairs lead from one to the other: the lowest of them.
///
/// ```
/// use openentropy_core::{Group, Independence};
/// use openentropy_host::claims::{MergedGroups, merged_into};
/// let (cpu, memory) = (Independence::of(Group::CpuTiming), Independence::of(Group::Memory));
/// assert_eq!(merged_into(memory, &[MergedGroups(cpu, memory)]), cpu);
/// assert_eq!(merged_into(memory, &[]), memory);
/// ```
#[must_use]
pub fn merged_into(group: Independence, merged: &[MergedGroups]) -> Independence {
    let mut known = vec![group];
    let mut seen = 0;
    while let Some(from) = known.get(seen).copied() {
        seen += 1;
        for MergedGroups(one, other) in merged {
            for (here, there) in [(one, other), (other, one)] {
                if *here == from && !known.contains(there) {
                    known.push(*there);
                }
            }
        }
    }
    known.into_iter().min_by_key(|group| (group.group as u8, group.instance)).unwrap_or(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPU: Independence = Independence::of(Group::CpuTiming);
    const MEMORY: Independence = Independence::of(Group::Memory);
    const DISK: Independence = Independence::of(Group::Storage);
    const OTHER_DISK: Independence = Independence { group: Group::Storage, instance: 1 };
    const RADIO: Independence = Independence::of(Group::Radio);

    #[test]
    fn groups_are_written_as_in_labels() {
        let text = serde_json::to_string(&MergedGroups(CPU, OTHER_DISK)).unwrap();
        assert_eq!(text, r#"["cpu-timing","storage/1"]"#);
        assert_eq!(serde_json::from_str::<MergedGroups>(&text).unwrap(), MergedGroups(CPU, OTHER_DISK));
        for text in ["sun", "storage/0", "storage/256", "storage/", "storage/01", "cpu-timing/1", ""] {
            assert_eq!(independence(text), Err(UnknownGroup), "{text}");
        }
    }

    #[test]
    fn merging_is_mutual_and_goes_on() {
        let merged = [MergedGroups(OTHER_DISK, DISK), MergedGroups(MEMORY, OTHER_DISK)];
        for group in [MEMORY, DISK, OTHER_DISK] {
            assert_eq!(merged_into(group, &merged), MEMORY);
        }
        for group in [CPU, RADIO] {
            assert_eq!(merged_into(group, &merged), group);
        }
        assert_eq!(merged_into(CPU, &[MergedGroups(CPU, CPU)]), CPU);
    }
}
