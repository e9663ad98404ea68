//! Writes the table of what the sources are worth into `host-std/doc/sources.md`, from the registry, the claims and the recordings.

#[path = "../tests/common/worth.rs"]
mod worth;

use std::fs;
use std::io;

fn main() -> io::Result<()> {
    let path = worth::path();
    let document = fs::read_to_string(&path)?;
    fs::write(&path, worth::renewed(&document))
}
