//! What `cargo xtask bench` was asked for.

use std::path::PathBuf;

use super::SECTIONS;

/// The chore's arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Few sizes, short runs, one round: two minutes at most, figures to look at rather than to keep.
    pub(crate) quick: bool,
    /// The binary to measure; without it a release is built.
    pub(crate) loadgen: Option<PathBuf>,
    /// The sections to measure; empty for all.
    pub(crate) only: Vec<String>,
}

impl Options {
    /// Reads the words after `bench`; the error is the word that means nothing here.
    pub(crate) fn parse(words: &[&str]) -> Result<Options, String> {
        let mut options = Options::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--quick" => options.quick = true,
                "--loadgen" => match words.next() {
                    Some(path) => options.loadgen = Some(PathBuf::from(path)),
                    None => return Err("--loadgen needs the path of a binary".to_owned()),
                },
                "--only" => {
                    let names = words.next().map(|names| names.split(',')).into_iter().flatten();
                    for name in names {
                        if !SECTIONS.iter().any(|(known, _)| *known == name) {
                            return Err(format!("`{name}` is not a section of bench"));
                        }
                        options.only.push(name.to_owned());
                    }
                }
                word => return Err(format!("`{word}` is not an option of bench")),
            }
        }
        Ok(options)
    }

    /// Whether a section is to be measured.
    pub(crate) fn wants(&self, section: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == section)
    }

    /// `whole`, or `quick` with `--quick`.
    pub(crate) fn pick<T>(&self, whole: T, quick: T) -> T {
        if self.quick { quick } else { whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_in_any_order() {
        let expected = Options { quick: true, loadgen: Some("a/b".into()), only: Vec::new() };
        assert_eq!(Options::parse(&["--loadgen", "a/b", "--quick"]).unwrap(), expected);
        let some = Options::parse(&["--only", "users,rate", "--quick"]).unwrap();
        assert!(some.quick && some.wants("rate") && !some.wants("peers"));
        assert!(Options::default().wants("peers"));
        assert_eq!(Options::parse(&[]).unwrap(), Options::default());
    }

    #[test]
    fn what_is_no_option_is_named() {
        assert_eq!(Options::parse(&["--fast"]).unwrap_err(), "`--fast` is not an option of bench");
        assert_eq!(Options::parse(&["--only", "user"]).unwrap_err(), "`user` is not a section of bench");
        assert_eq!(Options::parse(&["--loadgen"]).unwrap_err(), "--loadgen needs the path of a binary");
    }
}
