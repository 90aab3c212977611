//! `commerce…`: things for sale.

use super::draw::{filled, fixed, one, pick};
use super::lorem::sentence;
use super::{Entry, Make, Options, plain, with};
use rand::Rng;
use rand::rngs::SmallRng;
use std::sync::Arc;

const ADJECTIVES: &[&str] = &[
    "Compact",
    "Durable",
    "Elegant",
    "Everyday",
    "Foldable",
    "Handmade",
    "Heavy",
    "Light",
    "Modern",
    "Portable",
    "Practical",
    "Recycled",
    "Refined",
    "Rustic",
    "Sleek",
    "Soft",
    "Sturdy",
    "Waterproof",
];
const MATERIALS: &[&str] = &[
    "Aluminium",
    "Bamboo",
    "Brass",
    "Bronze",
    "Ceramic",
    "Concrete",
    "Copper",
    "Cork",
    "Cotton",
    "Glass",
    "Granite",
    "Leather",
    "Linen",
    "Marble",
    "Oak",
    "Paper",
    "Plastic",
    "Rubber",
    "Silk",
    "Steel",
    "Wool",
];
const PRODUCTS: &[&str] = &[
    "Bag", "Ball", "Bench", "Bicycle", "Blanket", "Bowl", "Chair", "Clock", "Desk", "Gloves", "Hat",
    "Keyboard", "Lamp", "Mug", "Notebook", "Pen", "Pillow", "Plate", "Shelf", "Shirt", "Shoes", "Sofa",
    "Table", "Towel", "Umbrella", "Wallet",
];
const DEPARTMENTS: &[&str] = &[
    "Automotive",
    "Baby",
    "Beauty",
    "Books",
    "Clothing",
    "Computers",
    "Electronics",
    "Games",
    "Garden",
    "Grocery",
    "Health",
    "Home",
    "Industrial",
    "Jewelry",
    "Kids",
    "Movies",
    "Music",
    "Outdoors",
    "Shoes",
    "Sports",
    "Tools",
    "Toys",
];

pub(super) const FUNCTIONS: &[Entry] = &[
    plain("commerceDepartment", |random| one(random, DEPARTMENTS)),
    plain("commerceProductName", |random| {
        let (adjective, material) = (pick(random, ADJECTIVES), pick(random, MATERIALS));
        format!("{adjective} {material} {}", pick(random, PRODUCTS))
    }),
    plain("commerceProduct", |random| one(random, PRODUCTS)),
    plain("commerceProductAdjective", |random| one(random, ADJECTIVES)),
    plain("commerceProductMaterial", |random| one(random, MATERIALS)),
    plain("commerceProductDescription", |random| {
        let (product, material) =
            (pick(random, PRODUCTS).to_lowercase(), pick(random, MATERIALS).to_lowercase());
        format!(
            "A {} {product} made of {material}. {}",
            pick(random, ADJECTIVES).to_lowercase(),
            sentence(random)
        )
    }),
    with("commercePrice", &["min", "max", "dec", "symbol"], price),
    with("commerceIsbn", &["variant", "separator"], isbn),
    plain("commerceUpc", |random| {
        let digits = filled(random, "###########");
        let check = checked(&digits, 3, 1);
        format!("{digits}{check}")
    }),
];

fn price(options: &Options) -> Make {
    let range = (options.number("min").unwrap_or(1.0), options.number("max").unwrap_or(1000.0));
    let decimals = options.number("dec").unwrap_or(2.0).clamp(0.0, 15.0) as usize;
    let symbol = options.get("symbol").and_then(|symbol| symbol.as_str()).unwrap_or_default().to_owned();
    Arc::new(move |random| symbol.clone() + &fixed(random, range, decimals))
}

/// The last digit of an article's number: what the weighted sum of the others lacks to the next ten.
fn checked(digits: &str, odd: u32, even: u32) -> u32 {
    let weighted = |(place, digit): (usize, char)| {
        digit.to_digit(10).unwrap_or(0) * if place.is_multiple_of(2) { odd } else { even }
    };
    (10 - digits.chars().enumerate().map(weighted).sum::<u32>() % 10) % 10
}

fn isbn(options: &Options) -> Make {
    let ten = options.number("variant").or(options.lone()) == Some(10.0);
    let separator = options.get("separator").and_then(|text| text.as_str()).unwrap_or("-").to_owned();
    Arc::new(move |random| {
        let (group, publisher, title) = (filled(random, "#"), filled(random, "###"), filled(random, "#####"));
        let parts =
            if ten { vec![group, publisher, title] } else { vec![prefix(random), group, publisher, title] };
        let digits = parts.concat();
        let check = if ten {
            let weighted =
                |(place, digit): (usize, char)| digit.to_digit(10).unwrap_or(0) * (10 - place as u32);
            match (11 - digits.chars().enumerate().map(weighted).sum::<u32>() % 11) % 11 {
                10 => "X".to_owned(),
                check => check.to_string(),
            }
        } else {
            checked(&digits, 1, 3).to_string()
        };
        format!("{}{separator}{check}", parts.join(&separator))
    })
}

fn prefix(random: &mut SmallRng) -> String {
    if random.random() { "978".to_owned() } else { "979".to_owned() }
}
