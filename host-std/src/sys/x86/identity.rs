//! What CPUID says about the processor and whoever stands in for it.

use super::counter::leaf;
use crate::sys::Layer;

/// Vendor, family, model and stepping, as `AuthenticAMD 26-2-1`: the name string alone is the same for many generations of servers.
pub(crate) fn cpu_model() -> String {
    let Some([_, ebx, ecx, edx]) = leaf(0) else {
        return String::from("unknown");
    };
    let vendor = text([ebx, edx, ecx]);
    let [eax, ..] = leaf(1).unwrap_or_default();
    let (base_family, base_model) = (eax >> 8 & 0xf, eax >> 4 & 0xf);
    // AMD64 manual vol. 3 §E.3.2, Intel SDM vol. 2 CPUID: the extended fields count when the base family is 15 (model: or 6).
    let family = base_family + if base_family == 15 { eax >> 20 & 0xff } else { 0 };
    let model = base_model + if matches!(base_family, 6 | 15) { (eax >> 16 & 0xf) << 4 } else { 0 };
    format!("{vendor} {family}-{model}-{}", eax & 0xf)
}

/// The hypervisor's signature, if the processor is a virtual one (CPUID 1, ECX bit 31; leaf 4000_0000h).
pub(crate) fn hypervisor() -> Option<String> {
    let [_, _, features, _] = leaf(1)?;
    if features & 1 << 31 == 0 {
        return None;
    }
    let signature = leaf(0x4000_0000).map(|[_, ebx, ecx, edx]| text([ebx, ecx, edx]));
    Some(signature.filter(|name| !name.is_empty()).unwrap_or_else(|| String::from("unknown")))
}

/// A translator of instructions that names itself: QEMU's by its signature, Apple's for Linux guests by the vendor.
pub(crate) fn emulator() -> Option<Layer> {
    const BY_SIGNATURE: [(&str, &str); 1] = [("TCGTCGTCGTCG", "qemu")];
    const BY_VENDOR: [(&str, &str); 1] = [("VirtualApple", "rosetta")];
    let signature = hypervisor().unwrap_or_default();
    let named = |table: &[(&str, &'static str)], word: &str| {
        table.iter().find(|(known, _)| word.starts_with(known)).map(|(_, name)| Layer::new(*name, "CPUID"))
    };
    named(&BY_SIGNATURE, &signature).or_else(|| named(&BY_VENDOR, &cpu_model()))
}

fn text(registers: [u32; 3]) -> String {
    registers
        .iter()
        .flat_map(|register| register.to_le_bytes())
        .filter(u8::is_ascii_graphic)
        .map(char::from)
        .collect()
}
