//! Postman's scripts are not carried over. One line in them is so common, and so needed, that it is: the one that
//! keeps a value of the answer for later requests, which is a capture.

use super::variables::{Variables, identifier};
use crate::draft::{Capture, From};
use regex::Regex;
use serde_json::Value;

/// What the scripts of one item come to.
#[derive(Default)]
pub(crate) struct Scripts {
    pub(crate) captures: Vec<Capture>,
    /// Lines that do something else.
    pub(crate) others: usize,
}

/// Looks at the scripts of an item (or of a folder, which has no answer to capture from).
pub(crate) fn read(item: &Value, variables: &mut Variables) -> Scripts {
    let mut scripts = Scripts::default();
    for event in item.get("event").and_then(Value::as_array).into_iter().flatten() {
        let is_test = event.get("listen").and_then(Value::as_str) == Some("test");
        let text = match event.pointer("/script/exec") {
            Some(Value::Array(lines)) => {
                lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
            }
            Some(Value::String(text)) => text.clone(),
            _ => continue,
        };
        let found = if is_test { captures(&text) } else { Vec::new() };
        scripts.others += lines_of_code(&text).saturating_sub(found.len());
        for capture in found {
            variables.captured.insert(capture.name.clone());
            scripts.captures.retain(|other| other.name != capture.name);
            scripts.captures.push(capture);
        }
    }
    scripts
}

/// Lines that are neither empty, nor comments, nor the mere reading of the answer.
fn lines_of_code(text: &str) -> usize {
    let idle = |line: &str| {
        let is_reading = line.contains("pm.response.json()") && !line.contains(".set(");
        let is_bracket = line.chars().all(|c| "{}();,".contains(c));
        line.starts_with("//")
            || is_bracket
            || (is_reading && line.contains('='))
            || line.contains("JSON.parse(responseBody)")
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !idle(line)).count()
}

/// `pm.environment.set("token", pm.response.json().access_token)`, and the same by way of a variable.
fn captures(text: &str) -> Vec<Capture> {
    const ANSWER: &str = r"(?:pm\.response\.json\(\)|JSON\.parse\(responseBody\))";
    let patterns = (
        Regex::new(&format!(r"(?:var|let|const)\s+(\w+)\s*=\s*{ANSWER}\s*;?")),
        Regex::new(&format!(
            r#"(?:pm\.(?:environment|collectionVariables|globals|variables)\.set|postman\.set(?:Environment|Global)Variable)\(\s*["']([^"']+)["']\s*,\s*({ANSWER}|\w+)((?:\.\w+|\[\d+\]|\["[^"'\]]+"\]|\['[^"'\]]+'\])+)\s*\)"#
        )),
    );
    let (Ok(answers), Ok(settings)) = patterns else { return Vec::new() };
    let names: Vec<&str> = answers.captures_iter(text).filter_map(|it| Some(it.get(1)?.as_str())).collect();
    let is_answer = |text: &str| text.contains('(') || names.contains(&text);
    let found = settings.captures_iter(text).filter(|it| is_answer(&it[2]));
    found
        .map(|it| Capture {
            from: From::Json(format!("${}", it[3].replace('"', "'"))),
            name: identifier(&it[1]),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_kept_for_later_are_captures() {
        let text = "const body = pm.response.json();\n\
                    pm.environment.set(\"token\", body.data.access_token);\n\
                    pm.collectionVariables.set('first-id', pm.response.json().items[0][\"id\"]);\n\
                    pm.globals.set('now', other.value);\n\
                    pm.environment.set('all', body);";
        let found: Vec<(String, From)> = captures(text).into_iter().map(|it| (it.name, it.from)).collect();
        let wanted = [("token", "$.data.access_token"), ("first_id", "$.items[0]['id']")];
        assert_eq!(found, wanted.map(|(name, path)| (name.to_owned(), From::Json(path.to_owned()))));
        assert_eq!(lines_of_code(text), 4);
    }
}
