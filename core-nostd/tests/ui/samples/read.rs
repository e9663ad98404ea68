use openentropy_core::Samples;

fn read(samples: &Samples<'_>) -> &[u8] {
    samples.bytes()
}

fn main() {}
