//! Files of environment variables, as the library dotenv of Node reads them: `NAME=value` lines.
//!
//! Blanks around names and values are dropped; `#` begins a comment; a value may stand in single, double or back
//! quotes, and then go over several lines; `\n` in double quotes is a line's end. `export ` before a name is dropped.
//! Nothing is expanded. Lines that are none of this are left out, as there.

/// The variables of a file, in its order.
pub(crate) fn parse(text: &str) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let Some((name, value)) = assignment(line) else {
            rest = after;
            continue;
        };
        // The value up to the end of the text, as quotes may hold line ends.
        let whole = &rest[line.len() - value.len()..];
        match quoted(whole) {
            Some((value, length)) => {
                variables.push((name.to_owned(), value));
                rest = whole[length..].split_once('\n').map_or("", |(_, after)| after);
            }
            None => {
                let value = value.split('#').next().unwrap_or("").trim();
                variables.push((name.to_owned(), value.to_owned()));
                rest = after;
            }
        }
    }
    variables
}

/// Name and what follows the sign, blanks before it dropped.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(['=', ':'])?;
    let name = name.trim();
    let name = name.strip_prefix("export ").map_or(name, str::trim);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (!name.is_empty() && name.chars().all(plain)).then_some((name, value.trim_start()))
}

/// A value in quotes, and how long it is with them.
fn quoted(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut escaped = false;
    let end = text.char_indices().skip(1).find_map(|(place, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(place)
    })?;
    let inner = &text[1..end];
    let value = if quote == '"' { inner.replace("\\n", "\n").replace("\\r", "\r") } else { inner.to_owned() };
    Some((value, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_dotenv_reads_them() {
        let text = "# settings\nPLAIN=plain\nDOUBLE=\"double quoted\" # a remark\nSINGLE='it # stays'\n\
            SPACED = spaced\r\nTAIL=value # a remark\nexport OUT=1\nEMPTY=\nno assignment\nBAD NAME=x\n\
            LINES=\"one\ntwo\"\nBREAK=\"a\\nb\"\nOPEN=\"never closed\nLAST=x=y";
        let wanted = [
            ("PLAIN", "plain"),
            ("DOUBLE", "double quoted"),
            ("SINGLE", "it # stays"),
            ("SPACED", "spaced"),
            ("TAIL", "value"),
            ("OUT", "1"),
            ("EMPTY", ""),
            ("LINES", "one\ntwo"),
            ("BREAK", "a\nb"),
            ("OPEN", "\"never closed"),
            ("LAST", "x=y"),
        ];
        let wanted: Vec<_> = wanted.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(parse(text), wanted);
        assert_eq!(parse(""), []);
    }
}
