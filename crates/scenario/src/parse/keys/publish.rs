//! The keys of the plugin `publish-metrics`: one place for all types of entries; which type reads which key is known to
//! `parse/publish.rs`.

use super::config::HEADERS;
use super::{Form, Place, idle, takes};

const NAMES: Form = Form::OneOrMany(&Form::Text);

pub(crate) static PUBLISHER: Place = Place {
    name: "an entry of publish-metrics",
    about: "Where figures are sent while the load runs. Which keys count depends on `type`.",
    needs: &["type"],
    keys: &[
        takes(
            "type",
            Form::Text,
            "prometheus (a Pushgateway), prometheus-remote-write, open-telemetry, statsd, influxdb-statsd, influxdb or datadog.",
        ),
        takes("enabled", Form::Flag, "Whether it is on.").unset("true"),
        takes("interval", Form::Span, "How often figures are sent; not in Artillery.").unset("10"),
        takes("tags", Form::List(&Form::Text), "`name:value`, borne by all figures.")
            .such_as(&["[\"team:shop\", \"stage:test\"]"]),
        takes("prefix", Form::Text, "What names begin with; for influxdb, what the lines are called.")
            .unset("`artillery.` for StatsD and Datadog, else `artillery`"),
        takes("excluded", NAMES, "Figures that are not sent: all whose names begin so."),
        takes("includeOnly", NAMES, "Figures that are sent, and no others: all whose names begin so."),
        takes("host", Form::Text, "Where the agent of StatsD or Datadog is.").unset("127.0.0.1"),
        takes("port", Form::Count, "Its port.").unset("8125"),
        takes("event", Form::Place(&EVENT), "What Datadog is told when the load begins and ends."),
        takes(
            "apiKey",
            Form::Text,
            "datadog: a key of its API, which then takes the agent's place; a secret.",
        ),
        idle("appKey", Form::Any, "Sending needs no application key."),
        takes("apiHost", Form::Text, "datadog: whose API, by its host or URL.").unset("datadoghq.com"),
        takes("pushgateway", Form::Text, "prometheus: the Pushgateway's address.")
            .such_as(&["http://127.0.0.1:9091"]),
        takes("job", Form::Text, "prometheus: the group of metrics there; not in Artillery.")
            .unset("loadgen"),
        takes("url", Form::Text, "prometheus-remote-write, influxdb: where to.")
            .such_as(&["http://127.0.0.1:9090/api/v1/write", "http://127.0.0.1:8086"]),
        takes("headers", HEADERS, "Sent with each request, such as `authorization`; secrets."),
        takes("ca", Form::Text, "A file of authorities (PEM) that are trusted besides the usual ones."),
        takes("org", Form::Text, "influxdb: the organisation."),
        takes("bucket", Form::Text, "influxdb: the bucket."),
        takes("token", Form::Text, "influxdb: a token that may write; a secret."),
        takes("serviceName", Form::Text, "open-telemetry: `service.name`.").unset("loadgen"),
        takes(
            "resourceAttributes",
            Form::Map(&Form::Scalar),
            "open-telemetry: further attributes of the resource.",
        ),
        takes("metrics", Form::Place(&OTLP_METRICS), "open-telemetry: figures by OTLP."),
        takes(
            "traces",
            Form::Place(&OTLP_TRACES),
            "open-telemetry, datadog: spans of users and their requests by OTLP.",
        ),
    ],
};

pub(crate) static EVENT: Place = Place {
    name: "event",
    about: "What Datadog is told when the load begins and ends.",
    needs: &[],
    keys: &[
        takes("send", Form::Flag, "Whether it is told.").unset("true for datadog"),
        takes("title", Form::Text, "Follows `Started: ` and `Finished: `.").unset("one with the time in it"),
        takes("text", Form::Text, "More about it.").unset("one with the target in it"),
        takes("priority", Form::Text, "low or normal.").unset("low"),
        takes("alertType", Form::Text, "info, success, warning or error.").unset("info"),
        takes("aggregationKey", Form::Text, "Events of one key belong together."),
        takes("sourceTypeName", Form::Text, "What kind of source it is."),
        takes("tags", Form::List(&Form::Text), "Tags of the events."),
    ],
};

const EXPORTERS: Form = Form::Text;

pub(crate) static OTLP_METRICS: Place = Place {
    name: "metrics",
    about: "Figures by OTLP over HTTP.",
    needs: &[],
    keys: &[
        takes("exporter", EXPORTERS, "otlp-http or otlp-proto, which are one here.").unset("otlp-http"),
        takes("endpoint", Form::Text, "Where to, the path included.")
            .unset("http://localhost:4318/v1/metrics"),
        takes("headers", HEADERS, "Sent with each request; secrets."),
        takes("attributes", Form::Map(&Form::Scalar), "Attributes of all figures."),
        takes("meterName", Form::Text, "What the figures are said to be made by.").unset("loadgen"),
        takes(
            "temporality",
            Form::OneOf(&["cumulative", "delta"]),
            "Whether what adds up is told from the run's start or since it was last told; not in Artillery, which has delta.",
        )
        .unset("cumulative"),
        takes("includeOnly", NAMES, "Figures that are sent, and no others, by their whole names."),
        takes("exclude", NAMES, "Figures that are not sent, by their whole names."),
    ],
};

pub(crate) static OTLP_TRACES: Place = Place {
    name: "traces",
    about: "A span for each user and each of its requests, by OTLP over HTTP; requests bear a `traceparent` that names theirs.",
    needs: &[],
    keys: &[
        takes("exporter", EXPORTERS, "otlp-http or otlp-proto, which are one here.").unset("otlp-http"),
        takes("endpoint", Form::Text, "Where to, the path included.")
            .unset("http://localhost:4318/v1/traces"),
        takes("headers", HEADERS, "Sent with each request; secrets."),
        takes("sampleRate", Form::Number, "The share of users who have spans, 0 to 1.").unset("1"),
        takes(
            "useRequestNames",
            Form::Flag,
            "Spans of requests are called as the request is, where it has a name.",
        )
        .unset("false"),
        takes("attributes", Form::Map(&Form::Scalar), "Attributes of all spans."),
        takes("tags", Form::List(&Form::Text), "datadog: the same, as `name:value`."),
        takes("serviceName", Form::Text, "datadog: `service.name`."),
        idle("sendOnlyTraces", Form::Any, "An entry sends figures where it says how."),
        idle("smartSampling", Form::Any, "`sampleRate` alone decides."),
        idle("replaceSpanNameRegex", Form::Any, "Spans are called by method or name."),
        idle("scheduledDelayMillis", Form::Any, "Spans are sent once a second."),
        idle("maxExportBatchSize", Form::Any, "Spans are sent once a second."),
        idle("maxQueueSize", Form::Any, "The queue has a length of its own."),
    ],
};
