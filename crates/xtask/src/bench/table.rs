//! Markdown tables, and the numbers in them.

use std::fmt::Write as _;

/// A table whose first column says what the row is of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(heads: &[&str]) -> Table {
        Table { heads: heads.iter().map(|head| (*head).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// As Markdown. A row that is too short is filled up.
    pub(crate) fn render(&self) -> String {
        let mut text = String::new();
        let mut line = |cells: &[String]| {
            text.push('|');
            for index in 0..self.heads.len() {
                let _ = write!(text, " {} |", cells.get(index).map_or("–", |cell| cell.as_str()));
            }
            text.push('\n');
        };
        line(&self.heads);
        line(&vec!["---".to_owned(); self.heads.len()]);
        self.rows.iter().for_each(|row| line(row));
        text
    }
}

/// Three significant digits at least, none after the point from a hundred on, thousands parted: `0.0421`, `7.37`, `1,234`.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 99.95 {
        return whole(value.round().abs() as u64, value < 0.0);
    }
    let digits = match size {
        9.995.. => 1,
        0.9995.. => 2,
        0.0995.. => 3,
        _ => 4,
    };
    if value == 0.0 { "0".to_owned() } else { format!("{value:.digits$}") }
}

/// A whole number, thousands parted.
pub(crate) fn count(value: u64) -> String {
    whole(value, false)
}

/// The figure or, where there is none, a dash.
pub(crate) fn or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), number)
}

fn whole(value: u64, negative: bool) -> String {
    let digits = value.to_string();
    let mut text = if negative { "−".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The middle one of the values; of an even number the mean of the two in the middle. 0 for none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new(&["users", "µs/request"]);
        table.row([count(1), number(7.368)]);
        table.row([count(50_000)]);
        insta::assert_snapshot!(table.render(), @"
        | users | µs/request |
        | --- | --- |
        | 1 | 7.37 |
        | 50,000 | – |
        ");
    }

    #[test]
    fn numbers_have_the_digits_that_tell() {
        let shown: Vec<String> =
            [0.0, 0.04213, 0.9876, 7.368, 45.67, 99.96, 1234.5, -1_234_567.0].map(number).to_vec();
        assert_eq!(shown, ["0", "0.0421", "0.988", "7.37", "45.7", "100", "1,235", "−1,234,567"]);
        assert_eq!(or_dash(None), "–");
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[]), 0.0);
    }
}
