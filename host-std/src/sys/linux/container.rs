//! Whether this process runs in a container.
//!
//! A container has no mark of its own; its runtime leaves files, which an image that is unpacked elsewhere keeps. So the answer names what told.
//!
//! References: systemd, "The Container Interface" (/run/systemd/container, /run/host/container-manager, `container=` of the first process);
//! Linux, include/linux/proc_ns.h (PROC_PID_INIT_INO, the number of the first namespace of processes).

use crate::sys::Layer;
use std::fs::{read, read_link, read_to_string};
use std::path::Path;

/// Parts of the first process's control group, and whose they are.
const GROUPS: [(&str, &str); 6] = [
    ("/kubepods", "kubernetes"),
    ("/libpod-", "podman"),
    ("/docker/", "docker"),
    ("/docker-", "docker"),
    ("/lxc/", "lxc"),
    ("/lxc.payload", "lxc"),
];
/// The namespace of processes that the kernel starts with.
const FIRST_PROCESSES: &str = "pid:[4026531836]";

/// A way to tell, from the file system's root.
type Sign = fn(&Path) -> Option<String>;

/// What tells of a container, the runtime's own word first.
const SIGNS: [(&str, Sign); 9] = [
    ("/run/systemd/container", |root| word(&root.join("run/systemd/container"))),
    ("/run/host/container-manager", |root| word(&root.join("run/host/container-manager"))),
    ("/proc/1/environ", |root| variable(&root.join("proc/1/environ"))),
    ("/run/.containerenv", |root| there(&root.join("run/.containerenv"), "podman")),
    ("/.dockerenv", |root| there(&root.join(".dockerenv"), "docker")),
    ("/proc/1/cgroup", |root| group(&root.join("proc/1/cgroup"))),
    ("/proc/sys/kernel/osrelease", |root| windows(&root.join("proc/sys/kernel/osrelease"))),
    ("/proc/vz", |root| there(&root.join("proc/vz"), "openvz").filter(|_| !root.join("proc/bc").exists())),
    ("/proc/self/ns/pid", |root| namespace(&root.join("proc/self/ns/pid"))),
];

/// The container around this process, if one shows.
pub(crate) fn container() -> Option<Layer> {
    container_in(Path::new("/"))
}

fn container_in(root: &Path) -> Option<Layer> {
    SIGNS.into_iter().find_map(|(evidence, sign)| Some(Layer::new(sign(root)?, evidence)))
}

fn word(path: &Path) -> Option<String> {
    let text = read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|word| !word.is_empty())
}

fn there(path: &Path, name: &str) -> Option<String> {
    path.exists().then(|| name.to_owned())
}

/// `container=` among the variables of the first process, which root may read.
fn variable(path: &Path) -> Option<String> {
    let variables = read(path).ok()?;
    let value =
        variables.split(|byte| *byte == 0).find_map(|variable| variable.strip_prefix(b"container="))?;
    Some(String::from_utf8_lossy(value).into_owned()).filter(|name| !name.is_empty())
}

fn group(path: &Path) -> Option<String> {
    let groups = read_to_string(path).ok()?;
    GROUPS.iter().find(|(part, _)| groups.contains(part)).map(|(_, name)| (*name).to_owned())
}

/// Windows runs Linux programs on a kernel that says so in its release, in either spelling.
fn windows(path: &Path) -> Option<String> {
    let release = word(path)?;
    (release.contains("microsoft") || release.contains("Microsoft")).then(|| String::from("wsl"))
}

fn namespace(path: &Path) -> Option<String> {
    let namespace = read_link(path).ok()?;
    (namespace != Path::new(FIRST_PROCESSES)).then(|| String::from("unknown"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::linux::tree::Tree;

    fn told(name: &str, evidence: &'static str) -> Option<Layer> {
        Some(Layer::new(name, evidence))
    }

    #[test]
    fn a_machine_of_its_own_shows_no_container() {
        let tree = Tree::new("no-container");
        assert_eq!(container_in(tree.root()), None);
        tree.file("proc/1/environ", b"HOME=/\0not_container=docker\0");
        tree.file("proc/1/cgroup", b"0::/init.scope\n1:name=systemd:/system.slice/docker.service\n");
        tree.file("proc/sys/kernel/osrelease", b"6.12.0-amd64\n");
        tree.link("proc/self/ns/pid", FIRST_PROCESSES);
        assert_eq!(container_in(tree.root()), None);
    }

    #[test]
    fn each_sign_tells_alone() {
        let files: [(&str, &[u8], &str, &str); 10] = [
            ("run/systemd/container", b"lxc\n", "lxc", "/run/systemd/container"),
            (
                "run/host/container-manager",
                b"systemd-nspawn",
                "systemd-nspawn",
                "/run/host/container-manager",
            ),
            ("proc/1/environ", b"HOME=/\0container=podman\0", "podman", "/proc/1/environ"),
            ("run/.containerenv", b"", "podman", "/run/.containerenv"),
            (".dockerenv", b"", "docker", "/.dockerenv"),
            ("proc/1/cgroup", b"4:memory:/docker/0123\n", "docker", "/proc/1/cgroup"),
            (
                "proc/1/cgroup",
                b"0::/kubepods.slice/x/cri-containerd-9.scope\n",
                "kubernetes",
                "/proc/1/cgroup",
            ),
            (
                "proc/sys/kernel/osrelease",
                b"5.15-microsoft-standard-WSL2\n",
                "wsl",
                "/proc/sys/kernel/osrelease",
            ),
            ("proc/sys/kernel/osrelease", b"4.4.0-19041-Microsoft\n", "wsl", "/proc/sys/kernel/osrelease"),
            ("proc/vz/version", b"", "openvz", "/proc/vz"),
        ];
        for (path, text, name, evidence) in files {
            let tree = Tree::new("container");
            tree.file(path, text);
            assert_eq!(container_in(tree.root()), told(name, evidence), "{path}");
        }
        let tree = Tree::new("container");
        tree.link("proc/self/ns/pid", "pid:[4026532201]");
        assert_eq!(container_in(tree.root()), told("unknown", "/proc/self/ns/pid"));
    }

    #[test]
    fn the_runtimes_own_word_goes_before_what_an_image_leaves() {
        let tree = Tree::new("container-order");
        tree.file(".dockerenv", b"");
        tree.file("run/systemd/container", b"\n");
        assert_eq!(container_in(tree.root()), told("docker", "/.dockerenv"), "an empty file says nothing");
        tree.file("proc/1/environ", b"container=oci\0");
        assert_eq!(container_in(tree.root()), told("oci", "/proc/1/environ"));
        tree.file("proc/vz/version", b"");
        tree.file("proc/bc/0", b"");
        assert_eq!(container_in(tree.root()), told("oci", "/proc/1/environ"));
    }
}
