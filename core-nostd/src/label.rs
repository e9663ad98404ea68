//! The label: what output bytes are worth, in words that travel with them.

mod report;
mod state;

pub use report::{SourceReport, SourceState};
pub use state::LabelState;

use crate::Independence;
use core::fmt::{self, Write};

/// The version of the label's JSON form, raised when a field or word changes its meaning.
pub const LABEL_VERSION: u8 = 1;

/// What a piece of output is worth; no output is without one.
///
/// `S` holds the sources' lines: a borrowed slice in firmware, a `Vec` on hosts.
///
/// ```
/// use openentropy_core::{Group, Independence, Label, LabelState, SourceReport, SourceState, drbg::HmacDrbg};
/// let sources = [SourceReport::new("zener_adc", Independence::of(Group::ChipAdc), SourceState::Credited)];
/// let label = Label {
///     state: LabelState::paid_by(&sources), generator: Some(HmacDrbg::NAME), credited_bits: 320,
///     overdue_seconds: 0, sources: &sources[..], os_mixed: false,
/// };
/// assert_eq!(label.to_string(), "single-group: 320 credited bits from chip-adc; hmac_drbg; zener_adc credited");
/// let mut json = String::new();
/// label.write_json(&mut json)?;
/// assert!(json.starts_with(r#"{"version":1,"state":"single-group","generator":"hmac_drbg""#));
/// # Ok::<(), core::fmt::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "plain data, written by whoever hands out the bytes")]
pub struct Label<S = &'static [SourceReport]> {
    /// The worth in one word.
    pub state: LabelState,
    /// The mechanism whose output it is, by [`Drbg::NAME`](crate::drbg::Drbg::NAME) or the conditioner's name; `None` for samples.
    pub generator: Option<&'static str>,
    /// Credited bits that were paid for the output, or for the seed that it comes from.
    pub credited_bits: u64,
    /// How long a reseed has been overdue; 0 if it is not, or where there is no clock.
    pub overdue_seconds: u32,
    /// Every source that was asked for, working or not.
    pub sources: S,
    /// Whether operating-system randomness went in; it counts for nothing.
    pub os_mixed: bool,
}

impl<S: AsRef<[SourceReport]>> Label<S> {
    /// Writes the label as one JSON object without white space.
    ///
    /// `{"version", "state", "generator": string or null, "credited_bits", "overdue_seconds", "groups": [string], "sources": [{"name",
    /// "state", "error": string or null}], "os_mixed"}`; a group's instance above 0 follows its name after a stroke.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut impl Write) -> fmt::Result {
        write!(out, r#"{{"version":{LABEL_VERSION},"state":"{}","generator":"#, self.state.name())?;
        json_string(out, self.generator)?;
        let (bits, seconds) = (Decimal(self.credited_bits), self.overdue_seconds);
        write!(out, r#","credited_bits":{bits},"overdue_seconds":{seconds},"groups":["#)?;
        for (place, group) in paying_groups(self.sources.as_ref()).enumerate() {
            write!(out, r#"{}"{group}""#, separator(place, ","))?;
        }
        out.write_str(r#"],"sources":["#)?;
        for (place, source) in self.sources.as_ref().iter().enumerate() {
            write!(out, r#"{}{{"name":"#, separator(place, ","))?;
            json_string(out, Some(source.name))?;
            write!(out, r#","state":"{}","error":"#, source.state.name())?;
            json_string(out, source.error)?;
            out.write_char('}')?;
        }
        write!(out, r#"],"os_mixed":{}}}"#, self.os_mixed)
    }
}

/// One line for people: the worth first, then what it rests on, then how each source stands.
impl<S: AsRef<[SourceReport]>> fmt::Display for Label<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.state.name())?;
        if self.overdue_seconds > 0 {
            write!(f, " {}s", self.overdue_seconds)?;
        }
        write!(f, ": {} credited bits", Decimal(self.credited_bits))?;
        for (place, group) in paying_groups(self.sources.as_ref()).enumerate() {
            write!(f, "{}{group}", if place == 0 { " from " } else { ", " })?;
        }
        if self.os_mixed {
            f.write_str("; os randomness mixed")?;
        }
        if let Some(generator) = self.generator {
            write!(f, "; {generator}")?;
        }
        for (place, source) in self.sources.as_ref().iter().enumerate() {
            let lead = if place == 0 { "; " } else { ", " };
            write!(f, "{lead}{} {}", source.name, source.state.name())?;
            if let Some(error) = source.error {
                write!(f, " ({error})")?;
            }
        }
        Ok(())
    }
}

/// The groups that sources which pay belong to, each once.
fn paying_groups(sources: &[SourceReport]) -> impl Iterator<Item = Independence> {
    let pays_in = |source: &SourceReport, group| source.state.pays() && source.independence == group;
    sources.iter().enumerate().filter_map(move |(place, source)| {
        let group = source.independence;
        let first = sources.iter().take(place).all(|earlier| !pays_in(earlier, group));
        (source.state.pays() && first).then_some(group)
    })
}

/// A number in decimal digits. The standard library's way keeps a bounds check, and so a panic, where 64 bits are two words.
struct Decimal(u64);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= 10 {
            Self(self.0 / 10).fmt(f)?; // at most twenty deep
        }
        f.write_char(char::from(b'0' + (self.0 % 10) as u8))
    }
}

const fn separator(place: usize, text: &'static str) -> &'static str {
    if place == 0 { "" } else { text }
}

/// A JSON string (RFC 8259 §7), or null.
fn json_string(out: &mut impl Write, text: Option<&str>) -> fmt::Result {
    let Some(text) = text else {
        return out.write_str("null");
    };
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(out, "\\{character}")?,
            '\0'..='\x1f' => write!(out, "\\u{:04x}", u32::from(character))?,
            _ => out.write_char(character)?,
        }
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::Group;
    use std::string::{String, ToString};

    const CPU: Independence = Independence::of(Group::CpuTiming);
    const DISK: Independence = Independence { group: Group::Storage, instance: 1 };

    fn json<S: AsRef<[SourceReport]>>(label: &Label<S>) -> String {
        let mut text = String::new();
        label.write_json(&mut text).unwrap();
        text
    }

    fn label(sources: &[SourceReport]) -> Label<&[SourceReport]> {
        Label {
            state: LabelState::paid_by(sources),
            generator: Some("chacha20"),
            credited_bits: 320,
            overdue_seconds: 0,
            sources,
            os_mixed: true,
        }
    }

    #[test]
    fn whole_label() {
        let failed =
            SourceReport { error: Some("timeout"), ..SourceReport::new("disk", DISK, SourceState::Failed) };
        let sources = [
            SourceReport::new("clock", CPU, SourceState::Credited),
            SourceReport::new("jitter", CPU, SourceState::Credited),
            failed,
            SourceReport::new("disk", DISK, SourceState::Credited),
        ];
        assert_eq!(
            json(&label(&sources)),
            concat!(
                r#"{"version":1,"state":"credited","generator":"chacha20","credited_bits":320,"overdue_seconds":0,"#,
                r#""groups":["cpu-timing","storage/1"],"sources":[{"name":"clock","state":"credited","error":null},"#,
                r#"{"name":"jitter","state":"credited","error":null},{"name":"disk","state":"failed","error":"timeout"},"#,
                r#"{"name":"disk","state":"credited","error":null}],"os_mixed":true}"#
            )
        );
        assert_eq!(
            label(&sources).to_string(),
            "credited: 320 credited bits from cpu-timing, storage/1; os randomness mixed; chacha20; \
             clock credited, jitter credited, disk failed (timeout), disk credited"
        );
    }

    #[test]
    fn samples_have_no_generator() {
        let raw = Label { state: LabelState::Raw, generator: None, credited_bits: 0, ..label(&[]) };
        assert_eq!(
            json(&raw),
            r#"{"version":1,"state":"raw","generator":null,"credited_bits":0,"overdue_seconds":0,"groups":[],"sources":[],"os_mixed":true}"#
        );
    }

    #[test]
    fn overdue_is_said_with_its_age() {
        let mut late = label(&[]);
        (late.state, late.overdue_seconds) = (LabelState::ReseedOverdue, 75);
        assert!(late.to_string().starts_with("reseed-overdue 75s: "));
    }

    #[test]
    fn numbers_are_written_as_the_standard_library_does() {
        for number in [0, 9, 10, 320, 1_000_009, u64::MAX] {
            assert_eq!(Decimal(number).to_string(), number.to_string());
        }
    }

    #[test]
    fn text_is_escaped() {
        let mut out = String::new();
        json_string(&mut out, Some("a\"b\\c\n\u{1f}é")).unwrap();
        assert_eq!(out, "\"a\\\"b\\\\c\\u000a\\u001fé\"");
    }
}
