//! `Css`: a selector with what cheerio adds to CSS: `:first`, `:last`, `:eq(n)`, `:even`, `:odd`, `:gt(n)`, `:lt(n)`,
//! `:contains(text)`.
//!
//! What CSS itself can say is selected by `scraper`; where one of these stands, what was found so far is picked from,
//! and what follows it is looked for within.

use scraper::error::SelectorErrorKind;
use scraper::{ElementRef, Html, Selector};
use std::collections::HashSet;

/// A compiled selector.
#[derive(Clone, Debug)]
pub struct Css(Way);

#[derive(Clone, Debug)]
enum Way {
    /// Nothing that CSS has not.
    Plain(Box<Selector>),
    /// Alternatives, each with its stages.
    Staged(Vec<Vec<Stage>>),
}

#[derive(Clone, Debug)]
enum Stage {
    /// What is in the elements that were found so far, or in the document.
    Within(Box<Selector>),
    /// Those of the elements that it matches.
    Of(Box<Selector>),
    Pick(Pick),
}

/// Which of the elements that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pick {
    At(i64),
    After(i64),
    Before(i64),
    Even,
    Odd,
    Contains(String),
}

/// A text that is no selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CssError(String);

impl Css {
    /// Compiles a selector.
    ///
    /// # Errors
    /// What is no CSS, these additions aside.
    pub fn parse(text: &str) -> Result<Css, CssError> {
        let alternatives = split(text, ',');
        if !alternatives.iter().any(|text| next_pick(text).is_some()) {
            return selector(text).map(|plain| Css(Way::Plain(plain)));
        }
        let staged: Result<_, _> = alternatives.into_iter().map(stages).collect();
        Ok(Css(Way::Staged(staged?)))
    }

    /// The elements that it finds, in the order of the document.
    pub(super) fn select<'a>(&self, html: &'a Html) -> Vec<ElementRef<'a>> {
        let alternatives = match &self.0 {
            Way::Plain(selector) => return html.select(selector).collect(),
            Way::Staged(alternatives) => alternatives,
        };
        let mut found = Vec::new();
        for stages in alternatives {
            let mut here: Option<Vec<ElementRef<'a>>> = None;
            for stage in stages {
                here = Some(stage.follow(here, html));
            }
            found.extend(here.unwrap_or_default());
        }
        in_order(found)
    }
}

impl Stage {
    fn follow<'a>(&self, here: Option<Vec<ElementRef<'a>>>, html: &'a Html) -> Vec<ElementRef<'a>> {
        match (self, here) {
            (Stage::Within(selector), None) => html.select(selector).collect(),
            (Stage::Within(selector), Some(here)) => {
                in_order(here.into_iter().flat_map(|element| element.select(selector)).collect())
            }
            (Stage::Of(selector), here) => {
                here.unwrap_or_default().into_iter().filter(|element| selector.matches(element)).collect()
            }
            (Stage::Pick(pick), here) => pick.of(here.unwrap_or_default()),
        }
    }
}

impl Pick {
    fn of<'a>(&self, found: Vec<ElementRef<'a>>) -> Vec<ElementRef<'a>> {
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let place = |place: i64| if place < 0 { count + place } else { place };
        let keep = |index: usize, element: &ElementRef<'a>| {
            let index = i64::try_from(index).unwrap_or(i64::MAX);
            match self {
                Pick::At(at) => index == place(*at),
                Pick::After(at) => index > place(*at),
                Pick::Before(at) => index < place(*at),
                Pick::Even => index % 2 == 0,
                Pick::Odd => index % 2 == 1,
                Pick::Contains(text) => element.text().collect::<String>().contains(text),
            }
        };
        let kept = found.into_iter().enumerate().filter(|(index, element)| keep(*index, element));
        kept.map(|(_, element)| element).collect()
    }
}

/// Each element once, in the order of the document.
fn in_order(mut found: Vec<ElementRef<'_>>) -> Vec<ElementRef<'_>> {
    let mut seen = HashSet::new();
    found.retain(|element| seen.insert(element.id()));
    found.sort_by_key(|element| element.id());
    found
}

fn selector(text: &str) -> Result<Box<Selector>, CssError> {
    Selector::parse(text).map(Box::new).map_err(|error| CssError(in_words(&error)))
}

/// What is wrong, without the library's names where there are words for it.
fn in_words(error: &SelectorErrorKind) -> String {
    match error {
        SelectorErrorKind::EndOfLine => "it ends too early".to_owned(),
        SelectorErrorKind::UnexpectedSelectorParseError(kind) => match format!("{kind:?}").as_str() {
            "DanglingCombinator" => "something has to follow its last `>`, `+` or `~`".to_owned(),
            "EmptySelector" => "there is nothing where a selector has to be".to_owned(),
            // The variants' names are words: `UnsupportedPseudoClassOrElement("x")`.
            kind => kind.to_owned(),
        },
        error => error.to_string(),
    }
}

/// The stages of one alternative.
fn stages(text: &str) -> Result<Vec<Stage>, CssError> {
    let mut stages = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (before, pick, after) = match next_pick(rest) {
            Some((begin, pick, end)) => (&rest[..begin], Some(pick), &rest[end..]),
            None => (rest, None, ""),
        };
        // After an addition, what follows without a blank narrows the elements themselves.
        let own = if stages.is_empty() || before.is_empty() {
            ""
        } else {
            let end = before.find([' ', '>', '+', '~', '\t', '\n']).unwrap_or(before.len());
            &before[..end]
        };
        if !own.is_empty() {
            stages.push(Stage::Of(selector(own)?));
        }
        let inner = before[own.len()..].trim();
        if stages.is_empty() {
            let whole = if inner.is_empty() || inner.ends_with(['>', '+', '~']) || before.ends_with(' ') {
                format!("{inner} *")
            } else {
                inner.to_owned()
            };
            stages.push(Stage::Within(selector(&whole)?));
        } else if !inner.is_empty() || before.ends_with(' ') {
            let any =
                if inner.is_empty() || before.ends_with([' ', '>']) && pick.is_some() { " *" } else { "" };
            let way =
                if inner.starts_with('>') { format!(":scope {inner}{any}") } else { format!("{inner}{any}") };
            stages.push(Stage::Within(selector(way.trim())?));
        }
        stages.extend(pick.map(Stage::Pick));
        rest = after;
    }
    Ok(stages)
}

/// The first addition of a text outside brackets and quotes: where it begins, what it is, where it ends.
fn next_pick(text: &str) -> Option<(usize, Pick, usize)> {
    for begin in outside(text, ':') {
        let rest = &text[begin + 1..];
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
        let (argument, end) = match rest[name..].strip_prefix('(') {
            Some(inner) => {
                let close = outside(inner, ')').first().copied()?;
                (inner[..close].trim(), begin + 1 + name + 1 + close + 1)
            }
            None => ("", begin + 1 + name),
        };
        let number = || argument.parse().unwrap_or(0);
        let pick = match &rest[..name] {
            "first" => Pick::At(0),
            "last" => Pick::At(-1),
            "eq" | "nth" => Pick::At(number()),
            "gt" => Pick::After(number()),
            "lt" => Pick::Before(number()),
            "even" => Pick::Even,
            "odd" => Pick::Odd,
            "contains" => Pick::Contains(argument.trim_matches(['"', '\'']).to_owned()),
            _ => continue,
        };
        return Some((begin, pick, end));
    }
    None
}

/// Where a character stands outside brackets and quotes.
fn outside(text: &str, wanted: char) -> Vec<usize> {
    let (mut places, mut depth, mut quote, mut escaped) = (Vec::new(), 0_usize, None, false);
    for (place, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (c, quote) {
            ('\\', _) => escaped = true,
            (c, Some(open)) => quote = Some(open).filter(|open| *open != c),
            (c, None) if depth == 0 && c == wanted => places.push(place),
            ('"' | '\'', None) => quote = Some(c),
            ('(' | '[', None) => depth += 1,
            (')' | ']', None) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    places
}

fn split(text: &str, at: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for place in outside(text, at) {
        parts.push(&text[begin..place]);
        begin = place + at.len_utf8();
    }
    parts.push(&text[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<ul><li id=a>Kite <b id=ab>x</b></li><li id=c class=k>Tern<i id=ci></i></li>\
        <li id=d><b id=db>y</b></li></ul><p id=p>Tern</p>";

    fn found(text: &str) -> String {
        let html = Html::parse_document(PAGE);
        let css = Css::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let ids = css.select(&html).into_iter().filter_map(|element| element.value().attr("id"));
        ids.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn additions_pick_from_what_was_found() {
        let cases = [
            ("li", "a c d"),
            ("li:first", "a"),
            ("li:last", "d"),
            ("li:eq(1)", "c"),
            ("li:eq(-1)", "d"),
            ("li:eq(9)", ""),
            ("li:even", "a d"),
            ("li:odd", "c"),
            ("li:gt(0)", "c d"),
            ("li:lt(2)", "a c"),
            ("li:eq(0) b", "ab"),
            ("li:last > b", "db"),
            ("ul li:gt(0) b:first", "db"),
            (":contains('Tern')", "c p"),
            ("li:contains(\"Tern\")", "c"),
            ("li:contains(Kite) b", "ab"),
            ("li:gt(0).k", "c"),
            ("p, li:first", "a p"),
            ("li:has(b):last", "d"),
            ("li[id='x:first,y']", ""),
        ];
        for (text, wanted) in cases {
            let seen = found(text);
            let seen = if text.starts_with(":contains") { seen.trim() } else { seen.as_str() };
            assert_eq!(seen, wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for text in ["li[", "li:first[", "", "li:nope", ":eq(1)) b"] {
            assert!(Css::parse(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[a-z:()\\[\\]'\", >+~.#ž1-]{0,24}|(li|a|:first|:eq\\(1\\)|:contains\\(x\\)| |>|,|[.]k){0,8}") {
            if let Ok(css) = Css::parse(&text) {
                let _ = css.select(&Html::parse_document(PAGE));
            }
        }
    }
}
