use openentropy_core::{EntropySource, Raw, Tested};

fn peek(source: &mut Tested<impl EntropySource>, block: &mut Raw) {
    let _ = source.source().sample(block);
}

fn main() {}
