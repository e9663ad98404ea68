//! Where a report goes.

use crate::exit::Failure;
use crate::signals;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain text with marks; plots in characters.
    Markdown,
    /// One page with its plots inside.
    Html,
}

/// A report's file, which is there whole or not at all.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
    form: Form,
}

impl Target {
    /// The file at `path`, whose ending names the form.
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
        let form = match ending.as_deref() {
            Some("md" | "markdown") => Form::Markdown,
            Some("html" | "htm") => Form::Html,
            _ => {
                return Err(Failure::Usage(format!(
                    "--report {}: the name must end in .md or .html, which says the form",
                    path.display()
                )));
            }
        };
        // Now, not after the tests.
        let (file, folder) = (path.display(), folder(path));
        if !folder.is_dir() {
            return Err(Failure::Usage(format!("--report {file}: there is no folder {}", folder.display())));
        }
        if path.is_dir() {
            return Err(Failure::Usage(format!("--report {file}: this is a folder; name a file")));
        }
        Ok(Self { path: path.to_owned(), form })
    }

    /// Writes what `make` makes: beside the file first, then in its place.
    pub(crate) fn write(&self, make: impl FnOnce(Form) -> String) -> Result<(), Failure> {
        let text = make(self.form);
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let beside = folder(&self.path).join(format!(".{name}.{}", std::process::id()));
        signals::watch().map_err(|error| Failure::Io { place: "signals".to_owned(), error })?;
        signals::remove_at_end(&beside);
        let written = write_whole(&beside, text.as_bytes());
        let placed = signals::undisturbed(|| {
            let placed = written.and_then(|()| fs::rename(&beside, &self.path));
            signals::keep();
            placed
        });
        placed.map_err(|error| {
            let _ = fs::remove_file(&beside); // it may not even have come to be
            Failure::at(&self.path, error)
        })
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).create_new(true).open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::{Form, Target};
    use std::path::Path;

    #[test]
    fn the_ending_says_the_form() {
        let form = |name: &str| Target::new(Path::new(name)).map(|target| target.form).ok();
        assert_eq!(form("a.md"), Some(Form::Markdown));
        assert_eq!(form("a.b.HTML"), Some(Form::Html));
        assert_eq!([form("a.pdf"), form("md"), form("/no/such/folder/a.md")], [None; 3]);
    }
}
