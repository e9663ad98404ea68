use openentropy_core::Samples;

fn raise(samples: &mut Samples<'_>) {
    samples.credit.closed = 320_000;
}

fn main() {}
