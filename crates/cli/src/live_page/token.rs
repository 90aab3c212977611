//! `Token`: 128 random bits that somebody has to know.

use std::fmt;
use subtle::ConstantTimeEq;

/// 128 random bits, written as 32 hexadecimal digits.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    /// One that nobody can guess.
    pub(super) fn random() -> Self {
        Token(format!("{:032x}", rand::random::<u128>()))
    }

    /// Whether it is this one. How long that takes does not tell how much of it is right.
    pub(super) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_itself_alone() {
        let token = Token::random();
        let text = token.to_string();
        assert_eq!(text.len(), 32);
        assert!(token.is(&text));
        assert!(!token.is(""));
        assert!(!token.is(&text[..31]));
        assert!(!token.is(&format!("{text}0")));
        assert!(!Token::random().is(&text));
    }
}
