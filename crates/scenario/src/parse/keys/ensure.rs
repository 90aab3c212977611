//! The keys of `ensure`.

use super::{Form, Place, takes};

pub(crate) static ENSURE: Place = Place {
    name: "ensure",
    about: "Bounds that a run has to keep. In force if `config.plugins` names `ensure`.",
    needs: &[],
    keys: &[
        takes(
            "thresholds",
            Form::List(&Form::Map(&Form::Number)),
            "Metrics that have to stay below a number.",
        )
        .such_as(&["[{http.response_time.p95: 100}]"]),
        takes("min", Form::Number, "Milliseconds below which the shortest response time has to stay."),
        takes("max", Form::Number, "Milliseconds below which the longest response time has to stay."),
        takes("median", Form::Number, "Milliseconds below which the median response time has to stay."),
        takes("p95", Form::Number, "Milliseconds below which 95 % of the response times have to stay."),
        takes("p99", Form::Number, "Milliseconds below which 99 % of the response times have to stay."),
        takes("maxErrorRate", Form::Number, "Percent of the users that may fail."),
        takes(
            "conditions",
            Form::List(&Form::Place(&CONDITION)),
            "Expressions over metrics that have to hold.",
        ),
    ],
};

pub(crate) static CONDITION: Place = Place {
    name: "a condition",
    about: "An expression over metrics that has to hold after the run.",
    needs: &["expression"],
    keys: &[
        takes("expression", Form::Text, "Metrics, numbers, comparisons, `and`, `or`, `not`.")
            .such_as(&["http.codes.200 > 100 and vusers.failed == 0"]),
        takes("strict", Form::Flag, "Whether the run fails where it does not hold.").unset("true"),
    ],
};
