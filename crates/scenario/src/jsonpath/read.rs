//! Text to path: which parts RFC 9535 can say, and which are evaluated by hand.

use super::expression::{self, Cursor};
use super::{JsonPathError, JsonQuery, Stage, place};
use serde_json_path::JsonPath;

/// Longest path, in characters.
const LONGEST: usize = 4_096;

/// Reads a path.
pub(super) fn path(text: &str) -> Result<JsonQuery, JsonPathError> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > LONGEST {
        return Err(error(0, format!("longer than {LONGEST} characters")));
    }
    if characters.iter().all(|c| c.is_whitespace()) {
        return Err(error(0, "it is empty"));
    }
    let mut reader =
        Reader { text: &characters, at: 0, stages: Vec::new(), plain: String::new(), many: false };
    reader.skip_blanks();
    match (reader.peek(), reader.text.get(reader.at + 1)) {
        (Some('$'), None | Some('.' | '[' | '^' | '~' | ' ')) => reader.at += 1,
        // As in Artillery's library, a path that begins like this asks for a member without a name.
        (Some('.' | '['), _) => reader.plain.push_str("[\"\"]"),
        _ => reader.name()?,
    }
    while reader.skip_blanks() {
        reader.segment()?;
    }
    reader.flush()?;
    Ok(JsonQuery { stages: reader.stages, many: reader.many })
}

pub(super) fn error(position: usize, message: impl Into<String>) -> JsonPathError {
    JsonPathError { message: message.into(), position, unsupported: false }
}

/// Something that Artillery's library has and this has not.
pub(super) fn unsupported(position: usize, message: impl Into<String>) -> JsonPathError {
    JsonPathError { unsupported: true, ..error(position, message) }
}

struct Reader<'t> {
    text: &'t [char],
    at: usize,
    stages: Vec<Stage>,
    /// What RFC 9535 can say and is not yet a stage.
    plain: String,
    many: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    /// Whether something follows.
    fn skip_blanks(&mut self) -> bool {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        self.at < self.text.len()
    }

    /// What was gathered becomes a stage.
    fn flush(&mut self) -> Result<(), JsonPathError> {
        let plain = std::mem::take(&mut self.plain);
        if plain.is_empty() {
            return Ok(());
        }
        // It is of our own making: this does not fail.
        let path = JsonPath::parse(&format!("${plain}")).map_err(|cause| error(0, cause.message()))?;
        self.stages.push(Stage::Standard(Box::new(path)));
        Ok(())
    }

    fn special(&mut self, stage: Stage) -> Result<(), JsonPathError> {
        self.flush()?;
        self.stages.push(stage);
        Ok(())
    }

    fn segment(&mut self) -> Result<(), JsonPathError> {
        match self.peek() {
            Some('.') if self.text.get(self.at + 1) == Some(&'.') => {
                self.at += 2;
                self.many = true;
                self.special(Stage::Descend)?;
                match self.peek() {
                    None => Ok(()),
                    Some('[') => self.brackets(),
                    _ => self.name(),
                }
            }
            Some('.') => {
                self.at += 1;
                if self.peek() == Some('[') { self.brackets() } else { self.name() }
            }
            Some('[') => self.brackets(),
            Some('^') => {
                self.at += 1;
                self.special(Stage::Parent)
            }
            Some('~') => {
                self.at += 1;
                self.special(Stage::Key)
            }
            _ => Err(error(self.at, "a `.` or a `[` was expected")),
        }
    }

    /// A name up to the next segment.
    fn name(&mut self) -> Result<(), JsonPathError> {
        let begin = self.at;
        while self.peek().is_some_and(|c| !matches!(c, '.' | '[' | ']' | '^' | '~' | '(' | ')' | '?')) {
            self.at += 1;
        }
        let name: String = self.text[begin..self.at].iter().collect();
        let name = name.trim();
        if name.is_empty() {
            return Err(error(begin, "a name was expected"));
        }
        if self.peek() == Some('(') || name.starts_with(['@', '`', '$']) && name != "$" {
            return Err(unsupported(begin, format!("`{name}` is not supported in a JSONPath")));
        }
        self.named(name)
    }

    fn named(&mut self, name: &str) -> Result<(), JsonPathError> {
        match name {
            "*" => {
                self.many = true;
                self.plain.push_str("[*]");
                Ok(())
            }
            "length" => self.special(Stage::Length),
            name => {
                self.plain.push_str(&format!("[{}]", selector(name)));
                Ok(())
            }
        }
    }

    /// `[…]`.
    fn brackets(&mut self) -> Result<(), JsonPathError> {
        let open = self.at;
        self.at += 1;
        self.skip_blanks();
        match self.peek() {
            Some('?') => {
                self.at += 1;
                self.many = true;
                let filter = self.expression()?;
                self.special(Stage::Filter(filter))?;
                return self.close(open);
            }
            Some('(') => {
                let script = self.expression()?;
                self.special(Stage::Script(script))?;
                return self.close(open);
            }
            _ => {}
        }
        let mut selectors = Vec::new();
        let mut in_quotes = false;
        loop {
            self.skip_blanks();
            in_quotes |= matches!(self.peek(), Some('\'' | '"'));
            selectors.push(self.selector(open)?);
            self.skip_blanks();
            if self.peek() != Some(',') {
                break;
            }
            self.at += 1;
        }
        self.close(open)?;
        self.many |= selectors.len() > 1;
        // Several names in quotes are one name to Artillery's library, with the quotes between them: found nowhere.
        if in_quotes && selectors.len() > 1 {
            selectors = vec![quoted(&selectors.join(","))];
        }
        // A lone `length` in brackets is what it is after a dot.
        if selectors == ["\"length\""] {
            return self.special(Stage::Length);
        }
        self.plain.push_str(&format!("[{}]", selectors.join(",")));
        Ok(())
    }

    fn close(&mut self, open: usize) -> Result<(), JsonPathError> {
        self.skip_blanks();
        if self.peek() != Some(']') {
            let here = if self.at >= self.text.len() { open } else { self.at };
            return Err(error(here, "this bracket is not closed by `]`"));
        }
        self.at += 1;
        Ok(())
    }

    /// One of the things that stand in brackets, as RFC 9535 writes it.
    fn selector(&mut self, open: usize) -> Result<String, JsonPathError> {
        if let Some(quote) = self.peek().filter(|c| matches!(c, '\'' | '"')) {
            let mut cursor = Cursor::new(self.text, self.at);
            let name = cursor.quoted(quote)?;
            self.at = cursor.at;
            return Ok(quoted(&name));
        }
        let begin = self.at;
        while self.peek().is_some_and(|c| !matches!(c, ']' | ',' | '[')) {
            self.at += 1;
        }
        let text: String = self.text[begin..self.at].iter().collect();
        let text = text.trim();
        if text.is_empty() {
            return Err(error(open, "a name, a number or `*` was expected in these brackets"));
        }
        if text == "*" {
            self.many = true;
            return Ok("*".to_owned());
        }
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        let number = |part: &&str| part.is_empty() || part.parse::<i32>().is_ok();
        if parts.len() > 1 {
            if parts.len() > 3 || !parts.iter().all(number) {
                return Err(error(begin, format!("`{text}` is no slice such as 1:3 or -1:")));
            }
            self.many = true;
            // Backwards nothing is found.
            if parts.get(2).is_some_and(|step| step.starts_with('-')) {
                return Ok("0:0".to_owned());
            }
            let bound = |part: &str| part.parse::<i32>().map_or_else(|_| String::new(), |n| n.to_string());
            // A step of nothing or 0 is 1.
            let step = parts.get(2).and_then(|step| step.parse().ok()).filter(|step| *step > 0).unwrap_or(1);
            return Ok(format!("{}:{}:{step}", bound(parts[0]), bound(parts[1])));
        }
        Ok(selector(text))
    }

    fn expression(&mut self) -> Result<expression::Expression, JsonPathError> {
        let mut cursor = Cursor::new(self.text, self.at);
        let expression = cursor.expression()?;
        self.at = cursor.at;
        Ok(expression)
    }
}

/// A name as a selector. A number is a place in a list, or a member of an object, whichever the value has.
fn selector(name: &str) -> String {
    const MOST: usize = (1 << 53) - 1;
    match place(name) {
        Some(place) if place <= MOST => format!("{},{place}", quoted(name)),
        _ => quoted(name),
    }
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}
