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
    Place { name: "a script", takes: &["config", "scenarios"], later: &["before", "after"], idle: &[] };

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
        "defaults",
    ],
    later: &[
        "payload",
        "processor",
        "mode",
        "engine",
        "engines",
        "ws",
        "socketio",
        "apdex",
        "pluginsScope",
        "fake-data",
    ],
    idle: &["statsInterval", "includeFiles", "bundling"],
};

pub(super) const PHASE: Place = Place {
    name: "a phase",
    takes: &["duration", "arrivalRate", "rampTo", "arrivalCount", "pause", "maxVusers", "name"],
    later: &["mode", "users"],
    idle: &[],
};

pub(super) const HTTP: Place = Place {
    name: "config.http",
    takes: &["timeout", "pool", "defaults"],
    later: &["cookieJarOptions", "distributedTracing"],
    idle: &["extendedMetrics", "maxSockets"],
};

pub(super) const DEFAULTS: Place =
    Place { name: "defaults", takes: &["headers", "strictCapture"], later: &["cookie", "think"], idle: &[] };

pub(super) const TLS: Place = Place {
    name: "config.tls",
    takes: &["rejectUnauthorized"],
    later: &["ca", "cert", "certificate", "certificateAuthority", "key", "passphrase", "pfx", "servername"],
    idle: &[],
};

pub(super) const ENSURE: Place = Place {
    name: "ensure",
    takes: &["thresholds", "min", "max", "median", "p95", "p99", "maxErrorRate"],
    later: &["conditions"],
    idle: &[],
};

pub(super) const SCENARIO: Place = Place {
    name: "a scenario",
    takes: &["name", "weight", "engine", "flow"],
    later: &["beforeScenario", "afterScenario", "beforeRequest", "afterResponse", "onError"],
    idle: &[],
};

/// What a step may be. A step has one of these keys and no other, save those that a loop takes.
pub(super) const STEP: Place = Place {
    name: "a step",
    takes: &["get", "post", "put", "patch", "delete", "head", "options", "think", "loop", "log"],
    later: &["function", "parallel", "connect", "send", "wait", "emit", "trace"],
    idle: &[],
};

pub(super) const LOOP: Place = Place {
    name: "a loop",
    takes: &["loop", "count", "loopValue"],
    later: &["over", "whileTrue", "loopElement"],
    idle: &[],
};

pub(super) const REQUEST: Place = Place {
    name: "a request",
    takes: &["url", "uri", "name", "json", "body", "qs", "headers", "capture", "match"],
    later: &[
        "form",
        "formData",
        "setContentLengthHeader",
        "cookie",
        "gzip",
        "auth",
        "followRedirect",
        "maxRedirects",
        "expect",
        "ifTrue",
        "probability",
        "beforeRequest",
        "afterResponse",
        "searchParams",
        "allowGetBody",
        "http2",
        "username",
        "password",
        "https",
        "encoding",
    ],
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
