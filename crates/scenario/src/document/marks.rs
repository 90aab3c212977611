//! `Mark`: where each value of a YAML text stands, from a marked parser.
//!
//! It runs before serde_yaml and guards it: this parser does not recurse, so depth, size and the growth of aliases
//! are bounded here, before anything that does recurse or expand sees the text. Values are not looked at.

use crate::diagnostic::Diagnostic;
use crate::document::syntax;
use crate::source::{Location, Source};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// Values nested deeper than this are refused.
const MAX_DEPTH: usize = 64;
/// More values than this, aliases expanded, are refused.
const MAX_NODES: usize = 250_000;
/// More bytes of text than this, aliases expanded, are refused.
const MAX_TEXT: usize = 32 << 20;

/// Where a value and its parts stand.
pub(super) struct Mark {
    pub(super) at: Location,
    pub(super) shape: Shape,
    /// Whether an anchor is in it.
    pub(super) anchored: bool,
    nodes: usize,
    text: usize,
    depth: usize,
}

/// The parts of a value.
pub(super) enum Shape {
    Scalar { plain: bool, text: String },
    List(Vec<Rc<Mark>>),
    Map(Vec<(Rc<Mark>, Rc<Mark>)>),
}

type Problem = Box<Diagnostic>;

/// Marks a text. `None` where it holds no value at all.
pub(super) fn mark(source: &Source) -> Result<Option<Rc<Mark>>, Problem> {
    let mut builder = Builder { name: source.name.as_str().into(), ..Builder::default() };
    let mut parser = Parser::new_from_str(source.content());
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Box::new(syntax_error(source, &builder.name, &error)))?;
        builder.event(event, span)?;
    }
    Ok(builder.root)
}

fn syntax_error(source: &Source, name: &Arc<str>, error: &ScanError) -> Diagnostic {
    let at = place(name, *error.marker(), 1);
    syntax::explain(source, &at, error.info())
}

fn place(name: &Arc<str>, start: Marker, length: usize) -> Location {
    let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Location {
        source: name.clone(),
        line: small(start.line().max(1)),
        column: small(start.col()).saturating_add(1),
        length: small(length.max(1)),
    }
}

#[derive(Default)]
struct Builder {
    name: Arc<str>,
    root: Option<Rc<Mark>>,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Mark>>,
    documents: usize,
}

/// A list or map whose end has not been seen.
struct Open {
    at: Location,
    anchor: usize,
    map: bool,
    parts: Vec<Rc<Mark>>,
    /// The keys so far, with the lines where they stand.
    keys: HashMap<String, u32>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let length = if span.start.line() == span.end.line() { span.len() } else { usize::MAX };
        let at = place(&self.name, span.start, length);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let message = "a second YAML document begins here, but a script is one document";
                    return Err(Diagnostic::error(&at, message).hint("remove this `---` line").into());
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                known_tag(tag.as_deref(), &at)?;
                let shape = Shape::Scalar {
                    plain: style == ScalarStyle::Plain && tag.is_none(),
                    text: text.into_owned(),
                };
                self.close(&at, shape, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => self.start(at, anchor, false, tag.as_deref())?,
            Event::MappingStart(anchor, tag) => self.start(at, anchor, true, tag.as_deref())?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let shape = if open.map { pairs(open.parts) } else { Shape::List(open.parts) };
                    self.close(&open.at, shape, open.anchor)?;
                }
            }
            Event::Alias(id) => match self.anchors.get(&id).cloned() {
                Some(mark) => self.add(mark, &at)?,
                None => return Err(Diagnostic::error(&at, "this alias refers to itself").into()),
            },
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    /// A list or map begins.
    fn start(&mut self, at: Location, anchor: usize, map: bool, tag: Option<&Tag>) -> Result<(), Problem> {
        known_tag(tag, &at)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(&at));
        }
        self.open.push(Open { at, anchor, map, parts: Vec::new(), keys: HashMap::new() });
        Ok(())
    }

    /// A value is complete.
    fn close(&mut self, at: &Location, shape: Shape, anchor: usize) -> Result<(), Problem> {
        let (mut nodes, mut text, mut depth) = (1_usize, 0_usize, 0_usize);
        let mut anchored = anchor > 0;
        let mut count = |part: &Mark| {
            anchored |= part.anchored;
            nodes = nodes.saturating_add(part.nodes);
            text = text.saturating_add(part.text);
            depth = depth.max(part.depth + 1);
        };
        match &shape {
            Shape::Scalar { .. } => {}
            Shape::List(items) => items.iter().for_each(|item| count(item)),
            Shape::Map(members) => members.iter().for_each(|(key, value)| {
                count(key);
                count(value);
            }),
        }
        if let Shape::Scalar { text: scalar, .. } = &shape {
            text = scalar.len();
        }
        if depth > MAX_DEPTH {
            return Err(too_deep(at));
        }
        if nodes > MAX_NODES || text > MAX_TEXT {
            let message = format!("too large once its aliases are expanded (line {})", at.line);
            let hint = format!("at most {MAX_NODES} values and {} MiB of text are read", MAX_TEXT >> 20);
            return Err(Diagnostic::error(at, message).hint(hint).into());
        }
        let mark = Rc::new(Mark { at: at.clone(), shape, anchored, nodes, text, depth });
        if anchor > 0 {
            self.anchors.insert(anchor, mark.clone());
        }
        self.add(mark, at)
    }

    /// A value takes its place in what holds it.
    fn add(&mut self, mark: Rc<Mark>, at: &Location) -> Result<(), Problem> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(mark);
            return Ok(());
        };
        if open.map && open.parts.len() % 2 == 0 {
            let Shape::Scalar { text, plain } = &mark.shape else {
                let problem = Diagnostic::error(at, format!("a key has to be text (line {})", at.line));
                return Err(problem.hint("a value that begins with {{ has to be in quotes").into());
            };
            if let Some(line) = open.keys.insert(text.clone(), at.line)
                && !(*plain && text == "<<")
            {
                let problem = Diagnostic::error(at, format!("the key `{text}` is set twice"));
                return Err(problem.label(format!("it is already set at line {line}")).into());
            }
        }
        open.parts.push(mark);
        Ok(())
    }
}

fn pairs(parts: Vec<Rc<Mark>>) -> Shape {
    let mut parts = parts.into_iter();
    let mut members = Vec::new();
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        members.push((key, value));
    }
    Shape::Map(members)
}

fn too_deep(at: &Location) -> Problem {
    let message = format!("nested too deeply (line {}): more than {MAX_DEPTH} levels", at.line);
    Diagnostic::error(at, message).into()
}

fn known_tag(tag: Option<&Tag>, at: &Location) -> Result<(), Problem> {
    const KNOWN: [&str; 7] = ["str", "int", "float", "bool", "null", "seq", "map"];
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && KNOWN.contains(&tag.suffix.as_str()) => Ok(()),
        Some(tag) => Err(Diagnostic::error(at, format!("unknown YAML tag `{tag}`")).into()),
        None => Ok(()),
    }
}
