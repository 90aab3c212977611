//! `Expression`: a condition such as `age >= 18 and plan == "pro"`, for `ifTrue` and `whileTrue`.
//!
//! The language is that of the library filtrex 2, which Artillery uses: numbers, `"texts"`, variables (bare or in
//! 'single quotes'; a dot is part of the name and no way into a value), `+ - * / % ^`, `== != < <= > >= ~=` (`~=` is a
//! regular expression), `and or not`, `in ( … )`, `not in ( … )`, `c ? a : b`, `member of object`, and a handful of
//! functions. Values mix as in JavaScript. Compiled once: text to tokens in `lexer`, tokens to a tree in `parser`,
//! the tree to a value in `evaluate`.

mod evaluate;
mod lexer;
mod parser;

use crate::names::Names;
use crate::plan::Slot;
use crate::template::Scope;
use regex::Regex;
use serde_json::Value;

/// A compiled condition.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Tree,
}

/// A text that is no expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ExpressionError {
    /// What is wrong.
    pub(crate) message: String,
    /// At which character, from 0.
    pub(crate) position: usize,
}

impl Expression {
    /// Compiles a text. Variables that nothing sets are noted in `names`.
    pub(crate) fn compile(text: &str, names: &mut Names) -> Result<Expression, ExpressionError> {
        let tokens = lexer::tokens(text)?;
        parser::parse(tokens, text.chars().count(), names).map(|root| Expression { root })
    }

    /// The same where the names of variables are known and may hold any character; `words` has the longest first.
    /// Gives the variables that the text names too, in the order of their first use.
    pub(crate) fn compile_with(
        text: &str,
        words: &[&str],
        names: &mut Names,
    ) -> Result<(Expression, Vec<String>), ExpressionError> {
        let tokens = lexer::tokens_with(text, words)?;
        let used = parser::variables(&tokens);
        let root = parser::parse(tokens, text.chars().count(), names)?;
        Ok((Expression { root }, used))
    }

    /// Whether its value is the number 1, as comparisons have it that are true.
    pub(crate) fn is_one<S: Scope + ?Sized>(&self, scope: &mut S) -> bool {
        matches!(evaluate::evaluate(&self.root, scope), evaluate::Dynamic::Number(1.0))
    }

    /// Whether the condition holds, as JavaScript takes values for true.
    pub fn is_true<S: Scope + ?Sized>(&self, scope: &mut S) -> bool {
        evaluate::evaluate(&self.root, scope).is_true()
    }
}

/// What an expression is made of.
#[derive(Clone, Debug)]
enum Tree {
    /// A number or text as written; `None` is undefined.
    Known(Option<Value>),
    /// A variable.
    Variable(Slot),
    /// `-a`
    Minus(Box<Tree>),
    /// `not a`
    Not(Box<Tree>),
    /// `a + b` and its like.
    Both(Operator, Box<Tree>, Box<Tree>),
    /// `a ~= "pattern"`, compiled beforehand.
    Matches(Box<Tree>, Regex),
    /// `a in (b, c)`
    In(Box<Tree>, Vec<Tree>),
    /// `a ? b : c`
    Choice(Box<Tree>, Box<Tree>, Box<Tree>),
    /// `name of a`
    Member(String, Box<Tree>),
    /// `max(a, b)`
    Call(Function, Vec<Tree>),
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Matches,
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
    Power,
}

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Abs,
    Ceil,
    Floor,
    Log,
    Max,
    Min,
    Random,
    Round,
    Sqrt,
}

impl Function {
    /// All, with their names.
    const ALL: [(&'static str, Function); 9] = [
        ("abs", Function::Abs),
        ("ceil", Function::Ceil),
        ("floor", Function::Floor),
        ("log", Function::Log),
        ("max", Function::Max),
        ("min", Function::Min),
        ("random", Function::Random),
        ("round", Function::Round),
        ("sqrt", Function::Sqrt),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexmap::IndexMap;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;
    use serde_json::json;
    use std::collections::BTreeMap;

    struct Vars(Vec<Option<Value>>, SmallRng);

    impl Scope for Vars {
        fn value(&self, slot: Slot) -> Option<&Value> {
            self.0[slot.0 as usize].as_ref()
        }
        fn random(&mut self) -> &mut SmallRng {
            &mut self.1
        }
    }

    fn check(text: &str) -> Result<bool, ExpressionError> {
        let mut names = Names::new(IndexMap::new(), BTreeMap::new());
        let mut values = Vec::new();
        let vars = json!({
            "n": 5, "zero": 0, "word": "blue", "yes": true, "no": false, "empty": "", "nil": null,
            "user": {"plan": "pro"}, "list": [1, 2], "a.b": 3, "text5": "5",
        });
        for (name, value) in vars.as_object().unwrap() {
            names.declare(name);
            values.push(Some(value.clone()));
        }
        let expression = Expression::compile(text, &mut names)?;
        Ok(expression.is_true(&mut Vars(values, SmallRng::seed_from_u64(1))))
    }

    #[test]
    fn expressions_hold_or_not() {
        let cases = [
            ("n > 4", true),
            ("n < 4", false),
            ("n >= 5 and n <= 5", true),
            ("n == text5", true),
            ("word == \"blue\"", true),
            ("word != \"blue\"", false),
            ("n > 100 or word == \"blue\"", true),
            ("not (n > 100)", true),
            ("word in (\"red\", \"blue\")", true),
            ("word not in (\"red\", \"blue\")", false),
            ("n in (5)", true),
            ("n % 2 == 1", true),
            ("yes", true),
            ("no", false),
            ("zero", false),
            ("empty", false),
            ("nil", false),
            ("missing", false),
            ("missing == 1", false),
            ("yes == 1", true),
            ("max(n, 2) == 5", true),
            ("(n + 1) * 2 - 2 == 10", true),
            ("word ~= \"^bl\"", true),
            ("word ~= \"^re\"", false),
            ("n > 3 ? 1 : 0", true),
            ("n ^ 2 == 25", true),
            ("-n < 0", true),
            ("2 ^ 3 ^ 2 == 64", true),
            ("'n' == 5", true),
            ("user.plan == \"pro\"", false),
            ("a.b == 3", true),
            ("plan of user == \"pro\"", true),
            ("word + \"ish\" == \"blueish\"", true),
            (
                "round(2.4) == 2 and ceil(2.1) == 3 and floor(2.9) == 2 and sqrt(9) == 3 and abs(-1) == 1",
                true,
            ),
            ("random() < 1", true),
            ("list", true),
            ("\"10\" < \"9\"", true),
            ("\"10\" < 9", false),
        ];
        for (text, wanted) in cases {
            assert_eq!(check(text), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_says_where() {
        let cases = [
            ("n >", "the expression ends too early", 3),
            ("n === 5", "`=` is not expected here", 4),
            ("n == 5)", "`)` is not expected here", 6),
            ("\"open", "the text has no closing `\"`", 0),
            ("sum(1)", "unknown function `sum`", 0),
            ("word ~= \"(\"", "`(` is no regular expression", 8),
            ("n && 1", "`&` is not expected here", 2),
            ("", "the expression ends too early", 0),
        ];
        for (text, message, position) in cases {
            assert_eq!(check(text), Err(ExpressionError { message: message.into(), position }), "{text}");
        }
        let deep = "(".repeat(100_000);
        assert!(check(&deep).is_err());
        let deep = "not ".repeat(100_000);
        assert!(check(&deep).is_err());
        let deep = "n ? 1 : ".repeat(100_000);
        assert!(check(&deep).is_err());
        let long = format!("1{}", " + 1".repeat(100_000));
        assert!(check(&long).is_err());
    }
}
