//! A shell's command lines, taken apart into words: quotes, escapes, `$'…'`, continued lines, comments.
//!
//! Only what people paste: no substitution is run, and a variable becomes one of the environment, by template. The
//! crates that split words know neither `$'…'`, in which browsers copy bodies, nor where one command ends.

/// A command's words, and whether another program's output or substitution was in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Command {
    pub(crate) words: Vec<String>,
    /// A `$(…)` or a backtick was found, and taken as text.
    pub(crate) substituted: bool,
    /// What a here-string (`<<<`) hands to it.
    pub(crate) input: Option<String>,
}

/// What ends a command, if it is no word.
#[derive(Clone, Copy, PartialEq)]
enum Ending {
    /// A line's end, `;`, `&&` and the like.
    Next,
    /// A pipe: what follows reads this one's output.
    Pipe,
}

/// Splits a text into commands; those behind a pipe are left out.
///
/// # Errors
/// In words, if a quote is not closed.
pub(crate) fn split(text: &str) -> Result<Vec<Command>, String> {
    let mut reader = Reader { chars: text.chars().collect(), at: 0, line: 1 };
    let mut commands: Vec<Command> = Vec::new();
    let mut current = Command::default();
    let mut piped = false;
    while let Some(token) = reader.token(&mut current.substituted)? {
        match token {
            Token::Word(word) => current.words.push(word),
            Token::Input(text) => current.input = Some(text),
            Token::End(ending) => {
                let done = std::mem::take(&mut current);
                if !done.words.is_empty() && !piped {
                    commands.push(done);
                }
                piped = ending == Ending::Pipe;
            }
        }
    }
    if !current.words.is_empty() && !piped {
        commands.push(current);
    }
    Ok(commands)
}

enum Token {
    Word(String),
    /// The text of a here-string.
    Input(String),
    End(Ending),
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = wanted.chars().enumerate().all(|(index, c)| self.chars.get(self.at + index) == Some(&c));
        if found {
            (0..wanted.len()).for_each(|_| {
                self.next();
            });
        }
        found
    }

    fn token(&mut self, substituted: &mut bool) -> Result<Option<Token>, String> {
        loop {
            if self.take("\\\r\n") || self.take("\\\n") {
                continue;
            }
            match self.peek() {
                None => return Ok(None),
                Some('\n' | ';') => {
                    self.next();
                    return Ok(Some(Token::End(Ending::Next)));
                }
                Some(c) if c.is_whitespace() => {
                    self.next();
                }
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.next();
                    }
                }
                Some('&') => {
                    self.next();
                    self.take("&");
                    return Ok(Some(Token::End(Ending::Next)));
                }
                Some('|') => {
                    self.next();
                    let ending = if self.take("|") { Ending::Next } else { Ending::Pipe };
                    return Ok(Some(Token::End(ending)));
                }
                Some('<') if self.take("<<<") => {
                    while self.peek().is_some_and(|c| " \t".contains(c)) {
                        self.next();
                    }
                    let text = self.word(substituted)?;
                    return Ok(Some(Token::Input(format!("{text}\n"))));
                }
                // Where the output goes is of no interest, nor is the word that says it.
                Some('>' | '<') => {
                    self.next();
                    while self.peek().is_some_and(|c| ">&< \t".contains(c)) {
                        self.next();
                    }
                    self.word(substituted)?;
                }
                Some(_) => {
                    let word = self.word(substituted)?;
                    let redirected = matches!(self.peek(), Some('>')) && ["1", "2"].contains(&word.as_str());
                    if !redirected {
                        return Ok(Some(Token::Word(word)));
                    }
                }
            }
        }
    }

    fn word(&mut self, substituted: &mut bool) -> Result<String, String> {
        let mut word = String::new();
        while let Some(c) = self.peek() {
            match c {
                '\n' | ';' | '|' | '<' | '>' => break,
                // An address that somebody forgot to quote: a shell would cut it here, and mean nothing by it.
                '&' if word.contains("://")
                    && self.chars.get(self.at + 1).is_some_and(|c| c.is_alphanumeric()) =>
                {
                    word.push('&');
                    self.next();
                }
                '&' => break,
                c if c.is_whitespace() => break,
                '\'' => {
                    self.next();
                    self.until('\'', |c| word.push(c))?;
                }
                '"' => {
                    self.next();
                    self.double(&mut word, substituted)?;
                }
                '\\' => {
                    self.next();
                    if !self.take("\r\n") && !self.take("\n") {
                        word.extend(self.next());
                    }
                }
                '$' if self.take("$'") => self.ansi(&mut word)?,
                '$' => self.dollar(&mut word, substituted),
                '`' => {
                    *substituted = true;
                    word.extend(self.next());
                }
                c => {
                    word.push(c);
                    self.next();
                }
            }
        }
        Ok(word)
    }

    fn until(&mut self, end: char, mut each: impl FnMut(char)) -> Result<(), String> {
        let line = self.line;
        loop {
            match self.next() {
                Some(c) if c == end => return Ok(()),
                Some(c) => each(c),
                None => return Err(unclosed(end, line)),
            }
        }
    }

    /// Within double quotes.
    fn double(&mut self, word: &mut String, substituted: &mut bool) -> Result<(), String> {
        let line = self.line;
        loop {
            match self.peek() {
                None => return Err(unclosed('"', line)),
                Some('"') => {
                    self.next();
                    return Ok(());
                }
                Some('\\') => {
                    self.next();
                    match self.next() {
                        Some('\n') => {}
                        Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                        // Bash leaves a backslash before `!` in place, and browsers write it there.
                        Some(c) => word.extend(['\\', c]),
                        None => return Err(unclosed('"', line)),
                    }
                }
                Some('$') => self.dollar(word, substituted),
                Some(c) => {
                    *substituted |= c == '`';
                    word.push(c);
                    self.next();
                }
            }
        }
    }

    /// `$NAME` and `${NAME}` become placeholders of the environment; anything else is text.
    fn dollar(&mut self, word: &mut String, substituted: &mut bool) {
        self.next();
        let braced = self.peek() == Some('{');
        let start = self.at + usize::from(braced);
        let part = |c: &&char| c.is_ascii_alphanumeric() || **c == '_';
        let name: String = self.chars[start.min(self.chars.len())..].iter().take_while(part).collect();
        let end = start + name.len();
        let closed = !braced || self.chars.get(end) == Some(&'}');
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !closed {
            *substituted |= self.peek() == Some('(') || braced;
            word.push('$');
            return;
        }
        self.at = end + usize::from(braced);
        word.push_str(&format!("{{{{ $env.{name} }}}}"));
    }

    /// Within `$'…'`: escapes as in C.
    fn ansi(&mut self, word: &mut String) -> Result<(), String> {
        let line = self.line;
        // Bytes, since `\xc3\xa9` is one letter.
        let mut bytes: Vec<u8> = Vec::new();
        loop {
            let c = match self.next() {
                None => return Err(unclosed('\'', line)),
                Some('\'') => break,
                Some('\\') => match self.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('a') => '\u{7}',
                    Some('b') => '\u{8}',
                    Some('e' | 'E') => '\u{1b}',
                    Some('f') => '\u{c}',
                    Some('v') => '\u{b}',
                    Some('x') => {
                        bytes.push(self.number(16, 2).unwrap_or(u32::from(b'x')) as u8);
                        continue;
                    }
                    Some('u') => self.unicode(4),
                    Some('U') => self.unicode(8),
                    Some('0'..='7') => {
                        self.at -= 1;
                        bytes.push(self.number(8, 3).unwrap_or(0) as u8);
                        continue;
                    }
                    Some(c) => c,
                    None => return Err(unclosed('\'', line)),
                },
                Some(c) => c,
            };
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        word.push_str(&String::from_utf8_lossy(&bytes));
        Ok(())
    }

    fn number(&mut self, radix: u32, digits: usize) -> Option<u32> {
        let mut value = None;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(radix)) else { break };
            value = Some(value.unwrap_or(0_u32).wrapping_mul(radix).wrapping_add(digit));
            self.next();
        }
        value
    }

    fn unicode(&mut self, digits: usize) -> char {
        let high = self.number(16, digits).unwrap_or(0xfffd);
        // JavaScript's halves of a letter, as browsers write those outside the first plane.
        if (0xd800..0xdc00).contains(&high) && self.take("\\u") {
            let low = self.number(16, 4).unwrap_or(0);
            let joined = 0x10000 + ((high - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff);
            return char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

fn unclosed(quote: char, line: usize) -> String {
    format!("the quote {quote} in line {line} is not closed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        split(text).unwrap().into_iter().map(|command| command.words).collect()
    }

    #[test]
    fn words_are_those_of_a_shell() {
        let cases: &[(&str, &[&[&str]])] = &[
            ("a 'b c' \"d \\\" e\" f\\ g", &[&["a", "b c", "d \" e", "f g"]]),
            ("a \\\n  b \\\r\n c\nd", &[&["a", "b", "c"], &["d"]]),
            ("a b | jq . ; c && d # e\n# f\ng", &[&["a", "b"], &["c"], &["d"], &["g"]]),
            ("a > out.json 2>/dev/null b", &[&["a", "b"]]),
            (r"a $'it\'s \u00e9\xc3\xa9 \ud83d\ude00\n'", &[&["a", "it's éé 😀\n"]]),
            ("a \"$TOKEN\" ${X}y '$Z' $5", &[&["a", "{{ $env.TOKEN }}", "{{ $env.X }}y", "$Z", "$5"]]),
            ("curl http://x/?a=1&b=2 & d", &[&["curl", "http://x/?a=1&b=2"], &["d"]]),
            ("a \"\" ''", &[&["a", "", ""]]),
            ("a \"x\\!\"", &[&["a", "x\\!"]]),
        ];
        for (text, wanted) in cases {
            assert_eq!(words(text), *wanted, "{text}");
        }
    }

    #[test]
    fn what_is_not_closed_is_told_with_its_line() {
        assert_eq!(split("a\nb 'c").unwrap_err(), "the quote ' in line 2 is not closed");
        assert!(split("a \"").is_err() && split("a $'").is_err() && split("a $'\\").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[-a'\"\\\\$ {}()\n|&;<>#ux0-9é`]{0,24}") {
            let _ = split(&text);
        }
    }
}
