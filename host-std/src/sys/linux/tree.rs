//! A made-up root of a file system, for tests of what is read from the real one.

use core::sync::atomic::{AtomicU32, Ordering};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A directory that is removed with all in it.
pub(crate) struct Tree(PathBuf);

impl Tree {
    /// An empty one.
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("openentropy-{name}-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    /// Writes a file, and makes the directories above it.
    pub(crate) fn file(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::write(self.place(path), text).unwrap();
    }

    /// Writes a file as the kernel would show it: with the end of its line.
    pub(crate) fn line(&self, path: &str, text: &str) {
        self.file(path, format!("{text}\n"));
    }

    /// Makes a folder `device` and a link to it as `entry`, as sysfs has them.
    pub(crate) fn entry(&self, entry: &str, device: &str) {
        let device = self.0.join(device);
        fs::create_dir_all(&device).unwrap();
        self.link(entry, device);
    }

    /// Makes a link, whose target need not exist.
    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) {
        symlink(target, self.place(path)).unwrap();
    }

    fn place(&self, path: &str) -> PathBuf {
        let place = self.0.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        place
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _gone_or_not = fs::remove_dir_all(&self.0);
    }
}
