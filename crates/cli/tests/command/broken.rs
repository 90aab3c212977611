//! Scripts that are broken, each in its own way (`tests/broken/`): what `loadgen check` says of each has to be enough to
//! mend it.

use crate::harness::loadgen;
use loadgen_testkit::transcript;
use std::path::Path;

#[test]
fn each_broken_script_is_told_how_to_mend() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut scripts: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yml"))
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 30, "{scripts:?}");
    for script in scripts {
        let told = transcript(loadgen(&["check", &script]).current_dir(&folder).env_remove("NOWHERE_SET"));
        let text = told.text().replace(&format!("{}/", folder.display()), "[folder]/");
        assert!(text.contains(&format!("--> {script}:")), "a place is told: {text}");
        insta::assert_snapshot!(script.trim_end_matches(".yml"), text);
    }
}
