//! The page around the content: head, style, script, and what the browser may do.
//!
//! Nothing is loaded from anywhere. Only the scripts that are written here run, whatever else might get into the page: the
//! policy names them by their hashes.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A whole page. `extra` is a script that runs after the page's own, or nothing; where there is one, it may talk to the
/// server that the page came from.
pub(super) fn page(title: &str, content: &Markup, extra: &str) -> Markup {
    let scripts: Vec<&str> = [SCRIPT, extra].into_iter().filter(|script| !script.is_empty()).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(&scripts, !extra.is_empty()));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                div id="bar" role="status" {}
                main { (content) }
                @for script in scripts { script { (PreEscaped(script)) } }
            }
        }
    }
}

fn policy(scripts: &[&str], served: bool) -> String {
    let hashes: Vec<String> =
        scripts.iter().map(|it| format!("'sha256-{}'", BASE64.encode(Sha256::digest(it)))).collect();
    let mut policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hashes.join(" ")
    );
    if served {
        policy.push_str("; connect-src 'self'");
    }
    policy
}
