//! Correlation: a value that the service handed out and a later request uses becomes a capture and a placeholder.
//!
//! Only where there is no doubt. A peculiar value (a UUID, a token, a long number) counts wherever it turns up again;
//! a short id only where names agree: `/users/42` after an answer about users, `"orderId": 42` after one about orders.
//! What the client sent first, such as the user's own e-mail address, is the client's and no capture.

use super::Exchange;
use super::location;
use super::sources::{Source, is_id, is_peculiar, sources};
use crate::draft::{Body, Capture, From, Request};
use crate::noun::singular;
use crate::settle::most_used;
use crate::url::decode;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Puts captures and placeholders into the exchanges.
pub(crate) fn correlate(exchanges: &mut [Exchange]) {
    let mut pool = Pool::default();
    let urls = exchanges.iter().map(|exchange| exchange.request.url.as_str());
    let home = most_used(urls).unwrap_or_default();
    let mut sent = HashSet::new();
    for (index, exchange) in exchanges.iter_mut().enumerate() {
        each_text(&exchange.request, &mut |text| {
            sent.insert(text.to_owned());
        });
        let found = sources(exchange);
        let created = location::created(exchange, &home);
        pool.use_in(&mut exchange.request);
        // What went wrong while recording will not hand out the same in a test.
        let went_well = exchange.answer.status < 400;
        for source in found.into_iter().filter(|_| went_well) {
            if !sent.contains(&source.value) {
                pool.add(index, source);
            }
        }
        if let Some((address, source)) = created {
            // A client that chose the name itself needs nobody to tell it.
            let is_new = address.rsplit('/').next().is_some_and(|last| !sent.contains(&decode(last)));
            if is_new && !pool.addresses.contains_key(&address) {
                pool.addresses.insert(address, pool.known.len());
                pool.known.push(Known { index, source, name: None });
            }
        }
    }
    for known in pool.known {
        if let Some(name) = known.name {
            exchanges[known.index].request.captures.push(Capture { from: known.source.from, name });
        }
    }
}

struct Known {
    /// Of the exchange whose answer has it.
    index: usize,
    source: Source,
    /// Once it is used.
    name: Option<String>,
}

#[derive(Default)]
struct Pool {
    known: Vec<Known>,
    by_value: HashMap<String, Vec<usize>>,
    /// Whole URLs of what was created.
    addresses: HashMap<String, usize>,
    names: HashSet<String>,
}

/// Where a value turns up.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// In a path, behind this segment.
    Path(&'a str),
    /// As the value of this name.
    Named(&'a str),
    /// Anywhere else.
    Text,
}

impl Pool {
    fn add(&mut self, index: usize, source: Source) {
        let list = self.by_value.entry(source.value.clone()).or_default();
        let same = |other: &usize| {
            let other = &self.known[*other].source;
            let alike = source.is_peculiar || (other.resource == source.resource && other.key == source.key);
            alike && other.is_number == source.is_number
        };
        // The first answer that has a value is where it comes from.
        if !list.iter().any(same) {
            list.push(self.known.len());
            self.known.push(Known { index, source, name: None });
        }
    }

    /// The variable that holds this value here, if that is beyond doubt. `is_number`: how JSON has it, where it is JSON.
    fn find(&mut self, value: &str, is_number: Option<bool>, place: Place<'_>) -> Option<String> {
        let fits = |known: &&usize| {
            let source = &self.known[**known].source;
            is_number.is_none_or(|wanted| wanted == source.is_number)
                && (source.is_peculiar || agrees(source, place))
        };
        // Of several that fit, which then are the same thing by their names, the first has it from the service.
        let found = *self.by_value.get(value)?.iter().find(fits)?;
        self.named(found)
    }

    /// The name of a value that is used.
    fn named(&mut self, found: usize) -> Option<String> {
        if self.known[found].name.is_none() {
            let name = self.name(base_name(&self.known[found].source));
            self.known[found].name = Some(name);
        }
        self.known[found].name.clone()
    }

    /// A name that no other has.
    fn name(&mut self, base: String) -> String {
        let free = |name: &String| !self.names.contains(name);
        let name = Some(base.clone()).filter(free);
        let name = name.or_else(|| (2..).map(|number| format!("{base}{number}")).find(free)).unwrap_or(base);
        self.names.insert(name.clone());
        name
    }

    fn use_in(&mut self, request: &mut Request) {
        request.url = self.in_url(&request.url);
        for header in &mut request.headers {
            header.value = self.in_text(&header.value, Place::Named(&header.name));
        }
        match &mut request.body {
            Body::Json(value) => self.in_json(value, ""),
            Body::Form(fields) => {
                for (name, value) in fields {
                    if let Value::String(text) = value {
                        *text = self.in_text(text, Place::Named(name));
                    }
                }
            }
            Body::Parts(parts) => {
                for part in parts {
                    part.value = self.in_text(&part.value, Place::Named(&part.name));
                }
            }
            Body::Text(text) => *text = self.in_text(text, Place::Text),
            Body::None => {}
        }
    }

    fn in_url(&mut self, url: &str) -> String {
        let url = url.split('#').next().unwrap_or("");
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (url, None),
        };
        let (origin, path) =
            match path.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.find('/')?))) {
                Some((scheme, slash)) => path.split_at(scheme.len() + 3 + slash),
                None => (path, ""),
            };
        let mut segments: Vec<String> = path.split('/').map(str::to_owned).collect();
        for index in 1..segments.len() {
            let before = segments[index - 1].clone();
            let decoded = decode(&segments[index]);
            if decoded.bytes().all(is_safe)
                && let Some(name) = self.find(&decoded, None, Place::Path(&before))
            {
                segments[index] = placeholder(&name);
            }
        }
        let address = location::beginnings(url)
            .find_map(|(number, start)| Some((number, *self.addresses.get(&start)?)))
            .filter(|(number, _)| !segments.get(*number).is_none_or(|it| it.starts_with("{{")));
        let start = address.and_then(|(number, found)| Some((number, self.named(found)?)));
        let mut out = match start {
            Some((number, name)) => {
                let rest = segments.iter().skip(number + 1).map(|it| format!("/{it}"));
                format!("{}{}", placeholder(&name), rest.collect::<String>())
            }
            None => format!("{origin}{}", segments.join("/")),
        };
        if let Some(query) = query {
            let pairs: Vec<String> = query.split('&').map(|pair| self.in_pair(pair)).collect();
            out.push('?');
            out.push_str(&pairs.join("&"));
        }
        out
    }

    fn in_pair(&mut self, pair: &str) -> String {
        let Some((key, value)) = pair.split_once('=') else { return pair.to_owned() };
        let decoded = decode(value);
        // A placeholder is filled in as it is: a value that would have to be encoded stays written out.
        let is_fine = decoded.bytes().all(|byte| is_safe(byte) || b"=/:,".contains(&byte));
        match is_fine.then(|| self.find(&decoded, None, Place::Named(&decode(key)))).flatten() {
            Some(name) => format!("{key}={}", placeholder(&name)),
            None => pair.to_owned(),
        }
    }

    fn in_json(&mut self, value: &mut Value, key: &str) {
        match value {
            Value::Object(members) => members.iter_mut().for_each(|(key, value)| self.in_json(value, key)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.in_json(item, key)),
            Value::String(text) => {
                *text = match self.find(text, Some(false), Place::Named(key)) {
                    Some(name) => placeholder(&name),
                    // Known as a number: a lone placeholder would be one here too.
                    None if self.by_value.contains_key(text.as_str()) => return,
                    None => self.parts_of(text),
                };
            }
            Value::Number(number) => {
                if let Some(name) = self.find(&number.to_string(), Some(true), Place::Named(key)) {
                    *value = Value::String(placeholder(&name));
                }
            }
            _ => {}
        }
    }

    /// A text that is a value, or has peculiar ones in it.
    fn in_text(&mut self, text: &str, place: Place<'_>) -> String {
        match self.find(text, None, place) {
            Some(name) => placeholder(&name),
            None => self.parts_of(text),
        }
    }

    /// Peculiar values within a text, such as that of `Bearer …`: whole words, in a wide sense and then a narrow one.
    fn parts_of(&mut self, text: &str) -> String {
        let wide = |c: char| c.is_whitespace() || "\"'<>,;(){}[]|&?#\\".contains(c);
        let narrow = |c: char| "/=:".contains(c);
        replace_words(text, wide, &mut |word| {
            if let Some(name) = self.find_peculiar(word) {
                return Some(placeholder(&name));
            }
            Some(replace_words(word, narrow, &mut |word| {
                self.find_peculiar(word).map(|name| placeholder(&name))
            }))
        })
    }

    fn find_peculiar(&mut self, word: &str) -> Option<String> {
        is_peculiar(word).then(|| self.find(word, None, Place::Text)).flatten()
    }
}

/// Whether a short id may stand here, by its names.
fn agrees(source: &Source, place: Place<'_>) -> bool {
    let key = source.key.to_ascii_lowercase().replace('_', "");
    let own = key == "id" || key == "uuid" || key == "guid" || key == "slug";
    let full = if own { format!("{}id", source.resource) } else { key };
    match place {
        Place::Path(before) => {
            let about = singular(before);
            !about.is_empty() && ((own && about == source.resource) || full == format!("{about}id"))
        }
        Place::Named(name) => {
            is_id(name) && name.to_ascii_lowercase().replace('_', "") == full && full != "id"
        }
        Place::Text => false,
    }
}

/// A name for a variable: what the answer calls it, or what it is the id of.
fn base_name(source: &Source) -> String {
    let own = ["id", "_id", "uuid", "guid"].contains(&source.key.to_ascii_lowercase().as_str());
    let name = match &source.from {
        _ if own && !source.resource.is_empty() => format!("{}-id", source.resource),
        From::Header(name) => name.trim_start_matches("x-").to_owned(),
        _ => source.key.clone(),
    };
    let mut out = String::new();
    let mut capital = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || (c == '_' && !out.is_empty()) {
            out.push(if capital && !out.is_empty() { c.to_ascii_uppercase() } else { c });
            capital = false;
        } else {
            capital = true;
        }
    }
    let out = out.trim_end_matches('_').to_owned();
    if out.is_empty() || out == "target" || out.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("value{out}");
    }
    out
}

fn placeholder(name: &str) -> String {
    format!("{{{{ {name} }}}}")
}

/// Bytes that stand for themselves anywhere in a URL.
fn is_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

/// Replaces words of a text, which anything else parts.
fn replace_words(
    text: &str,
    parts: impl Fn(char) -> bool + Copy,
    each: &mut impl FnMut(&str) -> Option<String>,
) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(parts) {
        let word = piece.trim_end_matches(parts);
        match each(word) {
            Some(new) if !word.is_empty() => out.push_str(&new),
            _ => out.push_str(word),
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

/// All that a request sends, piece by piece.
fn each_text(request: &Request, each: &mut impl FnMut(&str)) {
    let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    path.split('/').for_each(|segment| each(&decode(segment)));
    query.split('&').filter_map(|pair| pair.split_once('=')).for_each(|(_, value)| each(&decode(value)));
    for header in &request.headers {
        header.value.split_whitespace().for_each(&mut *each);
    }
    match &request.body {
        Body::Json(value) => each_leaf(value, each),
        Body::Form(fields) => fields.iter().for_each(|(_, value)| each_leaf(value, each)),
        Body::Parts(parts) => parts.iter().for_each(|part| each(&part.value)),
        Body::Text(text) => text.split_whitespace().for_each(each),
        Body::None => {}
    }
}

fn each_leaf(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::Object(members) => members.values().for_each(|value| each_leaf(value, each)),
        Value::Array(items) => items.iter().for_each(|item| each_leaf(item, each)),
        Value::String(text) => each(text),
        Value::Number(number) => each(&number.to_string()),
        _ => {}
    }
}
