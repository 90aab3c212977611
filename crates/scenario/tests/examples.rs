//! The repository's own scripts have plans, and nothing about them is doubtful.

mod common;

use common::told;
use std::fs;
use std::path::Path;

#[test]
fn every_script_in_scenarios_is_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yml") {
            assert_eq!(told(&fs::read_to_string(&path).unwrap()), "", "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 0);
}
