//! The names of metrics, as far as they are known before a run, so that a slip in a threshold is found before it.
//!
//! Names that begin as loadgen's own do (`http.`, `vusers.`, `loadgen.`) are a closed set: another one, or a summary
//! without one of its statistics, is an error. Artillery accepts such a name and fails the check once the run is
//! over; no script that means something is refused by this. Open are `errors.`, whose kinds the run brings, and
//! `plugins.`; all other names are warned of, since a processor may yet emit them. Whether the run then has the
//! metric is the report's to tell, which also gives it its value: the names here have to be those.

use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::suggest;

const COUNTERS: [&str; 9] = [
    "vusers.created",
    "vusers.completed",
    "vusers.failed",
    "vusers.skipped",
    "http.requests",
    "http.responses",
    "http.downloaded_bytes",
    "http.sent_bytes",
    "loadgen.vusers.interrupted",
];
const RATES: [&str; 5] = [
    "http.request_rate",
    "loadgen.error_rate",
    "loadgen.timeout_rate",
    "loadgen.availability",
    "loadgen.users_failed_rate",
];
const SUMMARIES: [&str; 18] = [
    "http.response_time",
    "http.response_time.1xx",
    "http.response_time.2xx",
    "http.response_time.3xx",
    "http.response_time.4xx",
    "http.response_time.5xx",
    "http.latency",
    "http.schedule_lag",
    "http.phase.dns",
    "http.phase.tcp",
    "http.phase.tls",
    "http.phase.wait",
    "http.phase.download",
    // Artillery's, with `extendedMetrics`.
    "http.dns",
    "http.tcp",
    "http.tls",
    "http.total",
    "vusers.session_length",
];
/// A summary for each endpoint.
const ENDPOINTS: &str = "plugins.metrics-by-endpoint.response_time.";
const STATISTICS: [&str; 11] =
    ["min", "max", "count", "mean", "median", "p50", "p75", "p90", "p95", "p99", "p999"];
/// A counter for each scenario.
const BY_NAME: &str = "vusers.created_by_name.";
/// What names begin with of which the run brings the rest.
const OPEN: [&str; 2] = ["errors.", "apdex."];
/// What only loadgen's own names begin with.
const OWN: [&str; 3] = ["http.", "vusers.", "loadgen."];
const HINT: &str = "docs/results.md lists the metrics; a summary's name ends in a statistic, such as `.p95`";

/// What a script brings to the names of metrics.
pub(super) struct Script {
    /// The scenarios: what `vusers.created_by_name.` can be followed by.
    pub(super) scenarios: Vec<String>,
    /// What its endpoint metrics begin with, its dot included, where that is not `plugins.`.
    pub(super) endpoints: Option<String>,
}

impl Script {
    /// What begins names that may hold any character, so that only a run can tell where they end.
    pub(super) fn open(&self) -> impl Iterator<Item = &str> {
        ["errors.", "plugins."].into_iter().chain(self.endpoints.as_deref())
    }

    /// The counters of its scenarios, the longest first.
    pub(super) fn by_name(&self) -> Vec<String> {
        let mut names: Vec<String> = self.scenarios.iter().map(|name| format!("{BY_NAME}{name}")).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names
    }
}

/// What is wrong with a metric's name.
pub(super) fn check(metric: &Spanned<String>, script: &Script) -> Option<Diagnostic> {
    let name = metric.value.as_str();
    let statistic = |name: &str| STATISTICS.contains(&name);
    let statistics = || format!("the statistics are {}", STATISTICS.join(", "));
    let named = name == "apdex" || COUNTERS.contains(&name) || RATES.contains(&name);
    let own = script.endpoints.as_deref().is_some_and(|prefix| name.starts_with(prefix));
    if named || own || OPEN.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    if let Some(code) = name.strip_prefix("http.codes.") {
        let is_code = code.len() == 3 && code.bytes().all(|digit| digit.is_ascii_digit());
        let problem = || Diagnostic::error(&metric.at, format!("`{}` is no status code", shown(code)));
        return (!is_code).then(|| problem().hint("such as http.codes.200"));
    }
    if let Some(scenario) = name.strip_prefix(BY_NAME) {
        let scenarios = &script.scenarios;
        if scenarios.iter().any(|known| known == scenario) {
            return None;
        }
        let message = format!("no scenario is called `{}`", shown(scenario));
        let question = suggest::question(scenario, scenarios.iter().map(String::as_str));
        return Some(Diagnostic { label: question, ..Diagnostic::warning(&metric.at, message) });
    }
    if let Some(endpoint) = name.strip_prefix(ENDPOINTS) {
        let complete = endpoint.rsplit_once('.').is_some_and(|(_, last)| statistic(last));
        let message = format!("`{}` is a summary, and names no statistic of it", shown(name));
        return (!complete).then(|| Diagnostic::warning(&metric.at, message).hint(statistics()));
    }
    if name.starts_with("plugins.") {
        return None;
    }
    if SUMMARIES.contains(&name) {
        let problem =
            Diagnostic::error(&metric.at, format!("`{name}` is a summary, and names no statistic of it"));
        return Some(problem.label(format!("did you mean `{name}.p95`?")).hint(statistics()));
    }
    // The longest: `http.response_time.2xx` before `http.response_time`.
    let of = |summary: &&str| name.strip_prefix(summary).is_some_and(|rest| rest.starts_with('.'));
    let summary = SUMMARIES.into_iter().filter(of).max_by_key(|summary| summary.len());
    let last = summary.and_then(|summary| name.get(summary.len() + 1..));
    if last.is_some_and(statistic) {
        return None;
    }
    let label = question(name);
    let problem = if let (Some(summary), Some(last)) = (summary, last) {
        let message = format!("`{summary}` has no statistic `{}`", shown(last));
        Diagnostic::error(&metric.at, message).hint(statistics())
    } else if OWN.iter().any(|own| name.starts_with(own)) {
        Diagnostic::error(&metric.at, format!("unknown metric `{}`", shown(name))).hint(HINT)
    } else {
        Diagnostic::warning(&metric.at, format!("unknown metric `{}`", shown(name))).hint(HINT)
    };
    Some(Diagnostic { label, ..problem })
}

/// The nearest whole name: of a summary, with a statistic.
fn question(name: &str) -> Option<String> {
    let summaries = SUMMARIES.iter().flat_map(|summary| STATISTICS.map(|last| format!("{summary}.{last}")));
    let known: Vec<String> = COUNTERS.into_iter().chain(RATES).map(str::to_owned).chain(summaries).collect();
    suggest::question(name, known.iter().map(String::as_str))
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}
