//! Do two lists of counts come from the same shares?

/// Pearson's statistic of two lists of counts over the same classes, and its degrees of freedom.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Homogeneity {
    pub(super) statistic: f64,
    pub(super) df: usize,
    /// Whether every class that occurs was large enough to stand alone.
    pub(super) unpooled: bool,
}

impl Homogeneity {
    /// Compares two lists; neighbouring classes are joined until five of each list are expected in every one.
    ///
    /// No degrees of freedom are left where fewer than two classes are.
    pub(super) fn of(a: &[u64], b: &[u64]) -> Self {
        let (total_a, total_b) = (a.iter().sum::<u64>() as f64, b.iter().sum::<u64>() as f64);
        let smaller_share = total_a.min(total_b) / (total_a + total_b);
        let enough = |class: (u64, u64)| (class.0 + class.1) as f64 * smaller_share >= 5.0;
        let mut classes: Vec<(u64, u64)> = Vec::new();
        let (mut open, mut joined) = ((0, 0), 0);
        for (&a, &b) in a.iter().zip(b) {
            joined += usize::from(a + b > 0 && !enough((a, b)));
            open = (open.0 + a, open.1 + b);
            if enough(open) {
                classes.push(open);
                open = (0, 0);
            }
        }
        if let Some(last) = classes.last_mut() {
            *last = (last.0 + open.0, last.1 + open.1);
        }
        let term = |&(a, b): &(u64, u64)| {
            let share = (a + b) as f64 / (total_a + total_b);
            let (in_a, in_b) = (share * total_a, share * total_b);
            (a as f64 - in_a).powi(2) / in_a + (b as f64 - in_b).powi(2) / in_b
        };
        match classes.len() {
            0 | 1 => Self { unpooled: joined == 0, ..Self::default() },
            number => {
                Self { statistic: classes.iter().map(term).sum(), df: number - 1, unpooled: joined == 0 }
            }
        }
    }

    /// The tables of several rows together.
    pub(super) fn sum(rows: impl IntoIterator<Item = Self>) -> Self {
        let none = Self { unpooled: true, ..Self::default() };
        rows.into_iter().fold(none, |sum, row| Self {
            statistic: sum.statistic + row.statistic,
            df: sum.df + row.df,
            unpooled: sum.unpooled && row.unpooled,
        })
    }

    /// P(chi-square at least as large); `None` where nothing is left to compare.
    pub(super) fn p_value(&self) -> Option<f64> {
        (self.df > 0)
            .then(|| crate::special::chi_square_upper(self.statistic, self.df as f64).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Homogeneity;

    /// scipy 1.17: `chi2_contingency([[10, 20, 30], [30, 20, 10]], correction=False)`.
    #[test]
    fn agrees_with_an_independent_program() {
        let table = Homogeneity::of(&[10, 20, 30], &[30, 20, 10]);
        assert_eq!((table.statistic, table.df, table.unpooled), (20.0, 2, true));
        assert!((table.p_value().unwrap() - 4.539_992_976_248_48e-5).abs() < 1e-15);
    }

    /// By hand: classes of 1 and 1 join with their neighbours: (12, 8) and (8, 12) are left: 4 · 2² / 10.
    #[test]
    fn small_classes_join_their_neighbours() {
        let table = Homogeneity::of(&[1, 11, 7, 1], &[1, 7, 11, 1]);
        assert_eq!((table.df, table.unpooled), (1, false));
        assert!((table.statistic - 1.6).abs() < 1e-12);
    }

    #[test]
    fn one_class_compares_nothing() {
        assert_eq!(Homogeneity::of(&[100], &[3]).p_value(), None);
        assert_eq!(Homogeneity::of(&[], &[]).p_value(), None);
        assert_eq!(Homogeneity::of(&[2, 2], &[0, 0]).p_value(), None);
    }
}
