//! The keys of a request.

use super::answer::{CAPTURE, MATCH};
use super::config::{HEADERS, HTTPS};
use super::plugins::EXPECTATION;
use super::{Form, Place, idle, later, takes};

const FUNCTIONS: Form = Form::OneOrMany(&Form::Text);

pub(crate) static REQUEST: Place = Place {
    name: "a request",
    about: "A request, and what is wanted of its answer. Text in it may hold placeholders.",
    needs: &["url", "uri"],
    keys: &[
        takes("url", Form::OnlyText, "Where to: a path on the target, or a whole URL.")
            .such_as(&["/users/{{ userId }}"]),
        takes("uri", Form::Text, "Another name of `url`."),
        takes("name", Form::Text, "What it is called in reports.").unset("the path of its URL"),
        takes("json", Form::Any, "A body in JSON.").such_as(&["{name: \"User {{ $randomString(8) }}\"}"]),
        takes("body", Form::Either(&[Form::Text, Form::Null]), "A body as it stands."),
        takes(
            "form",
            Form::Map(&Form::Any),
            "A body of names and values: application/x-www-form-urlencoded.",
        ),
        takes(
            "formData",
            Form::Map(&Form::Either(&[Form::Scalar, Form::Null, Form::Place(&PART)])),
            "A body of parts: multipart/form-data.",
        ),
        takes("setContentLengthHeader", Form::Flag, "Send `formData` with its length, not in chunks.")
            .unset("false"),
        takes(
            "qs",
            Form::Map(&Form::Any),
            "The query, instead of that in the URL; a list is sent once an entry.",
        )
        .such_as(&["{page: 2, tag: [a, b]}"]),
        takes("headers", HEADERS, "Headers, over the defaults."),
        takes("cookie", Form::Map(&Form::Any), "Cookies that are set before it is sent."),
        takes("auth", Form::Place(&AUTH), "Credentials (Basic)."),
        takes("gzip", Form::Flag, "Ask for compressed answers, and read them.").unset("true"),
        takes("followRedirect", Form::Flag, "Whether redirects are followed, or an answer like any other.")
            .unset("true"),
        takes("maxRedirects", Form::Count, "How many redirects are followed.").unset("10"),
        takes("allowGetBody", Form::Flag, "Send a body even with GET.").unset("false"),
        takes("capture", Form::OneOrMany(&Form::Place(&CAPTURE)), "What is kept of the answer."),
        takes("match", Form::OneOrMany(&Form::Place(&MATCH)), "What the answer has to hold."),
        takes("ifTrue", Form::Expression, "Skip it unless this expression holds.")
            .such_as(&["'plan == \"paid\"'"]),
        takes("probability", Form::Number, "In how many of 100 cases it is sent.").unset("100"),
        takes("expect", EXPECTATIONS, "What the answer has to be like; for the plugin `expect`."),
        later("beforeRequest", FUNCTIONS, "Functions that run ahead of it."),
        later("afterResponse", FUNCTIONS, "Functions that run after its answer."),
        takes(
            "searchParams",
            Form::Either(&[Form::OnlyText, Form::Map(&Form::Either(&[Form::Scalar, Form::Null]))]),
            "The query as it stands; `qs` wins.",
        ),
        takes("http2", Form::Flag, "HTTP/2, to a target with TLS that agrees to it; HTTP/1.1 otherwise."),
        takes("username", Form::Text, "As `auth.user`, but without placeholders."),
        takes("password", Form::Text, "As `auth.pass`, but without placeholders."),
        takes("https", Form::Place(&HTTPS), "As `config.tls`, for this request."),
        idle("encoding", Form::Any, "Answers are read as UTF-8 whatever it says, in Artillery too."),
    ],
};

const EXPECTATIONS: Form = Form::Either(&[Form::OneOrMany(&Form::Open(&EXPECTATION)), Form::Null]);

pub(crate) static PART: Place = Place {
    name: "a part of formData",
    about: "A part of a multipart body: a value or a file.",
    needs: &["value", "fromFile"],
    keys: &[
        takes("value", Form::Either(&[Form::Scalar, Form::Null]), "What it holds."),
        takes("fromFile", Form::Text, "The file that it holds, found from the script's folder.")
            .such_as(&["./photo.jpg"]),
        takes("contentType", Form::Text, "Its type.").unset("that of the file's name"),
    ],
};

pub(crate) static AUTH: Place = Place {
    name: "auth",
    about: "Credentials (Basic).",
    needs: &[],
    keys: &[
        takes("user", Form::OnlyText, "The name.").unset("empty"),
        takes("pass", Form::OnlyText, "The password.").unset("empty"),
    ],
};
