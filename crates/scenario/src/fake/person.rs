//! `person…`: names and jobs.

use super::draw::{one, pick};
use super::{Entry, Make, Options, plain, with};
use fake::locales::{Data, EN};
use rand::Rng;
use rand::rngs::SmallRng;
use std::sync::Arc;

const FEMALE: &[&str] = &[
    "Alice",
    "Amelia",
    "Anna",
    "Beatrice",
    "Carla",
    "Charlotte",
    "Clara",
    "Diana",
    "Edith",
    "Elena",
    "Emily",
    "Emma",
    "Eva",
    "Fiona",
    "Grace",
    "Hannah",
    "Helen",
    "Ida",
    "Ines",
    "Irene",
    "Julia",
    "Karen",
    "Laura",
    "Lea",
    "Linda",
    "Lucy",
    "Maria",
    "Martha",
    "Mary",
    "Nina",
    "Nora",
    "Olivia",
    "Paula",
    "Rosa",
    "Ruth",
    "Sara",
    "Sofia",
    "Tina",
    "Vera",
    "Zoe",
];
const MALE: &[&str] = &[
    "Aaron",
    "Adam",
    "Albert",
    "Alexander",
    "Anton",
    "Arthur",
    "Ben",
    "Boris",
    "Carl",
    "Daniel",
    "David",
    "Dennis",
    "Edward",
    "Emil",
    "Eric",
    "Felix",
    "Frank",
    "George",
    "Hans",
    "Henry",
    "Hugo",
    "Isaac",
    "Ivan",
    "Jack",
    "James",
    "John",
    "Leo",
    "Louis",
    "Lucas",
    "Marcus",
    "Max",
    "Noah",
    "Oscar",
    "Paul",
    "Peter",
    "Robert",
    "Simon",
    "Thomas",
    "Victor",
    "William",
];
const SIGNS: &[&str] = &[
    "Aries",
    "Taurus",
    "Gemini",
    "Cancer",
    "Leo",
    "Virgo",
    "Libra",
    "Scorpio",
    "Sagittarius",
    "Capricorn",
    "Aquarius",
    "Pisces",
];
const GENDERS: &[&str] =
    &["Female", "Male", "Non-binary", "Agender", "Genderfluid", "Intersex", "Two-spirit"];
const INTERESTS: &[&str] = &[
    "coffee",
    "travel",
    "music",
    "film",
    "book",
    "photography",
    "garden",
    "cycling",
    "bread",
    "chess",
    "hiking",
    "art",
];
const ROLES: &[&str] = &["enthusiast", "lover", "fan", "advocate", "devotee", "supporter"];
const TRADES: &[&str] =
    &["writer", "teacher", "developer", "designer", "musician", "engineer", "nurse", "student"];

pub(super) const FUNCTIONS: &[Entry] = &[
    with("personFirstName", &["sex"], first_name),
    plain("personLastName", last),
    with("personMiddleName", &["sex"], first_name),
    with("personFullName", &["firstName", "lastName", "sex"], full_name),
    plain("personGender", |random| one(random, GENDERS)),
    plain("personSex", |random| one(random, &["female", "male"])),
    plain("personSexType", |random| one(random, &["female", "male"])),
    plain("personBio", |random| {
        format!("{} {}, {}", pick(random, INTERESTS), pick(random, ROLES), pick(random, TRADES))
    }),
    plain("personPrefix", |random| one(random, EN::NAME_TITLE)),
    plain("personSuffix", |random| one(random, EN::NAME_SUFFIX)),
    plain("personJobTitle", |random| {
        let (seniority, field) = (pick(random, EN::JOB_SENIORITY), pick(random, EN::JOB_FIELD));
        format!("{seniority} {field} {}", pick(random, EN::JOB_POSITION))
    }),
    plain("personJobDescriptor", |random| one(random, EN::JOB_SENIORITY)),
    plain("personJobArea", |random| one(random, EN::JOB_FIELD)),
    plain("personJobType", |random| one(random, EN::JOB_POSITION)),
    plain("personZodiacSign", |random| one(random, SIGNS)),
];

/// The first names of a sex, or of all.
fn firsts(options: &Options) -> &'static [&'static str] {
    match options.text("sex").as_deref() {
        Some("female") => FEMALE,
        Some("male") => MALE,
        _ => EN::NAME_FIRST_NAME,
    }
}

pub(super) fn first(random: &mut SmallRng) -> String {
    one(random, EN::NAME_FIRST_NAME)
}

pub(super) fn last(random: &mut SmallRng) -> String {
    one(random, EN::NAME_LAST_NAME)
}

fn first_name(options: &Options) -> Make {
    let list = firsts(options);
    Arc::new(move |random| one(random, list))
}

fn full_name(options: &Options) -> Make {
    let named = |key| options.get(key).and_then(|name| name.as_str()).map(str::to_owned);
    let (list, first, family) = (firsts(options), named("firstName"), named("lastName"));
    Arc::new(move |random| {
        let first = first.clone().unwrap_or_else(|| one(random, list));
        let family = family.clone().unwrap_or_else(|| last(random));
        // As in faker, some have a title.
        match random.random_range(0..16) {
            0 => format!("{} {first} {family}", pick(random, EN::NAME_TITLE)),
            1 => format!("{first} {family} {}", pick(random, EN::NAME_SUFFIX)),
            _ => format!("{first} {family}"),
        }
    })
}
