//! Small plots side by side as SVG, readable on a light page and on a dark one: no background, greys in the middle,
//! and two colours that differ in brightness as well.

use std::fmt::Write as _;

use super::axis::{Axis, label};

/// One plot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Panel {
    /// What stands above it: what goes up, with its unit.
    pub(crate) title: String,
    /// What goes to the right.
    pub(crate) x: String,
    /// Whether each step to the right is a power of ten.
    pub(crate) log: bool,
    pub(crate) lines: Vec<Line>,
}

/// One line of a plot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Told apart by it, where there are several.
    pub(crate) name: String,
    /// Right and up, in the order of drawing.
    pub(crate) points: Vec<(f64, f64)>,
}

impl Line {
    /// A line through those points.
    pub(crate) fn new(name: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
        Line { name: name.to_owned(), points: points.into_iter().collect() }
    }
}

const COLUMNS: usize = 2;
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 220.0;
/// Around the field of a panel.
const LEFT: f64 = 48.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 40.0;
const COLOURS: [&str; 3] = ["#2f81c7", "#d9822b", "#7a9a3a"];

/// All panels as one SVG document.
pub(crate) fn render(panels: &[Panel]) -> String {
    let (width, height) = (WIDTH * COLUMNS as f64, HEIGHT * panels.len().div_ceil(COLUMNS) as f64);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#808080\">\n"
    );
    for (index, panel) in panels.iter().enumerate() {
        let (left, top) = (WIDTH * (index % COLUMNS) as f64, HEIGHT * (index / COLUMNS) as f64);
        let _ = writeln!(text, "<g transform=\"translate({left} {top})\">");
        draw(&mut text, panel);
        text.push_str("</g>\n");
    }
    text.push_str("</svg>\n");
    text
}

fn draw(text: &mut String, panel: &Panel) {
    let points = || panel.lines.iter().flat_map(|line| &line.points);
    let right = points().map(|point| point.0);
    let x = if panel.log { Axis::log(right) } else { Axis::linear(right) };
    let y = Axis::linear(points().map(|point| point.1));
    let (wide, high) = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
    let across = |value: f64| LEFT + wide * x.place(value);
    let up = |value: f64| TOP + high * (1.0 - y.place(value));
    let _ =
        writeln!(text, "<text x=\"{LEFT}\" y=\"16\" font-weight=\"bold\">{}</text>", escaped(&panel.title));
    for tick in &y.ticks {
        let at = up(*tick);
        let _ = writeln!(
            text,
            "<path d=\"M{LEFT} {at:.1}h{wide}\" stroke=\"#808080\" stroke-opacity=\"0.3\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 6.0,
            at + 4.0,
            label(*tick)
        );
    }
    for tick in &x.ticks {
        let _ = writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            across(*tick),
            TOP + high + 16.0,
            label(*tick)
        );
    }
    let (middle, below) = (LEFT + wide / 2.0, TOP + high + 32.0);
    let _ = writeln!(
        text,
        "<text x=\"{middle:.1}\" y=\"{below:.1}\" text-anchor=\"middle\">{}</text>",
        escaped(&panel.x)
    );
    for (index, line) in panel.lines.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let places: Vec<String> =
            line.points.iter().map(|(x, y)| format!("{:.1},{:.1}", across(*x), up(*y))).collect();
        let _ = writeln!(
            text,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            places.join(" ")
        );
        for place in &places {
            let (x, y) = place.split_once(',').unwrap_or((place, "0"));
            let _ = writeln!(text, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>");
        }
        if panel.lines.len() > 1 {
            let _ = writeln!(
                text,
                "<text x=\"{:.1}\" y=\"30\" fill=\"{colour}\">{}</text>",
                LEFT + 100.0 * index as f64,
                escaped(&line.name)
            );
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_is_an_svg_of_its_panels() {
        let panel = Panel {
            title: "µs < request".to_owned(),
            x: "users".to_owned(),
            log: true,
            lines: vec![Line::new("a", [(1.0, 4.0), (10.0, 2.0)]), Line::new("b", [(1.0, 1.0)])],
        };
        insta::assert_snapshot!(render(&[panel]), @r##"
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 220" width="720" height="220" font-family="sans-serif" font-size="11" fill="#808080">
        <g transform="translate(0 0)">
        <text x="48" y="16" font-weight="bold">µs &lt; request</text>
        <path d="M48 180.0h296" stroke="#808080" stroke-opacity="0.3"/><text x="42.0" y="184.0" text-anchor="end">0</text>
        <path d="M48 144.0h296" stroke="#808080" stroke-opacity="0.3"/><text x="42.0" y="148.0" text-anchor="end">1</text>
        <path d="M48 108.0h296" stroke="#808080" stroke-opacity="0.3"/><text x="42.0" y="112.0" text-anchor="end">2</text>
        <path d="M48 72.0h296" stroke="#808080" stroke-opacity="0.3"/><text x="42.0" y="76.0" text-anchor="end">3</text>
        <path d="M48 36.0h296" stroke="#808080" stroke-opacity="0.3"/><text x="42.0" y="40.0" text-anchor="end">4</text>
        <text x="48.0" y="196.0" text-anchor="middle">1</text>
        <text x="344.0" y="196.0" text-anchor="middle">10</text>
        <text x="196.0" y="212.0" text-anchor="middle">users</text>
        <polyline points="48.0,36.0 344.0,108.0" fill="none" stroke="#2f81c7" stroke-width="2"/>
        <circle cx="48.0" cy="36.0" r="3" fill="#2f81c7"/>
        <circle cx="344.0" cy="108.0" r="3" fill="#2f81c7"/>
        <text x="48.0" y="30" fill="#2f81c7">a</text>
        <polyline points="48.0,144.0" fill="none" stroke="#d9822b" stroke-width="2"/>
        <circle cx="48.0" cy="144.0" r="3" fill="#d9822b"/>
        <text x="148.0" y="30" fill="#d9822b">b</text>
        </g>
        </svg>
        "##);
    }

    #[test]
    fn panels_stand_two_in_a_row() {
        let panel = Panel { title: String::new(), x: String::new(), log: false, lines: Vec::new() };
        let text = render(&[panel.clone(), panel.clone(), panel]);
        assert!(text.contains("viewBox=\"0 0 720 440\""), "{text}");
        assert!(text.contains("translate(0 220)"), "{text}");
    }
}
