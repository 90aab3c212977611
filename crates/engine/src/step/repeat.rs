//! `loop`: steps again and again, with the round's number and entry in variables.
//!
//! The counter is the variable itself: a round that changes it, such as by an inner loop of the same name, changes
//! where it goes on. Which entry is next, and when it is over, the loop counts for itself. All as in Artillery.

use crate::session::Session;
use crate::transport::Transport;
use crate::user::{Frame, User};
use loadgen_scenario::plan::{Count, Entry, Loop, Over};
use loadgen_scenario::{Scope, count};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Where a loop is.
pub(crate) struct Round<'p> {
    body: &'p Loop,
    index: u64,
    /// The first index that has no round; `None` where there is none.
    to: Option<u64>,
    entries: Entries<'p>,
}

/// What a loop goes over.
enum Entries<'p> {
    /// Nothing: it counts.
    None,
    /// Entries that the script lists.
    Listed(&'p [Entry]),
    /// A list that nobody copies.
    Shared(Arc<Value>),
    /// A list of this user's.
    Own(Vec<Value>),
}

impl Entries<'_> {
    fn len(&self) -> usize {
        match self {
            Entries::None => 0,
            Entries::Listed(entries) => entries.len(),
            Entries::Shared(list) => list.as_array().map_or(0, Vec::len),
            Entries::Own(list) => list.len(),
        }
    }

    /// Puts an entry into its variable; undefined past the end.
    fn put(&self, index: u64, body: &Loop, session: &mut Session) {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let value = match self {
            Entries::None => return,
            Entries::Listed(entries) => {
                let entry = entries.get(index);
                session.later(body.element, entry.and_then(|entry| entry.rendered.clone()));
                entry.map(|entry| entry.value.clone())
            }
            Entries::Shared(list) => list.get(index).cloned(),
            Entries::Own(list) => list.get(index).cloned(),
        };
        session.put(body.element, value);
    }
}

impl Round<'_> {
    /// Whether the loop ends with its user's phase.
    pub(crate) fn is_timed(&self) -> bool {
        self.body.timed
    }

    /// Starts the next round, if there is one.
    pub(crate) fn next(&mut self, session: &mut Session) -> bool {
        self.index += 1;
        let counter = session.value(self.body.counter).and_then(Value::as_f64);
        let next = counter.map_or(self.index as f64, |counter| counter + 1.0);
        session.set(self.body.counter, whole(next));
        self.entries.put(self.index, self.body, session);
        match &self.body.condition {
            Some(condition) => condition.is_true(session),
            None => self.to.is_none_or(|to| self.index < to),
        }
    }
}

/// A counter's value: a whole number without a fraction.
fn whole(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

/// The first round's frame; `None` where there are no rounds.
pub(crate) fn enter<'p, T: Transport>(user: &mut User<T>, body: &'p Loop) -> Option<Frame<'p>> {
    let mut session = user.session.borrow_mut();
    let session = &mut *session;
    let (from, mut to) = match &body.count {
        Count::Range { from, to } => (*from, Some(*to)),
        Count::Endless => (0, None),
        Count::Rendered(template) => {
            let value = template.evaluate(session).map(Cow::into_owned).unwrap_or_default();
            let (from, to) = count::parse(&value).unwrap_or((0, 0));
            (from, Some(to))
        }
    };
    let entries = entries(body, session);
    session.set(body.counter, from.into());
    session.later(body.element, None);
    match &entries {
        Entries::None => session.put(body.element, Some(from.into())),
        entries => {
            to = Some(entries.len() as u64);
            entries.put(from.min(entries.len() as u64), body, session);
        }
    }
    let first = body.condition.is_some() || to.is_none_or(|to| from < to);
    if !first || body.steps.is_empty() {
        // The rounds of a loop without steps are counted all the same.
        if let Some(to) = to.filter(|_| first && body.condition.is_none()) {
            session.set(body.counter, to.into());
        }
        return None;
    }
    Some(Frame::rounds(&body.steps, Round { body, index: from, to, entries }))
}

fn entries<'p>(body: &'p Loop, session: &mut Session) -> Entries<'p> {
    match &body.over {
        None => Entries::None,
        Some(Over::Entries(entries)) => Entries::Listed(entries),
        Some(Over::Variable(name)) => {
            if let Some(list) = name.lone_slot().and_then(|slot| session.shared(slot)) {
                return Entries::Shared(list);
            }
            match name.evaluate(session).map(Cow::into_owned) {
                Some(Value::Array(list)) => Entries::Own(list),
                _ => Entries::Own(Vec::new()),
            }
        }
    }
}
