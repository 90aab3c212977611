//! A body as HTML, of which any text is some, unless it is nested too deeply.
//!
//! A parser looks through all open elements at each new one, so that the time for elements in elements grows with the
//! square of their number: 200 kB of `<div>` would take seconds, in which the shard does nothing else. No page that
//! is meant to be seen comes near the limit, which is that of the browsers. Tags that are left open in one paragraph are
//! opened again in the next, each time as a new element: there may be no more of them than the text has bytes.

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::TendrilSink;
use scraper::{Html, HtmlTreeSink};

/// How deep elements may be nested.
const DEEPEST: usize = 512;
/// Bytes that are parsed between two looks at the depth.
const PIECE: usize = 1024;

/// Elements and texts that any text may give, however short.
const SPARE: usize = 10_000;

/// Parses a text; `None` where elements are nested too deeply.
pub(super) fn parse(text: &str) -> Option<Html> {
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = driver::parse_document(sink, ParseOpts::default());
    let mut rest = text;
    let mut looked_at = 0;
    let most = text.len() + SPARE;
    while !rest.is_empty() {
        let end = (1..=rest.len().min(PIECE)).rev().find(|end| rest.is_char_boundary(*end));
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        parser.process(piece.into());
        rest = after;
        let tree = &parser.tokenizer.sink.sink.0.borrow().tree;
        let nodes = tree.nodes().len();
        let mut new = tree.nodes().rev().take(nodes - looked_at);
        if nodes > most || new.any(|node| node.ancestors().nth(DEEPEST).is_some()) {
            return None;
        }
        looked_at = nodes;
    }
    Some(parser.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_would_nest_is_parsed_and_no_more() {
        // `html`, `body` and the document are around them.
        let nested = |depth: usize| format!("{}x{}", "<div>".repeat(depth), "</div>".repeat(depth));
        assert!(parse(&nested(DEEPEST - 10)).is_some());
        assert!(parse(&nested(DEEPEST + 1)).is_none());
        assert!(parse(&"<div>".repeat(100_000)).is_none());
        assert!(parse(&"<p><b>x</b></p>".repeat(DEEPEST * 2)).is_some(), "a long page is no deep one");
        // Elements that are opened anew in each paragraph are elements in elements too.
        let anew: String = (0..10_000).map(|number| format!("<p><b id={number}>x")).collect();
        assert!(parse(&anew).is_none());
        let few: String = (0..400).map(|number| format!("<b id={number}>")).collect();
        assert!(parse(&format!("<p>{few}")).is_some());
        assert!(parse(&format!("<p>{few}{}", "<p>x".repeat(10_000))).is_none());
        assert!(parse(&"<table><tr><td><b>".repeat(10_000)).is_none());
    }

    proptest::proptest! {
        #[test]
        fn pieces_make_the_same_tree(
            text in "(<p>|<b id=x>|</b>|</p>|<table>|<td>|<!--|-->|<script>|</script>|&amp;|\r\n|ž😀|a< b|[ -~]{0,9}){0,400}"
        ) {
            if let Some(html) = parse(&text) {
                proptest::prop_assert_eq!(html.tree, Html::parse_document(&text).tree);
            }
        }
    }
}
