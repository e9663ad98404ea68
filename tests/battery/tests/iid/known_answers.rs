//! Sample sets whose results are known.

use std::path::PathBuf;

use openentropy_tests::sp800_90b::iid;

use super::INITIAL;

struct Known {
    file: &'static str,
    bits: u32,
    /// In the order of the standard.
    statistics: [f64; 19],
    /// Statistic, degrees of freedom, p-value.
    independence: (f64, u32, f64),
    goodness_of_fit: (f64, u32, f64),
    /// Length, collision probability, probability.
    repeat: (usize, f64, f64),
}

/// Computed from the definitions by an independent program (chi-square with 40 digits, bzip2's C library).
#[rustfmt::skip]
static KNOWN: [Known; 7] = [
    Known {
        file: "rand1_short.w1.bin",
        bits: 1,
        statistics: [
            68.6912, 793.0, 7.0, 746.0, 5044.0, 12.0, 22.943_396_226_415_093, 53.0, 222.0,
            230.0, 224.0, 224.0, 235.0, 20_021.0, 19_982.0, 20_092.0, 19_719.0, 19_526.0, 1611.0,
        ],
        independence: (106.896_127_145_024_64, 126, 0.890_220_890_079_807_9),
        goodness_of_fit: (10.918_427_951_175_556, 9, 0.281_341_776_599_411_06),
        repeat: (25, 0.500_001_28, 0.773_025_684_802_887_6),
    },
    Known {
        file: "rand4_short.w4.bin",
        bits: 4,
        statistics: [
            450.376, 6669.0, 7.0, 5269.0, 4990.0, 13.0, 5.742_102_240_091_901, 14.0, 547.0,
            604.0, 664.0, 692.0, 598.0, 562_563.0, 562_511.0, 569_110.0, 568_260.0, 561_023.0, 5520.0,
        ],
        independence: (234.346_199_983_151_65, 240, 0.590_806_068_805_625_7),
        goodness_of_fit: (150.755_147_091_801_58, 135, 0.167_501_957_612_750_72),
        repeat: (6, 0.062_582_66, 0.950_245_602_226_192_8),
    },
    Known {
        file: "rand8_short.w8.bin",
        bits: 8,
        statistics: [
            6638.536, 6727.0, 6.0, 5006.0, 4938.0, 13.0, 20.304_878_048_780_488, 67.0, 34.0,
            30.0, 49.0, 49.0, 35.0, 163_045_111.0, 163_784_454.0, 162_563_680.0, 162_531_901.0, 161_376_389.0, 10_987.0,
        ],
        independence: (1_026.242_376_130_106_8, 735, 5.514_377_257_620_376e-12),
        goodness_of_fit: (1_288.236_790_739_754, 1206, 0.049_333_049_713_488_44),
        repeat: (3, 0.004_008_3, 0.959_979_028_659_145_2),
    },
    Known {
        file: "biased-random-bits.w1.bin",
        bits: 1,
        statistics: [
            156.924_528, 31_772.0, 66.0, 108_949.0, 39_169.0, 533.0, 2.336_448_598_130_841, 7.0, 92_883.0,
            92_897.0, 92_943.0, 92_785.0, 92_815.0, 3236.0, 3176.0, 3223.0, 3145.0, 3203.0, 30_608.0,
        ],
        independence: (1.748_069_655_208_159_6, 2, 0.417_264_557_620_815_77),
        goodness_of_fit: (11.865_271_111_499_723, 9, 0.221_011_701_761_265_06),
        repeat: (585, 0.960_776_960_288, 0.999_999_999_999_998_4),
    },
    Known {
        file: "truerand_4bit.w4.bin",
        bits: 4,
        statistics: [
            3_943.069_264, 664_591.0, 10.0, 530_994.0, 500_140.0, 28.0, 5.712_185_257_962_802, 17.0, 62_189.0,
            62_695.0, 62_580.0, 62_678.0, 62_644.0, 56_350_098.0, 56_389_819.0, 56_385_399.0, 56_353_318.0, 56_346_200.0, 543_830.0,
        ],
        independence: (234.125_017_455_355_7, 240, 0.594_787_304_630_775_2),
        goodness_of_fit: (161.521_773_304_687_57, 135, 0.059_498_438_320_948_054),
        repeat: (9, 0.062_500_788_206, 0.999_308_508_559_014_9),
    },
    Known {
        file: "normal.w8.bin",
        bits: 8,
        statistics: [
            27_576.771_904, 666_224.0, 9.0, 507_540.0, 499_507.0, 20.0, 11.321_671_987_863_143, 38.0, 14_159.0,
            14_106.0, 14_352.0, 14_098.0, 14_240.0, 16_000_707_087.0, 16_001_117_960.0, 16_000_663_025.0, 16_000_590_634.0, 16_000_314_179.0, 852_701.0,
        ],
        independence: (11_031.596_498_188_735, 11036, 0.510_034_887_790_151_4),
        goodness_of_fit: (1_304.838_676_486_276_4, 1314, 0.565_966_003_115_965_6),
        repeat: (6, 0.014_089_999_328, 0.980_005_343_124_926_7),
    },
    Known {
        file: "biased-random-bytes.w8.bin",
        bits: 8,
        statistics: [
            82_346.938_01, 324_515.0, 72.0, 820_380.0, 1.0, 1_000_000.0, 2.498_133_890_251_762_2, 11.0, 640_767.0,
            640_296.0, 640_239.0, 640_448.0, 640_666.0, 656_017_473.0, 644_286_692.0, 649_679_059.0, 649_833_508.0, 653_426_129.0, 374_001.0,
        ],
        independence: (4_123.205_550_452_561_5, 4127, 0.513_736_685_083_214_2),
        goodness_of_fit: (2_258.569_962_423_742, 2295, 0.702_198_700_883_718_9),
        repeat: (71, 0.640_531_136_21, 0.009_146_867_302_289_826),
    },
];

#[test]
fn sample_sets_have_their_known_answers() {
    for known in &KNOWN {
        let path: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "..", "vectors", "sp800-90b", known.file].iter().collect();
        let samples = unpack(&std::fs::read(path).unwrap(), known.bits);
        let result = iid::test(&samples, known.bits, &INITIAL).unwrap();
        for (found, expected) in result.permutations.iter().zip(known.statistics) {
            assert!(close(found.initial, expected, 1e-12), "{}: {found:?}, not {expected}", known.file);
        }
        let tests =
            [(result.independence, known.independence), (result.goodness_of_fit, known.goodness_of_fit)];
        for (found, (statistic, df, p)) in tests.map(|(found, expected)| (found.unwrap(), expected)) {
            assert!(close(found.statistic, statistic, 1e-9), "{}: {found:?}, not {statistic}", known.file);
            assert_eq!(found.degrees_of_freedom, df, "{}", known.file);
            assert!(close(found.p, p, 1e-8), "{}: {found:?}, not {p}", known.file);
        }
        let (length, p_collision, p) = known.repeat;
        let found = result.longest_repeat;
        assert_eq!(found.length, length, "{}", known.file);
        assert!(
            close(found.p_collision, p_collision, 1e-12) && close(found.p, p, 1e-9),
            "{}: {found:?}",
            known.file
        );
        assert!(!result.passes(), "no shuffle, no pass");
        assert_eq!(result.meets_minimum_length(), samples.len() >= 1_000_000);
    }
}

fn close(value: f64, expected: f64, tolerance: f64) -> bool {
    (value - expected).abs() <= tolerance * expected.abs()
}

fn unpack(packed: &[u8], bits: u32) -> Vec<u8> {
    let mask = u8::MAX >> (8 - bits);
    packed
        .iter()
        .flat_map(|byte| (0..8 / bits).rev().map(move |slot| (byte >> (slot * bits)) & mask))
        .collect()
}
