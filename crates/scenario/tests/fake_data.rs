//! The functions of the plugin `fake-data`.

#![allow(clippy::panic, reason = "a helper that cannot go on is a failed test")]

mod common;

use common::{User, plan_with, told};
use loadgen_scenario::plan::{Plan, Step};
use loadgen_scenario::{Choices, Template};

const SCRIPT: &str = "config:
  target: http://x
  plugins: {fake-data: {}}
  fake-data: OPTIONS
scenarios:
  - flow:
      - log: \"TEXT\"
";

fn script(options: &str, text: &str) -> String {
    SCRIPT.replace("OPTIONS", options).replace("TEXT", text)
}

fn compiled(options: &str, text: &str) -> (Plan, Template) {
    // 2026-08-01T12:00:00Z
    let choices = Choices { now: 1_785_585_600_000, ..Choices::default() };
    let plan = plan_with(&script(options, text), &choices);
    let Step::Log(template) = &plan.scenarios[0].flow[0] else { panic!("no log") };
    let template = template.clone();
    (plan, template)
}

/// Values that one user gets, one after another.
fn values(options: &str, function: &str, count: usize) -> Vec<String> {
    let (plan, template) = compiled(options, &format!("{{{{ ${function}() }}}}"));
    let mut user = User::new(&plan, &[]);
    let mut value = || {
        let mut text = String::new();
        template.render_into(&mut user, &mut text);
        text
    };
    (0..count).map(|_| value()).collect()
}

/// How each function's values look. Not all, but one of each way of making them.
#[test]
fn values_look_like_faker_s() {
    let table = [
        ("internetEmail", r"^[\w.-]+@(gmail|yahoo|hotmail)\.com$"),
        ("internetExampleEmail", r"^[\w.-]+@example\.(com|net|org)$"),
        ("internetUsername", r"^[\w.-]+$"),
        ("internetUrl", r"^https://[a-z-]+\.[a-z]+/?$"),
        ("internetDomainName", r"^[a-z-]+\.[a-z]+$"),
        ("internetIpv4", r"^\d+\.\d+\.\d+\.\d+$"),
        ("internetIpv6", r"^([0-9a-f]{4}:){7}[0-9a-f]{4}$"),
        ("internetMac", r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$"),
        ("internetPassword", r"^\w{15}$"),
        ("internetHttpStatusCode", r"^[1-5]\d\d$"),
        ("personFullName", r"^\S+ .*\S+$"),
        ("personJobTitle", r"^\S+ \S+ \S+$"),
        ("locationCity", r"^\S.*\S$"),
        ("locationZipCode", r"^\d{5}(-\d{4})?$"),
        ("locationStreetAddress", r"^\d{3,5} \S+ \S+$"),
        ("locationLatitude", r"^-?\d{1,2}(\.\d{1,4})?$"),
        ("locationDirection", r"^(North|South|East|West|Northeast|Northwest|Southeast|Southwest)$"),
        ("phoneNumber", r"^[\d().x -]{12,}$"),
        ("companyName", r"^\S.*\S$"),
        ("commercePrice", r"^\d{1,4}\.\d\d$"),
        ("commerceIsbn", r"^97[89]-\d-\d{3}-\d{5}-\d$"),
        ("commerceProductName", r"^\S+ \S+ \S+$"),
        (
            "datePast",
            r"^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d 202[56] \d\d:\d\d:\d\d GMT\+0000 \(Coordinated Universal Time\)$",
        ),
        ("dateFuture", r" 202[67] "),
        ("dateBirthdate", r" (19\d\d|200\d) "),
        ("dateMonth", r"^[A-Z][a-z]{2,}$"),
        ("stringUuid", r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
        ("stringUlid", r"^01[0-9A-HJKMNP-TV-Z]{24}$"),
        ("stringNanoid", r"^[\w-]{21}$"),
        ("stringAlpha", r"^[A-Za-z]$"),
        ("stringHexadecimal", r"^0x[0-9a-fA-F]$"),
        ("numberInt", r"^\d+$"),
        ("numberFloat", r"^0\.\d+(e-\d+)?$"),
        ("numberRomanNumeral", r"^[MDCLXVI]+$"),
        ("datatypeBoolean", r"^(true|false)$"),
        ("loremWords", r"^\w+ \w+ \w+$"),
        ("loremSentence", r"^[A-Z][\w ]*\.$"),
        ("financeAmount", r"^\d+\.\d\d$"),
        ("financeIban", r"^[A-Z]{2}\d\d\w+$"),
        ("financeCreditCardNumber", r"^\d[\d-]+\d$"),
        ("colorRgb", r"^#[0-9a-f]{6}$"),
        ("colorHsl", r"^\d+,[\d.]+,[\d.]+$"),
        ("vehicleVin", r"^[0-9A-HJ-NPR-Z]{17}$"),
        ("systemFileName", r"^\w+\.\w+$"),
        ("systemSemver", r"^\d\.\d\.\d$"),
        ("systemCron", r"^\S+ \S+ \S+ \S+ \S+$"),
        ("databaseMongodbObjectId", r"^[0-9a-f]{24}$"),
        ("gitCommitSha", r"^[0-9a-f]{40}$"),
        ("wordNoun", r"^\w+$"),
        ("hackerPhrase", r"^[A-Z].*!$"),
    ];
    for (function, pattern) in table {
        let pattern = regex::Regex::new(pattern).unwrap();
        for value in values("{}", function, 50) {
            assert!(pattern.is_match(&value), "{function} gave {value}");
        }
    }
}

#[test]
fn options_are_kept() {
    let table = [
        ("internetPassword: {length: 5}", "internetPassword", r"^\w{5}$"),
        ("internetEmail: {firstName: Ann, provider: a.test}", "internetEmail", r"^Ann.*@a\.test$"),
        ("numberInt: {min: 3, max: 4}", "numberInt", r"^[34]$"),
        ("numberInt: {min: '3', max: '4'}", "numberInt", r"^[34]$"),
        ("numberInt: 2", "numberInt", r"^[012]$"),
        ("numberInt: {min: 10, max: 20, multipleOf: 5}", "numberInt", r"^(10|15|20)$"),
        ("numberFloat: {min: 1, max: 2, fractionDigits: 1}", "numberFloat", r"^(1(\.\d)?|2)$"),
        ("stringAlphanumeric: 8", "stringAlphanumeric", r"^[A-Za-z0-9]{8}$"),
        ("stringAlpha: {length: {min: 2, max: 3}, casing: upper}", "stringAlpha", r"^[A-Z]{2,3}$"),
        (
            "stringNumeric: {length: 3, allowLeadingZeros: false, exclude: '9'}",
            "stringNumeric",
            r"^[1-8][0-8]{2}$",
        ),
        ("personFirstName: female", "personFirstName", r"^(A|B|C|D|E|F|G|H|I|J|K|L|M|N|O|P|R|S|T|V|Z)\w+$"),
        ("loremWords: {min: 1, max: 2}", "loremWords", r"^\w+( \w+)?$"),
        ("loremSentence: 2", "loremSentence", r"^[A-Z]\w* \w+\.$"),
        ("commercePrice: {min: 5, max: 6, dec: 0, symbol: '$'}", "commercePrice", r"^\$[56]$"),
        ("phoneNumber: {style: international}", "phoneNumber", r"^\+1\d{10}$"),
        ("datatypeBoolean: {probability: 1}", "datatypeBoolean", r"^true$"),
        (
            "dateBetween: {from: 2020-01-01, to: '2020-01-02T00:00:00Z'}",
            "dateBetween",
            r"^(Wed Jan 01|Thu Jan 02) 2020 ",
        ),
        ("locationState: {abbreviated: true}", "locationState", r"^[A-Z]{2}$"),
        ("financeIban: {countryCode: DE}", "financeIban", r"^DE\d{20}$"),
    ];
    for (options, function, pattern) in table {
        let pattern = regex::Regex::new(pattern).unwrap();
        for value in values(&format!("{{{options}}}"), function, 50) {
            assert!(pattern.is_match(&value), "{options} gave {value}");
        }
    }
}

#[test]
fn check_digits_are_right() {
    for number in values("{}", "financeCreditCardNumber", 50) {
        let digits = number.chars().rev().filter_map(|c| c.to_digit(10)).enumerate();
        let sum: u32 = digits
            .map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
            .sum();
        assert_eq!(sum % 10, 0, "{number}");
    }
    for iban in values("{}", "financeIban", 50) {
        let turned = format!("{}{}", &iban[4..], &iban[..4]);
        let value = turned
            .chars()
            .filter_map(|c| c.to_digit(36))
            .fold(0, |sum, digit| (if digit > 9 { sum * 100 + digit } else { sum * 10 + digit }) % 97);
        assert_eq!(value, 1, "{iban}");
    }
}

#[test]
fn the_same_seed_gives_the_same_values() {
    let some = values("{}", "personFullName", 20);
    assert_eq!(some, values("{}", "personFullName", 20));
    assert_ne!(some[0], some[1]);
}

#[test]
fn a_value_is_text_within_json_too() {
    let json = "config: {target: 'http://x', plugins: {fake-data: {numberInt: 0}}}
scenarios: [{flow: [{post: {url: /, json: {n: '{{ $numberInt() }}', t: 'a\\nb {{ $numberInt() }}'}}}]}]";
    let plan = common::plan(json);
    let Step::Request(request) = &plan.scenarios[0].flow[0] else { panic!("no request") };
    let loadgen_scenario::plan::Body::Json(body) = &request.body else { panic!("no json") };
    let mut out = Vec::new();
    body.render_into(&mut User::new(&plan, &[]), &mut out);
    assert_eq!(String::from_utf8(out).unwrap(), r#"{"n":"0","t":"a\\nb 0"}"#);
}

#[test]
fn what_is_wrong_is_said() {
    let said = |options: &str, text: &str| told(&script(options, text));
    insta::assert_snapshot!(said("{}", "{{ $internetEmial() }}"), @r##"
    error: unknown template function `$internetEmial`
      --> a.yml:7:14
       |
     7 |       - log: "{{ $internetEmial() }}"
       |              ^^^^^^^^^^^^^^^^^^^^^^^^ did you mean `$internetEmail`?
       |
       = hint: the functions are $randomString, $randomNumber, $randomInt
    "##);
    insta::assert_snapshot!(said("{}", "{{ $musicGenre() }}"), @r##"
    error: `$musicGenre` is not supported yet
      --> a.yml:7:14
       |
     7 |       - log: "{{ $musicGenre() }}"
       |              ^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: docs/plugins-fake-data.md lists the functions of fake-data that there are
    "##);
    insta::assert_snapshot!(said("{}", "{{ $randEmail() }} {{ $numberInt(1, 9) }}"), @r##"
    warning: `$randEmail` of the plugin fake-data is called `$internetEmail` now
      --> a.yml:7:14
       |
     7 |       - log: "{{ $randEmail() }} {{ $numberInt(1, 9) }}"
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: it works the same, and may be gone one day

    warning: `$numberInt` takes no arguments, so `1, 9` has no effect
      --> a.yml:7:14
       |
     7 |       - log: "{{ $randEmail() }} {{ $numberInt(1, 9) }}"
       |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: its options stand under config: fake-data: {numberInt: …}
    "##);
    insta::assert_snapshot!(said("{}", "{{ $internetEmail }}"), @r##"
    warning: `$internetEmail` is a function, and functions are called with brackets
      --> a.yml:7:14
       |
     7 |       - log: "{{ $internetEmail }}"
       |              ^^^^^^^^^^^^^^^^^^^^^^ did you mean `$internetEmail()`?
       |
       = hint: without brackets it gives the word "undefined"
    "##);
    insta::assert_snapshot!(said("{numberIn: 1, musicGenre: {}, randEmail: {}, loremWord: {length: 5}, numberInt: {maks: 1}}", "a"), @r##"
    warning: the plugin fake-data has no function `numberIn`
      --> a.yml:4:15
       |
     4 |   fake-data: {numberIn: 1, musicGenre: {}, randEmail: {}, loremWord: {length: 5}, numberInt: {ma…
       |               ^^^^^^^^ did you mean `numberInt`?

    warning: `musicGenre` is not supported yet
      --> a.yml:4:28
       |
     4 |   fake-data: {numberIn: 1, musicGenre: {}, randEmail: {}, loremWord: {length: 5}, numberInt: {ma…
       |                            ^^^^^^^^^^

    warning: options for `randEmail` have no effect: it is called `internetEmail` now
      --> a.yml:4:44
       |
     4 | …: {numberIn: 1, musicGenre: {}, randEmail: {}, loremWord: {length: 5}, numberInt: {maks: 1}}
       |                                  ^^^^^^^^^

    warning: `length` of `loremWord` has no effect
      --> a.yml:4:59
       |
     4 | … musicGenre: {}, randEmail: {}, loremWord: {length: 5}, numberInt: {maks: 1}}
       |                                  ^^^^^^^^^
       |
       = hint: `loremWord` takes no options here

    warning: `maks` of `numberInt` has no effect
      --> a.yml:4:83
       |
     4 | …il: {}, loremWord: {length: 5}, numberInt: {maks: 1}}
       |                                  ^^^^^^^^^
       |
       = hint: `numberInt` takes min, max, multipleOf
    "##);
    insta::assert_snapshot!(said("{dateSoon: {refDate: soon, days: '2'}, numberInt: {min: a}}", "a"), @r##"
    warning: `refDate` of `dateSoon` must be a date such as 2026-01-31T12:00:00Z
      --> a.yml:4:15
       |
     4 |   fake-data: {dateSoon: {refDate: soon, days: '2'}, numberInt: {min: a}}
       |               ^^^^^^^^
       |
       = hint: it has no effect as it is

    warning: `min` of `numberInt` must be a number
      --> a.yml:4:53
       |
     4 |   fake-data: {dateSoon: {refDate: soon, days: '2'}, numberInt: {min: a}}
       |                                                     ^^^^^^^^^
       |
       = hint: it has no effect as it is
    "##);
    let off =
        script("{numberInt: 5}", "{{ $internetEmail() }}").replace("plugins: {fake-data: {}}", "plugins: {}");
    insta::assert_snapshot!(told(&off), @r##"
    warning: the options of `fake-data` have no effect
      --> a.yml:4:15
       |
     4 |   fake-data: {numberInt: 5}
       |               ^^^^^^^^^
       |
       = hint: add `plugins: {fake-data: {}}` to config to turn the plugin on

    warning: unknown template function `$internetEmail`: the whole text is undefined
      --> a.yml:7:14
       |
     7 |       - log: "{{ $internetEmail() }}"
       |              ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = hint: it is one of the plugin fake-data: add `plugins: {fake-data: {}}` to config to use it in flows
    "##);
}
