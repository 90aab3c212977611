//! `scenarios`, their flows and the steps that are no requests.

use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::parse::keys::Status;
use crate::parse::{Parser, keys};
use crate::scenario::{Action, Flow, Guard, Request, Step};
use crate::source::{Location, Spanned};
use crate::suggest;
use http::Method;

/// Bytes that the name of an HTTP method may have; the longest that is registered has 17.
const LONGEST_METHOD: usize = 32;
/// Registered methods that look like a slip of the finger in `loop` and `think`.
const LIKE_STEPS: [&str; 2] = ["lock", "link"];

impl Parser {
    pub(super) fn flows(&mut self, node: &Node) -> Option<Vec<Flow>> {
        let items = self.list(node, "scenarios").unwrap_or_default();
        if matches!(&node.kind, Kind::List(items) if items.is_empty()) {
            let problem = Diagnostic::error(&node.at, "no scenarios: the list is empty");
            self.problems.push(problem.hint("a scenario is `- flow:` with a list of steps"));
        }
        let flow = |(index, item)| self.flow(item, &format!("scenarios[{index}]"));
        Some(items.iter().enumerate().filter_map(flow).collect())
    }

    fn flow(&mut self, node: &Node, path: &str) -> Option<Flow> {
        let members = self.fields(node, path, &keys::SCENARIO)?;
        let at = members.first().map_or(&node.at, |(_, entry)| &entry.key_at).clone();
        let name = members.get("name").and_then(|entry| self.only_text(&entry.node, &format!("{path}.name")));
        let weight = members.get("weight");
        let weight = weight.and_then(|entry| self.number_or_text(&entry.node, &format!("{path}.weight")));
        if let Some(entry) = members.get("engine")
            && let Some(engine) = self.text(&entry.node, &format!("{path}.engine"))
        {
            self.engine(&engine, path);
        }
        let Some(steps) = members.get("flow") else {
            self.problems.push(
                Diagnostic::error(&at, format!("\"{path}.flow\" is required"))
                    .hint("a flow is a list of steps: get, post, think …"),
            );
            return None;
        };
        let steps = self.steps(&steps.node, &format!("{path}.flow"), "its users do nothing")?;
        Some(Flow { at, name: name.map(|name| name.value), weight, steps })
    }

    fn engine(&mut self, engine: &Spanned<String>, path: &str) {
        let shown: String = engine.value.chars().take(80).collect();
        let message = match shown.as_str() {
            "http" => return,
            "ws" | "websocket" | "socketio" | "playwright" => {
                format!("the engine `{shown}` of {path} is not supported yet")
            }
            _ => format!("unknown engine `{shown}` in {path}"),
        };
        let problem = Diagnostic::error(&engine.at, message).lacks(format!("the engine `{shown}`"));
        self.problems.push(problem.hint("the engine is `http`, which needs no key"));
    }

    /// `before` or `after`: a flow without a name or weight that count.
    pub(super) fn hook(&mut self, node: &Node, path: &str) -> Option<Vec<Step>> {
        if !matches!(node.kind, Kind::Map(_)) {
            let problem = Diagnostic::error(&node.at, format!("\"{path}\" must be of type object"));
            self.problems.push(problem.hint("a map with a `flow`, which is a list of steps"));
            return None;
        }
        let members = self.fields(node, path, &keys::HOOK)?;
        if let Some(entry) = members.get("engine")
            && let Some(engine) = self.text(&entry.node, &format!("{path}.engine"))
        {
            self.engine(&engine, path);
        }
        let Some(flow) = members.get("flow") else {
            let problem = Diagnostic::error(&node.at, format!("\"{path}.flow\" is required"));
            self.problems.push(problem.hint("a flow is a list of steps: get, post, think …"));
            return None;
        };
        self.steps(&flow.node, &format!("{path}.flow"), "nothing is done")
    }

    /// A list of steps; `empty` says what comes of there being none.
    fn steps(&mut self, node: &Node, path: &str, empty: &str) -> Option<Vec<Step>> {
        let items = self.list(node, path)?;
        if items.is_empty() {
            let warning = Diagnostic::warning(&node.at, format!("\"{path}\" has no steps: {empty}"));
            self.problems.push(warning);
        }
        let step = |(index, item)| self.step(item, &format!("{path}[{index}]"));
        Some(items.iter().enumerate().filter_map(step).collect())
    }

    fn step(&mut self, node: &Node, path: &str) -> Option<Step> {
        let Kind::Map(members) = &node.kind else {
            if matches!(node.kind, Kind::List(_)) && path.contains(".parallel[") {
                return Some(self.list_in_parallel(node, path));
            }
            self.wrong_type(node, path, "a step such as `get:` or `think:`");
            return None;
        };
        if let Some(body) = members.get("loop") {
            return self.repeat(node, &body.key_at, path);
        }
        if let Some(body) = members.get("parallel") {
            return self.parallel(node, &body.key_at, path);
        }
        // The only step but these that has an option beside it.
        let jitter = members.get("jitter").filter(|_| members.contains_key("think"));
        let jitter = jitter.and_then(|entry| self.number_or_text(&entry.node, &format!("{path}.jitter")));
        let mut entries = members.iter().filter(|(key, _)| jitter.is_none() || *key != "jitter");
        let Some((key, entry)) = entries.next() else {
            self.problems.push(Diagnostic::error(&node.at, format!("\"{path}\" is an empty step")));
            return None;
        };
        if let Some((second, other)) = entries.next() {
            self.second_key(key, second, &other.key_at, path);
            return None;
        }
        let at = entry.key_at.clone();
        let node = &entry.node;
        let path = format!("{path}.{key}");
        let action = match key.as_str() {
            "think" => Action::Think { time: self.number_or_text(node, &path)?, jitter },
            "log" => Action::Log(self.only_text(node, &path)?),
            verb => match method(verb).or_else(|| self.foreign_method(verb, &at, &path)) {
                Some(method) => Action::Request(Box::new(self.request(method, node, &path, &at)?)),
                None => {
                    self.odd_step(key, &at, &path);
                    return None;
                }
            },
        };
        let guard = matches!(action, Action::Request(_)).then(|| self.guard(node, &path)).flatten();
        Some(Step { at, path, action, guard })
    }

    /// A list among the steps of a `parallel`: Artillery takes it for a request without a URL.
    fn list_in_parallel(&mut self, node: &Node, path: &str) -> Step {
        let message = format!("\"{path}\" is a list, which is no step");
        let warning = Diagnostic::warning(&node.at, message).label("users fail here");
        self.problems.push(warning.hint("each branch of a parallel is one step, such as a loop"));
        let action = Action::Request(Box::new(Request::new(Method::GET)));
        Step { at: node.at.clone(), path: path.to_owned(), action, guard: None }
    }

    /// `ifTrue` and `probability` of a request.
    fn guard(&mut self, node: &Node, path: &str) -> Option<Guard> {
        let mut guard = Guard::default();
        if let Some(condition) = node.get("ifTrue") {
            guard.condition = match &condition.kind {
                Kind::Text(_) => self.expression(condition, &format!("{path}.ifTrue")),
                _ => {
                    let message = format!("\"{path}.ifTrue\" has no effect: it is not text");
                    let hint =
                        "an expression in quotes, such as \"n > 1\"; as in Artillery, the request is sent";
                    self.problems.push(Diagnostic::warning(&condition.at, message).hint(hint));
                    None
                }
            };
        }
        if let Some(probability) = node.get("probability") {
            guard.probability = self.number(probability, &format!("{path}.probability"));
        }
        (guard != Guard::default()).then_some(guard)
    }

    /// The text of an expression.
    fn expression(&mut self, node: &Node, path: &str) -> Option<Spanned<String>> {
        let Kind::Text(text) = &node.kind else {
            self.wrong_type(node, path, "an expression in quotes, such as \"n > 1\"");
            return None;
        };
        Some(Spanned::new(text.clone(), node.at.clone()))
    }

    fn parallel(&mut self, node: &Node, at: &Location, path: &str) -> Option<Step> {
        let members = self.fields(node, path, &keys::PARALLEL)?;
        let steps = members
            .get("parallel")
            .and_then(|entry| self.steps(&entry.node, &format!("{path}.parallel"), "nothing is done"));
        let limit = members.get("limit");
        let limit = limit.and_then(|entry| self.count(&entry.node, &format!("{path}.limit")));
        let action = Action::Parallel { steps: steps?, limit };
        Some(Step { at: at.clone(), path: format!("{path}.parallel"), action, guard: None })
    }

    /// A step has one key: `get` and `think` in one map are two steps, or a missing indentation.
    fn second_key(&mut self, first: &str, second: &str, at: &Location, path: &str) {
        let is_option = keys::REQUEST.known().any(|key| key == second);
        let is_step = method(second).is_some() || ["think", "log", "function"].contains(&second);
        let message = format!("\"{path}\" must have 1 key, and has `{first}` and `{second}`");
        let hint = if method(first).is_some() && is_option && !is_step {
            "options of a request are indented below it"
        } else {
            "each step begins with a `-` of its own"
        };
        self.problems.push(Diagnostic::error(at, message).hint(hint));
    }

    /// As in Artillery, what is no step that is known is a request with a method of that name.
    fn foreign_method(&mut self, key: &str, at: &Location, path: &str) -> Option<Method> {
        let known = || keys::STEP.known();
        let alike = || !LIKE_STEPS.contains(&key) && suggest::nearest(key, known()).is_some();
        if key.len() > LONGEST_METHOD || known().any(|it| it == key) || alike() {
            return None;
        }
        let method = Method::from_bytes(key.to_ascii_uppercase().as_bytes()).ok()?;
        let message = format!("`{key}` is no step that is known (\"{path}\"): it is taken for a request");
        let label = format!("sent with the method {method}");
        let hint = format!("a step is one of {}", keys::STEP.told());
        self.problems.push(Diagnostic::warning(at, message).label(label).hint(hint));
        Some(method)
    }

    fn odd_step(&mut self, key: &str, at: &Location, path: &str) {
        let hint = format!("a step is one of {}", keys::STEP.told());
        let shown: String = key.chars().take(80).collect();
        let problem = if keys::STEP.is(key, Status::Later) {
            Diagnostic::error(at, format!("`{key}` is not supported yet (\"{path}\")"))
                .lacks(format!("the step `{key}`"))
        } else {
            let label = suggest::question(key, keys::STEP.known());
            Diagnostic { label, ..Diagnostic::error(at, format!("unknown step `{shown}` (\"{path}\")")) }
        };
        self.problems.push(problem.hint(hint));
    }

    fn repeat(&mut self, node: &Node, at: &Location, path: &str) -> Option<Step> {
        let members = self.fields(node, path, &keys::LOOP)?;
        let steps = members
            .get("loop")
            .and_then(|entry| self.steps(&entry.node, &format!("{path}.loop"), "its rounds do nothing"));
        let count = members.get("count");
        let count = count.and_then(|entry| self.number_or_text(&entry.node, &format!("{path}.count")));
        let counter = members.get("loopValue");
        let counter = counter.and_then(|entry| self.text(&entry.node, &format!("{path}.loopValue")));
        let counts = ["over", "whileTrue", "count"];
        let slip = members.keys().any(|key| !keys::LOOP.takes(key) && suggest::is_slip(key, counts));
        if !self.closed && counts.iter().all(|key| !members.contains_key(*key)) && !slip {
            let message = format!("\"{path}\" has no count: it goes on until a step fails");
            self.problems.push(Diagnostic::warning(at, message).hint("add `count: 10` beside `loop:`"));
        }
        let over = members.get("over").and_then(|entry| match &entry.node.kind {
            Kind::List(_) | Kind::Text(_) => Some(entry.node.clone()),
            _ => {
                self.wrong_type(&entry.node, &format!("{path}.over"), "a list or the name of a variable");
                None
            }
        });
        let element = members.get("loopElement");
        let element = element.and_then(|entry| self.text(&entry.node, &format!("{path}.loopElement")));
        let condition = members.get("whileTrue");
        let condition =
            condition.and_then(|entry| self.expression(&entry.node, &format!("{path}.whileTrue")));
        let action = Action::Loop { steps: steps?, count, counter, over, element, condition };
        Some(Step { at: at.clone(), path: format!("{path}.loop"), action, guard: None })
    }

    /// A number or text, kept as it is: what it means is seen once its placeholders are filled.
    pub(super) fn number_or_text(&mut self, node: &Node, path: &str) -> Option<Spanned<serde_json::Value>> {
        if matches!(node.kind, Kind::Number(_) | Kind::Text(_)) {
            return Some(Spanned::new(node.to_value(), node.at.clone()));
        }
        self.wrong_type(node, path, "a number or text");
        None
    }
}

/// The method that a step's key stands for.
fn method(key: &str) -> Option<Method> {
    Some(match key {
        "get" => Method::GET,
        "post" => Method::POST,
        "put" => Method::PUT,
        "patch" => Method::PATCH,
        "delete" => Method::DELETE,
        "head" => Method::HEAD,
        "options" => Method::OPTIONS,
        _ => return None,
    })
}
