//! The parts of the summary one by one, for a view that places them itself: the same words and digits.

use super::{endpoints, errors, head, totals};
use crate::Report;
use crate::render::layout::Style;

/// Parts of the summary, in its order. Each is some lines without line ends; one that has nothing to say is empty. Tables
/// begin with a line of headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// What ran, against what.
    pub title: Vec<String>,
    /// A line for each kind of error, without example and hint.
    pub errors: Vec<String>,
    /// Requests, error rate, arrivals, users: a line each; and bytes, where they have no room beside the requests.
    pub amounts: Vec<String>,
    /// Latency, response time and schedule lag by percentiles.
    pub times: Vec<String>,
    /// The endpoints.
    pub endpoints: Vec<String>,
    /// The same for where not all have room: those with errors first, and then the slowest.
    pub worst: Vec<String>,
}

impl Pieces {
    /// Those of a report. Where the style's width is less than the summary's, down to 40, tables leave out the columns that
    /// matter least.
    pub fn of(report: &Report, style: Style) -> Self {
        Pieces {
            title: head::title(report, style),
            errors: errors::rows(report, style.width),
            amounts: totals::amounts(report, style.width),
            times: totals::times(report, style, style.width),
            endpoints: endpoints::section(report, style, style.width),
            worst: endpoints::worst(report, style),
        }
    }
}
