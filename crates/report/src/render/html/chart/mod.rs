//! `Chart`: lines over an axis as SVG, readable without any script.
//!
//! The plot stretches with the page while texts and strokes keep their size: what stretches is in an inner SVG, and all else
//! is placed by percentages. Lines are told apart by dashes, by their names at their ends and in the legend, and by colour.

mod axis;
mod limit;
mod path;
mod scale;

pub(super) use axis::{Axis, Stretch};
pub(super) use limit::{Limit, reach};
pub(super) use scale::Scale;

use crate::number::Unit;
use crate::render::layout::crop;
use maud::{Markup, html};
use path::{HEIGHT, WIDTH};

/// Above the plot, for the names of phases, in pixels.
const STRIP: f64 = 18.0;
/// Strokes at the edges need so much room, in pixels.
const EDGE: f64 = 3.0;
/// Names at the ends of lines are so far apart at least, in pixels.
const APART: f64 = 13.0;
/// With so few places every value gets a dot.
const FEW: usize = 40;
/// Characters of a line's name at its end.
const LONGEST: usize = 13;

/// Lines over an axis.
#[derive(Clone, Debug)]
pub(super) struct Chart<'a> {
    /// Tells it from other charts of the page.
    pub(super) id: &'a str,
    /// What is drawn.
    pub(super) title: &'a str,
    /// In which unit and of what, one line.
    pub(super) about: String,
    /// The x axis.
    pub(super) axis: &'a Axis,
    /// The y axis.
    pub(super) scale: Scale,
    /// What is drawn over it. At most eight are told apart.
    pub(super) lines: Vec<Line>,
    /// Lines between which the area is filled, by their places in `lines`.
    pub(super) bands: &'a [(usize, usize)],
    /// What thresholds allow of what is drawn.
    pub(super) limits: &'a [Limit],
    /// In pixels.
    pub(super) height: f64,
}

/// One line of a chart.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// What it is called.
    pub(super) name: String,
    /// A value for each place of the axis.
    pub(super) values: Vec<Option<f64>>,
    /// The same as people read them, with units; the empty text where there is none.
    pub(super) texts: Vec<String>,
    /// What is said of the whole axis.
    pub(super) whole: String,
}

impl Line {
    /// A line whose values are told by `text`.
    pub(super) fn new(
        name: impl Into<String>,
        values: Vec<Option<f64>>,
        text: impl Fn(f64) -> String,
        whole: String,
    ) -> Line {
        let texts = values.iter().map(|value| value.map_or_else(String::new, &text)).collect();
        Line { name: name.into(), values, texts, whole }
    }
}

/// A linear scale for all values of the lines, up to at least `least`.
pub(super) fn linear(lines: &[Line], unit: Unit, least: f64) -> Scale {
    Scale::linear(lines.iter().flat_map(|line| &line.values).flatten().copied(), unit, least)
}

/// A scale that may be logarithmic, up to at least `least`.
pub(super) fn fitting(lines: &[Line], unit: Unit, least: f64) -> Scale {
    Scale::fitting(lines.iter().flat_map(|line| &line.values).flatten().copied(), unit, least)
}

impl Chart<'_> {
    /// The figure.
    pub(super) fn draw(&self) -> Markup {
        let (title, about) = (format!("{}-title", self.id), format!("{}-about", self.id));
        let scale = if self.scale.is_log() { ", logarithmic axis" } else { "" };
        let what = format!("{}{scale}{}", self.about, limit::beside(self.limits, &self.scale, self.height));
        html! {
            figure.chart id=(self.id) data-axis={ "axis-" (self.axis.name) } tabindex="0"
                aria-label={ (self.title) ": arrow keys move the mark" } {
                figcaption {
                    b { (self.title) } " " span { (what) }
                    @if self.axis.spacing.is_some() { button.reset type="button" hidden { "whole run" } }
                }
                (self.legend())
                div.frame {
                    svg.plot role="img" width="100%" height=(self.height + STRIP + 24.0)
                        aria-labelledby={ (title) " " (about) } {
                        title id=(title) { (self.title) }
                        desc id=(about) { (self.in_words(&what)) }
                        (self.rules())
                        (self.space())
                        (limit::draw(self.limits, &self.scale, self.height))
                        (self.phase_names())
                        (self.ends())
                        line.mark x1="0" x2="0" y1=(STRIP) y2=(STRIP + self.height) {}
                    }
                    div.touch {}
                }
            }
        }
    }

    /// What a person who does not see it is told.
    fn in_words(&self, what: &str) -> String {
        let lines: Vec<String> = self.lines.iter().map(|it| format!("{} {}", it.name, it.whole)).collect();
        let limits = limit::in_words(self.limits);
        format!("{what}. Over the whole run: {}.{limits}", lines.join(", "))
    }

    fn legend(&self) -> Markup {
        html! {
            ul.legend {
                li.when { "whole run" }
                @for (index, line) in self.lines.iter().enumerate() {
                    li data-values=(line.texts.join("|")) {
                        svg.swatch width="26" height="10" aria-hidden="true" {
                            line.line.{ "l" (look(index)) } x1="1" x2="25" y1="5" y2="5" {}
                        }
                        (line.name) " " b { (line.whole) }
                    }
                }
            }
        }
    }

    /// Lines across the plot at the ticks of both axes, with their texts.
    fn rules(&self) -> Markup {
        let bottom = STRIP + self.height;
        html! {
            @for (value, text) in &self.scale.ticks {
                @let y = STRIP + (1.0 - self.scale.height(*value)) * self.height;
                line.rule x1="0" x2="100%" y1=(short(y)) y2=(short(y)) {}
                text.y x="-8" y=(short(y + 4.0)) { (text) }
            }
            @for (place, text) in &self.axis.ticks {
                line.tick data-at=(path::x(*place)) x1=(percent(*place)) x2=(percent(*place)) y1=(bottom) y2=(bottom + 4.0) {}
                text.x data-at=(path::x(*place)) x=(percent(*place)) y=(bottom + 18.0) { (text) }
            }
        }
    }

    /// What stretches: phases, bands and lines.
    fn space(&self) -> Markup {
        // Units of the inner picture for each pixel.
        let unit = HEIGHT / self.height;
        let (top, tall) = (-STRIP * unit, (self.height + STRIP + EDGE) * unit);
        let few = self.axis.places.len() <= FEW;
        html! {
            svg.space x="0" y="0" width="100%" height=(self.height + STRIP + EDGE) preserveAspectRatio="none"
                viewBox={ "0 " (short(top)) " " (WIDTH) " " (short(tall)) } data-y=(short(top)) data-tall=(short(tall)) {
                @for (index, phase) in self.axis.phases.iter().enumerate() {
                    rect.phase.odd[index % 2 == 1] x=(path::x(phase.from)) width=(path::x(phase.to) - path::x(phase.from))
                        y=(short(top)) height=(short(-top + HEIGHT)) {}
                }
                @for (depth, (low, high)) in self.bands.iter().enumerate() {
                    @if let Some((low, high)) = self.lines.get(*low).zip(self.lines.get(*high)) {
                        path.band.{ "b" (depth) } d=(path::band(&self.axis.places, &low.values, &high.values, &self.scale)) {}
                    }
                }
                @for (index, line) in self.lines.iter().enumerate() {
                    @let stretches = path::stretches(&self.axis.places, &line.values, &self.scale);
                    @let (drawn, dots) = (path::line(&stretches), path::dots(&stretches, few));
                    @if !drawn.is_empty() { path.line.{ "l" (look(index)) } d=(drawn) {} }
                    @if !dots.is_empty() { path.dots.{ "l" (look(index)) } d=(dots) {} }
                }
            }
        }
    }

    /// The names of the phases, each cut off where its phase ends.
    fn phase_names(&self) -> Markup {
        html! {
            @for phase in &self.axis.phases {
                foreignObject.named x=(percent(phase.from)) width=(percent(phase.to - phase.from)) y="0" height=(STRIP)
                    data-from=(path::x(phase.from)) data-to=(path::x(phase.to)) {
                    div { (phase.name) }
                }
            }
        }
    }

    /// The names of the lines where they end, moved apart where they would lie on one another.
    fn ends(&self) -> Markup {
        let end = |line: &Line| line.values.iter().rev().flatten().next().copied();
        let height = |value: f64| STRIP + (1.0 - self.scale.height(value)) * self.height;
        let mut ends: Vec<(f64, &Line)> =
            self.lines.iter().filter_map(|line| Some((height(end(line)?), line))).collect();
        ends.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let ys = apart(ends.iter().map(|(y, _)| *y).collect(), STRIP, STRIP + self.height);
        html! {
            @for (y, (_, line)) in ys.iter().zip(&ends) {
                text.end x="100%" dx="8" y=(short(y + 4.0)) { (crop(&line.name, LONGEST)) }
            }
        }
    }
}

/// Moves ascending heights apart; within the plot as long as there is room.
fn apart(mut ys: Vec<f64>, top: f64, bottom: f64) -> Vec<f64> {
    let mut least = top;
    for y in &mut ys {
        *y = y.max(least);
        least = *y + APART;
    }
    let mut most = bottom;
    for y in ys.iter_mut().rev() {
        *y = y.min(most);
        most = *y - APART;
    }
    ys
}

/// Eight ways of drawing a line.
fn look(index: usize) -> usize {
    index % 8
}

/// At most one decimal.
fn short(value: f64) -> String {
    crate::number::rounded(value, 1).to_string()
}

/// A place from 0 to 1 as a percentage with two decimals.
fn percent(place: f64) -> String {
    format!("{}%", crate::number::rounded(place * 100.0, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_at_the_ends_do_not_lie_on_one_another() {
        assert_eq!(apart(vec![20.0, 22.0, 90.0], 18.0, 118.0), [20.0, 33.0, 90.0]);
        assert_eq!(apart(vec![110.0, 116.0, 118.0], 18.0, 118.0), [92.0, 105.0, 118.0]);
        assert!(apart(Vec::new(), 0.0, 1.0).is_empty());
    }
}
