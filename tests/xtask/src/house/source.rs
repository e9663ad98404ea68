//! Rust source as the rules see it: code apart from comments, texts and tests.

use crate::workspace::Workspace;
use anyhow::{Context as _, Result};
use std::path::Path;

/// Folders that hold no source of ours.
const SKIPPED: &[&str] = &["target", ".git", "vectors", "corpus", "artifacts", "node_modules", "mutants.out"];

/// One file.
pub(crate) struct Source {
    /// From the root of the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The same lines with comments and the insides of texts blanked out.
    code: String,
    /// Lines before the tests, which stand last.
    production: usize,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let code = blank(text);
        let lines: Vec<&str> = code.lines().collect();
        let tests = lines.windows(2).position(|w| w[0].trim() == "#[cfg(test)]" && w[1].contains("mod "));
        let production = if path.ends_with("/tests.rs") { 0 } else { tests.unwrap_or(lines.len()) };
        Self { path: path.to_owned(), text: text.to_owned(), code, production }
    }

    /// Numbered lines of code outside tests.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().take(self.production).enumerate().map(|(index, line)| (index + 1, line))
    }

    /// `path:line: text` of the lines of code for which `matches` holds.
    pub(crate) fn find(&self, matches: impl Fn(&str) -> bool) -> Vec<String> {
        let hits = self.code().zip(self.text.lines()).filter(|((_, code), _)| matches(code));
        hits.map(|((number, _), line)| format!("{}:{number}: {}", self.path, line.trim())).collect()
    }
}

/// Whether `word` stands in `line` as a word of its own.
pub(crate) fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}

/// Every Rust file of the repository.
pub(crate) fn read(ws: &Workspace) -> Result<Vec<Source>> {
    read_folder(ws, "")
}

/// Every Rust file below `folder`.
pub(crate) fn read_folder(ws: &Workspace, folder: &str) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    walk(&ws.root, &ws.root.join(folder), &mut sources)?;
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn walk(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if !SKIPPED.iter().any(|skipped| name == **skipped) {
                walk(root, &path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            sources.push(Source::new(&path.strip_prefix(root)?.to_string_lossy(), &text));
        }
    }
    Ok(())
}

/// Where the scanner of [`blank`] is.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Code,
    LineComment,
    /// Nesting depth.
    BlockComment(u32),
    Text,
    /// Number of `#` that end it.
    RawText(usize),
}

/// `text` with comments and the insides of texts replaced by spaces; lines stay where they are.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let (mut state, mut at) = (State::Code, 0);
    while let Some(rest) = chars.get(at..).filter(|rest| !rest.is_empty()) {
        let (next, length) = step(state, rest, at.checked_sub(1).and_then(|before| chars.get(before)));
        for c in rest.iter().take(length) {
            let keep = *c == '\n' || (state == State::Code && next == State::Code);
            out.push(if keep { *c } else { ' ' });
        }
        (state, at) = (next, at + length);
    }
    out
}

/// The state after the next token of `rest`, and that token's length.
fn step(state: State, rest: &[char], before: Option<&char>) -> (State, usize) {
    let second = rest.get(1).copied();
    match (state, rest[0]) {
        (State::Code, '/') if second == Some('/') => (State::LineComment, 2),
        (State::Code, '/') if second == Some('*') => (State::BlockComment(1), 2),
        (State::Code, '"') => (State::Text, 1),
        (State::Code, 'r') if !before.is_some_and(|c| c.is_alphanumeric() && *c != 'b' || *c == '_') => {
            raw_text(rest)
        }
        (State::Code, '\'') => (State::Code, char_literal(rest)),
        (State::LineComment, '\n') | (State::Text, '"') => (State::Code, 1),
        (State::BlockComment(depth), '/') if second == Some('*') => (State::BlockComment(depth + 1), 2),
        (State::BlockComment(depth), '*') if second == Some('/') => match depth {
            1 => (State::Code, 2),
            _ => (State::BlockComment(depth - 1), 2),
        },
        (State::Text, '\\') => (State::Text, 2),
        (State::RawText(marks), '"') if rest.iter().skip(1).take_while(|c| **c == '#').count() >= marks => {
            (State::Code, 1 + marks)
        }
        _ => (state, 1),
    }
}

fn raw_text(rest: &[char]) -> (State, usize) {
    let marks = rest.iter().skip(1).take_while(|c| **c == '#').count();
    if rest.get(1 + marks) == Some(&'"') { (State::RawText(marks), 2 + marks) } else { (State::Code, 1) }
}

/// Length of a character literal, or 1 for the quote of a lifetime.
fn char_literal(rest: &[char]) -> usize {
    match rest {
        ['\'', '\\', _, tail @ ..] => {
            3 + tail.iter().take(10).position(|c| *c == '\'').map_or(0, |end| end + 1)
        }
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blanked() {
        for text in [
            "a // unsafe\nb",
            "a /* unsafe /* unsafe */ unsafe */ b",
            "f(\"unsafe \\\" unsafe\")",
            "f(r#\"unsafe \" unsafe\"#)",
            "f(br\"unsafe\")",
            "let q = '\"'; // unsafe",
            "let q = '\\''; // unsafe",
            "fn f<'a>(x: &'a str) {} // unsafe",
        ] {
            let code = blank(text);
            assert!(!code.contains("unsafe"), "{text} became {code}");
            assert_eq!(code.lines().count(), text.lines().count());
        }
    }

    #[test]
    fn code_stays() {
        let text = "let q = '\"'; unsafe { f('a', b'\\n') } let for_r = \"x\"; unsafe {}";
        assert_eq!(blank(text).matches("unsafe").count(), 2);
        assert_eq!(blank("super(); unsafe"), "super(); unsafe");
    }

    #[test]
    fn tests_are_not_production_code() {
        let source =
            Source::new("a.rs", "unsafe {}\n#[cfg(test)]\npub(super) mod tests {\n    unsafe {}\n}\n");
        assert_eq!(source.find(|line| has_word(line, "unsafe")), ["a.rs:1: unsafe {}"]);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("unsafe {", "unsafe") && !has_word("forbid(unsafe_code)", "unsafe"));
    }
}
