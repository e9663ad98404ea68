//! Whether a program carries out this process's instructions in place of the processor.
//!
//! Emulators of a single process (qemu-user and its like) answer `/proc/self/exe` for the program that they run, or nothing would work that
//! finds itself by that name. The kernel has another name for the same link, `/proc/thread-self/exe`, which they leave alone: it leads to the
//! emulator. Two names of one link that lead to two files mean that somebody answers between this process and the kernel.
//!
//! What stays unknown: an emulator that answers the second name too, and any where /proc is not mounted.
//!
//! References: proc(5); QEMU, linux-user/syscall.c (`is_proc_myself` knows `/proc/self/` and `/proc/PID/`), versions 1.2 to 10.

use crate::sys::Layer;
use std::fs::read_link;
use std::path::Path;

/// The emulator that runs this process, if one shows.
pub(crate) fn emulator() -> Option<Layer> {
    emulator_in(Path::new("/"))
}

fn emulator_in(root: &Path) -> Option<Layer> {
    let claimed = read_link(root.join("proc/self/exe")).ok()?;
    let running = read_link(root.join("proc/thread-self/exe")).ok()?;
    let name = running
        .file_name()
        .map_or_else(|| String::from("unknown"), |name| name.to_string_lossy().into_owned());
    (running != claimed).then(|| Layer::new(name, "/proc/thread-self/exe"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::linux::tree::Tree;

    #[test]
    fn a_program_that_runs_itself_is_not_emulated() {
        let tree = Tree::new("emulator");
        assert_eq!(emulator_in(tree.root()), None, "without /proc");
        tree.link("proc/self/exe", "/usr/bin/openentropy (deleted)");
        assert_eq!(emulator_in(tree.root()), None, "a kernel before 3.17 has no thread-self");
        tree.link("proc/thread-self/exe", "/usr/bin/openentropy (deleted)");
        assert_eq!(emulator_in(tree.root()), None);
    }

    #[test]
    fn an_emulator_is_told_by_the_name_that_it_does_not_answer() {
        let tree = Tree::new("emulator");
        tree.link("proc/self/exe", "/usr/bin/openentropy");
        tree.link("proc/thread-self/exe", "/usr/bin/qemu-aarch64-static");
        let told = Layer::new("qemu-aarch64-static", "/proc/thread-self/exe");
        assert_eq!(emulator_in(tree.root()), Some(told));
    }
}
