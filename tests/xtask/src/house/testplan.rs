//! The rule about `tests/testplan.md`: a promise is kept only by a test that exists.

use super::source::{Source, has_word};
use crate::workspace::Workspace;
use anyhow::{Context as _, Result};

const PLAN: &str = "tests/testplan.md";

/// Tests and files that the plan names in backticks and that are not there.
pub(super) fn dangling(ws: &Workspace, sources: &[Source]) -> Result<Vec<String>> {
    let plan = std::fs::read_to_string(ws.root.join(PLAN)).with_context(|| format!("cannot read {PLAN}"))?;
    let exists = |path: &str| ws.root.join(path).exists();
    Ok(names(&plan)
        .filter(|name| !is_there(name, sources, exists))
        .map(|name| format!("{PLAN}: {name}"))
        .collect())
}

/// What stands between backticks in the rows of tables.
fn names(plan: &str) -> impl Iterator<Item = &str> {
    plan.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Whether `name` is a path that exists, a function in some file, or no name of either kind at all.
fn is_there(name: &str, sources: &[Source], exists: impl Fn(&str) -> bool) -> bool {
    let plain =
        |extra: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || extra.contains(c));
    if name.contains('/') && plain("_-./") {
        return exists(name);
    }
    if !(name.contains('_') || name.contains("::")) || !plain("_:") {
        return true;
    }
    let function = name.rsplit("::").next().unwrap_or(name);
    let defines = |line: &str| line.contains("fn ") && has_word(line, function);
    sources.iter().any(|source| source.text.lines().any(defines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_names_nothing_is_found() {
        let plan = "Words `not_a_row`.\n| 1 | `raw_is_raw`, `pool::tests::gone` | `core-nostd/tests/ui` | `cargo xtask size` |\n";
        let sources = [Source::new("a.rs", "#[test]\nfn raw_is_raw() {}\n")];
        let dangling: Vec<_> =
            names(plan).filter(|name| !is_there(name, &sources, |path| path.ends_with("ui"))).collect();
        assert_eq!(dangling, ["pool::tests::gone"]);
        assert!(!is_there("tests/none.rs", &sources, |_| false));
    }
}
