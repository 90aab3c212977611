//! `JsonTemplate`: a JSON body with placeholders, compiled so that rendering writes text and builds no tree.
//!
//! Whatever has no placeholder is serialised when the script is compiled, neighbouring members together. Integer-like
//! keys keep their place; JavaScript would put them first.

use crate::diagnostic::Diagnostic;
use crate::document::{self, Kind};
use crate::js::{self, Out, Quoted};
use crate::names::Names;
use crate::source::Location;
use crate::template::{Dialect, Scope, Segment, Template, TemplateError};
use serde_json::Value;

/// A compiled JSON value.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonTemplate {
    pub(crate) node: Node,
}

/// A part of a JSON template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// JSON text without placeholders, already serialised.
    Text(Box<str>),
    /// A value that is exactly one variable, written with its type.
    Value(Template),
    /// A string with placeholders. Its fixed parts are escaped already.
    String(Template),
    /// An object; a member whose value is undefined is left out, as `JSON.stringify` does.
    Object(Vec<Member>),
    /// An array; an undefined element becomes null, as with `JSON.stringify`.
    Array(Vec<Node>),
}

/// A part of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Member {
    /// Whole members, comma-separated, already serialised. Never empty.
    Text(String),
    /// A member whose key is fixed: the key with its quotes and colon.
    Named(Box<str>, Node),
    /// A member whose key has placeholders.
    Rendered(Template, Node),
}

/// A template error and the place of the text that it is about.
pub(crate) type PlacedError = (Location, TemplateError);

impl JsonTemplate {
    /// Compiles a value. Problems in its strings go to `failed`, each with its place; the value is to be used only
    /// if there are none. What is odd but no error goes to `odd`.
    pub(crate) fn compile(
        value: &document::Node,
        names: &mut Names,
        failed: &mut Vec<PlacedError>,
        odd: &mut Vec<Diagnostic>,
    ) -> JsonTemplate {
        let node = compile(value, names, failed, odd).unwrap_or_else(|| Node::Value(Template::undefined()));
        JsonTemplate { node }
    }

    /// Appends the value as JSON text. A lone variable that is undefined writes nothing.
    pub fn render_into<S: Scope + ?Sized>(&self, scope: &mut S, out: &mut Vec<u8>) {
        self.node.render(scope, out);
    }

    /// Whether it is exactly one placeholder, which may turn out undefined.
    pub fn is_lone(&self) -> bool {
        matches!(self.node, Node::Value(_))
    }

    /// Whether it is undefined for certain.
    pub(crate) fn is_undefined(&self) -> bool {
        matches!(&self.node, Node::Value(template) if *template == Template::undefined())
    }

    /// The JSON text of a value that has no placeholder.
    pub fn as_text(&self) -> Option<&str> {
        if let Node::Text(text) = &self.node { Some(text) } else { None }
    }
}

/// `None` is undefined for certain.
fn compile(
    value: &document::Node,
    names: &mut Names,
    failed: &mut Vec<PlacedError>,
    odd: &mut Vec<Diagnostic>,
) -> Option<Node> {
    Some(match &value.kind {
        Kind::Text(text) => {
            let template = string(text, &value.at, Dialect::Json, names, failed, odd);
            match template.segments.as_slice() {
                [Segment::Known(value)] => return value.as_ref().map(fixed),
                [Segment::Variable(_)] => Node::Value(template),
                _ => match template.as_text() {
                    Some(escaped) => Node::Text(format!("\"{escaped}\"").into()),
                    None => Node::String(template),
                },
            }
        }
        Kind::List(items) => {
            let null = || Node::Text("null".into());
            let nodes: Vec<Node> =
                items.iter().map(|item| compile(item, names, failed, odd).unwrap_or_else(null)).collect();
            let texts: Option<Vec<&str>> = nodes
                .iter()
                .map(|node| if let Node::Text(text) = node { Some(&**text) } else { None })
                .collect();
            match texts {
                Some(texts) => Node::Text(format!("[{}]", texts.join(",")).into()),
                None => Node::Array(nodes),
            }
        }
        Kind::Map(members) => {
            let mut parts = Vec::new();
            for (key, entry) in members {
                let key = string(key, &entry.key_at, Dialect::Json, names, failed, odd);
                if let Some(node) = compile(&entry.node, names, failed, odd) {
                    add_member(&mut parts, key, node);
                }
            }
            match parts.as_slice() {
                [] => Node::Text("{}".into()),
                [Member::Text(text)] => Node::Text(format!("{{{text}}}").into()),
                _ => Node::Object(parts),
            }
        }
        _ => fixed(&value.to_value()),
    })
}

fn string(
    text: &str,
    at: &Location,
    dialect: Dialect,
    names: &mut Names,
    failed: &mut Vec<PlacedError>,
    odd: &mut Vec<Diagnostic>,
) -> Template {
    let template = Template::compile_as(text, names, dialect).unwrap_or_else(|error| {
        failed.push((at.clone(), error));
        Template::default()
    });
    odd.extend(names.take_notes().iter().map(|note| note.diagnostic(at)));
    template
}

fn fixed(value: &Value) -> Node {
    let mut text = String::new();
    js::json(value, &mut text);
    Node::Text(text.into())
}

fn add_member(parts: &mut Vec<Member>, key: Template, node: Node) {
    let name = match key.segments.as_slice() {
        [Segment::Known(value)] => {
            let mut name = String::new();
            js::text(value.as_ref().unwrap_or(&Value::String("undefined".into())), &mut name);
            Some(name)
        }
        _ => key.as_text().map(str::to_owned),
    };
    let Some(name) = name else {
        parts.push(Member::Rendered(key, node));
        return;
    };
    let name = format!("\"{name}\":");
    match (node, parts.last_mut()) {
        (Node::Text(text), Some(Member::Text(before))) => {
            before.push(',');
            before.push_str(&name);
            before.push_str(&text);
        }
        (Node::Text(text), _) => parts.push(Member::Text(name + &text)),
        (node, _) => parts.push(Member::Named(name.into(), node)),
    }
}

impl Node {
    fn render<S: Scope + ?Sized>(&self, scope: &mut S, out: &mut Vec<u8>) {
        match self {
            Node::Text(text) => out.put(text),
            Node::Value(template) => {
                if let Some(value) = template.evaluate(scope) {
                    js::json(&value, out);
                }
            }
            Node::String(template) => {
                out.put("\"");
                template.render_segments(scope, &mut Quoted(out));
                out.put("\"");
            }
            Node::Object(members) => {
                out.put("{");
                let begun = out.len();
                for member in members {
                    member.render(scope, begun, out);
                }
                out.put("}");
            }
            Node::Array(nodes) => {
                out.put("[");
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        out.put(",");
                    }
                    let before = out.len();
                    node.render(scope, out);
                    if out.len() == before {
                        out.put("null");
                    }
                }
                out.put("]");
            }
        }
    }
}

impl Member {
    fn render<S: Scope + ?Sized>(&self, scope: &mut S, begun: usize, out: &mut Vec<u8>) {
        let before = out.len();
        if before > begun {
            out.put(",");
        }
        let node = match self {
            Member::Text(text) => {
                out.put(text);
                return;
            }
            Member::Named(name, node) => {
                out.put(name);
                node
            }
            Member::Rendered(key, node) => {
                out.put("\"");
                key.render_segments(scope, &mut Quoted(out));
                out.put("\":");
                node
            }
        };
        let key_end = out.len();
        node.render(scope, out);
        if out.len() == key_end {
            // Undefined: as if the member were not there.
            out.truncate(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexmap::IndexMap;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;
    use serde_json::json;

    struct Vars(Vec<Option<Value>>, SmallRng);

    impl Scope for Vars {
        fn value(&self, slot: crate::plan::Slot) -> Option<&Value> {
            self.0[slot.0 as usize].as_ref()
        }
        fn random(&mut self) -> &mut SmallRng {
            &mut self.1
        }
    }

    /// Renders a value with a variable `v`; `None` leaves it undefined.
    fn render(value: &Value, v: Option<Value>) -> String {
        let mut names = Names::new(IndexMap::new(), std::collections::BTreeMap::new());
        names.declare("v");
        let (mut failed, mut odd) = (Vec::new(), Vec::new());
        let node = document::Node::from_value(value, &Location::start("test"));
        let template = JsonTemplate::compile(&node, &mut names, &mut failed, &mut odd);
        assert_eq!(failed, []);
        let mut out = Vec::new();
        template.render_into(&mut Vars(vec![v], SmallRng::seed_from_u64(1)), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn placeholders_keep_types_and_undefined_members_vanish() {
        let cases = [
            (json!({"a": "{{ v }}", "b": 1}), Some(json!(7)), r#"{"a":7,"b":1}"#),
            (
                json!({"a": "x{{ v }}", "b": 1.0}),
                Some(json!({"k": "\""})),
                r#"{"a":"x{\"k\":\"\\\"\"}","b":1}"#,
            ),
            (
                json!({"a": "{{ v }}", "b": ["{{ v }}", 1], "c": "x{{ v }}"}),
                None,
                r#"{"b":[null,1],"c":"xundefined"}"#,
            ),
            (json!({"a": 1, "b": "{{ v }}", "c": "{{ v }}", "d": 2}), None, r#"{"a":1,"d":2}"#),
            (json!({"a": "{{ v }}"}), None, "{}"),
            (json!({"k{{ v }}": "{{ v }}"}), Some(json!("\n")), r#"{"k\n":"\n"}"#),
            (json!(["{{ v }}", "{{ v.length }}"]), Some(json!("ab")), r#"["ab",2]"#),
            (
                json!({"a": "q\"{{ v }}\"", "o": {}, "l": []}),
                Some(json!(null)),
                r#"{"a":"q\"null\"","o":{},"l":[]}"#,
            ),
            (json!("{{ v }}"), None, ""),
            (json!({"n": "{{ $randomNumber(7, 7) }}", "w": "{{ nope }}"}), None, r#"{"n":"7"}"#),
        ];
        for (value, v, wanted) in cases {
            assert_eq!(render(&value, v), wanted, "{value}");
        }
    }

    #[test]
    fn members_without_placeholders_are_one_piece() {
        let value = document::Node::from_value(
            &json!({"a": 1, "b": [true], "c": "{{ v }}", "d": null}),
            &Location::start("test"),
        );
        let mut names = Names::default();
        names.declare("v");
        let template = JsonTemplate::compile(&value, &mut names, &mut Vec::new(), &mut Vec::new());
        let Node::Object(members) = &template.node else { panic!("{template:?}") };
        assert_eq!(members.len(), 3, "{members:?}");
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_filter("no placeholder", |text| !text.contains("{{")).prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec(("[a-z\"\\\\]{0,4}", inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn without_placeholders_it_is_what_serde_json_writes(value in json_value()) {
            prop_assert_eq!(render(&value, None), value.to_string());
        }

        #[test]
        fn any_variable_renders_to_json_that_reads_back(v in json_value()) {
            let text = render(&json!({"lone": "{{ v }}", "s": "<{{ v }}>"}), Some(v.clone()));
            let back: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&back["lone"], &v);
        }
    }
}
