//! A figure beside what was promised.

/// The bound that a figure was promised to keep.
#[derive(Clone, Copy)]
pub(super) enum Promise {
    AtMost(f64),
    AtLeast(f64),
}

impl Promise {
    pub(super) fn kept(self, value: f64) -> bool {
        match self {
            Self::AtMost(limit) => value <= limit,
            Self::AtLeast(limit) => value >= limit,
        }
    }
}

/// Prints a figure and whether it keeps its promise.
pub(super) fn report(what: &str, value: f64, promise: Promise) {
    let (word, limit) = match promise {
        Promise::AtMost(limit) => ("at most", limit),
        Promise::AtLeast(limit) => ("at least", limit),
    };
    let kept = if promise.kept(value) { "kept" } else { "MISSED" };
    println!("{what:<42} {value:>9.2}   promised {word} {limit:.2}: {kept}");
}

/// The middle value, or not a number without any.
pub(super) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_have_a_direction() {
        assert!(Promise::AtMost(50.0).kept(50.0) && !Promise::AtMost(50.0).kept(50.1));
        assert!(Promise::AtLeast(1.5).kept(1.5) && !Promise::AtLeast(1.5).kept(1.4));
    }

    #[test]
    fn median_ignores_order() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-12);
    }
}
