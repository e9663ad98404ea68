use openentropy_core::Pool;

fn copy(pool: &Pool<1>) -> Pool<1> {
    pool.clone()
}

fn main() {}
