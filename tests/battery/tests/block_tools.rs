//! Agreement with the programs that users know: `rngtest` 2.2 and `ent`, as packaged by Debian 12.

#[expect(dead_code, reason = "one of its streams is enough here")]
#[path = "../src/test_streams.rs"]
mod test_streams;

use openentropy_tests::ent::{Tally, Unit};
use openentropy_tests::fips140::{Limits, Tester};
use test_streams::Good;

/// 1000 blocks, seven in ten of them with a fault of one of seven kinds.
fn faulty_blocks() -> Vec<u8> {
    let mut bytes = Good::ChaCha20.bytes(0, 4 + 2500 * 1000);
    for (index, block) in bytes[4..].chunks_mut(2500).enumerate() {
        match index % 10 {
            1 => block[..300].iter_mut().for_each(|byte| *byte |= 0x10),
            2 => block.iter_mut().step_by(5).for_each(|byte| *byte = *byte & 0xF0 | 3),
            3 => block[100 + index % 64] = 0,
            4 => block[1000..1003].fill(0xFF),
            5 => block.copy_within(400..404, 404),
            6 => block.copy_within(401..405, 405),
            7 => block.iter_mut().step_by(12).for_each(|byte| *byte = 0x55),
            _ => (),
        }
    }
    bytes
}

#[test]
fn fips_counts_are_those_of_rngtest() {
    let mut tester = Tester::new(Limits::FIPS_140_2);
    tester.update(&faulty_blocks());
    assert_eq!((tester.blocks(), tester.rejected()), (1000, 348));
    assert_eq!(tester.failures(), [2, 207, 200, 40, 100]);
}

#[test]
fn ent_figures_are_those_of_ent() {
    let pi = include_bytes!("../../vectors/sp800-22/pi.1e6.bin");
    let figures = |unit| {
        let mut tally = Tally::new(unit);
        tally.update(pi);
        tally.figures().unwrap()
    };
    let close = |ours: f64, printed: f64| assert!((ours - printed).abs() <= 5e-7, "{ours} against {printed}");
    let bytes = figures(Unit::Byte);
    close(bytes.entropy, 7.998_562);
    close(bytes.chi_square, 249.470_464);
    assert!((bytes.chi_square_p - 0.5859).abs() < 5e-5);
    close(bytes.mean, 127.148_664);
    close(bytes.monte_carlo_pi.unwrap(), 3.140_978);
    close(bytes.serial_correlation.unwrap(), 0.005_807);
    let bits = figures(Unit::Bit);
    close(bits.entropy, 1.0);
    close(bits.chi_square, 0.309_136);
    close(bits.mean, 0.499_722);
    close(bits.serial_correlation.unwrap(), 0.000_808);
}
