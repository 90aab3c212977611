//! The keys of scenarios and steps.

use super::config::{JITTER, JITTERS};
use super::request::REQUEST;
use super::{Form, Place, later, takes};

const ENGINE: Form = Form::OneOf(&["http"]);
const FLOW: &str = "The steps, one after the other.";
const FUNCTIONS: Form = Form::OneOrMany(&Form::Text);

pub(crate) static SCENARIO: Place = Place {
    name: "a scenario",
    about: "What a user does, once.",
    needs: &["flow"],
    keys: &[
        takes("name", Form::OnlyText, "What it is called in reports.").unset("its number, from 0"),
        takes("weight", Form::Share, "Its share of the users, beside the weights of the others.").unset("1"),
        takes("engine", ENGINE, "The protocol.").unset("http"),
        takes("flow", Form::Steps, FLOW),
        later("beforeScenario", FUNCTIONS, "Functions that run when a user starts."),
        later("afterScenario", FUNCTIONS, "Functions that run when a user is done."),
        later("beforeRequest", FUNCTIONS, "Functions that run ahead of each request."),
        later("afterResponse", FUNCTIONS, "Functions that run after each answer."),
        later("onError", FUNCTIONS, "Functions that run when a user fails."),
    ],
};

/// `before` and `after`.
pub(crate) static HOOK: Place = Place {
    name: "before or after",
    about: "What is done once, ahead of the load or after it.",
    needs: &["flow"],
    keys: &[
        takes("flow", Form::Steps, FLOW),
        takes("engine", ENGINE, "The protocol.").unset("http"),
        takes("name", Form::Any, "For readers alone."),
    ],
};

/// What a step may be. A step has one of these keys and no other, save those that a loop and a think take.
pub(crate) static STEP: Place = Place {
    name: "a step",
    about: "One thing that a user does: one of these keys.",
    needs: &[],
    keys: &[
        takes("get", Form::Place(&REQUEST), "Send a GET request and wait for its answer."),
        takes("post", Form::Place(&REQUEST), "The same with POST."),
        takes("put", Form::Place(&REQUEST), "The same with PUT."),
        takes("patch", Form::Place(&REQUEST), "The same with PATCH."),
        takes("delete", Form::Place(&REQUEST), "The same with DELETE."),
        takes("head", Form::Place(&REQUEST), "The same with HEAD."),
        takes("options", Form::Place(&REQUEST), "The same with OPTIONS."),
        takes("think", Form::NumberOrText, "Wait: seconds, or text with a unit.").such_as(&["1.5", "500ms"]),
        takes("loop", Form::Steps, "Repeat steps."),
        takes("log", Form::Text, "Print a line on standard output.").such_as(&["\"user {{ userId }}\""]),
        takes("parallel", Form::Steps, "Run steps side by side."),
        later("function", Form::Text, "Call a function of the processor."),
        later("connect", Form::Any, "Open a WebSocket."),
        later("send", Form::Any, "Send a WebSocket message."),
        later("wait", Form::Any, "Wait for a WebSocket message."),
        later("emit", Form::Any, "Send a Socket.IO event."),
    ],
};

/// A wait is the only step without steps in it that has an option beside it.
pub(crate) static THINK: Place = Place {
    name: "think",
    about: "A wait, and how far its length may vary.",
    needs: &["think"],
    keys: &[
        takes("think", Form::NumberOrText, "Wait: seconds, or text with a unit.").such_as(&["1.5", "500ms"]),
        takes("jitter", Form::NumberOrText, JITTER).such_as(JITTERS),
    ],
};

pub(crate) static LOOP: Place = Place {
    name: "a loop",
    about: "Steps that are repeated: `count` times, for each entry of `over`, or while a condition holds.",
    needs: &["loop"],
    keys: &[
        takes("loop", Form::Steps, "The steps of a round."),
        takes("count", Form::NumberOrText, "How many rounds; `1-5` counts from 1 up to 4.")
            .such_as(&["10", "1-5"]),
        takes(
            "over",
            Form::Either(&[Form::List(&Form::Any), Form::Text]),
            "One round for each entry of a list, or of a variable that holds one.",
        )
        .such_as(&["[a, b]", "products"]),
        takes(
            "whileTrue",
            Form::Expression,
            "An expression, asked after each round: the next follows if it holds.",
        )
        .such_as(&["\"page < 5\""]),
        takes("loopValue", Form::Text, "The variable that holds the number of the round.")
            .unset("$loopCount"),
        takes("loopElement", Form::Text, "The variable that holds the entry of the round.")
            .unset("$loopElement"),
    ],
};

pub(crate) static PARALLEL: Place = Place {
    name: "parallel",
    about: "Steps that run side by side, each with a connection of its own.",
    needs: &["parallel"],
    keys: &[
        takes("parallel", Form::Steps, "The steps: one branch each."),
        takes("limit", Form::Count, "How many branches run at a time.").unset("100"),
    ],
};
