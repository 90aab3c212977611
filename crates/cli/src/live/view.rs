//! The picture: which parts there are, how many rows each gets, and where it goes. A pure function of what is known and of
//! the size of the window.

use super::blocks::{self, Theme, Tone};
use super::chart;
use super::room::{self, Want};
use super::state::State;
use loadgen_engine::Urgency;
use loadgen_report::render::Style;
use loadgen_report::render::text::pieces::Pieces;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

/// Rows of a chart that shows something, and of one that shows all it can while others want rows too.
const CHART: (u16, u16) = (6, 8);
/// Lines of what is held back that are shown.
const LINES: usize = 5;

/// Columns of the widest table.
const WIDEST: u16 = 110;

/// What is drawn.
pub(super) struct Scene<'a> {
    pub(super) state: &'a State,
    /// The last lines of what is held back.
    pub(super) lines: &'a [String],
    /// How the run has been asked to end.
    pub(super) urgency: Urgency,
    /// Whether colours may be used.
    pub(super) colour: bool,
    /// Where a browser finds the run.
    pub(super) page: Option<&'a str>,
}

/// A part of the picture.
struct Part {
    rank: u8,
    least: u16,
    content: Content,
}

enum Content {
    /// Of which the first are shown.
    First(Vec<Line<'static>>),
    /// The heading, and of the others the last.
    Last(Vec<Line<'static>>),
    /// Where not all have room, the first of the worst.
    Sorted {
        all: Vec<Line<'static>>,
        worst: Vec<Line<'static>>,
    },
    Charts,
}

impl Part {
    fn of(rank: u8, least: u16, lines: Vec<Line<'static>>) -> Self {
        Part { rank, least, content: Content::First(lines) }
    }

    fn want(&self) -> Want {
        let most = match &self.content {
            Content::First(lines) | Content::Last(lines) | Content::Sorted { all: lines, .. } => {
                u16::try_from(lines.len()).unwrap_or(u16::MAX)
            }
            Content::Charts => CHART.1,
        };
        Want { least: self.least.min(most).max(1), most, rank: self.rank }
    }
}

/// Draws it.
pub(super) fn draw(frame: &mut Frame<'_>, scene: &Scene<'_>) {
    let area = frame.area();
    let theme = Theme { colour: scene.colour };
    let mut parts = parts(scene, area.width);
    parts.retain(|part| part.want().most > 0);
    let wants: Vec<Want> = parts.iter().map(Part::want).collect();
    let mut rows = room::share(&wants, area.height);
    let mut left = area.height - rows.iter().sum::<u16>();
    // What is left goes between the parts, and then to the charts. The head's lines belong together.
    let head = if scene.page.is_some() { 3 } else { 2 };
    let shown = |rows: &[u16], index: usize| rows[index] > 0 && rows[..index].iter().any(|rows| *rows > 0);
    let gaps: Vec<u16> = (0..parts.len())
        .map(|index| {
            let gap = u16::from(index >= head && left > 0 && shown(&rows, index));
            left -= gap;
            gap
        })
        .collect();
    if let Some(index) =
        parts.iter().position(|part| matches!(part.content, Content::Charts)).filter(|index| rows[*index] > 0)
    {
        rows[index] += left;
    }
    let mut y = area.y;
    for ((part, rows), gap) in parts.iter().zip(rows).zip(gaps) {
        y += gap;
        let place = Rect { x: area.x, y, width: area.width, height: rows };
        y += rows;
        match &part.content {
            _ if rows == 0 => {}
            Content::Charts => chart::draw(frame, place, &scene.state.report, theme),
            Content::First(lines) => frame.render_widget(Paragraph::new(first(lines, rows)), place),
            Content::Sorted { all, worst } => {
                let lines = if usize::from(rows) < all.len() { worst } else { all };
                frame.render_widget(Paragraph::new(first(lines, rows)), place);
            }
            Content::Last(lines) => {
                let from = lines.len().saturating_sub(usize::from(rows) - 1).max(1);
                let shown = lines.iter().take(1).chain(&lines[from.min(lines.len())..]).cloned();
                frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), place);
            }
        }
    }
}

/// All parts, in the summary's order; those that matter most have the smallest rank.
fn parts(scene: &Scene<'_>, width: u16) -> Vec<Part> {
    let theme = Theme { colour: scene.colour };
    let (state, report) = (scene.state, &scene.state.report);
    // In wider tables the eye loses the row.
    let table = width.min(WIDEST);
    let style = Style { colour: false, width: table.into() };
    let pieces = Pieces::of(report, style);
    let quiet = |lines: &[String]| blocks::lines(lines, Some(Tone::Quiet), theme, width);
    let plain = |lines: &[String]| blocks::lines(lines, None, theme, width);
    let mut title = pieces.title;
    title.truncate(1);
    let page: Vec<String> = scene.page.iter().map(|url| blocks::page(url, width)).collect();
    let errors = match &pieces.errors[..] {
        [] => Vec::new(),
        errors => std::iter::once("  errors".to_owned()).chain(errors.iter().cloned()).collect(),
    };
    let told = match scene.lines {
        [] => Vec::new(),
        lines => {
            let last = &lines[lines.len().saturating_sub(LINES)..];
            std::iter::once("  said meanwhile, and printed after the run".to_owned())
                .chain(last.iter().map(|line| format!("    {line}")))
                .collect::<Vec<_>>()
        }
    };
    let verdict = std::iter::once(blocks::verdict(report, theme, width));
    vec![
        Part::of(2, 1, plain(&title)),
        Part::of(2, 1, plain(&page)),
        Part::of(0, 1, vec![blocks::progress(state, scene.urgency, theme, width)]),
        Part::of(1, 1, verdict.chain(blocks::doubts(report, theme, width)).collect()),
        Part::of(3, 2, blocks::lines(&errors, Some(Tone::Bad), theme, width)),
        Part::of(5, 2, plain(&blocks::amounts(state, pieces.amounts, width))),
        Part::of(4, 2, quiet(&pieces.times)),
        Part { rank: 9, least: CHART.0, content: Content::Charts },
        Part {
            rank: 7,
            least: 2,
            content: Content::Sorted { all: quiet(&pieces.endpoints), worst: quiet(&pieces.worst) },
        },
        Part::of(6, 2, blocks::thresholds(report, theme, table)),
        Part::of(8, 1, plain(&blocks::resources(report, width))),
        Part { rank: 10, least: 3, content: Content::Last(quiet(&told)) },
    ]
}

/// All lines that there are at that width, whatever the height.
#[cfg(test)]
pub(super) fn lines(scene: &Scene<'_>, width: u16) -> Vec<Line<'static>> {
    let lines = |part: Part| match part.content {
        Content::First(lines) | Content::Last(lines) => lines,
        Content::Sorted { all, worst } => [all, worst].concat(),
        Content::Charts => Vec::new(),
    };
    parts(scene, width).into_iter().flat_map(lines).collect()
}

/// The first lines; where not all fit, the heading tells how many there are.
fn first(lines: &[Line<'static>], rows: u16) -> Vec<Line<'static>> {
    let rows = usize::from(rows);
    let mut shown: Vec<Line<'static>> = lines.iter().take(rows).cloned().collect();
    let hidden = lines.len() > rows;
    let told = lines.first().and_then(|heading| {
        blocks::counted(&heading.to_string(), rows.saturating_sub(1), lines.len() - 1).filter(|_| hidden)
    });
    if let (Some(told), Some(heading)) = (told, shown.first_mut()) {
        let style = heading.spans.first().map_or(heading.style, |span| span.style);
        *heading = Line::styled(told, style);
    }
    shown
}
