//! The keys of `capture` and `match`: what is wanted of an answer.

use super::{Form, Key, Place, idle, takes};

pub(crate) static CAPTURE: Place = Place {
    name: "a capture",
    about: "A value of the answer that is kept in a variable. Which: `json`, `regexp`, `header` or `selector`.",
    needs: &["as"],
    keys: &[
        JSON,
        takes("as", Form::Text, "The variable that keeps it, or a part of one.")
            .such_as(&["userId", "user.id"]),
        STRICT,
        MULTIPLE,
        REGEXP,
        FLAGS,
        GROUP,
        HEADER,
        SELECTOR,
        ATTR,
        INDEX,
        XPATH,
        TRANSFORM,
    ],
};

pub(crate) static MATCH: Place = Place {
    name: "a match",
    about: "A value of the answer that has to be a certain one. Which: `json`, `regexp`, `header` or `selector`.",
    needs: &[],
    keys: &[
        JSON,
        takes("value", Form::Any, "What it has to be: the same type, the same value."),
        STRICT,
        MULTIPLE,
        REGEXP,
        FLAGS,
        GROUP,
        HEADER,
        SELECTOR,
        ATTR,
        INDEX,
        XPATH,
        TRANSFORM,
    ],
};

const JSON: Key =
    takes("json", Form::Text, "A JSONPath into the body; of several results a random one counts.")
        .such_as(&["$.id", "$.users[?(@.age > 30)].id"]);
const STRICT: Key = takes("strict", Form::Flag, "Whether the user fails if nothing is found.")
    .unset("true, or http.defaults.strictCapture");
const MULTIPLE: Key =
    takes("multiple", Form::Flag, "With `json`: false takes all results, not one.").unset("true");
const REGEXP: Key = takes("regexp", Form::Text, "A regular expression (JavaScript's) on the body.")
    .such_as(&["'\"total\": ?(\\d+)'"]);
const FLAGS: Key = takes("flags", Form::Text, "With `regexp`: its flags.").such_as(&["i"]);
const GROUP: Key = takes("group", Form::Text, "With `regexp`: the group that counts, by number or name.")
    .unset("the whole match");
const HEADER: Key = takes("header", Form::Text, "A header of the answer.").such_as(&["content-type"]);
const SELECTOR: Key = takes("selector", Form::Text, "A CSS selector on the body.").such_as(&["a.next"]);
const ATTR: Key = takes("attr", Form::Text, "With `selector`: the attribute that counts.").such_as(&["href"]);
const INDEX: Key =
    takes("index", Form::Text, "With `selector`: which of the results, `random` or `last`.").unset("0");
const XPATH: Key = takes("xpath", Form::Any, "Finds nothing, as in Artillery without its XML module.");
const TRANSFORM: Key = idle("transform", Form::Any, "No effect since Artillery 2.");
