//! Drawings in characters.

use core::ops::Range;

const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar of `width` characters at most, for `value` of `most`.
pub(crate) fn bar(value: f64, most: f64, width: usize) -> String {
    let share = if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 };
    let eighths = (share * width as f64 * 8.0).round() as usize;
    let rest = EIGHTHS[eighths % 8];
    "█".repeat(eighths / 8) + rest
}

/// A line of characters, as high as the values lie in `range`.
pub(super) fn sparkline(values: impl IntoIterator<Item = f64>, range: &Range<f64>) -> String {
    let level = |value: f64| {
        let share = ((value - range.start) / (range.end - range.start)).clamp(0.0, 1.0);
        LEVELS[(share * 7.0).round() as usize]
    };
    values.into_iter().map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::{bar, sparkline};

    #[test]
    fn bars_and_lines_are_as_long_as_their_values() {
        assert_eq!([bar(0.0, 4.0, 4), bar(1.5, 4.0, 4), bar(9.0, 4.0, 4)], ["", "█▌", "████"]);
        assert_eq!(bar(1.0, 0.0, 4), "");
        assert_eq!(sparkline([0.0, 0.5, 1.0, 7.0], &(0.0..1.0)), "▁▅██");
    }
}
