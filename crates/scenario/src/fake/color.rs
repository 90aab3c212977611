//! `color…`.

use super::draw::{decimal, one};
use super::{Entry, Make, Options, plain, with};
use rand::Rng;
use rand::rngs::SmallRng;
use serde_json::Value;
use std::sync::Arc;

const NAMES: &[&str] = &[
    "red",
    "green",
    "blue",
    "yellow",
    "purple",
    "teal",
    "white",
    "black",
    "orange",
    "pink",
    "grey",
    "maroon",
    "violet",
    "turquoise",
    "tan",
    "salmon",
    "plum",
    "orchid",
    "olive",
    "magenta",
    "lime",
    "ivory",
    "indigo",
    "gold",
    "fuchsia",
    "cyan",
    "azure",
    "lavender",
    "silver",
];
const SPACES: &[&str] =
    &["CIELAB", "CIELUV", "CMYK", "HSL", "HSLA", "HSV", "LCh", "RGB", "RGBA", "YCbCr", "YIQ", "YUV"];

pub(super) const FUNCTIONS: &[Entry] = &[
    plain("colorHuman", |random| one(random, NAMES)),
    plain("colorSpace", |random| one(random, SPACES)),
    plain("colorCssSupportedFunction", |random| {
        one(random, &["rgb", "rgba", "hsl", "hsla", "hwb", "cmyk", "lab", "lch", "color"])
    }),
    plain("colorCssSupportedSpace", |random| {
        one(random, &["sRGB", "display-p3", "rec2020", "a98-rgb", "prophoto-rgb"])
    }),
    with("colorRgb", &["prefix", "casing", "format", "includeAlpha"], rgb),
    plain("colorCmyk", |random| shares(random, &[(0.0, 1.0, 2); 4])),
    plain("colorHsl", |random| shares(random, &[(0.0, 360.0, 0), (0.0, 1.0, 2), (0.0, 1.0, 2)])),
    plain("colorHwb", |random| shares(random, &[(0.0, 360.0, 0), (0.0, 1.0, 2), (0.0, 1.0, 2)])),
    plain("colorLab", |random| shares(random, &[(0.0, 1.0, 6), (-100.0, 100.0, 4), (-100.0, 100.0, 4)])),
    plain("colorLch", |random| shares(random, &[(0.0, 1.0, 6), (0.0, 230.0, 1), (0.0, 230.0, 1)])),
    plain("colorColorByCSSColorSpace", |random| shares(random, &[(0.0, 1.0, 4); 3])),
];

/// Numbers within these bounds, with so many decimals each.
fn shares(random: &mut SmallRng, bounds: &[(f64, f64, usize)]) -> String {
    let number = |(low, high, decimals): &(f64, f64, usize)| decimal(random, (*low, *high), *decimals);
    bounds.iter().map(number).collect::<Vec<_>>().join(",")
}

fn rgb(options: &Options) -> Make {
    let prefix = options.get("prefix").and_then(Value::as_str).unwrap_or("#").to_owned();
    let upper = options.get("casing").and_then(Value::as_str) == Some("upper");
    let css = options.get("format").and_then(Value::as_str).unwrap_or("hex").to_owned();
    let alpha = options.flag("includeAlpha") == Some(true);
    Arc::new(move |random| {
        let [red, green, blue, opacity]: [u8; 4] = random.random();
        if css != "hex" {
            let share = f64::from(opacity % 101) / 100.0;
            let (name, last) = if alpha { ("rgba", format!(", {share}")) } else { ("rgb", String::new()) };
            return match css.as_str() {
                "css" => format!("{name}({red}, {green}, {blue}{last})"),
                _ => format!("{red},{green},{blue}{}", last.replace(' ', "")),
            };
        }
        let last = if alpha { format!("{opacity:02x}") } else { String::new() };
        let digits = format!("{red:02x}{green:02x}{blue:02x}{last}");
        format!("{prefix}{}", if upper { digits.to_uppercase() } else { digits })
    })
}
