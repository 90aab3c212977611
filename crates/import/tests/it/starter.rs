//! The plain first script.

use crate::told;
use loadgen_import::{Kind, Options, import, starter};

#[test]
fn the_first_script_compiles_for_each_target() {
    for target in [None, Some("http://127.0.0.1:8080/a\"b"), Some("https://example.com")] {
        let options =
            Options { target: target.map(str::to_owned), script: "a\nb.yml".into(), ..Options::default() };
        let script = starter(&options);
        assert_eq!(told("first.yml", &script), Vec::<String>::new());
        assert!(script.contains(r"loadgen run a\nb.yml"));
    }
}

#[test]
fn an_empty_target_is_refused() {
    for target in ["", " \t"] {
        let options = Options { target: Some(target.into()), ..Options::default() };
        assert_eq!(options.check().unwrap_err().to_string(), "the target is empty");
        let refused = import(Kind::Curl, "curl http://x", &options).unwrap_err();
        assert!(refused.hint().is_some_and(|hint| hint.contains("leave -t out")));
    }
    assert_eq!(Options::default().check(), Ok(()));
}
