//! `internet…`: addresses, names, passwords.

use super::draw::{characters, one, pick, slug, whole};
use super::person::{first, last};
use super::{Entry, Make, Options, plain, text, with};
use fake::locales::{Data, EN};
use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::Value;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
/// By class: informational, success, redirection, clientError, serverError.
const CODES: [(&str, &[&str]); 5] = [
    ("informational", &["100", "101", "102", "103"]),
    ("success", &["200", "201", "202", "203", "204", "205", "206"]),
    ("redirection", &["300", "301", "302", "303", "304", "307", "308"]),
    ("clientError", &["400", "401", "403", "404", "405", "409", "410", "415", "422", "429"]),
    ("serverError", &["500", "501", "502", "503", "504", "505"]),
];
const EMOJI: &[&str] =
    &["😀", "😂", "🙂", "😍", "🤔", "😴", "🎉", "🚀", "🌍", "🐱", "🐶", "🍕", "⚽", "🎸", "📦", "✅"];
const ALGORITHMS: &[&str] =
    &["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "PS256"];
const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH"];

pub(super) const FUNCTIONS: &[Entry] = &[
    with("internetEmail", &["firstName", "lastName", "provider"], |options| email(options, None)),
    with("internetExampleEmail", &["firstName", "lastName"], |options| {
        email(options, Some(&["example.com", "example.net", "example.org"]))
    }),
    with("internetUsername", &["firstName", "lastName"], username),
    with("internetDisplayName", &["firstName", "lastName"], username),
    plain("internetProtocol", |random| one(random, &["http", "https"])),
    plain("internetHttpMethod", |random| one(random, METHODS)),
    with("internetHttpStatusCode", &["types"], status),
    with("internetUrl", &["protocol", "appendSlash"], url),
    plain("internetDomainName", domain),
    plain("internetDomainSuffix", |random| one(random, EN::INTERNET_DOMAIN_SUFFIX)),
    plain("internetDomainWord", word),
    plain("internetIp", |random| if random.random() { ipv4(random) } else { ipv6(random) }),
    plain("internetIpv4", ipv4),
    plain("internetIpv6", ipv6),
    plain("internetPort", |random| random.random::<u16>().to_string()),
    plain("internetUserAgent", |random| one(random, EN::INTERNET_USER_AGENT)),
    with("internetMac", &["separator"], mac),
    with("internetPassword", &["length", "prefix"], password),
    plain("internetEmoji", |random| one(random, EMOJI)),
    plain("internetJwtAlgorithm", |random| one(random, ALGORITHMS)),
];

/// Makes the part of an address that is before the `@`.
fn local(options: &Options) -> impl Fn(&mut SmallRng) -> String + Send + Sync + use<> {
    let named = |key| options.get(key).and_then(Value::as_str).map(str::to_owned);
    let (given, family) = (named("firstName"), named("lastName"));
    move |random| {
        let given = given.clone().unwrap_or_else(|| first(random));
        let name = match (random.random_range(0..3), &family) {
            (0, None) => format!("{given}{}", random.random_range(0..100)),
            (1, _) => {
                let family = family.clone().unwrap_or_else(|| last(random));
                format!("{given}{}{family}{}", pick(random, &[".", "_"]), random.random_range(0..100))
            }
            _ => format!(
                "{given}{}{}",
                pick(random, &[".", "_"]),
                family.clone().unwrap_or_else(|| last(random))
            ),
        };
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')).collect()
    }
}

fn email(options: &Options, providers: Option<&'static [&'static str]>) -> Make {
    let local = local(options);
    let provider = options.get("provider").and_then(Value::as_str).map(str::to_owned);
    let providers = providers.unwrap_or(EN::INTERNET_FREE_EMAIL_PROVIDER);
    Arc::new(move |random| {
        let name = local(random);
        format!("{name}@{}", provider.as_deref().unwrap_or_else(|| pick(random, providers)))
    })
}

fn username(options: &Options) -> Make {
    Arc::new(local(options))
}

fn status(options: &Options) -> Make {
    let types: Vec<&str> = options
        .get("types")
        .and_then(Value::as_array)
        .map(|types| types.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let wanted = |class: &str| types.is_empty() || types.contains(&class);
    let codes: Vec<&str> = CODES
        .iter()
        .filter(|(class, _)| wanted(class))
        .flat_map(|(_, codes)| codes.iter().copied())
        .collect();
    Arc::new(move |random| one(random, &codes))
}

/// A word that a host can be called.
fn word(random: &mut SmallRng) -> String {
    slug(&format!("{}-{}", text::adjective(random), text::noun(random)))
}

fn domain(random: &mut SmallRng) -> String {
    format!("{}.{}", word(random), pick(random, EN::INTERNET_DOMAIN_SUFFIX))
}

fn url(options: &Options) -> Make {
    let protocol = options.text("protocol").unwrap_or_else(|| "https".to_owned());
    let slash = options.flag("appendSlash");
    Arc::new(move |random| {
        let slash = if slash.unwrap_or_else(|| random.random()) { "/" } else { "" };
        format!("{protocol}://{}{slash}", domain(random))
    })
}

fn ipv4(random: &mut SmallRng) -> String {
    Ipv4Addr::from(random.random::<u32>()).to_string()
}

fn ipv6(random: &mut SmallRng) -> String {
    let address = Ipv6Addr::from(random.random::<u128>());
    address.segments().map(|segment| format!("{segment:04x}")).join(":")
}

fn mac(options: &Options) -> Make {
    let separator = options.text("separator").unwrap_or_else(|| ":".to_owned());
    Arc::new(move |random| {
        let bytes: [u8; 6] = random.random();
        bytes.map(|byte| format!("{byte:02x}")).join(&separator)
    })
}

fn password(options: &Options) -> Make {
    let length = options.length("length", 15..=15);
    let prefix = options.get("prefix").and_then(Value::as_str).unwrap_or_default().to_owned();
    let letters: Vec<char> = LETTERS.chars().collect();
    Arc::new(move |random| {
        let length = whole(random, length.clone());
        let rest = length.saturating_sub(prefix.chars().count() as u64);
        prefix.clone() + &characters(random, &letters, rest)
    })
}
