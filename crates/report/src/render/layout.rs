//! How text is laid out: width, colour, cropping and wrapping.
//!
//! Widths are counted in columns as terminals have them: names of endpoints and phases come in every language, and a
//! Chinese, Japanese or Korean character takes two.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours may be used.
    pub colour: bool,
    /// Columns of a line. Below 80 the tables take 80 all the same.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Style { colour: false, width: NARROWEST }
    }
}

/// The narrowest that the tables are made for.
const NARROWEST: usize = 80;

/// What a colour stands for. The words say the same without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Doubtful,
    Strong,
    Quiet,
}

impl Style {
    /// The width that lines may have.
    pub(crate) fn columns(self) -> usize {
        self.width.max(NARROWEST)
    }

    /// The text in its tone's colour, if colours may be used.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "1;31",
            Tone::Doubtful => "33",
            Tone::Strong => "1",
            Tone::Quiet => "2",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// How many columns the text takes, each sign (with its accents or joiners) by itself.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text with as many spaces behind it as make it fill `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text, its end replaced by `…` where it is longer than `width`.
pub fn crop(text: &str, width: usize) -> String {
    keep(text, width, |room| room)
}

/// The text, its beginning replaced by `…` where it is longer than `width`: of a path, the end says more.
pub(crate) fn crop_start(text: &str, width: usize) -> String {
    keep(text, width, |_| 0)
}

/// The text, its middle replaced by `…` where it is longer than `width`: names of endpoints and metrics that begin alike
/// are told apart by their ends.
pub fn crop_middle(text: &str, width: usize) -> String {
    keep(text, width, |room| room / 2)
}

/// The text with `…` in it where it is longer than `width`: of what there is room for beside that, `first` says how much is
/// the beginning; the rest is the end.
fn keep(text: &str, columns: usize, first: fn(usize) -> usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let first = first(room);
    let signs: Vec<&str> = text.graphemes(true).collect();
    let begin = fitting(signs.iter(), first);
    let end = fitting(signs.iter().rev(), room - first);
    format!("{}…{}", signs[..begin].concat(), signs[signs.len() - end..].concat())
}

/// How many of the signs, one after the other, take at most `columns`.
fn fitting<'a>(signs: impl Iterator<Item = &'a &'a str>, columns: usize) -> usize {
    let ends = signs.scan(0, |end, sign| {
        *end += sign.width();
        Some(*end)
    });
    ends.take_while(|end| *end <= columns).count()
}

/// Which columns of a table stand side by side, of those with these widths: all, or as many as there is room for. Those in
/// `spared` are left out in that order, and no others.
pub(crate) fn columns(widths: &[usize], spared: &[usize], room: usize) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..widths.len()).collect();
    for out in spared {
        if shown.iter().map(|&index| widths[index]).sum::<usize>() <= room {
            break;
        }
        shown.retain(|index| index != out);
    }
    shown
}

/// Breaks text between words into lines of at most `width`. The first line begins with `first`, each other with as
/// many spaces. A single word that is too long is cropped.
pub(crate) fn wrap(first: &str, text: &str, width: usize) -> Vec<String> {
    fill(first, text.split_whitespace(), " ", width)
}

/// The same for words that are told apart already, with `gap` between two on a line.
pub(crate) fn fill<'a>(
    first: &str,
    words: impl IntoIterator<Item = &'a str>,
    gap: &str,
    width: usize,
) -> Vec<String> {
    let indent = self::width(first);
    let room = width.saturating_sub(indent).max(1);
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        let word = crop(word, room);
        match lines.last_mut() {
            Some(line) if self::width(line) + self::width(gap) + self::width(&word) <= room => {
                line.push_str(gap);
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    let begin = |index| if index == 0 { first.to_owned() } else { " ".repeat(indent) };
    lines.iter().enumerate().map(|(index, line)| begin(index) + line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cropping_keeps_the_width() {
        assert_eq!(crop("/users/{{ id }}", 15), "/users/{{ id }}");
        assert_eq!(crop("/users/{{ id }}", 9), "/users/{…");
        assert_eq!(crop_start("scenarios/crud.yml", 9), "…crud.yml");
        assert_eq!(crop_start("abc", 3), "abc");
        assert_eq!(crop_middle("/shops/{{ shop }}/items/17", 26), "/shops/{{ shop }}/items/17");
        assert_eq!(crop_middle("/shops/{{ shop }}/items/17", 14), "/shops…tems/17");
        for crop in [crop, crop_start, crop_middle] {
            assert_eq!([0, 1].map(|width| crop("abc", width)), ["", "…"]);
            assert_eq!(crop("", 0), "");
        }
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(
            ["", "GET /a", "日本語", "e\u{301}", "👩\u{200d}💻", "❤\u{fe0f}"].map(width),
            [0, 6, 6, 1, 2, 2]
        );
        assert_eq!((pad("日本", 6), pad("日本", 3)), ("日本  ".to_owned(), "日本".to_owned()));
        assert_eq!(crop("日本語", 6), "日本語");
        // Half of a character cannot be shown: the text is a column shorter.
        assert_eq!([5, 4, 2, 1].map(|width| crop("日本語", width)), ["日本…", "日…", "…", "…"]);
        assert_eq!(crop_start("日本語", 4), "…語");
        assert_eq!(crop_middle("日本語の長い名前", 9), "日本…名前");
        assert_eq!(crop_middle("e\u{301}e\u{301}e\u{301}e\u{301}", 3), "e\u{301}…e\u{301}");
        assert_eq!(wrap("", "日本 語の 長い", 9), ["日本 語の", "長い"]);
        for text in
            ["日本語の長い名前", "a日b本c語", "👩\u{200d}💻 and 👩\u{200d}💻", "e\u{301}\u{200d}\u{feff}日"]
        {
            for (columns, crop) in
                (0..20).flat_map(|it| [crop, crop_start, crop_middle].map(|crop| (it, crop)))
            {
                assert!(width(&crop(text, columns)) <= columns, "{text} {columns}");
                assert!(width(&pad(&crop(text, columns), columns)) == columns, "{text} {columns}");
            }
        }
    }

    #[test]
    fn columns_are_left_out_whole_those_that_matter_least_first() {
        let shown = |room| columns(&[10, 8, 9, 7], &[1, 3], room);
        assert_eq!(
            [34, 33, 26, 25, 0].map(shown),
            [vec![0, 1, 2, 3], vec![0, 2, 3], vec![0, 2, 3], vec![0, 2], vec![0, 2]]
        );
    }

    #[test]
    fn wrapping_hangs_the_rest_below_the_first_line() {
        assert_eq!(wrap("  ! ", "one two three", 13), ["  ! one two", "    three"]);
        assert_eq!(wrap("", "incomprehensibilities", 5), ["inco…"]);
        assert!(wrap("x", "", 10).is_empty());
        assert_eq!(fill("  ", ["200 ×4", "404 ×1", "503 ×2"], "   ", 20), ["  200 ×4   404 ×1", "  503 ×2"]);
    }

    #[test]
    fn colour_is_only_there_when_it_may_be() {
        assert_eq!(Style::default().paint(Tone::Bad, "FAIL"), "FAIL");
        let coloured = Style { colour: true, ..Style::default() };
        assert_eq!(coloured.paint(Tone::Bad, "FAIL"), "\u{1b}[1;31mFAIL\u{1b}[0m");
    }
}
