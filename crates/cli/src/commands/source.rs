//! What a report says was run: the script's text and the command, both without secrets.

use crate::script::Script;
use crate::secrets::Masker;
use loadgen_report::Source;

/// The script's text, and the command line that runs it again with the seed that it had.
pub(super) fn of(script: &Script, seed: u64) -> Source {
    let masker = &script.secrets;
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    Source {
        text: masker.source(&script.source.text),
        command: command(&arguments.collect::<Vec<_>>(), seed, masker),
    }
}

fn command(arguments: &[String], seed: u64, masker: &Masker) -> String {
    let has_seed = arguments.iter().any(|it| it == "--seed" || it.starts_with("--seed="));
    let seed = (!has_seed).then(|| format!("--seed {seed}"));
    let shown = arguments.iter().map(|argument| {
        let masked = match argument.split_once('=') {
            // `--variables={…}`
            Some((flag, value)) if flag.starts_with("--") => format!("{flag}={}", masker.argument(value)),
            _ => masker.argument(argument),
        };
        quoted(&masked)
    });
    let words = std::iter::once("loadgen".to_owned()).chain(shown).chain(seed);
    words.collect::<Vec<_>>().join(" ")
}

/// As a POSIX shell reads it.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:,=@%+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> String {
        let mut masker = Masker::default();
        masker.remember("hunter22");
        command(&arguments.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(), 7, &masker)
    }

    #[test]
    fn a_command_can_be_typed_again_and_has_the_seed() {
        assert_eq!(of(&["run", "a.yml", "-e", "ci"]), "loadgen run a.yml -e ci --seed 7");
        assert_eq!(of(&["run", "my a.yml", "--seed=3"]), "loadgen run 'my a.yml' --seed=3");
        assert_eq!(of(&["run", "it's.yml", "--seed", "3"]), r"loadgen run 'it'\''s.yml' --seed 3");
    }

    #[test]
    fn a_command_has_no_secrets() {
        assert_eq!(
            of(&[
                "quick",
                "-H",
                "authorization: Bearer x",
                "http://ada:x@h/?token=y",
                "--json",
                r#"{"pin":1}"#
            ]),
            r#"loadgen quick -H 'authorization: ***' 'http://***@h/?token=***' --json '{"pin":"***"}' --seed 7"#
        );
        assert_eq!(
            of(&["run", "a.yml", r#"--variables={"token": "x"}"#, "-v", r#"{"a": "hunter22"}"#]),
            r#"loadgen run a.yml '--variables={"token":"***"}' -v '{"a":"***"}' --seed 7"#
        );
    }
}
