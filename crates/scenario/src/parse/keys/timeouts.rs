//! The keys of `config.http.timeouts`.

use super::{Form, Place, takes};

pub(crate) static TIMEOUTS: Place = Place {
    name: "config.http.timeouts",
    about: "How long each part of a request may take. loadgen's own: Artillery has `timeout` alone. 0 is as if a key were not there.",
    needs: &[],
    keys: &[
        takes("connect", Form::Span, "Longest time for a connection to come about: name, TCP, proxy, TLS.")
            .unset("that of `http.timeout`")
            .such_as(&["2", "500ms"]),
        takes(
            "firstByte",
            Form::Span,
            "Longest wait from the last byte of the request sent to the whole head of the answer.",
        )
        .unset("that of `http.timeout`"),
        takes("idle", Form::Span, "Longest pause between two pieces of an answer's body.")
            .unset("that of `http.timeout`"),
        takes(
            "total",
            Form::Span,
            "Longest time for all of it, from before the connection to the last byte; each redirect counts anew.",
        )
        .unset("10 minutes")
        .such_as(&["30", "1m"]),
    ],
};
