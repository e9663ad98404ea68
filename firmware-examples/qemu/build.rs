//! Gives the linker the memory of the machine that each target's images run on.

use std::{env, fs, path::PathBuf};

/// Machine, target, memory.
const MACHINES: [(&str, &str, &str); 3] = [
    // nRF51822 on the micro:bit
    (
        "microbit",
        "thumbv6m-none-eabi",
        "FLASH : ORIGIN = 0, LENGTH = 256K\nRAM : ORIGIN = 0x20000000, LENGTH = 16K",
    ),
    // MPS2 with the AN386 image, Cortex-M4F
    (
        "mps2-an386",
        "thumbv7em-none-eabihf",
        "FLASH : ORIGIN = 0, LENGTH = 4M\nRAM : ORIGIN = 0x20000000, LENGTH = 4M",
    ),
    // QEMU's RISC-V board: everything is RAM
    (
        "virt",
        "riscv32imac-unknown-none-elf",
        "FLASH : ORIGIN = 0x80000000, LENGTH = 1M\nRAM : ORIGIN = 0x80100000, LENGTH = 1M",
    ),
];

/// Where riscv-rt's linker script puts each part.
const RISCV_REGIONS: &str = "
REGION_ALIAS(\"REGION_TEXT\", FLASH);
REGION_ALIAS(\"REGION_RODATA\", FLASH);
REGION_ALIAS(\"REGION_DATA\", RAM);
REGION_ALIAS(\"REGION_BSS\", RAM);
REGION_ALIAS(\"REGION_HEAP\", RAM);
REGION_ALIAS(\"REGION_STACK\", RAM);
";

/// The images that print, and those in which the logger would be counted and could panic.
const PRINTING: [&str; 5] = ["induced-failure", "nrf51-rng", "self-tests", "self-tests-m0", "shared-isr"];
const SILENT: [&str; 2] = ["nopanic", "size"];
/// Leaves out what the logger's crate keeps in every image.
const SILENT_SCRIPT: &str = "SECTIONS { /DISCARD/ : { *(.defmt .defmt.*) } } INSERT AFTER .text;";

fn main() {
    let target = env::var("TARGET").expect("cargo names the target");
    let chosen = env::var("QEMU_MACHINE").ok();
    let (machine, _, memory) = MACHINES
        .iter()
        .find(|(machine, on, _)| *on == target && chosen.as_ref().is_none_or(|chosen| chosen == machine))
        .unwrap_or_else(|| panic!("no memory map for {chosen:?} on {target}"));
    let riscv = target.starts_with("riscv");
    let regions = if riscv { RISCV_REGIONS } else { "" };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the folder"));
    fs::write(out.join("memory.x"), format!("MEMORY {{\n{memory}\n}}\n{regions}"))
        .expect("the folder is writable");
    println!("cargo:rustc-check-cfg=cfg(machine, values(any()))");
    println!("cargo:rustc-cfg=machine=\"{machine}\"");
    println!("cargo:rustc-link-search={}", out.display());
    if riscv {
        println!("cargo:rustc-link-arg-bins=-Tmemory.x");
    }
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    fs::write(out.join("silent.x"), SILENT_SCRIPT).expect("the folder is writable");
    for image in PRINTING {
        println!("cargo:rustc-link-arg-bin={image}=-Tdefmt.x");
    }
    for image in SILENT {
        println!("cargo:rustc-link-arg-bin={image}=-Tsilent.x");
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=QEMU_MACHINE");
}
