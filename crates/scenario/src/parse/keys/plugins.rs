//! The keys of the plugins `expect`, `metrics-by-endpoint` and `apdex`, and of expectations.

use super::{Form, Place, idle, takes};

pub(crate) static EXPECT_PLUGIN: Place = Place {
    name: "plugins.expect",
    about: "What becomes of answers that are not as `expect` says.",
    needs: &[],
    keys: &[
        takes("outputFormat", FORMATS, "What is printed of each answer.").unset("pretty"),
        takes("formatter", FORMATS, "Another name of `outputFormat`, which it overrules."),
        takes("reportFailuresAsErrors", Form::Flag, "An expectation that is not met fails the user.")
            .unset("false"),
        takes("useOnlyRequestNames", Form::Flag, "That error has the request's name instead of its URL.")
            .unset("false"),
        takes("expectDefault200", Form::Flag, "Requests without `expect` expect the status 200.")
            .unset("false"),
    ],
};

const FORMATS: Form = Form::OneOf(&["pretty", "prettyError", "json", "silent"]);

pub(crate) static ENDPOINTS_PLUGIN: Place = Place {
    name: "plugins.metrics-by-endpoint",
    about: "How endpoints are called in metrics.",
    needs: &[],
    keys: &[
        takes("useOnlyRequestNames", Form::Flag, "A request that has a name is known by it alone.")
            .unset("false"),
        takes("stripQueryString", Form::Flag, "Leave the query out.").unset("false"),
        takes("ignoreUnnamedRequests", Form::Flag, "Leave out requests without a name.").unset("false"),
        takes("metricsNamespace", Form::Text, "What the names begin with.")
            .unset("plugins.metrics-by-endpoint"),
        takes(
            "groupDynamicURLs",
            Form::Flag,
            "Call endpoints by the URL before its variables are filled in.",
        )
        .unset("true"),
        takes("suppressOutput", Form::Flag, "Do not print these metrics.").unset("false"),
        idle("metricsPrefix", Form::Any, "The name that `metricsNamespace` had in Artillery 1."),
    ],
};

pub(crate) static APDEX: Place = Place {
    name: "apdex",
    about: "How long answers may take to satisfy.",
    needs: &[],
    keys: &[takes("threshold", Form::Number, "Milliseconds that satisfy; four times that is tolerated.")
        .unset("500")],
};

/// For the schema and the reference: the parser itself reads expectations in `parse/plugins.rs`.
pub(crate) static EXPECTATION: Place = Place {
    name: "an expectation",
    about: "What an answer has to be like. In force if `config.plugins` names `expect`.",
    needs: &[],
    keys: &[
        takes("statusCode", CODES, "The status is this, or one of these."),
        takes("notStatusCode", CODES, "The status is not this, or none of these."),
        takes("contentType", Form::Text, "`json`, or the whole header."),
        takes("hasProperty", Form::Text, "The JSON body has this part."),
        takes("notHasProperty", Form::Text, "The JSON body has not this part."),
        takes("equals", Form::List(&Form::Scalar), "All of these are the same, as text."),
        takes("hasHeader", Form::Text, "The answer has this header."),
        takes("headerEquals", Form::List(&Form::Scalar), "A header, and what it has to be."),
        takes("matchesRegexp", Form::Text, "JavaScript's regular expression is found in the body."),
        takes("cdnHit", Form::Flag, "Whether a cache has answered."),
        takes("jmespath", Form::Text, "The expression finds something in the JSON body."),
        takes("jpath", Form::Text, "Another name of `jmespath`."),
        takes("description", Form::Text, "Stands in messages instead of the expression."),
    ],
};

const CODES: Form = Form::Either(&[Form::NumberOrText, Form::List(&Form::NumberOrText)]);
