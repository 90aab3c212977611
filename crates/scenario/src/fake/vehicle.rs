//! `vehicle…`, `airline…` and `image…`.

use super::draw::{characters, filled, one, pick, whole};
use super::{Entry, Make, Options, plain, with};
use rand::rngs::SmallRng;
use std::sync::Arc;

const MAKERS: &[&str] = &[
    "Audi",
    "BMW",
    "Chevrolet",
    "Citroën",
    "Fiat",
    "Ford",
    "Honda",
    "Hyundai",
    "Kia",
    "Mazda",
    "Mercedes Benz",
    "Mini",
    "Nissan",
    "Opel",
    "Peugeot",
    "Porsche",
    "Renault",
    "Seat",
    "Skoda",
    "Tesla",
    "Toyota",
    "Volkswagen",
    "Volvo",
];
const MODELS: &[&str] = &[
    "A4", "Accord", "Aygo", "Civic", "Clio", "Corolla", "Corsa", "Cooper", "Fiesta", "Focus", "Golf",
    "Ibiza", "Megane", "Model 3", "Octavia", "Panda", "Passat", "Polo", "Punto", "Yaris",
];
const TYPES: &[&str] =
    &["Cargo Van", "Convertible", "Coupe", "Hatchback", "Minivan", "Passenger Van", "Sedan", "SUV", "Wagon"];
const BICYCLES: &[&str] = &[
    "City Bicycle",
    "Cruiser Bicycle",
    "Folding Bicycle",
    "Mountain Bicycle",
    "Road Bicycle",
    "Tandem Bicycle",
];
const COLORS: &[&str] =
    &["black", "blue", "brown", "gold", "green", "grey", "orange", "red", "silver", "white", "yellow"];
const SEATS: (u64, &str) = (30, "ABCDEF");

pub(super) const FUNCTIONS: &[Entry] = &[
    plain("vehicleVehicle", |random| format!("{} {}", pick(random, MAKERS), pick(random, MODELS))),
    plain("vehicleManufacturer", |random| one(random, MAKERS)),
    plain("vehicleModel", |random| one(random, MODELS)),
    plain("vehicleType", |random| one(random, TYPES)),
    plain("vehicleFuel", |random| one(random, &["Diesel", "Electric", "Gasoline", "Hybrid"])),
    plain("vehicleVin", |random| {
        // No I, O and Q: they look like digits.
        let alphabet: Vec<char> = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789".chars().collect();
        let first = characters(random, &alphabet, 10);
        format!("{first}{}{}", characters(random, &alphabet, 1), filled(random, "######"))
    }),
    plain("vehicleColor", |random| one(random, COLORS)),
    plain("vehicleVrm", |random| filled(random, "??##???")),
    plain("vehicleBicycle", |random| one(random, BICYCLES)),
    plain("airlineRecordLocator", |random| filled(random, "??????")),
    plain("airlineSeat", |random| {
        let letters: Vec<char> = SEATS.1.chars().collect();
        format!("{}{}", whole(random, 1..=SEATS.0), characters(random, &letters, 1))
    }),
    plain("airlineAircraftType", |random| one(random, &["narrowbody", "regional", "widebody"])),
    plain("airlineFlightNumber", |random| whole(random, 1..=9999).to_string()),
    plain("imageAvatar", avatar),
    plain("imageAvatarGitHub", avatar),
    with("imageUrl", &["width", "height"], picture),
    with("imageUrlPicsumPhotos", &["width", "height"], picture),
];

fn avatar(random: &mut SmallRng) -> String {
    format!("https://avatars.githubusercontent.com/u/{}", whole(random, 0..=100_000_000))
}

fn picture(options: &Options) -> Make {
    let side = |key| options.number(key).map(|side| side.max(1.0) as u64);
    let (width, height) = (side("width"), side("height"));
    Arc::new(move |random| {
        let mut side = |said: Option<u64>| said.unwrap_or_else(|| whole(random, 1..=3999));
        let (width, height) = (side(width), side(height));
        format!("https://picsum.photos/seed/{}/{width}/{height}", filled(random, "????####"))
    })
}
