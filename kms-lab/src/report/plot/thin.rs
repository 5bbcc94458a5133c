//! Points no eye can tell apart, left out.

/// The same line with at most four points in a column of the picture: the first, the lowest, the
/// highest and the last, in their order.
pub fn thin(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::with_capacity(points.len().min(4096));
    for column in points.chunk_by(|a, b| (a.0.floor() - b.0.floor()).abs() < 0.5) {
        if column.len() <= 4 {
            out.extend(column);
            continue;
        }
        let heights = || column.iter().map(|point| point.1).enumerate();
        let lowest = heights().min_by(|a, b| a.1.total_cmp(&b.1));
        let highest = heights().max_by(|a, b| a.1.total_cmp(&b.1));
        let mut kept = vec![0, column.len() - 1];
        kept.extend([lowest, highest].into_iter().flatten().map(|(index, _)| index));
        kept.sort_unstable();
        kept.dedup();
        out.extend(kept.into_iter().filter_map(|index| column.get(index)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_keeps_its_ends_and_its_extremes() {
        let points: Vec<(f64, f64)> =
            (0..1000).map(|n| (f64::from(n) / 100.0, f64::from(n * 37 % 101))).collect();
        let thinned = thin(&points);
        assert!(thinned.len() <= 40);
        for column in (0..10).map(f64::from) {
            let of = |points: &[(f64, f64)], pick: fn(f64, f64) -> f64, from: f64| {
                let here = points.iter().filter(|p| (column..column + 1.0).contains(&p.0));
                here.map(|p| p.1).fold(from, pick)
            };
            let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
            assert!((of(&thinned, f64::min, low) - of(&points, f64::min, low)).abs() < 1e-9);
            assert!((of(&thinned, f64::max, high) - of(&points, f64::max, high)).abs() < 1e-9);
        }
        assert_eq!((thinned.first(), thinned.last()), (points.first(), points.last()));
    }
}
