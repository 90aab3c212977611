//! What is asked about an expression of a panel or a rule: what it compares, without the comparison, and which metrics it
//! names. Not a parser of PromQL, just of what stands between its names.

/// Words of the language, which are no metrics.
const WORDS: &[&str] = &[
    "and",
    "or",
    "unless",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
];

/// A piece of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// A name: a metric, a function, a word.
    Name(&'a str),
    /// `{…}`, `[…]` or a text between quotes, whole.
    Whole(&'a str),
    /// `>`, `<=`, `==` and such.
    Comparison(&'a str),
    /// Anything else, spaces among it: mostly one character, or a number.
    Other(&'a str),
}

impl<'a> Piece<'a> {
    fn text(self) -> &'a str {
        match self {
            Piece::Name(text) | Piece::Whole(text) | Piece::Comparison(text) | Piece::Other(text) => text,
        }
    }
}

fn pieces<'a>(mut rest: &'a str) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    while let Some(first) = rest.chars().next() {
        let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let (length, make): (usize, fn(&'a str) -> Piece<'a>) = match first {
            'a'..='z' | 'A'..='Z' | '_' | ':' => {
                (rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len()), Piece::Name)
            }
            '0'..='9' => (run(|c| c.is_ascii_alphanumeric() || c == '.'), Piece::Other),
            '{' => (closed(rest, '}'), Piece::Whole),
            '[' => (closed(rest, ']'), Piece::Whole),
            '"' => (closed(rest, '"'), Piece::Whole),
            '<' | '>' | '=' | '!' => (run(|c| "<>=!".contains(c)), Piece::Comparison),
            other => (other.len_utf8(), Piece::Other),
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(make(piece));
        rest = after;
    }
    pieces
}

/// The length up to the closing character, which does not count between quotes.
fn closed(text: &str, close: char) -> usize {
    let mut quoted = false;
    for (index, c) in text.char_indices().skip(1) {
        if c == close && !quoted {
            return index + c.len_utf8();
        }
        quoted ^= c == '"';
    }
    text.len()
}

/// The expression with what it is compared with taken off, within brackets too: `(a and b > 1 * 2) > 3` becomes
/// `(a and b )`. What is left gives data whether anything is wrong or not.
pub(crate) fn without_comparisons(expression: &str) -> String {
    let mut kept = String::new();
    // How many brackets deep the right side of a comparison is.
    let mut dropping: Option<usize> = None;
    for piece in pieces(expression) {
        match (piece, dropping) {
            (Piece::Comparison(_), None) => dropping = Some(0),
            (Piece::Other("("), Some(depth)) => dropping = Some(depth + 1),
            (Piece::Other(")"), Some(depth)) if depth > 0 => dropping = Some(depth - 1),
            // The bracket around it ends the right side, and so does an operator that binds less.
            (Piece::Other(")") | Piece::Name("and" | "or" | "unless"), Some(0)) | (_, None) => {
                dropping = None;
                kept.push_str(piece.text());
            }
            (_, Some(_)) => {}
        }
    }
    kept
}

/// The metrics that the expression names.
pub(crate) fn metrics(expression: &str) -> Vec<&str> {
    let pieces: Vec<Piece<'_>> =
        pieces(expression).into_iter().filter(|piece| !piece.text().trim().is_empty()).collect();
    let mut metrics = Vec::new();
    let mut labels = false;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            // `by (le, service)`
            Piece::Name("by" | "without" | "on" | "ignoring" | "group_left" | "group_right") => {
                labels = pieces.get(index + 1) == Some(&Piece::Other("("));
            }
            Piece::Other(")") => labels = false,
            Piece::Name(name) if !labels && !WORDS.contains(name) => {
                // What a bracket or `by (…) (` follows is a function.
                let next = pieces.get(index + 1);
                let is_called = matches!(next, Some(Piece::Other("(") | Piece::Name("by" | "without")));
                if !is_called && !metrics.contains(name) {
                    metrics.push(*name);
                }
            }
            _ => {}
        }
    }
    metrics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_taken_off_at_every_depth() {
        for (expression, expected) in [
            ("up{job=\"services\"} < 1", "up{job=\"services\"} "),
            ("memory_usage_bytes > 1024 * 1024 * 1024", "memory_usage_bytes "),
            ("(a:b1h and a:b5m > 14.4 * 0.001) > 14.4 * 0.001", "(a:b1h and a:b5m ) "),
            ("a > (b + 1) or c{d!=\"x > {y}\"} == 2", "a or c{d!=\"x > {y}\"} "),
            (
                "histogram_quantile(0.99, sum by (le) (rate(a_bucket[1m]))) >= 0.01",
                "histogram_quantile(0.99, sum by (le) (rate(a_bucket[1m]))) ",
            ),
        ] {
            assert_eq!(without_comparisons(expression), expected);
        }
    }

    #[test]
    fn metrics_are_told_from_functions_labels_and_words() {
        let expression = "histogram_quantile(0.95, sum by (le, service) (rate(a_bucket{x=~\"by or\"}[1m]))) \
                          or on (service) b:c5m * 0 / ignoring (x) d offset 5m unless bool_";
        assert_eq!(metrics(expression), ["a_bucket", "b:c5m", "d", "bool_"]);
        assert_eq!(metrics("1 - avg(rate(n_total{mode=\"idle\"}[1m]))"), ["n_total"]);
        assert_eq!(metrics("sum(e) by (f) > 1e3"), ["e"]);
    }
}
