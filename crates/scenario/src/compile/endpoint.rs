//! The names under which endpoints are reported: those of Artillery's plugin `metrics-by-endpoint`, by its options.

use crate::compile::Compiler;
use crate::compile::target::{Base, authority};
use crate::plan::{Series, Server, Url};
use crate::template::Segment;
use crate::url;
use indexmap::map::Entry;
use percent_encoding::percent_decode_str;

impl Compiler {
    /// What people see a request as: the path before templating, with the host and port where they are not the
    /// target's.
    pub(super) fn endpoint(&self, url: &str, name: Option<&str>) -> String {
        let options = &self.plugins.endpoints;
        let name = name.filter(|name| !name.is_empty());
        if let Some(name) = name.filter(|_| options.only_names) {
            return name.to_owned();
        }
        let text = url.trim();
        let mut endpoint = String::new();
        let relative = self.relative(text).filter(|_| text.starts_with('/'));
        let path = match &relative {
            Some(path) => path.as_str(),
            None if text.to_ascii_lowercase().starts_with("http") && text.contains("://") => {
                let (authority, path) = authority(text);
                endpoint.push_str(&self.foreign(authority));
                if path.is_empty() || !path.starts_with('/') { "/" } else { path }
            }
            None => text,
        };
        let ends: &[char] = if options.strip_query { &['?', '#'] } else { &['#'] };
        let end = path.find(ends).unwrap_or(path.len());
        let path = &path[..end];
        match percent_decode_str(path).decode_utf8() {
            Ok(decoded) => endpoint.push_str(&decoded),
            Err(_) => endpoint.push_str(path),
        }
        match name {
            Some(name) => format!("{endpoint} ({name})"),
            None => endpoint,
        }
    }

    /// The number of a series, which is a new one unless there is one of that scenario, endpoint and method.
    pub(super) fn series(&mut self, series: Series) -> u32 {
        let key = (series.scenario, series.endpoint.clone(), series.method.clone());
        let entry = self.series.entry(key);
        let number = u32::try_from(entry.index()).unwrap_or(u32::MAX);
        match entry {
            Entry::Vacant(place) => {
                place.insert(series);
            }
            Entry::Occupied(place) if place.get().server != series.server => {
                place.into_mut().server = Server::Unknown;
            }
            Entry::Occupied(_) => {}
        }
        number
    }

    /// Where a URL leads, as far as that is known before it is rendered.
    pub(super) fn server(&self, url: &Url) -> Server {
        let template = match url {
            Url::OnTarget(_) => return Server::Target,
            Url::Whole(template, _) => template,
        };
        let known = template.segments.iter().map_while(|segment| match segment {
            Segment::Text(text) => Some(&**text),
            Segment::Known(value) => value.as_ref()?.as_str(),
            _ => None,
        });
        let (count, begin) = known.fold((0, String::new()), |(count, begin), text| (count + 1, begin + text));
        // Behind a port or a part of a name more may come.
        let is_known = count == template.segments.len() || !authority(&begin).1.is_empty();
        let origin = url::split(&begin).ok().filter(|_| is_known && begin.starts_with("http"));
        match (origin, &self.base) {
            (Some((origin, _)), Base::Address { origin: target, .. }) if origin == *target => Server::Target,
            (Some((origin, _)), _) => Server::Other(origin),
            (None, _) => Server::Unknown,
        }
    }

    /// Leaves a series out of the endpoint metrics.
    pub(super) fn leave_out(&mut self, series: u32) {
        let left_out = &mut self.plugins.endpoints.left_out;
        if let Err(place) = left_out.binary_search(&series) {
            left_out.insert(place, series);
        }
    }

    /// The part of `host:port` that differs from the target's.
    fn foreign(&self, authority: &str) -> String {
        let split = |authority: &str| {
            let authority = authority.rsplit('@').next().unwrap_or("").to_ascii_lowercase();
            match authority.rsplit_once(':') {
                Some((host, port)) if !port.ends_with(']') => (host.to_owned(), port.to_owned()),
                _ => (authority, String::new()),
            }
        };
        let (host, port) = split(authority);
        let (base_host, base_port) = match &self.base {
            Base::Builtin => Default::default(),
            Base::Address { text, .. } => split(crate::compile::target::authority(text).0),
        };
        let mut foreign = if host == base_host { String::new() } else { host };
        if !port.is_empty() && port != base_port {
            foreign.push(':');
            foreign.push_str(&port);
        }
        foreign
    }
}
