//! The metrics that a run shows to Prometheus: one table, of which the exposition and its manual are made.
//!
//! Names follow Prometheus' rules: base units, `_total` for what only grows, a prefix of our own.

/// A metric: what its name, labels and numbers mean.
#[derive(Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What its numbers are.
    pub kind: Kind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it means, a sentence.
    pub help: &'static str,
}

/// What a metric's numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number that only grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// Whether something is so: 1 or 0.
    Flag,
    /// Durations, in seconds.
    Histogram,
}

impl Kind {
    /// As Prometheus calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge | Kind::Flag => "gauge",
            Kind::Histogram => "histogram",
        }
    }
}

impl Metric {
    /// What it is counted in, as its name tells.
    pub fn unit(&self) -> &'static str {
        let name = self.name.trim_end_matches("_total");
        match name.rsplit('_').next() {
            Some("seconds") => "seconds",
            Some("bytes") => "bytes",
            Some("ratio") => "0 to 1",
            _ if self.kind == Kind::Flag => "1 or 0",
            _ => "number",
        }
    }

    /// Its name in OpenTelemetry: that of the semantic conventions where they have one.
    pub fn otlp(&self) -> String {
        if self.name == LATENCY.name {
            return "http.client.request.duration".to_owned();
        }
        let name = self.name.strip_suffix("_total").unwrap_or(self.name);
        let units = ["_seconds", "_bytes", "_ratio"];
        let name = units.iter().find_map(|unit| name.strip_suffix(unit)).unwrap_or(name);
        // What a word consists of stays together.
        let parts = [
            "busiest_shard",
            "schedule_lag",
            "response_time",
            "request_errors",
            "requests_failed",
            "start_time",
        ];
        let parts = parts.map(|part| (part.replace('_', "."), part));
        let dotted = name.replace('_', ".");
        parts.iter().fold(dotted, |name, (apart, together)| name.replace(apart.as_str(), together))
    }

    /// Its unit in OpenTelemetry (UCUM).
    pub fn otlp_unit(&self) -> &'static str {
        match self.unit() {
            "seconds" => "s",
            "bytes" => "By",
            _ => "1",
        }
    }

    /// The report's name for what it tells, which is Artillery's where Artillery has one: what StatsD, Datadog, InfluxDB and
    /// the Pushgateway are told. Empty where it is told to none of these; `*` stands for what is in a label here.
    pub fn report(&self) -> &'static str {
        REPORTED.iter().find(|(metric, _)| metric.name == self.name).map_or("", |(_, name)| name)
    }

    /// Its line in the manual's table.
    pub fn row(&self) -> String {
        let labels: Vec<String> = self.labels.iter().map(|label| format!("`{label}`")).collect();
        let labels = labels.join(", ");
        format!("| `{}` | {} | {} | {labels} | {} |", self.name, self.kind.name(), self.unit(), self.help)
    }

    /// Its line in the manual's table of names.
    pub fn names(&self) -> String {
        let report = match self.report() {
            "" => String::new(),
            name => format!("`{name}`"),
        };
        format!("| `{}` | `{}` | {report} |", self.name, self.otlp())
    }
}

macro_rules! metrics {
    ($($id:ident = $kind:ident $name:literal $labels:expr, $help:literal;)*) => {
        $(pub(super) static $id: Metric =
            Metric { name: $name, kind: Kind::$kind, labels: &$labels, help: $help };)*

        /// All metrics, in the order in which they are shown.
        pub static METRICS: &[&Metric] = &[$(&$id,)*];
    };
}

/// What the report calls what these tell.
static REPORTED: [(&Metric, &str); 15] = [
    (&CREATED, "vusers.created_by_name.*"),
    (&COMPLETED, "vusers.completed"),
    (&FAILED, "vusers.failed"),
    (&INTERRUPTED, "loadgen.vusers.interrupted"),
    (&SKIPPED, "vusers.skipped"),
    (&SESSION, "vusers.session_length"),
    (&REQUESTS, "http.requests"),
    (&RESPONSES, "http.codes.*"),
    (&LATENCY, "http.latency"),
    (&RESPONSE_TIME, "http.response_time"),
    (&LAG, "http.schedule_lag"),
    (&PARTS, "http.phase.*"),
    (&RECEIVED, "http.downloaded_bytes"),
    (&SENT, "http.sent_bytes"),
    (&ALL_ERRORS, "errors.*"),
];

const REQUEST: [&str; 3] = ["scenario", "name", "method"];

metrics! {
    INFO = Flag "loadgen_run_info" ["script", "target", "version"], "1 for the run: its labels say what runs.";
    STARTED = Gauge "loadgen_run_start_time_seconds" [], "When the run began, in seconds since 1970.";
    PLANNED = Gauge "loadgen_run_planned_seconds" [], "How long users are to arrive.";
    ELAPSED = Gauge "loadgen_run_elapsed_seconds" [], "The part of the run that these figures cover.";
    ENDED = Flag "loadgen_run_ended" [], "1 once the run is over and these are its last figures.";
    PHASE = Flag "loadgen_phase" ["number", "name"], "1 for the phase that the run is in; all are 0 once the last is over.";
    VALIDITY = Flag "loadgen_run_validity" ["state"], "1 for what the run would be called if it ended now: valid, degraded or invalid.";
    THRESHOLDS = Flag "loadgen_thresholds_met" ["threshold"], "1 if the threshold or condition would be met if the run ended now, else 0.";
    OFFERED = Counter "loadgen_arrivals_offered_total" [], "Users that were due by the schedule; not there with closed loops.";
    ACHIEVED = Counter "loadgen_arrivals_achieved_total" [], "Those of them that came, or were skipped by maxVusers; not there with closed loops.";
    CREATED = Counter "loadgen_vusers_created_total" ["scenario"], "Users that started.";
    COMPLETED = Counter "loadgen_vusers_completed_total" ["scenario"], "Users that reached the end of their flow.";
    FAILED = Counter "loadgen_vusers_failed_total" ["scenario"], "Users that stopped at an error.";
    INTERRUPTED = Counter "loadgen_vusers_interrupted_total" ["scenario"], "Users that still ran when the run was stopped.";
    SKIPPED = Counter "loadgen_vusers_skipped_total" [], "Users that did not start because maxVusers were running.";
    ACTIVE = Gauge "loadgen_vusers_active" [], "Users that are running.";
    SESSION = Histogram "loadgen_vuser_session_seconds" [], "First due to done of each user that completed its flow, thinking included.";
    REQUESTS = Counter "loadgen_http_requests_total" REQUEST, "Requests started.";
    RESPONSES = Counter "loadgen_http_responses_total" ["scenario", "name", "method", "status"], "Answers by status, redirects that were followed among them.";
    ERRORS = Counter "loadgen_http_request_errors_total" ["scenario", "name", "method", "error"], "Requests that failed, by the name of the error.";
    UNUSABLE = Counter "loadgen_http_requests_failed_total" REQUEST, "Requests that count into the error rate: without a usable answer, or with a 5xx one.";
    LATENCY = Histogram "loadgen_http_latency_seconds" REQUEST, "Due to done of each request that got a whole answer: what a user waits, the generator's own lateness included.";
    RESPONSE_TIME = Histogram "loadgen_http_response_time_seconds" REQUEST, "Request written to first byte of the answer, as Artillery measures.";
    LAG = Histogram "loadgen_http_schedule_lag_seconds" [], "Due to send start of each request: the generator's own lateness.";
    PARTS = Histogram "loadgen_http_part_seconds" ["part"], "Parts of requests: dns, tcp and tls of each connection opened, download (first byte to done) of each answer.";
    RECEIVED = Counter "loadgen_http_received_bytes_total" REQUEST, "Bytes of answer bodies.";
    SENT = Counter "loadgen_http_sent_bytes_total" REQUEST, "Bytes of requests.";
    ALL_ERRORS = Counter "loadgen_errors_total" ["error"], "Errors of requests and of users, by kind: the report's errors.X without the text that some hold.";
    EXPECTATIONS = Counter "loadgen_expectations_total" ["result"], "Expectations (expect) that were met and unmet.";
    CPU = Gauge "loadgen_cpu_usage_ratio" ["process"], "CPU time in the last second: the generator's as a share of what its processors have, the target's in processors where that is known, so that it may be above 1.";
    BUSIEST = Gauge "loadgen_busiest_shard_usage_ratio" [], "CPU time of the busiest thread of the load in the last second.";
    MEMORY = Gauge "loadgen_memory_bytes" ["process"], "Resident memory of the generator, and of the target where that is known.";
    TOLD = Gauge "loadgen_target_metric" ["metric"], "What the target told of itself in the last second (config.monitor); a rate has /s behind its name.";
    SHARDS = Gauge "loadgen_shards" [], "Threads that make the load.";
}
