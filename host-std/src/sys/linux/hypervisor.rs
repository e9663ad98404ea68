//! Whether a hypervisor is below, where no instruction tells: by the words of the device tree and of the firmware.
//!
//! References: Linux, Documentation/devicetree/bindings/arm/{psci.yaml, linux,dummy-virt.yaml, xen.txt}, Documentation/ABI/testing/sysfs-class-dmi.

use super::identity::line;
use std::path::Path;

/// Words of firmware made for virtual machines.
///
/// QEMU calls its Arm machine by the first name unless KVM runs it: it then translates instructions, or nobody can tell.
const PRODUCTS: [&str; 10] = [
    "QEMU Virtual Machine",
    "QEMU",
    "KVM",
    "Amazon EC2",
    "Google",
    "Microsoft",
    "VMware",
    "Xen",
    "Parallels",
    "Apple Virtualization",
];
/// The board that hypervisors without one of their own name in the device tree.
const NO_BOARD: &str = "linux,dummy-virt";

/// The hypervisor's name, if there is one.
pub(crate) fn hypervisor() -> Option<String> {
    hypervisor_in(Path::new("/"))
}

fn hypervisor_in(root: &Path) -> Option<String> {
    let tree = root.join("proc/device-tree");
    line(tree.join("hypervisor/compatible"))
        .or_else(|| of_firmware(&root.join("sys/class/dmi/id")))
        .or_else(|| line(tree.join("compatible")).filter(|board| board == NO_BOARD))
        // Firmware that is asked by HVC instead of SMC runs at the hypervisor's level, so this kernel does not.
        .or_else(|| {
            line(tree.join("psci/method")).filter(|way| way == "hvc").map(|_| String::from("unknown"))
        })
}

fn of_firmware(dmi: &Path) -> Option<String> {
    let product = line(dmi.join("product_name")).unwrap_or_default();
    // Amazon sells bare machines under the same vendor; their products are called so.
    if product.ends_with(".metal") {
        return None;
    }
    let text = format!("{} {product}", line(dmi.join("sys_vendor")).unwrap_or_default());
    PRODUCTS.into_iter().find(|name| text.contains(name)).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::linux::tree::Tree;

    fn of(files: &[(&str, &str)]) -> Option<String> {
        let tree = Tree::new("hypervisor");
        for (path, text) in files {
            tree.file(path, text.as_bytes());
        }
        hypervisor_in(tree.root())
    }

    #[test]
    fn a_machine_of_its_own_has_none() {
        assert_eq!(of(&[]), None);
        let metal = [
            ("sys/class/dmi/id/sys_vendor", "Amazon EC2\n"),
            ("sys/class/dmi/id/product_name", "m7g.metal\n"),
        ];
        assert_eq!(of(&metal), None);
        let board = [
            ("proc/device-tree/compatible", "raspberrypi,5-model-b\0brcm,bcm2712\0"),
            ("proc/device-tree/psci/method", "smc\0"),
        ];
        assert_eq!(of(&board), None);
    }

    #[test]
    fn each_word_tells_alone() {
        for (path, text, name) in [
            ("proc/device-tree/hypervisor/compatible", "xen,xen-4.17\0xen,xen\0", "xen,xen-4.17"),
            ("proc/device-tree/compatible", "linux,dummy-virt\0", "linux,dummy-virt"),
            ("proc/device-tree/psci/method", "hvc\0", "unknown"),
            ("sys/class/dmi/id/sys_vendor", "Amazon EC2\n", "Amazon EC2"),
            ("sys/class/dmi/id/product_name", "QEMU Virtual Machine\n", "QEMU Virtual Machine"),
            ("sys/class/dmi/id/product_name", "KVM Virtual Machine\n", "KVM"),
        ] {
            assert_eq!(of(&[(path, text)]).as_deref(), Some(name), "{path}");
        }
    }
}
