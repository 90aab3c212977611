//! `date…`: moments, as JavaScript turns them into text, in UTC.
//!
//! They are relative to when the script was compiled, unless `refDate` says otherwise.

use super::draw::{one, whole};
use super::{Entry, Make, Options, plain, with};
use fake::locales::{Data, EN};
use rand::Rng;
use serde_json::Value;
use std::sync::Arc;
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime};

const DAY: f64 = 86_400_000.0;
/// As faker has it.
const YEAR: f64 = 365.0 * DAY;
const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: &[&str] = &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

pub(super) const FUNCTIONS: &[Entry] = &[
    with("dateMonth", &["abbreviated"], |options| named(options, MONTHS)),
    with("dateWeekday", &["abbreviated"], |options| named(options, DAYS)),
    plain("dateTimeZone", |random| one(random, EN::ADDRESS_TIME_ZONE)),
    with("dateAnytime", &["refDate"], |options| around(options, -YEAR, YEAR)),
    with("datePast", &["years", "refDate"], |options| {
        around(options, -YEAR * options.number("years").unwrap_or(1.0), -1000.0)
    }),
    with("dateFuture", &["years", "refDate"], |options| {
        around(options, 1000.0, YEAR * options.number("years").unwrap_or(1.0))
    }),
    with("dateRecent", &["days", "refDate"], |options| {
        around(options, -DAY * options.number("days").unwrap_or(1.0), -1000.0)
    }),
    with("dateSoon", &["days", "refDate"], |options| {
        around(options, 1000.0, DAY * options.number("days").unwrap_or(1.0))
    }),
    with("dateBetween", &["from", "to"], |options| {
        let (from, to) = span(options);
        Arc::new(move |random| shown(random.random_range(from..=to)))
    }),
    with("dateBetweens", &["from", "to", "count"], |options| {
        let ((from, to), count) = (span(options), options.length("count", 3..=3));
        Arc::new(move |random| {
            let count = whole(random, count.clone());
            let mut moments: Vec<i64> = (0..count).map(|_| random.random_range(from..=to)).collect();
            moments.sort_unstable();
            moments.into_iter().map(shown).collect::<Vec<_>>().join(",")
        })
    }),
    with("dateBirthdate", &["mode", "min", "max", "refDate"], birthdate),
];

fn named(options: &Options, names: &'static [&'static str]) -> Make {
    let length = if options.flag("abbreviated") == Some(true) { 3 } else { usize::MAX };
    Arc::new(move |random| one(random, names).chars().take(length).collect())
}

/// A moment so many milliseconds from the reference.
fn around(options: &Options, from: f64, to: f64) -> Make {
    let reference = options.get("refDate").and_then(moment).unwrap_or(options.now);
    // Casts of numbers that are too large stop at the end.
    let (from, to) = (reference.saturating_add(from as i64), reference.saturating_add(to as i64));
    let (from, to) = (from.min(to), from.max(to));
    Arc::new(move |random| shown(random.random_range(from..=to)))
}

fn span(options: &Options) -> (i64, i64) {
    let from = options.get("from").and_then(moment).unwrap_or(options.now);
    let to = options.get("to").and_then(moment).unwrap_or(options.now);
    (from.min(to), from.max(to))
}

fn birthdate(options: &Options) -> Make {
    let reference = options.get("refDate").and_then(moment).unwrap_or(options.now);
    let (min, max) = (options.number("min").unwrap_or(18.0), options.number("max").unwrap_or(80.0));
    let (from, to) = if options.get("mode").and_then(Value::as_str) == Some("year") {
        let first_of = |year: f64| {
            let date = Date::from_calendar_date(year as i32, Month::January, 1);
            date.map_or(reference, |date| date.midnight().assume_utc().unix_timestamp() * 1000)
        };
        (first_of(min), first_of(max + 1.0) - 1)
    } else {
        let ago = |years: f64| reference.saturating_sub((years * 365.25 * DAY) as i64);
        (ago(max + 1.0), ago(min))
    };
    let (from, to) = (from.min(to), from.max(to));
    Arc::new(move |random| shown(random.random_range(from..=to)))
}

/// Milliseconds since 1970 of a number or a text such as `2024-01-31` or `2024-01-31T12:00:00Z`.
pub(super) fn moment(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_f64().map(|millis| millis as i64),
        Value::String(text) => {
            let midnight = || OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339);
            let moment = OffsetDateTime::parse(text, &Rfc3339).or_else(|_| midnight()).ok()?;
            i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
        }
        _ => None,
    }
}

/// A moment as JavaScript's `String(date)`.
fn shown(millis: i64) -> String {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(millis.div_euclid(1000)) else {
        return "Invalid Date".to_owned();
    };
    let short = |name: String| name.chars().take(3).collect::<String>();
    format!(
        "{} {} {:02} {:04} {:02}:{:02}:{:02} GMT+0000 (Coordinated Universal Time)",
        short(at.weekday().to_string()),
        short(at.month().to_string()),
        at.day(),
        at.year(),
        at.hour(),
        at.minute(),
        at.second(),
    )
}
