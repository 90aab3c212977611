//! A command's whole behaviour as one text: status, stdout, stderr, with what differs from run to run filtered out.

use regex::Regex;
use std::process::{Command, Stdio};

/// What a command did.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// Its exit status; -1 if a signal killed it.
    pub status: i32,
    /// What it printed, unfiltered.
    pub stdout: String,
    /// What it complained about, unfiltered.
    pub stderr: String,
}

/// What is replaced in a transcript's text.
const FILTERS: &[(&str, &str)] = &[
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
    (r"loadgen \d+\.\d+\.\d+", "loadgen [version]"),
    (r"seed \d+", "seed [seed]"),
];

/// Runs a command without standard input and keeps all that it said.
pub fn transcript(command: &mut Command) -> Transcript {
    let output = command.stdin(Stdio::null()).output().expect("the command starts");
    Transcript {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

impl Transcript {
    /// Status, stdout and stderr in one text, filtered, for a snapshot.
    pub fn text(&self) -> String {
        let whole = format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.status, self.stdout, self.stderr);
        FILTERS.iter().fold(whole, |text, (pattern, replacement)| {
            Regex::new(pattern).expect("a filter is a regex").replace_all(&text, *replacement).into_owned()
        })
    }
}
