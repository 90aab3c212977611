//! `Axis`: what several charts have in common along x: places with their names, ticks, and the phases behind them.

use maud::{Markup, html};

use super::path;

/// An x axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Axis {
    /// Tells it from other axes of the page, as part of an id.
    pub(crate) name: &'static str,
    /// Where values stand, from 0 to 1, in order.
    pub(crate) places: Vec<f64>,
    /// What each place is called.
    pub(crate) labels: Vec<String>,
    /// Round places with their texts.
    pub(crate) ticks: Vec<(f64, String)>,
    /// Stretches with names, in order.
    pub(crate) phases: Vec<Stretch>,
    /// How far places are apart, from 0 to 1, where that can be zoomed; the texts of finer ticks are `ticked`.
    pub(crate) spacing: Option<f64>,
    /// The text of a tick at the beginning of each place.
    pub(crate) ticked: Vec<String>,
}

/// A named part of an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stretch {
    /// Where it begins, from 0 to 1.
    pub(crate) from: f64,
    /// Where it ends.
    pub(crate) to: f64,
    /// What it is called.
    pub(crate) name: String,
}

impl Axis {
    /// What the script needs to know of it.
    pub(crate) fn data(&self) -> Markup {
        let places: Vec<String> = self.places.iter().map(|place| path::x(*place).to_string()).collect();
        // No text that is put in here holds a line end: names may hold anything else.
        let labels: Vec<String> = self.labels.iter().map(|label| label.replace('\n', " ")).collect();
        html! {
            span hidden id={ "axis-" (self.name) } data-places=(places.join(" ")) data-labels=(labels.join("\n"))
                data-spacing=[self.spacing] data-ticks=[self.spacing.map(|_| self.ticked.join(" "))] {}
        }
    }
}
