//! `phone…`: numbers of telephones.

use super::draw::{filled, pick};
use super::{Entry, Make, Options, plain, with};
use fake::locales::{Data, EN};
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Entry] = &[
    with("phoneNumber", &["style"], number),
    plain("phoneImei", |random| filled(random, "##-######-######-#")),
];

fn number(options: &Options) -> Make {
    let style = options.text("style");
    Arc::new(move |random| match style.as_deref() {
        Some("national") => filled(random, "(!##) !##-####"),
        Some("international") => filled(random, "+1!##!######"),
        _ => {
            let format = pick(random, EN::PHONE_NUMBER_FORMATS);
            filled(random, format)
        }
    })
}
