//! The test plan names tests that exist.

use std::{fs, io, path::Path};

/// Fewer names than this, and the plan was not read as it is written.
const NAMES: usize = 100;

#[test]
fn every_test_that_is_named_exists() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let plan = fs::read_to_string(root.join("tests/testplan.md"))?;
    // what stands between two strokes and begins with a folder
    let names: Vec<&str> = plan.split('`').skip(1).step_by(2).filter(|name| name.contains(".rs")).collect();
    assert!(names.len() >= NAMES, "{} names", names.len());
    let missing: Vec<&str> = names.into_iter().filter(|name| !exists(&root, name)).collect();
    assert!(missing.is_empty(), "named in tests/testplan.md, and nowhere else: {missing:#?}");
    Ok(())
}

/// Whether `name`, a file or `file::function`, is there.
fn exists(root: &Path, name: &str) -> bool {
    let (file, function) = name.split_once("::").unwrap_or((name, ""));
    let Ok(text) = fs::read_to_string(root.join(file)) else {
        return false;
    };
    function.is_empty() || text.contains(&format!("fn {function}("))
}
