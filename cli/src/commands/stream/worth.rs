//! Saying what the bytes are worth: before the first byte, and before the first of every new worth.

use crate::exit::{Failure, Outcome};
use crate::output::say;
use openentropy_core::LabelState;
use openentropy_host::PoolLabel;

/// What was said so far.
pub(crate) struct Worth {
    as_json: bool,
    said: Option<PoolLabel>,
    worst: LabelState,
}

impl Worth {
    /// Nothing said yet.
    pub(crate) const fn new(as_json: bool) -> Self {
        Self { as_json, said: None, worst: LabelState::Credited }
    }

    /// Whether bytes in this state differ in worth from those before.
    pub(crate) fn is_new(&self, state: LabelState) -> bool {
        self.said.as_ref().is_none_or(|said| said.state != state)
    }

    /// Says the label of the bytes that come next.
    pub(crate) fn say(&mut self, label: &PoolLabel) -> Result<(), Failure> {
        self.worst = self.worst.max(label.state);
        self.said = Some(label.clone());
        if self.as_json {
            let mut json = String::new();
            let _ = label.write_json(&mut json); // writing to a string cannot fail
            return say(&json);
        }
        say(label)?;
        if label.state == LabelState::Degraded { say(&advice(label)) } else { Ok(()) }
    }

    /// Says what all `delivered` bytes together are worth, `credited_bits` having been paid for them, where the last label did not.
    pub(crate) fn close(
        &mut self,
        last: &PoolLabel,
        credited_bits: u64,
        delivered: u64,
    ) -> Result<(), Failure> {
        if self.said.as_ref().is_some_and(|said| said.credited_bits == credited_bits) {
            return Ok(());
        }
        if self.as_json {
            return self.say(&PoolLabel { state: self.worst, credited_bits, ..last.clone() });
        }
        say(&format_args!("{delivered} bytes delivered, {credited_bits} credited bits in all"))
    }

    /// How the program ends after delivering all.
    pub(crate) const fn outcome(&self) -> Outcome {
        match self.worst {
            LabelState::Degraded => Outcome::Degraded,
            _ => Outcome::Done,
        }
    }
}

/// What was seen, why it matters, what to do.
fn advice(label: &PoolLabel) -> String {
    let failed =
        label.sources.iter().filter_map(|source| Some(format!("{} ({})", source.name, source.error?)));
    let failed: Vec<String> = failed.collect();
    let seen = if failed.is_empty() { String::new() } else { format!(" ({})", failed.join(", ")) };
    format!(
        "warning: the sources with a claim, if there are any, have not paid in time{seen}. These bytes rest on operating-system randomness and uncredited noise. \
         `openentropy scan` lists what else there is; --strict refuses such bytes."
    )
}
