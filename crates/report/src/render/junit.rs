//! JUnit XML: what a run had to keep, as test cases that a CI server shows beside others.
//!
//! There is one suite with a case for each check, for each kind of expectation that was counted and, where an invalid
//! run fails, for the validity. The words are those of the summary.

use super::text::{expectations, head};
use crate::statistic;
use crate::validity::State;
use crate::{Check, Report, number};
use loadgen_metrics::ExpectationTally;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// The statistics of the times that are among the suite's properties.
const STATISTICS: [&str; 6] = ["count", "p50", "p95", "p99", "p999", "max"];

/// Writes the document. `strict_validity` is whether an invalid run counts as a failure.
pub fn render(report: &Report, strict_validity: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut suite = TestSuite::new(report.meta.script.as_str());
    suite.set_time(report.duration());
    suite.add_properties(properties(report));
    suite.add_test_cases(report.verdict.checks.iter().map(|it| check(it, report)));
    let counted = expectations::kinds(report).filter(|(_, tally)| tally.ok + tally.failed > 0);
    suite.add_test_cases(counted.map(|(kind, tally)| expectation(kind, tally)));
    if strict_validity {
        suite.add_test_case(validity(report));
    }
    let mut document = quick_junit::Report::new("loadgen");
    document.set_time(report.duration());
    document.add_test_suite(suite);
    let text = document.to_string().map_err(io::Error::other)?;
    // The schema of Jenkins' has this count in a suite alone. The root's comes first, after a name that is ours.
    let surplus = format!(" skipped=\"{}\"", document.skipped);
    out.write_all(text.replacen(&surplus, "", 1).as_bytes())
}

/// What identifies the run, and its times in milliseconds to the microsecond.
fn properties(report: &Report) -> Vec<(String, String)> {
    let meta = &report.meta;
    let mut all: Vec<(&str, String)> = vec![
        ("version", meta.version.clone()),
        ("target", meta.target.clone()),
        ("seed", meta.seed.to_string()),
        ("script_sha256", meta.script_hash.clone()),
        ("validity", report.validity.state.to_string()),
        ("verdict", report.verdict.in_words()),
        ("http.requests", report.total.requests().requests.to_string()),
    ];
    all.extend(head::date(meta.started_at).map(|date| ("started", date)));
    all.extend(meta.environment.clone().map(|name| ("environment", name)));
    all.extend(report.stopped.clone().map(|signal| ("stopped", signal)));
    let mut all: Vec<(String, String)> = all.into_iter().map(|(name, it)| (name.to_owned(), it)).collect();
    let requests = report.total.requests();
    for (name, histogram) in
        [("http.latency", &requests.latency), ("http.response_time", &requests.response_time())]
    {
        all.extend(STATISTICS.iter().filter_map(|statistic| {
            Some((format!("{name}.{statistic}"), statistic::of(histogram, statistic)?.to_string()))
        }));
    }
    all
}

fn case(group: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("loadgen.{group}"));
    case
}

/// A failure in one sentence, with whatever else there is to say.
fn failure(kind: &str, sentence: &str, more: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(sentence);
    status.set_description(if more.is_empty() { sentence } else { more });
    status
}

fn check(check: &Check, report: &Report) -> TestCase {
    let status = match (check.pass, check.strict) {
        (true, _) => TestCaseStatus::success(),
        (false, true) => failure("threshold", &check.breach_in_words(&report.meta), ""),
        (false, false) => {
            // It does not fail the run; a case that is skipped is seen all the same.
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("optional: {}", check.breach_in_words(&report.meta)));
            status
        }
    };
    case("checks", &format!("{} {}", check.name(), check.wanted()), status)
}

fn expectation(kind: &str, tally: &ExpectationTally) -> TestCase {
    let all = number::count(tally.ok + tally.failed);
    let status = match tally.failed {
        0 => TestCaseStatus::success(),
        failed => {
            let sentence = format!("{} of {all} not met", number::count(failed));
            let example = tally.sample.as_ref().map(|it| format!("{} {}  {}", it.method, it.url, it.detail));
            let trace = tally.sample.as_ref().and_then(|it| it.trace);
            let trace = trace.map(|trace| format!(", trace {trace}")).unwrap_or_default();
            let more = example.map(|it| format!("{sentence}, e.g. {}{trace}", it.trim())).unwrap_or_default();
            failure("expectation", &sentence, &more)
        }
    };
    case("expectations", kind, status)
}

fn validity(report: &Report) -> TestCase {
    let status = match report.validity.state {
        State::Valid | State::Degraded => TestCaseStatus::success(),
        State::Invalid => {
            let reasons: Vec<String> = report.validity.reasons().map(|it| it.to_string()).collect();
            let fixes = report.validity.reasons().map(|it| format!("{it}\nfix: {}", it.fix()));
            failure("validity", &reasons.join("; "), &fixes.collect::<Vec<_>>().join("\n"))
        }
    };
    case("validity", "the run is valid", status)
}
