//! `finance…`: accounts, amounts, cards, currencies.

use super::draw::{characters, filled, fixed, one, pick, whole};
use super::{Entry, Make, Options, plain, text, with};
use fake::locales::{Data, EN};
use rand::rngs::SmallRng;
use serde_json::Value;
use std::sync::Arc;

const ACCOUNTS: &[&str] =
    &["Checking", "Savings", "Money Market", "Investment", "Home Loan", "Credit Card", "Auto Loan"];
const TRANSACTIONS: &[&str] = &["deposit", "withdrawal", "payment", "invoice"];
const ISSUERS: &[&str] =
    &["visa", "mastercard", "american_express", "discover", "diners_club", "jcb", "maestro"];
const NUMERIC: &[&str] = &[
    "036", "124", "156", "208", "344", "356", "392", "410", "484", "578", "752", "756", "826", "840", "949",
    "978",
];
/// Country, and the pattern of what follows the two check digits.
const IBANS: [(&str, &str); 6] = [
    ("DE", "##################"),
    ("FR", "#######################"),
    ("GB", "????##############"),
    ("NL", "????##########"),
    ("ES", "####################"),
    ("AT", "################"),
];
const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

pub(super) const FUNCTIONS: &[Entry] = &[
    with("financeAccountNumber", &["length"], |options| digits(options, 8)),
    plain("financeAccountName", |random| format!("{} Account", pick(random, ACCOUNTS))),
    plain("financeRoutingNumber", |random| filled(random, "#########")),
    with("financeAmount", &["min", "max", "dec", "symbol"], amount),
    plain("financeTransactionType", |random| one(random, TRANSACTIONS)),
    plain("financeTransactionDescription", |random| {
        let (kind, code, card) =
            (pick(random, TRANSACTIONS), pick(random, EN::CURRENCY_CODE), filled(random, "####"));
        let amount = fixed(random, (0.0, 1000.0), 2);
        format!("{kind} of {code} {amount} with a card ending in ****{card}")
    }),
    plain("financeCurrencyCode", |random| one(random, EN::CURRENCY_CODE)),
    plain("financeCurrencyName", |random| one(random, EN::CURRENCY_NAME)),
    plain("financeCurrencySymbol", |random| one(random, EN::CURRENCY_SYMBOL)),
    plain("financeCurrencyNumericCode", |random| one(random, NUMERIC)),
    plain("financeBitcoinAddress", |random| coin(random, "1")),
    plain("financeLitecoinAddress", |random| coin(random, "L")),
    plain("financeEthereumAddress", |random| format!("0x{}", text::hexadecimal(random, 40))),
    with("financeCreditCardNumber", &["issuer"], card),
    plain("financeCreditCardCVV", |random| filled(random, "###")),
    plain("financeCreditCardIssuer", |random| one(random, ISSUERS)),
    with("financePin", &["length"], |options| digits(options, 4)),
    with("financeIban", &["countryCode", "formatted"], iban),
    plain("financeBic", |random| filled(random, "??????^?")),
];

fn digits(options: &Options, default: u64) -> Make {
    let length = options.length("length", default..=default);
    let digits: Vec<char> = ('0'..='9').collect();
    Arc::new(move |random| {
        let length = whole(random, length.clone());
        characters(random, &digits, length)
    })
}

fn amount(options: &Options) -> Make {
    let range = (options.number("min").unwrap_or(0.0), options.number("max").unwrap_or(1000.0));
    let decimals = options.number("dec").unwrap_or(2.0).clamp(0.0, 15.0) as usize;
    let symbol = options.get("symbol").and_then(Value::as_str).unwrap_or_default().to_owned();
    Arc::new(move |random| symbol.clone() + &fixed(random, range, decimals))
}

fn coin(random: &mut SmallRng, prefix: &str) -> String {
    let alphabet: Vec<char> = BASE58.chars().collect();
    let length = whole(random, 25..=33);
    prefix.to_owned() + &characters(random, &alphabet, length)
}

/// Digits whose last one makes Luhn's sum a multiple of ten.
fn card(options: &Options) -> Make {
    let issuer = options.text("issuer");
    Arc::new(move |random| {
        let issuer = issuer.as_deref().unwrap_or_else(|| pick(random, &["visa", "mastercard", "discover"]));
        let pattern = match issuer {
            "american_express" => "37##-######-####",
            "mastercard" => "5^##-####-####-###",
            "discover" => "6011-####-####-###",
            "diners_club" => "3000-######-###",
            "jcb" => "3528-####-####-###",
            "maestro" => "5018-####-####-###",
            _ => "4###-####-####-###",
        };
        let number = filled(random, pattern);
        let doubled = |(place, digit): (usize, u32)| match (place.is_multiple_of(2), digit * 2) {
            (true, 10..) => digit * 2 - 9,
            (true, double) => double,
            _ => digit,
        };
        let digits = number.chars().rev().filter_map(|c| c.to_digit(10));
        let sum: u32 = digits.enumerate().map(doubled).sum();
        format!("{number}{}", (10 - sum % 10) % 10)
    })
}

fn iban(options: &Options) -> Make {
    let country = options.text("countryCode");
    let formatted = options.flag("formatted") == Some(true);
    Arc::new(move |random| {
        let wanted = IBANS.iter().find(|(code, _)| Some(*code) == country.as_deref());
        let drawn = whole(random, 0..=IBANS.len() as u64 - 1) as usize;
        let Some((country, pattern)) = wanted.or(IBANS.get(drawn)) else { return String::new() };
        let account = filled(random, pattern);
        // ISO 7064: the whole, country and check digits last, is 1 modulo 97; letters count from 10.
        let remainder =
            format!("{account}{country}00").chars().filter_map(|c| c.to_digit(36)).fold(0, |sum, digit| {
                if digit > 9 { (sum * 100 + digit) % 97 } else { (sum * 10 + digit) % 97 }
            });
        let text = format!("{country}{:02}{account}", 98 - remainder);
        if !formatted {
            return text;
        }
        text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    })
}
