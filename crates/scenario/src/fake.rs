//! The functions of the plugin `fake-data`: `{{ $internetEmail() }}`, `{{ $personFullName() }}`.
//!
//! Names, options and the look of values are those of faker 10, whose functions Artillery's plugin offers by their
//! flattened names; the values themselves are ours, drawn from the user's own source of random numbers. As there,
//! a call takes no arguments: options stand under `config['fake-data'].<function>`, and a value is always text. A call
//! is compiled once, its options with it. One file per group of functions.
//!
//! Not here: functions whose value is an object, which would be the text `[object Object]`.

mod color;
mod commerce;
mod company;
mod date;
mod draw;
mod finance;
mod internet;
mod location;
mod lorem;
mod names;
mod number;
mod options;
mod person;
mod phone;
mod string;
mod system;
mod text;
mod vehicle;

pub(crate) use names::{alias, is_of_faker};
pub(crate) use options::{Options, Settings, misfit};

use rand::rngs::SmallRng;
use std::fmt;
use std::sync::Arc;

/// A function that gives random text.
struct Entry {
    /// Its name, without the dollar.
    name: &'static str,
    /// The options that it takes.
    takes: &'static [&'static str],
    /// Settles its options. One that is missing has faker's default.
    build: Build,
}

enum Build {
    /// There are none.
    Plain(fn(&mut SmallRng) -> String),
    /// They decide what is made.
    With(fn(&Options) -> Make),
}

/// What makes a value.
type Make = Arc<dyn Fn(&mut SmallRng) -> String + Send + Sync>;

const fn plain(name: &'static str, make: fn(&mut SmallRng) -> String) -> Entry {
    Entry { name, takes: &[], build: Build::Plain(make) }
}

const fn with(name: &'static str, takes: &'static [&'static str], build: fn(&Options) -> Make) -> Entry {
    Entry { name, takes, build: Build::With(build) }
}

/// All functions, group by group.
const GROUPS: [&[Entry]; 15] = [
    color::FUNCTIONS,
    commerce::FUNCTIONS,
    company::FUNCTIONS,
    date::FUNCTIONS,
    finance::FUNCTIONS,
    internet::FUNCTIONS,
    location::FUNCTIONS,
    lorem::FUNCTIONS,
    number::FUNCTIONS,
    person::FUNCTIONS,
    phone::FUNCTIONS,
    string::FUNCTIONS,
    system::FUNCTIONS,
    text::FUNCTIONS,
    vehicle::FUNCTIONS,
];

/// The names of all functions, without the dollar.
pub(crate) fn functions() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|group| group.iter()).map(|entry| entry.name)
}

/// The options that a function takes; `None` where there is no such function.
pub(crate) fn takes(name: &str) -> Option<&'static [&'static str]> {
    find(name).map(|entry| entry.takes)
}

fn find(name: &str) -> Option<&'static Entry> {
    GROUPS.iter().flat_map(|group| group.iter()).find(|entry| entry.name == name)
}

/// A call of a function, its options settled.
#[derive(Clone)]
pub(crate) struct Fake {
    name: &'static str,
    make: Make,
}

impl Fake {
    /// Settles a call of the function of that name, without the dollar; `None` where there is none.
    pub(crate) fn new(name: &str, options: &Options) -> Option<Fake> {
        let entry = find(name)?;
        let make = match entry.build {
            Build::Plain(make) => Arc::new(make) as Make,
            Build::With(build) => build(options),
        };
        Some(Fake { name: entry.name, make })
    }

    /// A value.
    pub(crate) fn make(&self, random: &mut SmallRng) -> String {
        (self.make)(random)
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fake").field(&self.name).finish()
    }
}

impl PartialEq for Fake {
    fn eq(&self, other: &Fake) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.make, &other.make)
    }
}

impl Eq for Fake {}
