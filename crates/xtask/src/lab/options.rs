//! What `cargo xtask lab` was asked for.

use std::net::SocketAddr;

/// The chore's arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Start a release of the services rather than a debug build.
    pub(crate) release: bool,
    /// Where Alertmanager sends alerts, instead of where `monitoring/alertmanager.yml` says.
    pub(crate) webhook: Option<String>,
    /// Where `loadgen run --prometheus` will show its figures; a free port without it.
    pub(crate) loadgen_metrics: Option<SocketAddr>,
    /// Connections of each service to its database; the service's own default without it.
    pub(crate) database_pool: Option<u16>,
    /// Leave data and logs when all is over.
    pub(crate) keep: bool,
    /// Check the lab, and stop it.
    pub(crate) check: bool,
}

impl Options {
    /// Reads the words after `lab`; the error says which of them means nothing here.
    pub(crate) fn parse(words: &[&str]) -> Result<Options, String> {
        let mut options = Options::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--release" => options.release = true,
                "--keep" => options.keep = true,
                "--check" => options.check = true,
                "--webhook" => match words.next() {
                    Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
                        options.webhook = Some((*url).to_owned());
                    }
                    _ => return Err("--webhook needs a URL such as http://127.0.0.1:9095/alerts".to_owned()),
                },
                "--loadgen-metrics" => match words.next().map(|address| address.parse()) {
                    Some(Ok(address)) => options.loadgen_metrics = Some(address),
                    _ => return Err("--loadgen-metrics needs an address such as 127.0.0.1:9464".to_owned()),
                },
                "--database-pool" => match words.next().map(|number| number.parse()) {
                    Some(Ok(number)) => options.database_pool = Some(number),
                    _ => return Err("--database-pool needs a number of connections".to_owned()),
                },
                word => return Err(format!("`{word}` is not an option of lab")),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_in_any_order() {
        let words = ["--keep", "--loadgen-metrics", "127.0.0.1:9464", "--release", "--webhook", "http://a/b"];
        let expected = Options {
            release: true,
            webhook: Some("http://a/b".to_owned()),
            loadgen_metrics: Some(([127, 0, 0, 1], 9464).into()),
            keep: true,
            ..Options::default()
        };
        assert_eq!(Options::parse(&words).unwrap(), expected);
        let checked = Options { check: true, database_pool: Some(1), ..Options::default() };
        assert_eq!(Options::parse(&["--database-pool", "1", "--check"]).unwrap(), checked);
        assert_eq!(Options::parse(&[]).unwrap(), Options::default());
    }

    #[test]
    fn what_is_no_option_is_named() {
        assert_eq!(Options::parse(&["--fast"]).unwrap_err(), "`--fast` is not an option of lab");
        for words in
            [&["--webhook"][..], &["--webhook", "a"], &["--loadgen-metrics", "9464"], &["--database-pool"]]
        {
            assert!(
                Options::parse(words).unwrap_err().starts_with(&format!("{} needs", words[0])),
                "{words:?}"
            );
        }
    }
}
