//! What a firmware image holds: its size in flash and RAM, and who in it can panic.

use anyhow::{Context as _, Result};
use object::{
    File, Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SectionFlags, SectionKind,
    elf,
};
use std::collections::BTreeSet;
use std::path::Path;

/// Bytes that a program takes before it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Size {
    /// Code, constants, vectors and initial values.
    pub(crate) flash: u64,
    /// Variables, with initial values or without; not the stack.
    pub(crate) static_ram: u64,
}

/// One call that ends in a panic.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct PanicCall {
    pub(crate) caller: String,
    pub(crate) callee: String,
}

/// Parts of the names of functions that panic or print a panic.
const PANIC_NAMES: &[&str] =
    &["panicking", "panic_", "unwrap_failed", "expect_failed", "slice_index_fail", "begin_unwind"];
/// Sections by which a linker script reserves the rest of the RAM.
const RESERVED: &[&str] = &[".stack", ".heap"];

/// Size of the image at `path`, counted as binutils' `size` does: flash = text + data, RAM = data + bss.
pub(crate) fn size(path: &Path) -> Result<Size> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let image = File::parse(&*bytes)?;
    let mut size = Size { flash: 0, static_ram: 0 };
    for section in image.sections().filter(|s| !s.name().is_ok_and(|name| RESERVED.contains(&name))) {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
            continue;
        };
        if !sh_flags.contains(elf::SHF_ALLOC) {
            continue;
        }
        let stored = section.kind() != SectionKind::UninitializedData;
        let writable = sh_flags.contains(elf::SHF_WRITE);
        size.flash += if stored { section.size() } else { 0 };
        size.static_ram += if writable { section.size() } else { 0 };
    }
    Ok(size)
}

/// Every way into a panic in the image at `path`.
///
/// An image linked with `--emit-relocs` names its callers. In another they are unknown (`?`), but a panic function that
/// is linked at all is still reported.
pub(crate) fn panic_calls(path: &Path) -> Result<BTreeSet<PanicCall>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let image = File::parse(&*bytes)?;
    let functions = functions(&image)?;
    let mut calls = BTreeSet::new();
    for section in image.sections() {
        for (at, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                continue;
            };
            let callee = demangled(image.symbol_by_index(index)?.name().unwrap_or_default());
            if panics(&callee) {
                let caller = functions.iter().find(|f| (f.start..f.end).contains(&at));
                let caller =
                    caller.map_or_else(|| section.name().unwrap_or("?").to_owned(), |f| f.name.clone());
                calls.insert(PanicCall { caller, callee });
            }
        }
    }
    for function in functions.iter().filter(|f| panics(&f.name)) {
        if !calls.iter().any(|call| call.callee == function.name) {
            calls.insert(PanicCall { caller: "?".into(), callee: function.name.clone() });
        }
    }
    // What the machinery of panics does within itself is no way into it.
    calls.retain(|call| !panics(&call.caller));
    Ok(calls)
}

struct Function {
    start: u64,
    end: u64,
    name: String,
}

fn functions(image: &File<'_>) -> Result<Vec<Function>> {
    let mut functions = Vec::new();
    for symbol in image.symbols().filter(|symbol| symbol.is_definition()) {
        let start = symbol.address() & !1; // Thumb marks functions by the lowest bit
        functions.push(Function { start, end: start + symbol.size(), name: demangled(symbol.name()?) });
    }
    Ok(functions)
}

fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

fn panics(name: &str) -> bool {
    PANIC_NAMES.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// This test's own program panics in many places, and its sections are those of any ELF file.
    #[test]
    #[cfg(target_os = "linux")]
    fn an_image_with_panics_is_recognised() {
        let this = std::env::current_exe().unwrap();
        let calls = panic_calls(&this).unwrap();
        assert!(calls.iter().any(|call| call.callee.contains("panicking")));
        let size = size(&this).unwrap();
        assert!(size.flash > 100_000 && size.static_ram > 0 && size.static_ram < size.flash, "{size:?}");
    }

    #[test]
    fn names_of_panics() {
        assert!(panics("core::panicking::panic_bounds_check") && panics("core::option::unwrap_failed"));
        assert!(!panics("openentropy_core::pool::Pool<4>::condense"));
    }
}
