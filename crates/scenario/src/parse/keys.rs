//! Which keys each place of a script takes.
//!
//! A new key of the language starts here: moved from `later` to `takes`.

/// A place in a script.
pub(super) struct Place {
    /// What people call it.
    pub(super) name: &'static str,
    /// Keys that it takes.
    pub(super) takes: &'static [&'static str],
    /// Keys that Artillery has and this version has not.
    pub(super) later: &'static [&'static str],
    /// Keys that are accepted and change nothing.
    pub(super) idle: &'static [&'static str],
}

pub(super) const SCRIPT: Place =
    Place { name: "a script", takes: &["config", "scenarios", "before", "after"], later: &[], idle: &[] };

pub(super) const CONFIG: Place = Place {
    name: "config",
    takes: &[
        "target",
        "phases",
        "environments",
        "variables",
        "http",
        "timeout",
        "tls",
        "plugins",
        "ensure",
        "fake-data",
        "defaults",
        "payload",
        "mode",
    ],
    later: &["processor", "engine", "engines", "ws", "socketio", "apdex", "pluginsScope"],
    idle: &["statsInterval", "includeFiles", "bundling"],
};

pub(super) const PHASE: Place = Place {
    name: "a phase",
    takes: &["duration", "arrivalRate", "rampTo", "arrivalCount", "pause", "maxVusers", "name", "mode"],
    later: &["users"],
    idle: &[],
};

pub(super) const HTTP: Place = Place {
    name: "config.http",
    takes: &["timeout", "pool", "defaults", "extendedMetrics", "distributedTracing"],
    later: &["cookieJarOptions"],
    idle: &["maxSockets"],
};

pub(super) const DEFAULTS: Place = Place {
    name: "defaults",
    takes: &["headers", "cookie", "strictCapture", "think"],
    later: &[],
    idle: &[],
};

pub(super) const TLS: Place = Place {
    name: "config.tls",
    takes: &["rejectUnauthorized", "ca", "certificateAuthority", "cert", "certificate", "key"],
    later: &["passphrase", "pfx", "servername"],
    idle: &[],
};

pub(super) const ENSURE: Place = Place {
    name: "ensure",
    takes: &["thresholds", "conditions", "min", "max", "median", "p95", "p99", "maxErrorRate"],
    later: &[],
    idle: &[],
};

pub(super) const CONDITION: Place =
    Place { name: "a condition", takes: &["expression", "strict"], later: &[], idle: &[] };

pub(super) const SLACK: Place =
    Place { name: "plugins.slack", takes: &["webhookUrl", "notifyOnFailureOnly"], later: &[], idle: &[] };

pub(super) const SCENARIO: Place = Place {
    name: "a scenario",
    takes: &["name", "weight", "engine", "flow"],
    later: &["beforeScenario", "afterScenario", "beforeRequest", "afterResponse", "onError"],
    idle: &[],
};

/// What a step may be. A step has one of these keys and no other, save those that a loop takes.
pub(super) const STEP: Place = Place {
    name: "a step",
    takes: &["get", "post", "put", "patch", "delete", "head", "options", "think", "loop", "log", "parallel"],
    later: &["function", "connect", "send", "wait", "emit"],
    idle: &[],
};

pub(super) const LOOP: Place = Place {
    name: "a loop",
    takes: &["loop", "count", "over", "whileTrue", "loopValue", "loopElement"],
    later: &[],
    idle: &[],
};

pub(super) const REQUEST: Place = Place {
    name: "a request",
    takes: &[
        "url",
        "uri",
        "name",
        "json",
        "body",
        "form",
        "formData",
        "setContentLengthHeader",
        "qs",
        "headers",
        "cookie",
        "auth",
        "gzip",
        "followRedirect",
        "maxRedirects",
        "allowGetBody",
        "capture",
        "match",
        "ifTrue",
        "probability",
    ],
    later: &[
        "expect",
        "beforeRequest",
        "afterResponse",
        "searchParams",
        "http2",
        "username",
        "password",
        "https",
        "encoding",
    ],
    idle: &[],
};

/// `before` and `after`.
pub(super) const HOOK: Place =
    Place { name: "before or after", takes: &["flow", "engine", "name"], later: &[], idle: &[] };

pub(super) const THINK_DEFAULTS: Place =
    Place { name: "defaults.think", takes: &["jitter"], later: &[], idle: &[] };

pub(super) const PARALLEL: Place =
    Place { name: "parallel", takes: &["parallel", "limit"], later: &[], idle: &[] };

pub(super) const PAYLOAD: Place = Place {
    name: "payload",
    takes: &[
        "path",
        "fields",
        "order",
        "skipHeader",
        "delimiter",
        "cast",
        "skipEmptyLines",
        "loadAll",
        "name",
        "options",
    ],
    later: &[],
    idle: &[],
};

/// Options of the CSV reader, by the names that it has in Artillery.
pub(super) const CSV_OPTIONS: Place = Place {
    name: "payload.options",
    takes: &[
        "delimiter",
        "cast",
        "from_line",
        "trim",
        "comment",
        "quote",
        "escape",
        "relax_column_count",
        "skip_empty_lines",
        "bom",
    ],
    later: &[
        "columns",
        "from",
        "to",
        "to_line",
        "ltrim",
        "rtrim",
        "cast_date",
        "record_delimiter",
        "relax",
        "max_record_size",
    ],
    idle: &[],
};

pub(super) const PART: Place =
    Place { name: "a part of formData", takes: &["value", "fromFile", "contentType"], later: &[], idle: &[] };

pub(super) const AUTH: Place = Place { name: "auth", takes: &["user", "pass"], later: &[], idle: &[] };

pub(super) const TRACING: Place = Place {
    name: "config.http.distributedTracing",
    takes: &["enabled", "sampled", "traceIdPrefix"],
    later: &[],
    idle: &[],
};

pub(super) const CAPTURE: Place = Place {
    name: "a capture",
    takes: &[
        "json", "as", "strict", "multiple", "regexp", "flags", "group", "header", "selector", "attr",
        "index", "xpath",
    ],
    later: &[],
    idle: &["transform"],
};

pub(super) const MATCH: Place = Place {
    name: "a match",
    takes: &[
        "json", "value", "strict", "multiple", "regexp", "flags", "group", "header", "selector", "attr",
        "index", "xpath",
    ],
    later: &[],
    idle: &["transform"],
};
