//! Saying what the bytes are worth: before the first byte, and before the first of every new worth.

use crate::exit::Outcome;
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

    /// Says a label.
    pub(crate) fn say(&mut self, label: &PoolLabel) {
        self.worst = self.worst.max(label.state);
        if self.as_json {
            let mut json = String::new();
            if label.write_json(&mut json).is_ok() {
                eprintln!("{json}");
            }
        } else {
            eprintln!("{label}");
            if label.state == LabelState::Degraded {
                eprintln!("{}", advice(label));
            }
        }
        self.said = Some(label.clone());
    }

    /// Says what all `delivered` bytes together are worth, where the last label did not.
    pub(crate) fn close(&mut self, label: &PoolLabel, delivered: u64) {
        if self.said.as_ref().is_some_and(|said| said.credited_bits == label.credited_bits) {
            return;
        }
        if self.as_json {
            self.say(label);
        } else {
            eprintln!("{delivered} bytes delivered, {} credited bits in all", label.credited_bits);
        }
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
    let seen = if failed.is_empty() { "no source here has a claim".to_owned() } else { failed.join(", ") };
    format!(
        "warning: no credited source works: {seen}. These bytes rest on operating-system randomness and uncredited noise. \
         `openentropy scan` lists what else there is; --strict refuses such bytes."
    )
}
