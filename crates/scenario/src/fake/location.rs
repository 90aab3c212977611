//! `location…`: places and addresses.

use super::draw::{decimal, filled, one, pick};
use super::person::{first, last};
use super::{Entry, Make, Options, plain, with};
use fake::locales::{Data, EN};
use rand::Rng;
use rand::rngs::SmallRng;
use std::sync::Arc;

const CARDINAL: &[&str] = &["North", "East", "South", "West"];
const ORDINAL: &[&str] = &["Northeast", "Northwest", "Southeast", "Southwest"];
const CONTINENTS: &[&str] =
    &["Africa", "Antarctica", "Asia", "Australia", "Europe", "North America", "South America"];
const COUNTIES: &[&str] = &[
    "Kent",
    "Essex",
    "Norfolk",
    "Suffolk",
    "Devon",
    "Cornwall",
    "Surrey",
    "Adams County",
    "Clark County",
    "Franklin County",
    "Jackson County",
    "Lake County",
    "Madison County",
    "Washington County",
];

pub(super) const FUNCTIONS: &[Entry] = &[
    with("locationZipCode", &["format"], zip),
    plain("locationCity", city),
    plain("locationBuildingNumber", building),
    plain("locationStreet", street),
    with("locationStreetAddress", &["useFullAddress"], address),
    plain("locationSecondaryAddress", secondary),
    plain("locationCounty", |random| one(random, COUNTIES)),
    plain("locationCountry", |random| one(random, EN::ADDRESS_COUNTRY)),
    plain("locationContinent", |random| one(random, CONTINENTS)),
    plain("locationCountryCode", |random| one(random, EN::ADDRESS_COUNTRY_CODE)),
    with("locationState", &["abbreviated"], |options| {
        let short = options.flag("abbreviated") == Some(true);
        let list = if short { EN::ADDRESS_STATE_ABBR } else { EN::ADDRESS_STATE };
        Arc::new(move |random| one(random, list))
    }),
    with("locationDirection", &["abbreviated"], |options| direction(options, &[CARDINAL, ORDINAL].concat())),
    with("locationCardinalDirection", &["abbreviated"], |options| direction(options, CARDINAL)),
    with("locationOrdinalDirection", &["abbreviated"], |options| direction(options, ORDINAL)),
    plain("locationTimeZone", |random| one(random, EN::ADDRESS_TIME_ZONE)),
    with("locationLatitude", &["min", "max", "precision"], |options| degrees(options, 90.0)),
    with("locationLongitude", &["min", "max", "precision"], |options| degrees(options, 180.0)),
    plain("locationNearbyGPSCoordinate", |random| {
        let latitude = decimal(random, (-90.0, 90.0), 4);
        format!("{latitude},{}", decimal(random, (-180.0, 180.0), 4))
    }),
];

fn zip(options: &Options) -> Make {
    let format = options.text("format");
    Arc::new(move |random| {
        let format = format.as_deref().unwrap_or_else(|| pick(random, &["#####", "#####-####"]));
        filled(random, format)
    })
}

fn city(random: &mut SmallRng) -> String {
    let name = if random.random() { first(random) } else { last(random) };
    let suffix = pick(random, EN::ADDRESS_CITY_SUFFIX);
    match random.random_range(0..3) {
        0 => format!("{} {name}{suffix}", pick(random, EN::ADDRESS_CITY_PREFIX)),
        1 => format!("{} {name}", pick(random, EN::ADDRESS_CITY_PREFIX)),
        _ => format!("{name}{suffix}"),
    }
}

fn building(random: &mut SmallRng) -> String {
    let format = pick(random, &["^####", "^###", "^##"]);
    filled(random, format)
}

fn street(random: &mut SmallRng) -> String {
    let name = if random.random() { first(random) } else { last(random) };
    format!("{name} {}", pick(random, EN::ADDRESS_STREET_SUFFIX))
}

fn secondary(random: &mut SmallRng) -> String {
    let format = pick(random, &["Apt. ^##", "Suite ^##"]);
    filled(random, format)
}

fn address(options: &Options) -> Make {
    let full = options.flag("useFullAddress") == Some(true) || options.value.as_bool() == Some(true);
    Arc::new(move |random| {
        let line = format!("{} {}", building(random), street(random));
        if full { format!("{line} {}", secondary(random)) } else { line }
    })
}

/// Abbreviated to the capitals: `NE` for Northeast.
fn direction(options: &Options, list: &[&'static str]) -> Make {
    let short = |name: &str| match name.split_at_checked(5) {
        Some((first, second)) if !second.is_empty() => {
            format!("{}{}", &first[..1], second[..1].to_uppercase())
        }
        _ => name[..1].to_owned(),
    };
    let abbreviated = options.flag("abbreviated") == Some(true);
    let list: Vec<String> =
        list.iter().map(|name| if abbreviated { short(name) } else { (*name).to_owned() }).collect();
    Arc::new(move |random| list.get(random.random_range(0..list.len())).cloned().unwrap_or_default())
}

fn degrees(options: &Options, most: f64) -> Make {
    let range = (options.number("min").unwrap_or(-most), options.number("max").unwrap_or(most));
    let precision = options.number("precision").unwrap_or(4.0).clamp(0.0, 15.0) as usize;
    Arc::new(move |random| decimal(random, range, precision))
}
