//! Output entropy of conditioning components against figures computed with 1,200 digits.

use std::path::PathBuf;

use openentropy_tests::sp800_90b::conditioning::{Component, Vetted};
use serde_json::Value;

#[test]
fn output_entropy_and_deficit_are_those_of_long_arithmetic() {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "..", "vectors", "health", "conditioning_output_entropy.json"]
            .iter()
            .collect();
    let points: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(points.len(), 24);
    for point in &points {
        let width = |name: &str| u32::try_from(point[name].as_u64().unwrap()).unwrap();
        let digits = |name: &str| point[name].as_str().unwrap().parse::<f64>().unwrap();
        let n_out = width("n_out");
        let component =
            Component::new(width("n_in"), n_out, width("nw"), point["h_in"].as_f64().unwrap()).unwrap();
        let output = component.output_entropy();
        assert!((output - digits("output_entropy")).abs() <= 1e-12 * output, "{point}: {output}");
        // The file gives the share that is lacking as a logarithm, with eight digits.
        let neg_log2_epsilon = -(component.deficit() / f64::from(n_out)).log2();
        let expected = digits("neg_log2_epsilon");
        assert!((neg_log2_epsilon / expected - 1.0).abs() <= 1e-6, "{point}: {neg_log2_epsilon}");
        if component_fits_sha256(point) {
            let sha256 =
                Component::vetted(Vetted::Sha256, width("n_in"), n_out, point["h_in"].as_f64().unwrap());
            let sha256 = sha256.unwrap();
            assert_eq!(sha256.output_entropy(), output);
            assert_eq!(sha256.full_entropy(), point["full_entropy_90c"].as_bool().unwrap(), "{point}");
        }
    }
}

fn component_fits_sha256(point: &Value) -> bool {
    point["nw"] == 256 && point["n_out"].as_u64().is_some_and(|n_out| n_out <= 256)
}
