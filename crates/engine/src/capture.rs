//! `capture`: values of an answer that go into variables, and those that it has to hold.

use crate::session::Session;
use crate::transport::Want;
use loadgen_scenario::extract::{Answer, ExtractError};
use loadgen_scenario::plan::Request;

/// Takes all captures from an answer and compares what is to be matched, in this order. If one that is strict fails,
/// no variable changes.
pub(crate) fn take(
    request: &Request,
    answer: &Answer<'_>,
    session: &mut Session,
) -> Result<(), ExtractError> {
    if request.captures.is_empty() && request.matches.is_empty() {
        return Ok(());
    }
    let mut taken = Vec::with_capacity(request.captures.len());
    for capture in &request.captures {
        taken.push((&capture.into, capture.find(answer, session)?));
    }
    for wanted in &request.matches {
        wanted.check(answer, session)?;
    }
    taken.into_iter().for_each(|(place, value)| session.write(place, value));
    Ok(())
}

/// What of an answer is looked at.
pub(crate) fn wanted(request: &Request) -> Want {
    let captures = request.captures.iter().map(|capture| &capture.from);
    let mut extractors = captures.chain(request.matches.iter().map(|wanted| &wanted.from));
    let headers = request.watch.expects || extractors.any(|from| from.needs_headers());
    Want { body: needs_body(request), headers }
}

/// Whether the answer's body is looked at.
pub(crate) fn needs_body(request: &Request) -> bool {
    let mut captures = request.captures.iter().map(|capture| &capture.from);
    let mut matches = request.matches.iter().map(|wanted| &wanted.from);
    request.watch.wants_body
        || captures.any(|from| from.needs_body())
        || matches.any(|from| from.needs_body())
}
