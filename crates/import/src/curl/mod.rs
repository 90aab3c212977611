//! curl command lines, as browsers copy them and people write them, one or several.

mod flags;
mod known;
mod part;
mod request;
mod words;

use crate::draft::{Draft, Scenario, Step};
use crate::error::ImportError;
use crate::kind::Kind;
use words::Command;

/// Whether a line starts a curl command.
pub(crate) fn is_command(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or("");
    program(first)
}

fn program(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or("");
    name == "curl" || name == "curl.exe"
}

/// Reads all curl commands of a text; others among them are noted.
pub(crate) fn read(text: &str) -> Result<Draft, ImportError> {
    // `^` is how Windows' command prompt escapes quotes and continues lines.
    let of_windows =
        |line: &str| is_command(line) && (line.trim_end().ends_with('^') || line.contains("^\""));
    if text.lines().any(of_windows) {
        let refused =
            ImportError::new("this is a command for the command prompt of Windows, with ^ for its quotes");
        return Err(refused.with_hint("copy it as \"cURL (bash)\", which other programs understand"));
    }
    let broken = |why: String| {
        let refused = ImportError::new(format!("this is no command line: {why}"));
        refused.with_hint("copy it whole, with its quotes")
    };
    let commands = words::split(text).map_err(broken)?;
    let mut draft = Draft::default();
    let mut steps = Vec::new();
    let mut others = Vec::new();
    for command in &commands {
        let Some((arguments, before)) = arguments(command) else {
            others.push(command.words.first().cloned().unwrap_or_default());
            continue;
        };
        if command.substituted || !before.is_empty() {
            draft.note(
                "What a shell would have filled in, such as $(…), is left as it stood: put a value there.",
            );
        }
        let read = flags::read(arguments).map_err(broken)?;
        for part in read.split(|word| matches!(word, flags::Word::Flag(name, _) if name == "next")) {
            let requests = request::requests(part, command.input.as_deref(), &mut draft).map_err(broken)?;
            steps.extend(requests.into_iter().map(|request| Step::Request(Box::new(request))));
        }
    }
    if steps.is_empty() {
        return Err(ImportError::not(Kind::Curl, "it has no curl command with a URL", text));
    }
    if !others.is_empty() {
        draft.note(format!("Commands other than curl were left out: {}.", others.join(", ")));
    }
    draft.scenarios.push(Scenario { name: "curl".into(), steps });
    Ok(draft)
}

/// What stands behind `curl`, and before it (a prompt, assignments).
fn arguments(command: &Command) -> Option<(&[String], &[String])> {
    let start = command.words.iter().position(|word| word != "$" && !word.contains('='))?;
    let (before, words) = command.words.split_at(start);
    let (first, arguments) = words.split_first()?;
    let assignments = &before[before.iter().position(|word| word != "$").unwrap_or(before.len())..];
    program(first).then_some((arguments, assignments))
}
