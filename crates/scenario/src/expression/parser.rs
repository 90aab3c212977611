//! Tokens become a tree, by precedence climbing.
//!
//! From weak to strong: `? :`, `or`, `and`, `in`, `== !=`, `< <= > >=`, `~=`, `+ -`, `* / %`, `^`, `not`, `-`. All
//! take the left side first, `^` too.

use super::lexer::{Kind, Token};
use super::{ExpressionError, Function, Operator, Tree};
use crate::names::{Known, Names, Resolved};
use regex::Regex;
use serde_json::{Number, Value};

/// Deepest nesting, brackets and chains of operators alike.
const DEEPEST: usize = 200;
/// How strongly a sign of its own holds.
const IN: u8 = 3;
const NOT: u8 = 10;
const MINUS: u8 = 11;

/// Reads a whole expression; `end` is the text's length in characters.
pub(super) fn parse(tokens: Vec<Token>, end: usize, names: &mut Names) -> Result<Tree, ExpressionError> {
    let mut parser = Parser { tokens, at: 0, end, names, budget: DEEPEST };
    let tree = parser.choice()?;
    match parser.tokens.get(parser.at) {
        None => Ok(tree),
        Some(_) => Err(parser.unexpected()),
    }
}

/// The variables that tokens name, each once. What is a function's name or an operator is none.
pub(super) fn variables(tokens: &[Token]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).map(|next| &next.kind);
        let name = match &token.kind {
            Kind::Quoted(name) => name,
            Kind::Word(word) if !matches!(&**word, "and" | "or" | "not" | "in" | "of") => word,
            _ => continue,
        };
        let called = matches!(token.kind, Kind::Word(_)) && next == Some(&Kind::Sign("("));
        if !called && !found.contains(name) {
            found.push(name.clone());
        }
    }
    found
}

struct Parser<'n> {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    names: &'n mut Names,
    /// How much deeper the tree may get. What stands beside one another, such as the items of a list, shares it.
    budget: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn error(&self, message: impl Into<String>, position: usize) -> ExpressionError {
        ExpressionError { message: message.into(), position }
    }

    fn unexpected(&self) -> ExpressionError {
        match self.tokens.get(self.at) {
            None => self.error("the expression ends too early", self.end),
            Some(token) => {
                let shown = match &token.kind {
                    Kind::Number(number) => number.to_string(),
                    Kind::Text(text) => format!("\"{text}\""),
                    Kind::Quoted(name) => format!("'{name}'"),
                    Kind::Word(word) => word.clone(),
                    Kind::Sign(sign) => (*sign).to_owned(),
                };
                self.error(format!("`{shown}` is not expected here"), token.position)
            }
        }
    }

    fn spend(&mut self) -> Result<(), ExpressionError> {
        match self.budget.checked_sub(1) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => {
                let position = self.tokens.get(self.at).map_or(self.end, |token| token.position);
                Err(self.error("the expression is nested too deeply", position))
            }
        }
    }

    fn takes_sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Sign(sign)) if *sign == wanted);
        self.at += usize::from(found);
        found
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Word(word)) if word == wanted);
        self.at += usize::from(found);
        found
    }

    fn sign(&mut self, wanted: &str) -> Result<(), ExpressionError> {
        if self.takes_sign(wanted) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// `a ? b : c`, or anything stronger.
    fn choice(&mut self) -> Result<Tree, ExpressionError> {
        self.spend()?;
        let condition = self.binary(1)?;
        if !self.takes_sign("?") {
            return Ok(condition);
        }
        let then = self.choice()?;
        self.sign(":")?;
        let other = self.choice()?;
        Ok(Tree::Choice(condition.into(), then.into(), other.into()))
    }

    /// Operators that hold at least as strongly as `least`.
    fn binary(&mut self, least: u8) -> Result<Tree, ExpressionError> {
        self.spend()?;
        let mut left = self.prefixed()?;
        loop {
            if IN >= least {
                let before = self.at;
                let negated = self.takes_word("not");
                if self.takes_word("in") {
                    self.spend()?;
                    self.sign("(")?;
                    let set = self.list()?;
                    let found = Tree::In(left.into(), set);
                    left = if negated { Tree::Not(found.into()) } else { found };
                    continue;
                }
                self.at = before;
            }
            let Some((operator, strength)) = self.peek().and_then(operator) else { return Ok(left) };
            if strength < least {
                return Ok(left);
            }
            self.spend()?;
            self.at += 1;
            let position = self.tokens.get(self.at).map_or(self.end, |token| token.position);
            let budget = self.budget;
            let right = self.binary(strength + 1)?;
            self.budget = budget;
            left = self.both(operator, left, right, position)?;
        }
    }

    fn both(&self, operator: Operator, left: Tree, right: Tree, at: usize) -> Result<Tree, ExpressionError> {
        match (operator, &right) {
            (Operator::Matches, Tree::Known(Some(Value::String(pattern)))) => {
                let regex = Regex::new(pattern)
                    .map_err(|_| self.error(format!("`{pattern}` is no regular expression"), at))?;
                Ok(Tree::Matches(left.into(), regex))
            }
            (Operator::Matches, _) => {
                Err(self.error("`~=` takes a regular expression in quotes on its right", at))
            }
            _ => Ok(Tree::Both(operator, left.into(), right.into())),
        }
    }

    fn prefixed(&mut self) -> Result<Tree, ExpressionError> {
        self.spend()?;
        if self.takes_word("not") {
            return Ok(Tree::Not(self.binary(NOT)?.into()));
        }
        if self.takes_sign("-") {
            return Ok(Tree::Minus(self.binary(MINUS)?.into()));
        }
        self.atom()
    }

    fn atom(&mut self) -> Result<Tree, ExpressionError> {
        let Some(Token { kind, position }) = self.tokens.get(self.at).cloned() else {
            return Err(self.unexpected());
        };
        self.at += 1;
        let name = match kind {
            Kind::Number(number) => {
                return Ok(Tree::Known(Number::from_f64(number).map(Value::Number)));
            }
            Kind::Text(text) => return Ok(Tree::Known(Some(Value::String(text)))),
            Kind::Sign("(") => {
                let inner = self.choice()?;
                self.sign(")")?;
                return Ok(inner);
            }
            Kind::Quoted(name) => name,
            Kind::Word(word) if !matches!(&*word, "and" | "or" | "in" | "of") => {
                if self.takes_sign("(") {
                    let function = Function::ALL.iter().find(|(name, _)| *name == word);
                    let Some((_, function)) = function else {
                        return Err(self.error(format!("unknown function `{word}`"), position));
                    };
                    return Ok(Tree::Call(*function, self.list()?));
                }
                word
            }
            _ => {
                self.at -= 1;
                return Err(self.unexpected());
            }
        };
        if self.takes_word("of") {
            let object = self.prefixed()?;
            return Ok(Tree::Member(name, object.into()));
        }
        Ok(self.variable(&name))
    }

    /// What follows an opening bracket, to the closing one.
    fn list(&mut self) -> Result<Vec<Tree>, ExpressionError> {
        let mut items = Vec::new();
        if self.takes_sign(")") {
            return Ok(items);
        }
        loop {
            let budget = self.budget;
            items.push(self.choice()?);
            self.budget = budget;
            if self.takes_sign(")") {
                return Ok(items);
            }
            self.sign(",")?;
        }
    }

    fn variable(&mut self, name: &str) -> Tree {
        match self.names.resolve(name, name) {
            Resolved::Whole(slot) | Resolved::Root(slot) => Tree::Variable(slot),
            Resolved::Known(Known::Fixed(value)) => Tree::Known(value),
            Resolved::Known(Known::Environment | Known::Late) | Resolved::Unset => Tree::Known(None),
        }
    }
}

/// The operator that a token is, and how strongly it holds.
fn operator(kind: &Kind) -> Option<(Operator, u8)> {
    use Operator::*;
    Some(match kind {
        Kind::Word(word) => match &**word {
            "or" => (Or, 1),
            "and" => (And, 2),
            _ => return None,
        },
        Kind::Sign(sign) => match *sign {
            "==" => (Equal, 4),
            "!=" => (Unequal, 4),
            "<" => (Less, 5),
            "<=" => (AtMost, 5),
            ">" => (More, 5),
            ">=" => (AtLeast, 5),
            "~=" => (Matches, 6),
            "+" => (Plus, 7),
            "-" => (Minus, 7),
            "*" => (Times, 8),
            "/" => (Over, 8),
            "%" => (Modulo, 8),
            "^" => (Power, 9),
            _ => return None,
        },
        _ => return None,
    })
}
