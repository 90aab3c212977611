//! An expression's text as tokens.

use super::ExpressionError;

/// A word of an expression, and at which character it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) position: usize,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// `12`, `1.5`
    Number(f64),
    /// `"text"`
    Text(String),
    /// A bare name: a variable, a function, or one of the words `and`, `or`, `not`, `in`, `of`.
    Word(String),
    /// `'name'`: a variable, whatever characters it has.
    Quoted(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

/// Longer ones first, where one begins like another.
const SIGNS: [&str; 18] =
    ["==", "!=", "~=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", ",", "?", ":"];

/// Splits a text.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ExpressionError> {
    tokens_with(text, &[])
}

/// Splits a text in which these words are names of variables, whatever characters they have. The first that fits is
/// taken, and none that is a part of a longer word.
pub(super) fn tokens_with(text: &str, words: &[&str]) -> Result<Vec<Token>, ExpressionError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        let position = at;
        let error = |message: String| ExpressionError { message, position };
        if first.is_whitespace() {
            at += 1;
            continue;
        }
        if let Some(word) = words.iter().find(|word| stands_at(&chars, at, word)) {
            at += word.chars().count();
            tokens.push(Token { kind: Kind::Quoted((*word).to_owned()), position });
            continue;
        }
        let kind = if first.is_ascii_digit() {
            let end = at + chars[at..].iter().take_while(|c| c.is_ascii_digit() || **c == '.').count();
            let number: String = chars[at..end].iter().collect();
            at = end;
            Kind::Number(number.parse().map_err(|_| error(format!("`{number}` is no number")))?)
        } else if first == '"' || first == '\'' {
            let (inner, end) = quoted(&chars, at, first)
                .ok_or_else(|| error(format!("the text has no closing `{first}`")))?;
            at = end;
            if first == '"' { Kind::Text(inner) } else { Kind::Quoted(inner) }
        } else if first.is_ascii_alphabetic() || matches!(first, '_' | '$') {
            let end = at + chars[at..].iter().take_while(|c| in_word(**c)).count();
            let word = chars[at..end].iter().collect();
            at = end;
            Kind::Word(word)
        } else {
            let fits = |sign: &&str| sign.chars().enumerate().all(|(i, c)| chars.get(at + i) == Some(&c));
            let Some(sign) = SIGNS.into_iter().find(|sign| fits(sign)) else {
                return Err(error(format!("`{first}` is not expected here")));
            };
            at += sign.len();
            Kind::Sign(sign)
        };
        tokens.push(Token { kind, position });
    }
    Ok(tokens)
}

/// What a word may go on with.
fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.')
}

/// Whether a word stands there and ends there.
fn stands_at(chars: &[char], at: usize, word: &str) -> bool {
    let length = word.chars().count();
    let Some(stretch) = chars.get(at..at + length) else { return false };
    let goes_on = |c: Option<&char>| c.is_some_and(|c| in_word(*c));
    length > 0
        && word.chars().eq(stretch.iter().copied())
        && !(goes_on(stretch.last()) && goes_on(chars.get(at + length)))
}

/// What stands between quotes, and where it is over. A backslash takes the next character as it is.
fn quoted(chars: &[char], start: usize, quote: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut at = start + 1;
    loop {
        match *chars.get(at)? {
            c if c == quote => return Some((inner, at + 1)),
            '\\' if chars.get(at + 1).is_some_and(|next| *next == quote || *next == '\\') => {
                inner.push(chars[at + 1]);
                at += 2;
            }
            c => {
                inner.push(c);
                at += 1;
            }
        }
    }
}
