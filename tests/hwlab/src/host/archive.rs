//! The archive that a kernel unpacks as its first file system.
//!
//! Format: "newc" of cpio; Linux, Documentation/driver-api/early-userspace/buffer-format.rst.

/// An archive in the making.
pub(crate) struct Archive {
    bytes: Vec<u8>,
    entries: u32,
}

const FOLDER: u32 = 0o040_755;
const FILE: u32 = 0o100_644;
const PROGRAM: u32 = 0o100_755;
const END: &str = "TRAILER!!!";
/// Names and contents begin at multiples of this.
const ALIGNMENT: usize = 4;

impl Archive {
    /// With the folders in which everything else stands.
    pub(crate) fn new(folders: &[&str]) -> Self {
        let mut archive = Self { bytes: Vec::new(), entries: 0 };
        folders.iter().for_each(|path| archive.entry(path, FOLDER, &[]));
        archive
    }

    pub(crate) fn file(&mut self, path: &str, contents: &[u8]) {
        self.entry(path, FILE, contents);
    }

    pub(crate) fn program(&mut self, path: &str, contents: &[u8]) {
        self.entry(path, PROGRAM, contents);
    }

    /// The whole archive.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.entry(END, 0, &[]);
        self.bytes
    }

    fn entry(&mut self, path: &str, mode: u32, contents: &[u8]) {
        self.entries += 1;
        let links = 1;
        let fields = [
            self.entries,
            mode,
            0,
            0,
            links,
            0,
            length(contents.len()),
            0,
            0,
            0,
            0,
            length(path.len() + 1),
            0,
        ];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes.extend_from_slice(format!("{field:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(path.as_bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend_from_slice(contents);
        self.align();
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGNMENT), 0);
    }
}

/// A length as the format holds it; no file of the laboratory is near its end.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_laid_out_as_the_kernel_reads_them() {
        let mut archive = Archive::new(&["bin"]);
        archive.program("bin/x", b"12345");
        let bytes = archive.finish();
        let text = String::from_utf8_lossy(&bytes);
        // 110 bytes of header and four of name make 114: two of padding
        let second = &text[116..];
        assert!(text.starts_with("07070100000001000041ed") && second.starts_with("07070100000002000081ed"));
        assert_eq!(&second[54..62], "00000005", "length of the contents");
        assert_eq!(&second[94..102], "00000006", "length of the name and its end");
        assert_eq!(&second[110..116], "bin/x\0");
        assert_eq!(&second[116..124], "12345\0\0\0");
        assert!(second[124..].starts_with("070701") && text.contains("TRAILER!!!\0"));
        assert_eq!(bytes.len() % ALIGNMENT, 0);
    }
}
