//! The keys of `config.monitor`.

use super::{Form, Place, takes};

pub(crate) static MONITOR: Place = Place {
    name: "config.monitor",
    about: "The metrics that the target tells of itself in Prometheus' text format, read once a second.",
    needs: &["url"],
    keys: &[
        takes("url", Form::OnlyText, "Where they are: a URL, or a path on the target.")
            .such_as(&["http://127.0.0.1:9100/metrics", "/metrics"]),
        takes(
            "metrics",
            Form::OneOrMany(&Form::Either(&[Form::OnlyText, Form::Place(&METRIC)])),
            "Which are kept besides CPU and memory, 20 at most.",
        )
        .such_as(&["[queue_length, http_requests_total]"]),
    ],
};

pub(crate) static METRIC: Place = Place {
    name: "a metric of config.monitor",
    about: "A metric that is kept: a counter as its rate per second, anything else as its value.",
    needs: &["metric"],
    keys: &[
        takes("metric", Form::OnlyText, "What the target calls it; a counter with its `_total`.")
            .such_as(&["http_requests_total"]),
        takes("name", Form::OnlyText, "What it is called in results.").unset("as the target calls it"),
        takes(
            "labels",
            Form::Map(&Form::Scalar),
            "Labels that series have to bear; those that do are added up.",
        )
        .such_as(&["{status: 500}"]),
    ],
};
