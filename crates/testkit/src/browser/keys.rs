//! Keys by their names, as the protocol wants them.

use serde_json::{Value, json};

/// What a key is besides its name: its code, number and text.
pub(super) fn key(name: &str) -> Value {
    let (code, number, text) = match name {
        "ArrowLeft" => ("ArrowLeft", 37, ""),
        "ArrowUp" => ("ArrowUp", 38, ""),
        "ArrowRight" => ("ArrowRight", 39, ""),
        "ArrowDown" => ("ArrowDown", 40, ""),
        "Home" => ("Home", 36, ""),
        "End" => ("End", 35, ""),
        "Escape" => ("Escape", 27, ""),
        "Tab" => ("Tab", 9, ""),
        "Enter" => ("Enter", 13, "\r"),
        " " => ("Space", 32, " "),
        other => panic!("the key {other} is not known here yet"),
    };
    let mut key = json!({"key": name, "code": code, "windowsVirtualKeyCode": number});
    if !text.is_empty() {
        key["text"] = text.into();
    }
    key
}
