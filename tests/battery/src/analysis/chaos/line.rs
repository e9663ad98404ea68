//! A straight line through weighted points.

/// The line of least weighted squares.
pub(super) struct Line {
    pub(super) slope: f64,
    /// Share of the variation in y that the line explains; 1 where there is none.
    pub(super) r_squared: f64,
}

impl Line {
    /// Through `(x, y, weight)`; `None` where x does not vary.
    pub(super) fn through(points: &[(f64, f64, f64)]) -> Option<Self> {
        let total: f64 = points.iter().map(|&(_, _, weight)| weight).sum();
        let centre = |coordinate: fn(&(f64, f64, f64)) -> f64| {
            points.iter().map(|point| coordinate(point) * point.2).sum::<f64>() / total
        };
        let (x_mean, y_mean) = (centre(|point| point.0), centre(|point| point.1));
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for &(x, y, weight) in points {
            let (dx, dy) = (x - x_mean, y - y_mean);
            xx += weight * dx * dx;
            xy += weight * dx * dy;
            yy += weight * dy * dy;
        }
        let r_squared = if yy > 0.0 { (xy * xy / (xx * yy)).min(1.0) } else { 1.0 };
        (xx > 0.0).then(|| Self { slope: xy / xx, r_squared })
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn points_on_a_line_give_it_whatever_their_weights() {
        let points: Vec<_> =
            (0..5).map(|i| (f64::from(i), 3.0 - 2.0 * f64::from(i), f64::from(i + 1))).collect();
        let line = Line::through(&points).unwrap();
        assert!((line.slope + 2.0).abs() < 1e-12 && (line.r_squared - 1.0).abs() < 1e-12);
    }

    #[test]
    fn least_squares_by_hand() {
        let line = Line::through(&[(0.0, 0.0, 1.0), (1.0, 1.0, 1.0), (2.0, 0.0, 1.0)]).unwrap();
        assert_eq!((line.slope, line.r_squared), (0.0, 0.0));
        assert!(Line::through(&[(1.0, 2.0, 1.0), (1.0, 3.0, 1.0)]).is_none());
        assert!(Line::through(&[]).is_none());
    }
}
