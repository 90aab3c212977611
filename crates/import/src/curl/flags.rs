//! The flags of curl: which take a value, and a command's words as flags and URLs.

use super::known;

/// A flag, by its long name (or its letter, where that is not known), with its value; or a URL.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Word {
    Flag(String, String),
    Url(String),
}

/// Short flags with their long names; those in the second list take none.
const SHORT: &[(char, &str)] = &[
    ('A', "user-agent"),
    ('b', "cookie"),
    ('c', "cookie-jar"),
    ('C', "continue-at"),
    ('d', "data"),
    ('D', "dump-header"),
    ('e', "referer"),
    ('E', "cert"),
    ('F', "form"),
    ('H', "header"),
    ('K', "config"),
    ('m', "max-time"),
    ('o', "output"),
    ('P', "ftp-port"),
    ('Q', "quote"),
    ('r', "range"),
    ('t', "telnet-option"),
    ('T', "upload-file"),
    ('u', "user"),
    ('U', "proxy-user"),
    ('w', "write-out"),
    ('x', "proxy"),
    ('X', "request"),
    ('y', "speed-time"),
    ('Y', "speed-limit"),
    ('z', "time-cond"),
];

const SHORT_ALONE: &[(char, &str)] = &[
    ('#', "progress-bar"),
    ('0', "http1.0"),
    ('1', "tlsv1"),
    ('2', "sslv2"),
    ('3', "sslv3"),
    ('4', "ipv4"),
    ('6', "ipv6"),
    (':', "next"),
    ('a', "append"),
    ('B', "use-ascii"),
    ('f', "fail"),
    ('g', "globoff"),
    ('G', "get"),
    ('h', "help"),
    ('i', "include"),
    ('I', "head"),
    ('j', "junk-session-cookies"),
    ('J', "remote-header-name"),
    ('k', "insecure"),
    ('l', "list-only"),
    ('L', "location"),
    ('M', "manual"),
    ('n', "netrc"),
    ('N', "no-buffer"),
    ('O', "remote-name"),
    ('p', "proxytunnel"),
    ('q', "disable"),
    ('R', "remote-time"),
    ('s', "silent"),
    ('S', "show-error"),
    ('v', "verbose"),
    ('V', "version"),
    ('Z', "parallel"),
];

/// Reads the words behind `curl`.
///
/// # Errors
/// In words, if a flag lacks its value.
pub(crate) fn read(words: &[String]) -> Result<Vec<Word>, String> {
    let mut read = Vec::new();
    let mut words = words.iter();
    let mut flags_are_over = false;
    while let Some(word) = words.next() {
        if flags_are_over || !word.starts_with('-') || word == "-" {
            read.push(Word::Url(word.clone()));
        } else if word == "--" {
            flags_are_over = true;
        } else if let Some(name) = word.strip_prefix("--") {
            let value = if known::takes_value(name) { value(name, words.next())? } else { String::new() };
            read.push(Word::Flag(name.to_owned(), value));
        } else {
            short(word, &mut words, &mut read)?;
        }
    }
    Ok(read)
}

/// A word such as `-sSL`, `-XPOST` or `-H`, whose value may be the next word.
fn short<'a>(
    word: &str,
    words: &mut impl Iterator<Item = &'a String>,
    read: &mut Vec<Word>,
) -> Result<(), String> {
    let mut letters = word.chars().skip(1);
    while let Some(letter) = letters.next() {
        if let Some((_, long)) = SHORT.iter().find(|(short, _)| *short == letter) {
            let rest: String = letters.collect();
            let value = if rest.is_empty() { value(long, words.next())? } else { rest };
            read.push(Word::Flag((*long).to_owned(), value));
            return Ok(());
        }
        let long = SHORT_ALONE.iter().find(|(short, _)| *short == letter).map(|(_, long)| (*long).to_owned());
        read.push(Word::Flag(long.unwrap_or_else(|| letter.to_string()), String::new()));
    }
    Ok(())
}

fn value(name: &str, value: Option<&String>) -> Result<String, String> {
    value.cloned().ok_or_else(|| format!("--{name} lacks its value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_as_curl_reads_them() {
        let words: Vec<String> =
            ["-sSLkXPOST", "-H", "a: b", "-da=1", "--compressed", "--max-time", "5", "http://x", "--", "-y"]
                .map(str::to_owned)
                .into();
        let flag = |name: &str, value: &str| Word::Flag(name.into(), value.into());
        let wanted = [
            flag("silent", ""),
            flag("show-error", ""),
            flag("location", ""),
            flag("insecure", ""),
            flag("request", "POST"),
            flag("header", "a: b"),
            flag("data", "a=1"),
            flag("compressed", ""),
            flag("max-time", "5"),
            Word::Url("http://x".into()),
            Word::Url("-y".into()),
        ];
        assert_eq!(read(&words).unwrap(), wanted);
        let all = SHORT.iter().chain(SHORT_ALONE).map(|(_, long)| *long);
        let unknown: Vec<&str> = all.filter(|long| !known::is_known(long)).collect();
        assert_eq!(unknown, Vec::<&str>::new());
        assert_eq!(read(&["-sW".to_owned()]).unwrap(), [flag("silent", ""), flag("W", "")]);
        assert_eq!(read(&["-H".to_owned()]).unwrap_err(), "--header lacks its value");
    }
}
