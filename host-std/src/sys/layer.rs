//! What lies between a program and its hardware.

/// Something between a program and its hardware, and how it was told.
///
/// ```
/// use openentropy_host::Machine;
/// if let Some(container) = &Machine::this().container {
///     println!("in a container of {}, by {}", container.name, container.evidence);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layer {
    /// What it is called, or `unknown`; no control characters, which could steer a terminal.
    pub name: String,
    /// The file, register or variable that told of it.
    pub evidence: &'static str,
}

impl Layer {
    pub(crate) fn new(name: impl Into<String>, evidence: &'static str) -> Self {
        let mut name: String = name.into();
        name.retain(|letter| !letter.is_control());
        Self { name, evidence }
    }
}
