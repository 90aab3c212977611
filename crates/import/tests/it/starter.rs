//! The plain first script.

use crate::told;
use loadgen_import::{Options, starter};

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
