use openentropy_core::{Generator, sources::SramStartup};

fn fill(generator: &mut Generator<SramStartup<'_>, 1>) {
    let _ = generator.fill(&mut [0; 4]);
}

fn main() {}
