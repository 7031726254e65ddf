//! Figures go in, what is said of them comes out.

/// The middle of some figures; sorts them.
pub(crate) fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The middle of some figures, and the least and the most of them.
pub(crate) fn spread(figures: &mut [f64], digits: usize) -> String {
    let middle = median(figures);
    let (least, most) = (figures[0], figures[figures.len() - 1]);
    format!("{middle:.digits$} ({least:.digits$} to {most:.digits$})")
}
